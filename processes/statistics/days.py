"""Days in the zone of an installation, as databases tell them of a moment."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Date, case, cast, func

from processes.statistics.scope import Scope

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def day_of(dialect: str, scope: Scope, moment: Any) -> ColumnElement[Any]:
    """The day of a moment that lies in the period of a scope, or up to two days behind it."""
    if dialect == "postgresql":
        return cast(func.timezone(str(scope.zone), moment), Date)
    first, *others = offsets(scope.zone, scope.period.begins(scope.zone), scope.period.ends(scope.zone) + 2 * DAY)
    found, before = [], first[1]
    for since, offset in others:
        found.append((moment < since, _moved(moment, before)))
        before = offset
    return case(*found, else_=_moved(moment, before)) if found else _moved(moment, before)


def _moved(moment: Any, offset: timedelta) -> ColumnElement[Any]:
    second = func.substr(moment, 1, 19)  # of the last thousandth of a day SQLite would make the next one
    return func.date(second, f"{offset.total_seconds():+.0f} seconds")


def offsets(zone: tzinfo, begins: datetime, ends: datetime) -> Iterator[tuple[datetime, timedelta]]:
    """Since when a zone is how far from UTC, in a stretch of time; to the minute, for no zone changes twice a day."""
    moment = begins.astimezone(UTC)
    known = _offset(zone, moment)
    yield moment, known
    while moment < ends:
        if _offset(zone, moment + DAY) != known:
            short, long = timedelta(0), DAY
            while long - short > MINUTE:
                middle = (short + long) // 2
                short, long = (middle, long) if _offset(zone, moment + middle) == known else (short, middle)
            known = _offset(zone, moment + DAY)
            yield (moment + long).replace(second=0, microsecond=0), known
        moment += DAY


def _offset(zone: tzinfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)
