"""The files that a request sends: zip files unpacked, each where it lies in its folder, what is not deployed named."""

from collections.abc import Iterable
from pathlib import PurePosixPath
from unicodedata import normalize

from flask import request

from engine.errors import Refused
from processes import archives, folders

MOST_FILES = 300
MOST_BYTES = 20_000_000
"""Of all files together, unpacked."""
BESIDE = ("*/scenarios/*", "*/demo/*", "*/__pycache__/*", "__MACOSX/*", "*.py", "units.csv", "walked.json", ".*")
"""What lies beside the files of a folder and is not meant to be deployed: nobody has to be told that it is not."""


class NoFiles(Refused):
    """Choose the files of a folder: diagrams, tables, forms, letters, procedure.toml; or a zip file of them."""


class NotAZip(Refused):
    """{name} is no zip file that can be read; pack the folder anew as a usual zip file."""

    name: str


class TooMuch(Refused):
    """These are more than {files} files or more than {megabytes} MB: nothing was read."""

    files: int
    megabytes: int


class SameName(Refused):
    """Two files would be {name}: {one} and {other}. Send one of them."""

    name: str
    one: str
    other: str


def received() -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The files of the request by their paths in the folder, and the names of those that are none of a folder."""
    found: list[tuple[str, bytes]] = []
    ignored: list[str] = []
    for sent in request.files.getlist("files"):
        path = sent.filename or ""
        if path.lower().endswith(".zip"):
            unpacked, others = _unpacked(path, sent.stream.read(MOST_BYTES + 1))
            found, ignored = found + unpacked, ignored + others
        elif folders.is_deployed(folders.placed(path)):
            found.append((path, sent.stream.read(MOST_BYTES + 1)))
        elif path:
            ignored.append(path)
    return limited(_placed(found)), tuple(_meant(ignored))


def _meant(paths: Iterable[str]) -> list[str]:
    """Those of which somebody may think that they are deployed."""
    return [path for path in paths if not any(PurePosixPath("/", path).match(pattern) for pattern in BESIDE)]


def _placed(found: list[tuple[str, bytes]]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    origins: dict[str, str] = {}
    for path, content in found:
        placed = folders.placed(path)
        alike = normalize("NFC", placed).casefold()  # one file on many disks, of which the second takes the place
        if alike in origins:
            raise SameName(name=placed, one=origins[alike], other=path)
        files[placed], origins[alike] = content, path
    return files


def _unpacked(path: str, content: bytes) -> tuple[list[tuple[str, bytes]], list[str]]:
    """The files in a zip file by their paths in it; sizes are looked at before anything is unpacked."""
    try:
        with archives.opened(content) as archive:
            every = [entry for entry in archive.infolist() if not entry.is_dir()]
            wanted = [entry for entry in every if folders.is_deployed(folders.placed(entry.filename))]
            contents = archives.unpacked(archive, wanted, files=MOST_FILES, size=MOST_BYTES)
    except archives.Unreadable as error:
        raise NotAZip(name=path) from error
    except archives.TooMuch:
        raise _too_much() from None
    others = [entry.filename for entry in every if entry not in wanted]
    return [(entry.filename, found) for entry, found in zip(wanted, contents, strict=True)], others


def limited(files: dict[str, bytes]) -> dict[str, bytes]:
    """Files as they are; TooMuch where they are more than is taken."""
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        raise _too_much()
    return files


def _too_much() -> TooMuch:
    return TooMuch(files=MOST_FILES, megabytes=MOST_BYTES // 1_000_000)
