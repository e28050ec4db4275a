"""The steps of cases: how often they were taken, by which unit, how long they took, how many were late."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import case, func, select

from engine import Session, joins, now
from processes.cases.schema import DbCase
from processes.clock.calendar import WorkingCalendar
from processes.statistics.durations import Spread, WorkingHours, spread
from processes.statistics.scope import Scope, counted

Key = TypeVar("Key", bound=Hashable)


class Step(NamedTuple):
    """One step of one case, as it was or is open to people; there are very many of them."""

    case: int
    unit: str | None
    process: str
    element: str
    opened: datetime
    ended: datetime | None
    dated: bool
    late: bool
    """Whether it was done after it was due, or is due and not done."""


@dataclass(frozen=True)
class Worked:
    """What was counted of some steps."""

    steps: int
    cases: int
    dated: int
    """Those with a date; of the others nobody can say whether they are late."""
    late: int
    took: Spread
    """The working time of those that are done."""

    @property
    def in_time(self) -> int:
        """Those with a date that are not late."""
        return self.dated - self.late


def steps_of(session: Session, scope: Scope) -> list[Step]:
    """All steps of the cases of a scope, in whichever round or process beside the case."""
    work, connection = joins.work(), session.connection()
    columns = work.c.audience_id, work.c.process_key, work.c.element, work.c.created_at, work.c.ended_at
    dated = case((work.c.due_at.is_not(None), True), else_=False)
    late = case((work.c.due_at < func.coalesce(work.c.ended_at, now(session)), True), else_=False)
    query = select(DbCase.id, *columns, dated, late).join(work, work.c.business_key == DbCase.number)
    found = connection.execute(query.where(counted(scope))).all()
    units = {row[0]: row[1] for row in connection.execute(joins.units_of({row[1] for row in found}))}
    return [Step(number, units.get(audience), *rest) for number, audience, *rest in found]


def by(session: Session, scope: Scope, calendar: WorkingCalendar, key: Callable[[Step], Key]) -> Mapping[Key, Worked]:
    """The steps of a scope, told apart by something, and counted."""
    found = steps_of(session, scope)
    hours = WorkingHours(calendar).cover(each for step in found for each in (step.opened, step.ended) if each)
    groups: dict[Key, list[Step]] = {}
    for step in found:
        groups.setdefault(key(step), []).append(step)
    return {
        name: Worked(
            len(some),
            len({step.case for step in some}),
            sum(step.dated for step in some),
            sum(step.late for step in some),
            spread([hours.between(step.opened, step.ended) for step in some if step.ended is not None]),
        )
        for name, some in groups.items()
    }
