"""When timer start events are due; the durability keeps what these functions return."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.core.errors import WrongTime
from engine.core.timer_event import first_due, next_due
from engine.language.expressions import interpolate
from engine.phrases import phrase
from engine.values import Json, StartPoint


def first_start(
    start: StartPoint, now: datetime, zone: ZoneInfo, functions: Mapping[str, Callable[..., Any]]
) -> dict[str, Json]:
    """When a timer start event fires first: `due` in UTC, and for a cycle what `next_start` must know.

    Args:
        start: a start event whose kind is timer.
        now: the moment of the deployment.
        zone: where days begin and end.
        functions: what its expression may call; there are no variables yet.

    Raises:
        WrongTime: when it is no time.
        ExpressionError: when its expression cannot be worked out.
    """
    text = interpolate(start.expression or "", {}, functions)
    if start.timer is None or not isinstance(text, str):
        raise WrongTime(text=str(start.expression), reason=phrase("it gives {text} instead of a time", text=repr(text)))
    return first_due(start.timer, text, now, zone)


def next_start(
    kept: Mapping[str, Json], now: datetime, zone: ZoneInfo, *, catch_up: str = "one"
) -> dict[str, Json] | None:
    """When it fires next after it has fired, or None when that was the last time.

    Args:
        kept: what `first_start` or `next_start` gave for the time that was due.
        now: the moment of the firing.
        zone: where days begin and end.
        catch_up: `one` counts missed times as used, `all` makes up for each.
    """
    return next_due(dict(kept), now, zone, catch_up=catch_up) if "cycle" in kept else None
