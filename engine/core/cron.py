"""When a cron expression fires: reckoned on the clock of the wall, then put into the time that there really is.

Over summer time nothing is lost and nothing comes twice. A time that is left out is taken when it would have been
without the change: half past two is half past three on that day. One that there is twice is taken the first time. Only
where the hour is `*` it goes by real hours: it fires in both, and there is nothing to fire in one that is left out.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from engine.core.errors import WrongTime
from engine.phrases import phrase

_NUMBERED_DAYS = re.compile(r"\d")
_ANY = frozenset({"*", "?"})
_NAMES = ("second", "minute", "hour", "day", "month", "day_of_week", "year")
_YEARS = "1970-2150"
"""Years that are gone through where none is named; the longest wait is that for a Monday that is 29 February."""
_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=1024)
def trigger_of(text: str) -> CronTrigger:
    """The trigger of a cron expression of five to seven fields, on a clock without summer time; WrongTime."""
    values = _fields(text)
    if _NUMBERED_DAYS.search(values["day_of_week"]):
        raise WrongTime(
            text=text, reason=phrase("write days of the week as MON to SUN: their numbers differ between engines")
        )
    years = {"year": values.get("year", "*").replace("*", _YEARS)}
    try:
        return CronTrigger(**{name: value.lower() for name, value in {**values, **years}.items()}, timezone=UTC)
    except (ValueError, KeyError) as error:
        raise WrongTime(
            text=text, reason=phrase("the cron expression is not understood ({error})", error=error)
        ) from error


def check(text: str) -> None:
    """WrongTime when a cron expression is read differently by other engines, or can never fire."""
    values = _fields(text)
    if not {values["day"], values["day_of_week"]} & _ANY:
        reason = phrase(
            "some engines take a day of the month and a day of the week for “and”, some for “or”: leave one as ?"
        )
        raise WrongTime(text=text, reason=reason)
    if values.get("year", "*") != "*":
        reason = phrase("behind its last year it would never fire: leave the year out, or write a date")
        raise WrongTime(text=text, reason=reason)
    if trigger_of(text).get_next_fire_time(None, datetime(1970, 1, 1, tzinfo=UTC)) is None:
        raise WrongTime(text=text, reason=phrase("it never fires: there is no such day"))


def due(text: str, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first time of a cron expression that is later than a moment, in UTC; None when there is none."""
    after = after.astimezone(UTC)
    hourly = _fields(text)["hour"] == "*"
    found: datetime | None = None
    last: datetime | None = None
    for wall in _walls(text, _wall(after, zone) - _shift(after, zone)):
        if last is not None and wall > last:
            break
        for moment in _moments(wall, zone, hourly=hourly):
            if moment > after and (found is None or moment < found):
                found = moment
                last = wall + _shift(moment, zone)
    return found


def _walls(text: str, start: datetime) -> Iterator[datetime]:
    """The times of the wall clock that an expression names, from a start on, without a zone."""
    trigger = trigger_of(text)
    wall = start.replace(microsecond=0, tzinfo=UTC)
    while (following := trigger.get_next_fire_time(None, wall)) is not None:
        yield following.replace(tzinfo=None)
        wall = following + _SECOND


def _moments(wall: datetime, zone: ZoneInfo, *, hourly: bool) -> list[datetime]:
    """When a time of the wall clock is: once, twice or never where it goes by real hours, else always once."""
    both = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    if not hourly:
        return both[:1]
    return sorted({moment for moment in both if _wall(moment, zone) == wall})


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _shift(moment: datetime, zone: ZoneInfo) -> timedelta:
    """How far the clocks are changed around a moment; nothing on most days."""
    around = [(moment + timedelta(days=days)).astimezone(zone).utcoffset() or timedelta() for days in (-1, 0, 1)]
    return max(around) - min(around)


def _fields(text: str) -> dict[str, str]:
    fields = text.split()
    fields = ["0", *fields] if len(fields) == 5 else fields
    return dict(zip(_NAMES, (field.replace("?", "*") for field in fields), strict=False))
