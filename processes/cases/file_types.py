"""What a file is, by its content; the name and the sender's word are only compared with it."""

import hashlib
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath

from processes import archives
from processes.errors import FileRefused

OFFICE = "application/vnd.openxmlformats-officedocument."
ENDINGS = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".txt": "text/plain",
    **dict.fromkeys((".bpmn", ".dmn", ".form", ".toml", ".tsv", ".po"), "text/plain"),
    ".csv": "text/csv",
    ".eml": "message/rfc822",
    ".docx": OFFICE + "wordprocessingml.document",
    ".xlsx": OFFICE + "spreadsheetml.sheet",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
}
"""The type that an ending promises."""

TEXTS = frozenset({"text/plain", "text/csv", "message/rfc822"})
OLE = frozenset({"application/msword", "application/vnd.ms-excel"})

MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)

LONGEST_NAME = 150


@dataclass(frozen=True)
class Checked:
    """A file that may be kept."""

    name: str
    type: str
    content: bytes
    sha256: str


def check(name: str, content: bytes, *, allowed: Collection[str], most_bytes: int) -> Checked:
    """A file that may be kept; FileRefused when it is too large, not what it says, or not wanted.

    It looks at every byte: not to be called in a transaction with what comes from outside.
    """
    name = clean_name(name)
    if not content:
        raise FileRefused(name=name, why="it is empty")
    if len(content) > most_bytes:
        raise FileRefused(name=name, why=f"it is larger than {most_bytes // (1024 * 1024)} MB")
    ending = PurePosixPath(name).suffix.lower()
    found = sniff(content)
    if ending and ending not in ENDINGS:
        raise FileRefused(name=name, why=f"files of the kind {ending} are not taken")
    promised = ENDINGS.get(ending)
    real = next((kind for kind in (promised,) if kind in found), None) if promised else min(found, default=None)
    if real is None:
        raise FileRefused(name=name, why="its content is not what its name says")
    if real not in allowed:
        raise FileRefused(name=name, why=f"files of the kind {real} are not taken")
    if not ending:
        name += next(suffix for suffix, kind in ENDINGS.items() if kind == real)
    return Checked(name, real, content, hashlib.sha256(content).hexdigest())


def sniff(content: bytes) -> frozenset[str]:
    """The types that the content may be: one, or several where the format itself does not tell them apart."""
    for magic, kind in MAGIC:
        if content.startswith(magic):
            return frozenset({kind})
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return frozenset({"image/webp"})
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return OLE
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    return TEXTS if _is_text(content) else frozenset()


def clean_name(name: str) -> str:
    """The last part of a path, without control and direction characters, of a sensible length."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in last if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    kept = kept.strip(" .") or "file"
    stem, dot, ending = kept.rpartition(".")
    if len(kept) > LONGEST_NAME and dot:
        return stem[: LONGEST_NAME - len(ending) - 1] + dot + ending[:10]
    return kept[:LONGEST_NAME]


def _office(content: bytes) -> frozenset[str]:
    try:
        with archives.opened(content) as archive:
            names = archive.namelist()
    except (archives.Unreadable, archives.TooMuch):
        return frozenset()
    if "[Content_Types].xml" not in names:
        return frozenset()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return frozenset()
    kinds = {"word/": ENDINGS[".docx"], "xl/": ENDINGS[".xlsx"]}
    return frozenset(kind for start, kind in kinds.items() if any(name.startswith(start) for name in names))


def _is_text(content: bytes) -> bool:
    if b"\0" in content:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
