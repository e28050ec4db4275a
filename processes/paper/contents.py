"""A paper as the press takes it: its words as plain values, its pictures as files beside them."""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from processes.paper import fonts
from processes.paper.model import PICTURES, Pages, Paper, Part, Picture, Sheet, Signature, Signatures
from processes.paper.words import WORDS


@dataclass
class Contents:
    """What lies in the folder of the press."""

    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    """Characters that the font lacks."""

    @property
    def text(self) -> bytes:
        """The values as they are written; the same for the same paper."""
        return json.dumps(self.values, ensure_ascii=False, sort_keys=True).encode()


def contents(paper: Paper) -> Contents:
    """Everything of a paper that the press needs."""
    found = Contents()
    found.values = {
        **{name: _plain(found, getattr(paper, name)) for name in ("title", "subtitle", "sender", "number", "remark")},
        "digest": paper.digest,
        "language": paper.language,
        "words": dict(WORDS[paper.language]),
        "parts": [_part(found, part) for part in paper.parts],
    }
    found.values["missing"] = _missing(found)
    return found


def _missing(found: Contents) -> str:
    return ", ".join(f"U+{ord(sign):04X}" for sign in sorted(found.missing))


def letter(sheet: Sheet) -> Contents:
    """Everything of a letter that the press needs."""
    found = Contents()
    found.values = {**_plain(found, asdict(sheet)), "words": dict(WORDS[sheet.language]), "parts": []}
    found.values["missing"] = _missing(found)
    return found


def digest_of(paper: Paper) -> str:
    """The SHA-256 of what a paper says and shows; the digest at its own foot is left out."""
    found = contents(replace(paper, digest=""))
    parts = [found.text]
    parts += [name.encode() + hashlib.sha256(content).digest() for name, content in sorted(found.files.items())]
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


def _part(found: Contents, part: Part) -> dict[str, Any]:
    kind = type(part).__name__.lower()
    if isinstance(part, Picture):
        named = _file(found, part.content, PICTURES[part.type])
        return {**_plain(found, _without(part, "content", "type")), "kind": kind, "file": named}
    if isinstance(part, Pages):
        return {**_plain(found, _without(part, "content")), "kind": kind, "file": _file(found, part.content, "pdf")}
    if isinstance(part, Signatures):
        return {"kind": kind, "boxes": [_box(found, box) for box in part.boxes]}
    return {**_plain(found, asdict(part)), "kind": kind}


def _box(found: Contents, box: Signature) -> dict[str, Any]:
    named = _file(found, box.picture, PICTURES[box.picture_type]) if box.picture is not None else ""
    return {**_plain(found, _without(box, "picture", "picture_type")), "file": named}


def _without(part: Any, *names: str) -> dict[str, Any]:
    return {name: value for name, value in vars(part).items() if name not in names}


def _file(found: Contents, content: bytes, ending: str) -> str:
    name = f"{len(found.files):04}.{ending}"
    found.files[name] = content
    return name


def _plain(found: Contents, value: Any) -> Any:
    """Texts as they can be set, whatever they stand in."""
    if isinstance(value, str):
        found.missing |= fonts.missing(value)
        return fonts.showable(value)
    if isinstance(value, dict):
        return {name: _plain(found, each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(found, each) for each in value]
    return value
