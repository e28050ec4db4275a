"""Zip files from outside: looked into with bounds, so that a small file costs no more than its size."""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

END = b"PK\x05\x06"
ZIP64 = b"PK\x06\x07"
MOST_DIRECTORY = 1_000_000
"""Bytes of the list of what a zip file holds: some ten thousand entries, each of which takes time and memory."""
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The ways to pack that unpack in small pieces, whatever they say of their size."""


class Unreadable(Exception):
    """It is no zip file, or none that is looked into."""


class TooMuch(Exception):
    """It holds more than is taken."""


@contextmanager
def opened(content: bytes) -> Iterator[zipfile.ZipFile]:
    """A zip file; TooMuch where its list of entries is of no sensible length, Unreadable, also while it is read."""
    if _size_of_directory(content) > MOST_DIRECTORY:
        raise TooMuch
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise Unreadable(str(error)) from error


def unpacked(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo], *, files: int, size: int) -> list[bytes]:
    """What entries hold; TooMuch before anything is unpacked, Unreadable for what is packed in an unusual way."""
    if len(entries) > files or sum(each.file_size for each in entries) > size:
        raise TooMuch
    if any(each.compress_type not in PLAIN for each in entries):
        raise Unreadable("it is packed in a way that is not taken")
    return [archive.read(each) for each in entries]


def packed(files: Mapping[str, bytes]) -> bytes:
    """Files as a zip file, by their paths."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, each in files.items():
            archive.writestr(path, each)
    return content.getvalue()


def of_ours(content: bytes) -> dict[str, bytes]:
    """The files of a zip file that `packed` has made."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {path: archive.read(path) for path in archive.namelist()}


def _size_of_directory(content: bytes) -> int:
    """As the end of the file says it, found as `zipfile` finds it; files beyond 4 GB are never meant here."""
    at = len(content) - 22
    if content[at : at + 4] != END or content[-2:] != b"\0\0":
        at = content.rfind(END, max(0, len(content) - 22 - (1 << 16)))
    if at < 0:
        raise Unreadable("it has no end")
    if content[max(0, at - 20) : at].startswith(ZIP64):
        raise Unreadable("it is made for files of more than 4 GB")
    return int.from_bytes(content[at + 12 : at + 16], "little")
