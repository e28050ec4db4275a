"""Values that administrators type: of a kind that they choose, as JSON can keep it."""

import json
from collections.abc import Mapping

from engine import Json
from engine.errors import Refused
from web.shell.language import gettext as _

YES, NO = ("true", "yes", "1"), ("false", "no", "0")


class NotSuchAValue(Refused):
    """“{text}” is no {kind}."""

    text: str
    kind: str


def kinds() -> Mapping[str, str]:
    """What a value may be."""
    return {
        "text": _("text"),
        "number": _("number"),
        "truth": _("yes or no (true, false)"),
        "nothing": _("nothing (null)"),
        "json": _("list or object (JSON)"),
    }


def kind_of(value: Json) -> str:
    """The kind of a value."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "json"


def written(value: Json) -> str:
    """A value as it is typed."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)


def read_value(kind: str, text: str) -> Json:
    """The value that was typed; NotSuchAValue when it is none of its kind."""
    if kind == "nothing":
        return None
    if kind == "text":
        return text.replace("\r\n", "\n")
    plain = text.strip()
    if kind == "truth" and plain.lower() in (*YES, *NO):
        return plain.lower() in YES
    if kind in {"number", "json"}:
        try:
            value = json.loads(plain, parse_constant=_no_number)
        except (ValueError, RecursionError):
            value = None if plain != "null" else plain
        if kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
            return value
        if kind == "json" and value is not None:
            return value
    raise NotSuchAValue(text=plain[:60], kind=str(kinds().get(kind, kind)))


def _no_number(name: str) -> Json:
    raise ValueError(name)
