"""Reads the sums of a scope, with what has changed since they were written."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple, TypeVar

import orjson
from sqlalchemy import ColumnElement, and_, false, or_, select, true

from engine import Session
from processes.cases.schema import DbCase
from processes.clock.calendar import WorkingCalendar
from processes.statistics import keeping, reckoning, records
from processes.statistics.keeping import Sums
from processes.statistics.periods import Period, containing
from processes.statistics.records import Row
from processes.statistics.schema import DbCountedCase, DbCountedSum
from processes.statistics.scope import Scope

Key = TypeVar("Key")
Asked = tuple[Period, str, tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]
"""What a scope is about: period, unit, procedures, shares of them."""


class Place(NamedTuple):
    """Where sums belong."""

    procedure: str
    month: str
    unit: str
    """Empty: not known."""


class Counts:
    """What cases count together, by the sums that are kept and by what has changed since; for one transaction."""

    def __init__(self, session: Session, calendar: WorkingCalendar) -> None:
        """Take the session that reads it, and the calendar by which working times are reckoned."""
        self.session, self._calendar = session, calendar
        self._odd: dict[Asked, dict[str, dict[Place, Sums]]] = {}

    def sums(self, scope: Scope, part: str, by: Callable[[Place], Key]) -> dict[Key, Sums]:
        """What the cases of a scope count in one part of the sums, told apart by something."""
        found: dict[Key, Sums] = {}
        for place, sums in (*self._of_months(scope, part), *self._of_cases(scope, part)):
            keeping.merge(found.setdefault(by(place), {}), sums)
        return found

    def all_sums(self, scope: Scope, part: str) -> Sums:
        """The same of all of them together."""
        return self.sums(scope, part, lambda _: None).get(None, {})

    @cached_property
    def behind(self) -> int:
        """So many cases have changed and are shown as they were counted before; 0: all are counted as they are now."""
        if self.waiting is not None:
            return 0
        return keeping.number_waiting(self.session, reckoning.bases(self.session, self._calendar))

    @cached_property
    def waiting(self) -> list[int] | None:
        """The cases that are not counted as they are now; None where they are too many to be counted for a page."""
        bases = reckoning.bases(self.session, self._calendar)
        found = keeping.waiting(self.session, bases, keeping.AT_ONCE + 1)
        return found if len(found) <= keeping.AT_ONCE else None

    @cached_property
    def _before(self) -> Mapping[int, Row]:
        return keeping.kept(self.session, self.waiting) if self.waiting else {}

    @cached_property
    def _now(self) -> Mapping[int, Row]:
        return reckoning.rows(self.session, self._calendar, self.waiting) if self.waiting else {}

    def _of_months(self, scope: Scope, part: str) -> Iterator[tuple[Place, Sums]]:
        """The sums of whole months."""
        months = whole_months(scope.period)
        if months is None:
            return
        row = DbCountedSum
        query = select(row.procedure, row.month, row.unit, row.sums).where(row.part == part, row.month.between(*months))
        query = query.where(_in_sums(scope), row.unit == scope.unit if scope.unit else true())
        for procedure, month, unit, sums in self.session.connection().execute(query):
            yield Place(procedure, month, unit), orjson.loads(sums)

    def _of_cases(self, scope: Scope, part: str) -> Iterator[tuple[Place, Sums]]:
        """What cases add to the sums of whole months, or take from them: changed ones, and those of odd days."""
        shares = tuple(sorted((key, tuple(roles)) for key, roles in scope.shares.items()))
        asked = scope.period, scope.unit, tuple(each.key for each in scope.procedures), shares
        if asked not in self._odd:
            self._odd[asked] = self._added(scope)
        yield from self._odd[asked].get(part, {}).items()

    def _added(self, scope: Scope) -> dict[str, dict[Place, Sums]]:
        """The same of all parts: each case is looked at once."""
        months = whole_months(scope.period) or ("", "")
        rows = [(-1, row) for row in self._before.values() if months[0] <= row.month <= months[1]]
        rows += [(1, row) for row in self._now.values() if months[0] <= row.month <= months[1]]
        rows += [(1, row) for first, last in odd_days(scope.period) for row in self._between(scope, first, last)]
        found: dict[str, dict[Place, Sums]] = {}
        for sign, row in rows:
            if row.record is None or not _is_in(scope, row):
                continue
            place = Place(row.procedure, row.month, row.unit)
            for part, name, value in records.entries(row.record):
                values = found.setdefault(part, {}).setdefault(place, {}).setdefault(name, {})
                values[value] = values.get(value, 0) + sign
        return found

    def _between(self, scope: Scope, first: date, last: date) -> Iterator[Row]:
        """The cases received on some days, as they are counted now."""
        begins = datetime.combine(first, time(), scope.zone)
        ends = datetime.combine(last + timedelta(days=1), time(), scope.zone)
        keys = [each.key for each in scope.procedures]
        query = select(DbCase.id, *DbCountedCase.__table__.c).outerjoin(DbCountedCase)
        query = query.where(DbCase.procedure.in_(keys), DbCase.received_at >= begins, DbCase.received_at < ends)
        for number, *columns in self.session.connection().execute(query):
            if number in self._now:
                yield self._now[number]
            elif columns[0] is not None:
                yield Row(*columns)


def whole_months(period: Period) -> tuple[str, str] | None:
    """The first and the last month that lie in a period as a whole."""
    first, last = _bounds(period)
    return (f"{first:%Y-%m}", f"{last:%Y-%m}") if first <= last else None


def odd_days(period: Period) -> list[tuple[date, date]]:
    """The days of a period before its first whole month, and behind its last."""
    first, last = _bounds(period)
    if first > last:
        return [(period.first, period.last)]
    day = timedelta(days=1)
    parts = (period.first, first - day), (last + day, period.last)
    return [(begins, ends) for begins, ends in parts if begins <= ends]


def _bounds(period: Period) -> tuple[date, date]:
    """The first day of the first whole month and the last one of the last."""
    first, last = containing("month", period.first), containing("month", period.last)
    begins = first.first if first.first == period.first else first.moved(1).first
    return begins, last.last if last.last == period.last else last.moved(-1).last


def _in_sums(scope: Scope) -> ColumnElement[bool]:
    """As `scope.counted` has it for cases."""
    row, whole = DbCountedSum, [each.key for each in scope.procedures if each.key not in scope.shares]
    parts = (
        and_(
            row.procedure == each.key,
            or_(false(), *(row.known.contains(f" {role} ") for role in scope.shares[each.key])),
        )
        for each in scope.parted
    )
    return or_(row.procedure.in_(whole), *parts)


def _is_in(scope: Scope, row: Row) -> bool:
    """The same of one case."""
    if scope.unit not in ("", row.unit) or row.procedure not in {each.key for each in scope.procedures}:
        return False
    roles = scope.shares.get(row.procedure)
    return roles is None or any(f" {role} " in row.known for role in roles)
