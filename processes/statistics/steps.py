"""The steps of cases: how often they were taken, by which unit, how long they took, how many were late."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from engine import Session, joins, now
from processes.cases.schema import DbCase
from processes.clock.calendar import WorkingCalendar
from processes.statistics.durations import Spread, WorkingHours, spread
from processes.statistics.scope import Scope, counted

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Step:
    """One step of one case, as it was or is open to people."""

    case: int
    unit: str | None
    process: str
    element: str
    opened: datetime
    due: datetime | None
    ended: datetime | None

    def late(self, moment: datetime) -> bool:
        """Whether it was done after it was due, or is due and not done."""
        return self.due is not None and self.due < (self.ended or moment)


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
    work = joins.work()
    columns = work.c.unit, work.c.process_key, work.c.element, work.c.created_at, work.c.due_at, work.c.ended_at
    query = select(DbCase.id, *columns).join(work, work.c.business_key == DbCase.number).where(counted(scope))
    return [Step(*row) for row in session.execute(query)]


def by(session: Session, scope: Scope, calendar: WorkingCalendar, key: Callable[[Step], Key]) -> Mapping[Key, Worked]:
    """The steps of a scope, told apart by something, and counted."""
    found = steps_of(session, scope)
    moment = now(session)
    hours = WorkingHours(calendar).cover(each for step in found for each in (step.opened, step.ended) if each)
    groups: dict[Key, list[Step]] = {}
    for step in found:
        groups.setdefault(key(step), []).append(step)
    return {
        name: Worked(
            len(some),
            len({step.case for step in some}),
            sum(step.due is not None for step in some),
            sum(step.late(moment) for step in some),
            spread([hours.between(step.opened, step.ended) for step in some if step.ended is not None]),
        )
        for name, some in groups.items()
    }
