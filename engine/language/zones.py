"""Where moments that say no offset are meant."""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from engine.language.readings import MOMENT, temporal_of
from engine.language.values import Span, Value
from engine.values import ZONE


def zone_of(functions: Mapping[str, Callable[..., Any]]) -> tzinfo | None:
    """The zone of the installation, where the functions that are given know it."""
    known = functions.get(ZONE)
    return None if known is None else known()


def in_zone(value: Value, zone: tzinfo | None) -> Value:
    """A moment without an offset, or the text of one, as the moment that is meant in a zone; others as they are."""
    kind = type(value)
    if zone is None or kind not in {str, datetime, list, Span}:
        return value
    if kind is str:
        moment = temporal_of(value) if value[10:11] == "T" and MOMENT.fullmatch(value) else None
        return moment.replace(tzinfo=zone) if isinstance(moment, datetime) and moment.tzinfo is None else value
    if kind is datetime:
        return value.replace(tzinfo=zone) if value.tzinfo is None else value
    if kind is list:
        return [in_zone(item, zone) for item in value]
    return Span(in_zone(value.low, zone), in_zone(value.high, zone), value.with_low, value.with_high)
