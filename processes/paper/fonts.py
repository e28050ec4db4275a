"""The font inside the papers, and which characters it has."""

import struct
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pylopdf_fonts_zh_cn import sans_path

FAMILY = "Noto Sans SC"
LONGEST_RUN = 30
"""Signs without a place to break the line; longer ones, as sums and addresses are, get places."""


def folder() -> Path:
    """Where its file lies."""
    return sans_path().parent


def missing(text: str) -> frozenset[str]:
    """The characters of a text that the font cannot show."""
    return frozenset(sign for sign in text if not _is_blank(sign) and ord(sign) not in _characters())


def showable(text: str) -> str:
    """A text as it can be set: without control signs, a character that the font lacks as its number in brackets."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", "    ")
    kept = (_sign(sign) for sign in text if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cf", "Cs"})
    return "\n".join(" ".join(map(_breakable, line.split(" "))) for line in "".join(kept).split("\n"))


def _sign(sign: str) -> str:
    if _is_blank(sign):
        return "" if unicodedata.category(sign) == "Mn" else sign
    return sign if ord(sign) in _characters() else f"[U+{ord(sign):04X}]"


def _is_blank(sign: str) -> bool:
    """Whether it leaves no mark of its own: spaces, control signs, choices between forms of the sign before."""
    return sign.isspace() or unicodedata.category(sign) in {"Cc", "Cf", "Cs"} or 0xFE00 <= ord(sign) <= 0xFE0F


def _breakable(word: str) -> str:
    """A long run of signs with places where a line may end."""
    if len(word) <= LONGEST_RUN or not word.isascii():
        return word
    return "\u200b".join(word[place : place + 8] for place in range(0, len(word), 8))


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    """The code points that the font has, from its table of characters."""
    return frozenset(_mapped(sans_path().read_bytes()))


def _mapped(font: bytes) -> Iterator[int]:
    """OpenType, table `cmap`, format 12: groups of first, last, glyph."""
    tables: dict[bytes, int] = {}
    (number,) = struct.unpack_from(">H", font, 4)
    for place in range(12, 12 + 16 * number, 16):
        tag, _sum, offset, _length = struct.unpack_from(">4sIII", font, place)
        tables[tag] = offset
    start = tables[b"cmap"]
    (records,) = struct.unpack_from(">H", font, start + 2)
    for place in range(start + 4, start + 4 + 8 * records, 8):
        platform, encoding, offset = struct.unpack_from(">HHI", font, place)
        if (platform, encoding) == (3, 10):
            (groups,) = struct.unpack_from(">I", font, start + offset + 12)
            for group in range(groups):
                first, last, _glyph = struct.unpack_from(">III", font, start + offset + 16 + 12 * group)
                yield from range(first, last + 1)
