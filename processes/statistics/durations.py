"""How long it took: working time between what happened in cases, reckoned over a whole period at once."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from engine import Session
from processes.cases.schema import DbCase, DbCaseClock, DbCaseEntry
from processes.clock.calendar import WorkingCalendar
from processes.letters.schema import DbLetter
from processes.statistics.scope import Scope, counted
from processes.statistics.shares import percentile


class WorkingHours:
    """Working time between two moments of a stretch of days: the calendar is asked for each day once."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        """Take a calendar."""
        self._calendar = calendar
        self._opens: list[datetime] = []
        self._worked: list[tuple[timedelta, timedelta]] = []

    def cover(self, moments: Iterable[datetime]) -> "WorkingHours":
        """Reckon all days between the first and the last of some moments."""
        known = [*moments]
        self._opens, self._worked = [], []
        if known:
            day, last, so_far = *map(self._calendar.day_of, (min(known), max(known))), timedelta(0)
            while day <= last:
                for opens, closes in self._calendar.stretches(day):
                    length = max(closes - opens, timedelta(0))
                    self._opens.append(opens)
                    self._worked.append((so_far, length))
                    so_far += length
                day += timedelta(days=1)
        return self

    def between(self, first: datetime, last: datetime) -> timedelta:
        """The working time between two covered moments; none where the last one is earlier."""
        return max(self._until(last) - self._until(first), timedelta(0))

    def _until(self, moment: datetime) -> timedelta:
        """Since the first day: what was worked before the period that has begun last, and in it."""
        place = bisect_right(self._opens, moment) - 1
        if place < 0:
            return timedelta(0)
        before, length = self._worked[place]
        return before + min(moment - self._opens[place], length)


@dataclass(frozen=True)
class Spread:
    """How values are spread: how many, the one in the middle, the one that nine of ten do not exceed."""

    number: int
    median: timedelta | None
    ninth: timedelta | None


def spread(values: Sequence[timedelta]) -> Spread:
    """The spread of some lengths."""
    hours = [value.total_seconds() for value in values]
    median, ninth = percentile(hours, 50), percentile(hours, 90)
    return Spread(
        len(hours),
        None if median is None else timedelta(seconds=median),
        None if ninth is None else timedelta(seconds=ninth),
    )


def _first_letter() -> Any:
    query = select(func.min(DbLetter.written_at)).where(DbLetter.case_id == DbCase.id)
    return query.correlate(DbCase).scalar_subquery()


def _taken_over() -> Any:
    accepted = (DbCaseEntry.case_id == DbCase.id) & (DbCaseEntry.kind == "accepted")
    return select(func.min(DbCaseEntry.at)).where(accepted).correlate(DbCase).scalar_subquery()


def _answered() -> Any:
    """When the first clock of the declaration was stopped, which is the one of the answer."""
    first = (DbCaseClock.case_id == DbCase.id) & (DbCaseClock.place == 0)
    return select(func.max(DbCaseClock.stopped_at)).where(first).correlate(DbCase).scalar_subquery()


MILESTONES: Mapping[str, Callable[[], Any]] = {
    "acknowledged": _first_letter,
    "taken_over": _taken_over,
    "answered": _answered,
    "ended": lambda: DbCase.closed_at.expression,
}
"""What is waited for after the receipt: the first letter, somebody who takes it over, the answer, the end."""


def times(session: Session, scope: Scope, calendar: WorkingCalendar) -> Mapping[str, Spread]:
    """The working time from the receipt to each milestone, of those cases that have reached it."""
    columns = [MILESTONES[name]().label(name) for name in MILESTONES]
    rows = session.connection().execute(select(DbCase.received_at, *columns).where(counted(scope))).all()
    hours = WorkingHours(calendar).cover(moment for row in rows for moment in row if moment is not None)
    reached = {
        name: [hours.between(row[0], row[place]) for row in rows if row[place] is not None]
        for place, name in enumerate(MILESTONES, 1)
    }
    return {name: spread(values) for name, values in reached.items()}
