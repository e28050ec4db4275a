"""A small picture for the demo cases: a grey plate with a crack, drawn here because nobody took one."""

import random
import struct
import zlib

SIDE = 240


def draw(seed: int) -> bytes:
    """A PNG of a cracked plate; each seed cracks differently."""
    chance = random.Random(seed)  # noqa: S311 - a picture
    crack, at = {}, SIDE // 2
    for line in range(SIDE):
        at = min(max(at + chance.randint(-3, 3), 10), SIDE - 10)
        crack[line] = at
    rows = (bytes((0, *(_shade(column, line, crack[line]) for column in range(SIDE)))) for line in range(SIDE))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _shade(column: int, line: int, crack: int) -> int:
    if abs(column - crack) <= 1:
        return 40
    return 170 + (column + line) * 60 // (2 * SIDE)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
