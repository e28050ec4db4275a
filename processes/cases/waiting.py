"""Cases that somebody has a part in and that wait for others now: for a task, or for a fault to be mended."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Select, Subquery, exists, false, func, literal, or_, select, union_all
from sqlalchemy.orm import selectinload

from engine import Actor, Session, askers, joins, queries
from processes.cases import access
from processes.cases.schema import DbAwaited, DbCase


@dataclass(frozen=True)
class Awaited:
    """What a case waits for, and with whom; one that a fault has stopped may have no task at all."""

    case: DbCase
    stopped: bool
    """Whether a fault keeps it from going on."""
    since: datetime
    """When the task was taken or, while nobody has it, came up; without a task, when the fault was noticed."""
    task_id: int | None
    deployment_id: int | None
    """Where the task is drawn."""
    element: str | None
    name: str | None
    assignee: str | None
    candidate_users: Sequence[str] | None
    candidate_groups: Sequence[str] | None
    due_at: datetime | None

    @property
    def key(self) -> int:
        """Tells it from all others of a list."""
        return -self.case.id if self.task_id is None else self.task_id


AT_ONCE = 50
"""Sets of candidates that are looked through in one statement."""


def of(session: Session, actor: Actor, *, text: str = "", limit: int = 50, offset: int = 0) -> list[Awaited]:
    """The open tasks of other units in cases that the actor owns, registered or worked on; what is due first, first.

    Before them stand the cases that a fault has stopped and in which nobody has a task.
    """
    part, last = text.strip(), offset + limit
    stopped = joins.stopped()
    nobody = _alone(stopped, part).order_by(stopped.c.instance_id)
    alone = session.scalars(nobody.limit(last), askers.given(actor)).all()
    behind = max(offset - len(alone), 0)
    first, most = _first(session, actor, part, last), last - max(offset, len(alone))
    return _awaited(session, alone[offset:last], [number for _, number in first[behind : behind + most]])


def count(session: Session, actor: Actor) -> int:
    """How many there are, at most one more than the engine counts of tasks: more than that."""
    most = queries.MOST_COUNTED + 1
    others = _others(session, actor)
    given = askers.given(actor)
    found = session.scalar(_count_alone(most), given) or 0
    for start in range(0, len(others), AT_ONCE):
        some = others[start : start + AT_ONCE]
        asked = {**given, **askers.numbered(some)}
        found += session.scalar(_count_others(askers.even(len(some)), most), asked) or 0
    return min(found, most)


@lru_cache(maxsize=access.MOST_KEPT)
def _count_alone(most: int) -> Select[int]:
    return select(func.count()).select_from(_alone(joins.stopped()).limit(most).subquery())


@lru_cache(maxsize=access.MOST_KEPT)
def _count_others(number: int, most: int) -> Select[int]:
    tops = (each.limit(most).subquery() for each in _tasks(number))
    every = union_all(*(select(top.c.task_id) for top in tops)).limit(most).subquery()
    return select(func.count()).select_from(every)


def _first(session: Session, actor: Actor, part: str, most: int) -> list[tuple[datetime, int]]:
    """The tasks of others that are due first, with the moments by which they are sorted."""
    found: list[tuple[datetime, int]] = []
    for branches, given in _branches(session, actor):
        order = DbAwaited.due_sort, DbAwaited.task_id
        narrow = [_named(each, part) if part else each for each in branches]
        tops = (each.order_by(*order).limit(most).subquery() for each in narrow)
        every = union_all(*(select(top) for top in tops)).subquery()
        rows = session.execute(select(every).order_by(*every.c).limit(most), given)
        found += [(due, number) for due, number in rows]
    return sorted(found)[:most]


def _branches(session: Session, actor: Actor) -> Iterator[tuple[list[Select[datetime, int]], Mapping[str, Any]]]:
    """What is awaited, each set of candidates without the actor apart: in its index it is sorted as the list is.

    With what they are given.
    """
    found = _others(session, actor)
    for start in range(0, len(found), AT_ONCE):
        some = found[start : start + AT_ONCE]
        yield _tasks(askers.even(len(some))), {**askers.given(actor), **askers.numbered(some)}


def _tasks(number: int) -> list[Select[datetime, int]]:
    tasks = select(DbAwaited.due_sort, DbAwaited.task_id).where(DbAwaited.person == askers.asker(0).person)
    return [tasks.where(DbAwaited.audience_id == each) for each in askers.sets(number)]


def _others(session: Session, actor: Actor) -> tuple[int, ...]:
    """The sets of candidates of what an actor waits for, but for those the actor is in."""
    return tuple(session.scalars(_sets(), askers.given(actor)))


@cache
def _sets() -> Select[int]:
    """Each is found in the index behind the one before it."""
    asker = askers.asker(0)
    mine, numbers = DbAwaited.person == asker.person, DbAwaited.audience_id
    sets = select(func.min(numbers).label("number")).where(mine).cte(recursive=True)
    behind = select(func.min(numbers)).where(mine, numbers > sets.c.number).correlate(sets).scalar_subquery()
    sets = sets.union_all(select(behind).where(sets.c.number.is_not(None)))
    others = sets.c.number.is_not(None), sets.c.number.not_in(joins.audiences_of(asker))
    return select(sets.c.number).where(*others)


def _named(tasks: Select[datetime, int], part: str) -> Select[datetime, int]:
    """Those of which the name or the number of the case has a part, in any case of letters."""
    task = joins.open_tasks()
    query = tasks.join(task, task.c.id == DbAwaited.task_id).join(DbCase, DbCase.instance_id == task.c.instance_id)
    return query.where(or_(*(each.icontains(part, autoescape=True) for each in (task.c.name, DbCase.number))))


def _alone(stopped: Subquery, part: str = "") -> Select[int]:
    """The instances that a fault has stopped and in which nobody has a task; of incidents there are few."""
    tasks = joins.open_tasks()
    busy = exists().where(tasks.c.instance_id == stopped.c.instance_id).correlate(stopped)
    person = askers.asker(0).person
    mine = or_(DbCase.owner == person, DbCase.opened_by == person, access.has_worked(person))
    named = [DbCase.number.icontains(part, autoescape=True)] if part else []
    of_stopped = (DbCase.instance_id == stopped.c.instance_id, DbCase.closed_at.is_(None), mine, *named)
    # a join could begin with the cases, of which there are many
    case = select(literal(1)).select_from(DbCase).where(*of_stopped).limit(1).correlate(stopped)
    return select(stopped.c.instance_id).where(case.scalar_subquery().is_not(None), ~busy)


def _awaited(session: Session, alone: Sequence[int], others: Sequence[int]) -> list[Awaited]:
    tasks, stopped = joins.open_tasks(), joins.stopped()
    task = tasks.c
    columns = (
        stopped.c.instance_id.is_not(None),
        func.coalesce(task.claimed_at, task.created_at, stopped.c.since),
        *(task.id, task.deployment_id, task.element, task.name),
        *(task.assignee, task.candidate_users, task.candidate_groups, task.due_at),
    )
    query = select(DbCase, *columns).outerjoin(stopped, stopped.c.instance_id == DbCase.instance_id)
    query = query.options(selectinload(DbCase.facts))
    never = query.outerjoin(tasks, false()).where(DbCase.instance_id.in_(alone))
    theirs = query.join(tasks, task.instance_id == DbCase.instance_id).where(task.id.in_(others))
    of_cases = {row[0].instance_id: Awaited(*row) for row in (session.execute(never) if alone else ())}
    of_tasks = {row[3]: Awaited(*row) for row in (session.execute(theirs) if others else ())}
    return [*(of_cases[number] for number in alone), *(of_tasks[number] for number in others)]
