"""Values and moments as records show them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from engine import Json
from web.shell import dates, here

Place = Callable[[str | None, str | None], str]
"""What people call an element of a process; elements of the same id may stand in several diagrams."""
LONG = 80
"""A value with more characters is folded."""


@dataclass(frozen=True)
class Shown:
    """A value of a variable, ready to read."""

    text: str
    digits: bool = False
    whole: str = ""
    """The value in full where the text is its beginning."""


@dataclass(frozen=True)
class Moment:
    """A moment in the zone of the installation, to the second."""

    text: str
    title: str
    """With the year."""
    iso: str


def value(found: Json) -> Shown:
    """A value: text as it is, nothing as a dash, lists and objects as JSON."""
    if found is None:
        return Shown("—")
    if isinstance(found, bool):
        return Shown("true" if found else "false")
    if isinstance(found, int | float):
        return Shown(str(found), digits=True)
    if isinstance(found, str):
        return _short(found or "“”", found)
    flat = json.dumps(found, ensure_ascii=False)
    return _short(flat, json.dumps(found, ensure_ascii=False, indent=2))


def moment(at: datetime | None) -> Moment | None:
    """A moment, or None where there is none."""
    if at is None:
        return None
    zone = here.zone()
    local = at.astimezone(zone)
    return Moment(dates.exact_text(at, zone), f"{local:%Y-%m-%d %H:%M:%S} {zone.key}", dates.iso_text(at, zone))


def the_moment(at: datetime) -> Moment:
    """As `moment`, for one that is there."""
    found = moment(at)
    assert found is not None
    return found


def _short(text: str, whole: str) -> Shown:
    text = " ".join(text.split())
    digits = bool(text) and text.replace(",", "").replace(".", "", 1).lstrip("-").isdigit()
    return Shown(text, digits) if len(text) <= LONG else Shown(text[: LONG - 1] + "…", whole=whole)
