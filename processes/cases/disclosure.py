"""Who is told what an instance is about: of a procedure closed to administrators fewer than see where it stands."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, or_, select

from engine import Actor, Session, TaskItem, candidates, instances, tasks
from engine.errors import NotFound
from processes import procedures
from processes.cases import access
from processes.cases.readership import sealed
from processes.cases.schema import DbCase


def may_read(session: Session, actor: Actor, instance_id: int) -> bool:
    """Whether what an instance is about is for an actor who sees where it stands: tasks, as the engine gives them.

    Only where its procedure is closed to administrators is more asked than the engine asks.
    """
    if not is_closed(session, instance_id):
        return True
    around = _around(session, instance_id)
    if session.scalar(_ANY_AROUND, around) is None:
        return not actor.admin
    seen = access.visible_to(session, actor)
    return session.scalar(_seen_around(seen.condition), {**seen.given, **around}) is not None


_AROUND = or_(DbCase.instance_id == bindparam("instance"), DbCase.number == bindparam("key"))
_ANY_AROUND = select(DbCase.id).where(_AROUND)
_CASE_AROUND = select(DbCase).where(_AROUND).limit(1)


@lru_cache(maxsize=access.MOST_KEPT)
def _seen_around(condition: ColumnElement[bool]) -> Select[int]:
    return _ANY_AROUND.where(condition)


def _around(session: Session, instance_id: int) -> Mapping[str, Any]:
    """The case of an instance: which it runs, or beside which it runs, or which has moved on from it."""
    return {"instance": instance_id, "key": instances.business_key_of(session, instance_id)}


def case_around(session: Session, instance_id: int) -> DbCase | None:
    """The case that an instance runs or runs beside, if there is one."""
    return session.scalars(_CASE_AROUND, _around(session, instance_id)).first()


AT_ONCE = 500
"""So many instances are asked about in one statement."""


def closed_among(session: Session, actor: Actor, instance_ids: Collection[int]) -> frozenset[int]:
    """Of some instances those whose contents an actor may not see."""
    if not sealed(session):
        return frozenset()
    numbers = sorted(instance_ids)
    parts = (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))
    return frozenset(number for part in parts for number in _closed_among(session, actor, part))


def _closed_among(session: Session, actor: Actor, numbers: Sequence[int]) -> Iterator[int]:
    """The same for a few, in three statements: see `may_read`, which asks for one."""
    closed, subjects = sealed(session), instances.subjects_of(session, numbers)
    keys = {key for _, key in subjects.values() if key is not None}
    around = or_(DbCase.instance_id.in_(numbers), DbCase.number.in_(keys))
    cases = session.execute(select(DbCase.id, DbCase.instance_id, DbCase.number, DbCase.procedure).where(around)).all()
    may = access.visible_to(session, actor)
    seen = set(session.scalars(select(DbCase.id).where(around, may.condition), may.given))
    for number, (deployment, key) in subjects.items():
        about = [each for each in cases if each.instance_id == number or each.number == key]
        followed = {procedures.of_deployment(session, deployment).key, *(each.procedure for each in about)}
        if followed.isdisjoint(closed):
            continue
        if actor.admin if not about else seen.isdisjoint(each.id for each in about):
            yield number


def get_task(session: Session, task_id: int, actor: Actor) -> TaskItem:
    """A task that the actor may see with what its case is about; NotFound, the same for one that does not exist."""
    task = tasks.get_task(session, task_id, actor=actor)
    if not may_read(session, actor, task.instance_id) and not _own(task, actor):
        raise NotFound(what="task", key=task_id)
    return task


def _own(task: TaskItem, actor: Actor) -> bool:
    """Whether somebody has or had a task, or may take it now; for one in an instance that has opened no case yet."""
    return actor.id in (task.assignee, task.ended_by) or (
        task.ended_at is None and candidates.is_candidate(task, actor)
    )


def is_closed(session: Session, instance_id: int) -> bool:
    """Whether administrators see of an instance only where it stands: for its own procedure, or that of its case."""
    closed = sealed(session)
    if not closed:
        return False
    if procedures.of_instance(session, instance_id).key in closed:
        return True
    asked = {**_around(session, instance_id), "closed": closed}
    return session.scalar(_CLOSED_AROUND, asked) is not None


_CLOSED_AROUND = _ANY_AROUND.where(DbCase.procedure.in_(bindparam("closed", expanding=True))).limit(1)
