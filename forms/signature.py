"""Signatures: who, when, how, and the hash of what was signed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from forms.kinds import Kind
from forms.language import Json
from forms.model import Component, Form, Level, RowsSpec

MODES = ("password", "drawn")


@dataclass(frozen=True)
class Signature:
    """A signature that the caller has verified: the password was right, or somebody has drawn.

    A client cannot send one as JSON; that is what makes it count.
    """

    kind: str
    """password or drawn."""
    by: str
    """The person's id, or the name of a signer who has no account."""
    at: str
    """When, ISO 8601 with offset."""
    sha256: str = ""
    """Hash of what was signed; empty = to be computed from the answers it comes with."""
    file: Mapping[str, Json] | None = field(default=None)
    """Where the drawing is kept."""

    def as_json(self) -> dict[str, Json]:
        """As it is stored among the answers."""
        found: dict[str, Json] = {"kind": self.kind, "by": self.by, "at": self.at, "sha256": self.sha256}
        return found | ({"file": dict(self.file)} if self.file is not None else {})


def as_signature(value: Json) -> Signature | None:
    """A Signature from an object or from a mapping of the caller's; None when it is not one."""
    if isinstance(value, Signature):
        return value
    if not isinstance(value, Mapping) or value.get("kind") not in MODES:
        return None
    by, at, digest, file = (value.get(key) for key in ("by", "at", "sha256", "file"))
    if not (isinstance(by, str) and by and isinstance(at, str) and at):
        return None
    return Signature(value["kind"], by, at, str(digest or ""), file if isinstance(file, Mapping) else None)


def signed_digest(form: Form, values: Mapping[str, Json]) -> str:
    """SHA-256, in hexadecimal, of what a signature stands for.

    Canonical JSON (sorted keys, no spaces, UTF-8) of the form's id and digest and of the answers, signatures left out.
    """
    signed = {"form": form.id, "digest": form.digest, "answers": _without_signatures(form.level, values)}
    text = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _without_signatures(level: Level, values: Mapping[str, Json]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for each in level.valued():
        holder, value = _find(values, each.path)
        if not holder or each.kind is Kind.SIGNATURE:
            continue
        found[each.key] = _rows(each, value) if isinstance(each.spec, RowsSpec) else value
    return found


def _rows(component: Component, value: Json) -> Json:
    assert isinstance(component.spec, RowsSpec)
    if not isinstance(value, list):
        return value
    level = component.spec.level
    return [_without_signatures(level, row) if isinstance(row, Mapping) else row for row in value]


def _find(values: Json, path: tuple[str, ...]) -> tuple[bool, Json]:
    for name in path:
        if not isinstance(values, Mapping) or name not in values:
            return False, None
        values = values[name]
    return True, values
