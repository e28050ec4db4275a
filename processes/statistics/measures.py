"""What is counted of cases: each a condition, the same in the table and in the list that a number opens."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import (
    ColumnElement,
    Float,
    Interval,
    Select,
    and_,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.orm import aliased

from engine import Session, joins, now
from processes.cases.facts import fold
from processes.cases.schema import DbCase, DbCaseClock, DbCaseEntry, DbCaseFact
from processes.procedures.model import Role
from processes.rows import among, unindexed
from processes.statistics import days
from processes.statistics.dimensions import RARE, fact, if_rare
from processes.statistics.reading import Counts
from processes.statistics.schema import MARKS, DbCountedCase
from processes.statistics.scope import Scope

Condition = ColumnElement[bool]
THIRD = 3
"""The same complaint so often is a matter of its own (KB-2.1.1-4)."""


def _clock(*conditions: Condition) -> Condition:
    return exists().where(DbCaseClock.case_id == DbCase.id, *conditions).correlate(DbCase)


def _until(session: Session) -> ColumnElement[datetime]:
    """Until when a clock has run: it was stopped, the case has ended without that (withdrawn), or it runs."""
    return func.coalesce(DbCaseClock.stopped_at, DbCase.closed_at, now(session))


def _late(session: Session, _scope: Scope) -> Condition:
    """A limit that is no mere target has passed before it was kept, or without."""
    until = _until(session)
    return _clock(DbCaseClock.soft.is_(False), DbCaseClock.due_at < until)


def _in_time(session: Session, scope: Scope) -> Condition:
    """All limits that are no mere targets were kept."""
    hard = DbCaseClock.soft.is_(False) & DbCaseClock.due_at.is_not(None)
    still = _clock(hard, DbCaseClock.stopped_at.is_(None))
    return _clock(hard, DbCaseClock.stopped_at.is_not(None)) & ~still & ~_late(session, scope)


def _target(*, kept: bool) -> Callable[[Session, Scope], Condition]:
    def condition(session: Session, _scope: Scope) -> Condition:
        missed = DbCaseClock.due_at < _until(session)
        done = (DbCaseClock.stopped_at <= DbCaseClock.due_at) if kept else missed
        return _clock(DbCaseClock.soft.is_(True), done)

    return condition


def _noted(kind: str) -> Callable[[Session, Scope], Condition]:
    def condition(_session: Session, _scope: Scope) -> Condition:
        of_case = DbCaseEntry.case_id == DbCase.id
        return exists().where(of_case, DbCaseEntry.kind == kind).correlate(DbCase)

    return condition


def _with_entry(kind: str) -> Callable[[Scope], Select[int]]:
    """As in the index of the entries of this kind: with a parameter SQLite does not find it."""
    return lambda _scope: select(DbCaseEntry.case_id).where(DbCaseEntry.kind == literal_column(f"'{kind}'"))


def _known(role: Role) -> Callable[[Session, Scope], Condition]:
    def condition(_session: Session, scope: Scope) -> Condition:
        return fact(scope, role).is_not(None)

    return condition


def _at_least(role: Role, least: int) -> Callable[[Session, Scope], Condition]:
    def condition(_session: Session, scope: Scope) -> Condition:
        amount = fold(str(least), "number")
        return exists().where(scope.knows(role), DbCaseFact.folded >= amount).correlate(DbCase)

    return condition


def _ended(*kinds: str) -> Callable[[Session, Scope], Condition]:
    def condition(_session: Session, scope: Scope) -> Condition:
        known = [(key, keys) for key, keys in scope.ended(*kinds).items() if keys]
        ends = (and_(DbCase.procedure == key, DbCase.outcome.in_(keys)) for key, keys in known)
        return and_(DbCase.closed_at.is_not(None), unindexed(or_(false(), *ends)))

    return condition


def _with_outcome(*kinds: str) -> Callable[[Scope], Select[int]]:
    def having(scope: Scope) -> Select[int]:
        keys = {key for keys in scope.ended(*kinds).values() for key in keys}
        other, (begins, ends) = aliased(DbCase), scope.bounds
        return select(other.id).where(other.outcome.in_(sorted(keys)), other.received_at.between(begins, ends))

    return having


def _closed_on_its_day(session: Session, scope: Scope) -> Condition:
    """Settled with whoever took it in: closed on the day of its receipt, never opened again (PW-2.2.1-1)."""
    settled = _ended("upheld", "partly", "declined")(session, scope)
    day = partial(days.day_of, session.dialect, scope)
    same = day(DbCase.received_at) == day(DbCase.closed_at)
    return and_(_soon(session.dialect), same, settled, ~_noted("reopened")(session, scope))


def _soon(dialect: str) -> Condition:
    """As in the index of these, `CLOSED_SOON`, by which they are found."""
    if dialect == "postgresql":
        return DbCase.closed_at - DbCase.received_at < literal_column("INTERVAL '26 hours'", Interval())
    return func.julianday(DbCase.closed_at) < func.julianday(DbCase.received_at) + literal_column("1.1", Float())


def _steps(*, late: bool) -> Callable[[Session, Scope], Condition]:
    def condition(session: Session, _scope: Scope) -> Condition:
        return step_of(session, late=late)

    return condition


def step_of(session: Session, unit: str | None = None, *, late: bool = False, whose: bool = False) -> Condition:
    """Whether a step of the case was for a unit, or was late.

    Args:
        session: for the time.
        unit: which one; None: persons only, with `whose`.
        late: only steps that were done after they were due, or are not done and due.
        whose: whether the unit matters.
    """
    work = joins.work()
    found = [work.c.business_key == DbCase.number]
    if late:
        found.append(work.c.due_at < func.coalesce(work.c.ended_at, now(session)))
    if whose:
        found.append(work.c.unit.is_(None) if unit is None else work.c.unit == unit)
    return exists().where(*found).correlate(DbCase)


def at_place(session: Session, process: str, element: str, *, late: bool) -> Condition:
    """Whether the case has come to a step of a diagram, or was late there."""
    work = joins.work()
    found = [work.c.business_key == DbCase.number, work.c.process_key == process, work.c.element == element]
    if late:
        found.append(work.c.due_at < func.coalesce(work.c.ended_at, now(session)))
    return exists().where(*found).correlate(DbCase)


MEASURES: Mapping[str, Callable[[Session, Scope], Condition]] = {
    "cases": lambda _session, _scope: true(),
    "open": lambda _session, _scope: DbCase.closed_at.is_(None),
    "closed": lambda _session, _scope: DbCase.closed_at.is_not(None),
    "late": _late,
    "in_time": _in_time,
    "target_met": _target(kept=True),
    "target_missed": _target(kept=False),
    "found_for": _ended("upheld", "partly"),
    "found_against": _ended("declined"),
    "taken_back": _ended("withdrawn"),
    "left_open": _ended("open"),
    "first_contact": _closed_on_its_day,
    "opened_again": _noted("reopened"),
    "redone": _at_least("redone", 1),
    "redone_often": _at_least("redone", 2),
    "mediated": _at_least("mediated", 1),
    "with_cost": _known("cost"),
    "blocked": _noted("blocked"),
    "late_step": _steps(late=True),
}
"""By the name that addresses have."""

_INDEXED: Mapping[str, Callable[[Scope], Select[int]]] = {
    "found_for": _with_outcome("upheld", "partly"),
    "found_against": _with_outcome("declined"),
    "taken_back": _with_outcome("withdrawn"),
    "left_open": _with_outcome("open"),
    "opened_again": _with_entry("reopened"),
    "blocked": _with_entry("blocked"),
}
"""Of some of them the cases among which those are that fit, of any time, as an index gives them."""


def rare_in(counts: Counts, scope: Scope, measure: str) -> list[Condition]:
    """The condition that a case is one of those that a measure can fit, where an index tells that they are few."""
    session = counts.session
    if measure in _INDEXED:
        return if_rare(session, _INDEXED[measure](scope))
    if measure not in MARKS or counts.waiting is None:
        return []
    found = session.scalars(marked(scope, measure).limit(RARE + 1)).all()
    return [among(session, DbCase.id, {*found, *counts.waiting})] if len(found) <= RARE else []


def marked(scope: Scope, measure: str) -> Select[int]:
    """The cases of the months of a scope that a measure counted when they were last counted."""
    row, months = DbCountedCase, (f"{scope.period.first:%Y-%m}", f"{scope.period.last:%Y-%m}")
    keys = [each.key for each in scope.procedures]
    has = text(MARKS[measure])  # as in the index: with a parameter no database finds it
    return select(row.case_id).where(row.procedure.in_(keys), row.month.between(*months), has)
