"""The statistics computed in full from all cases of a scope: what the sums that are kept must tell, too."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import case, func, select

from engine import Session, joins, now
from processes.cases.schema import DbCase, DbCaseClock, DbCaseEntry, DbCaseFact
from processes.clock.calendar import WorkingCalendar
from processes.letters.schema import DbLetter
from processes.statistics.counting import Count
from processes.statistics.dimensions import DIMENSIONS
from processes.statistics.durations import Spread, WorkingHours
from processes.statistics.measures import MEASURES
from processes.statistics.remedies import Cost, Remedy
from processes.statistics.scope import Scope, counted
from processes.statistics.steps import Worked
from processes.values import money_of

Key = TypeVar("Key", bound=Hashable)


def percentile(values: Sequence[Any], per_cent: int) -> Any:
    """The smallest value that so many per cent of the values do not exceed; None of none."""
    return sorted(values)[max(-(-len(values) * per_cent // 100) - 1, 0)] if values else None


def count(session: Session, scope: Scope, dimension: str = "all", measures: Sequence[str] = ("cases",)) -> list[Count]:
    """The counts by the values of a dimension, the most cases first; nothing where nothing was received."""
    fits = [case((MEASURES[name](session, scope), 1), else_=0).label(f"m_{name}") for name in measures]
    value = DIMENSIONS[dimension](scope).label("value")
    rows = select(DbCase.id, DbCase.procedure, value, *fits).where(counted(scope)).subquery()
    sums = [func.sum(rows.c[f"m_{name}"]) for name in measures]
    query = select(rows.c.value, func.min(rows.c.procedure), func.min(rows.c.id), func.count(), *sums)
    found = session.execute(query.group_by(rows.c.value)).all()
    found = sorted(found, key=lambda row: (row[0] is None, -row[3], str(row[0])))
    return [Count(row[0], row[1], dict(zip(measures, map(int, row[4:]), strict=True))) for row in found]


def total(session: Session, scope: Scope, measures: Sequence[str]) -> Mapping[str, int]:
    """The counts over the whole scope; noughts where nothing was received."""
    return next((each.counts for each in count(session, scope, "all", measures)), dict.fromkeys(measures, 0))


def spread_of(values: Sequence[timedelta]) -> Spread:
    """The spread of some lengths, each as it is shown: in tenths of an hour."""
    shown = [Decimal(f"{value.total_seconds() / 3600:.1f}") for value in values]
    median, ninth = (percentile(shown, per_cent) for per_cent in (50, 90))
    return Spread(
        len(shown), *(None if each is None else int(each * 10) * timedelta(minutes=6) for each in (median, ninth))
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
    return {name: spread_of(values) for name, values in reached.items()}


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
            spread_of([hours.between(step.opened, step.ended) for step in some if step.ended is not None]),
        )
        for name, some in groups.items()
    }


def kinds(session: Session, scope: Scope) -> Sequence[Remedy]:
    """How many cases have each kind of remedy in the plan that was approved, the most first."""
    rows = session.execute(
        select(DbCase.procedure, DbCaseFact.text)
        .join(DbCaseFact, DbCaseFact.case_id == DbCase.id)
        .where(counted(scope), scope.knows("remedies"))
    ).all()
    found = Counter(kind for _procedure, text in rows for kind in set(text.split(", ")))
    home = {kind: procedure for procedure, text in rows for kind in text.split(", ")}
    return [
        Remedy(kind, home[kind], number) for kind, number in sorted(found.items(), key=lambda each: (-each[1], each[0]))
    ]


def costs(session: Session, scope: Scope) -> Sequence[Cost]:
    """What was approved, added up by the unit that is responsible, the most first."""
    rows = session.execute(
        select(DbCase.unit, DbCaseFact.text)
        .join(DbCaseFact, DbCaseFact.case_id == DbCase.id)
        .where(counted(scope), scope.knows("cost"))
    ).all()
    known = [(unit or None, amount) for unit, text in rows if (amount := money_of(text)) is not None]
    found = [
        Cost(
            unit,
            sum(each == unit for each, _ in known),
            sum((amount for each, amount in known if each == unit), Decimal(0)),
        )
        for unit in dict.fromkeys(unit for unit, _ in known)
    ]
    return sorted(found, key=lambda cost: (-cost.amount, cost.unit or ""))
