"""Cases that somebody has a part in and that wait for others now: for a task, or for a fault to be mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, not_, or_, select
from sqlalchemy.orm import selectinload

from engine import Actor, Session, joins, queries
from processes.cases import access
from processes.cases.schema import DbCase


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


def of(session: Session, actor: Actor, *, text: str = "", limit: int = 50, offset: int = 0) -> list[Awaited]:
    """The open tasks of other units in cases that the actor owns, registered or worked on; what is due first, first.

    Before them stand the cases that a fault has stopped and in which nobody has a task.
    """
    tasks, stopped = joins.open_tasks(), joins.stopped()
    task = tasks.c
    since = func.coalesce(task.claimed_at, task.created_at, stopped.c.since)
    whom = (task.assignee, task.candidate_users, task.candidate_groups)
    columns = (
        stopped.c.instance_id.is_not(None),
        since,
        task.id,
        task.deployment_id,
        task.element,
        task.name,
        *whom,
        task.due_at,
    )
    query = _awaited(select(DbCase, *columns), tasks, stopped, actor).options(selectinload(DbCase.facts))
    if text.strip():
        part = text.strip()
        query = query.where(or_(*(each.icontains(part, autoescape=True) for each in (task.name, DbCase.number))))
    order = (task.id.is_not(None), task.due_sort, task.id, DbCase.id)
    return [Awaited(*row) for row in session.execute(query.order_by(*order).limit(limit).offset(offset))]


def count(session: Session, actor: Actor) -> int:
    """How many there are, at most one more than the engine counts of tasks: more than that."""
    found = _awaited(select(DbCase.id), joins.open_tasks(), joins.stopped(), actor)
    counted = found.limit(queries.MOST_COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(counted)) or 0


def _awaited(query: Any, tasks: Subquery, stopped: Subquery, actor: Actor) -> Any:
    joined = query.select_from(DbCase).outerjoin(tasks, tasks.c.instance_id == DbCase.instance_id)
    joined = joined.outerjoin(stopped, stopped.c.instance_id == DbCase.instance_id)
    others = and_(tasks.c.id.is_not(None), not_(joins.is_with(tasks, actor)))
    nobody = and_(tasks.c.id.is_(None), stopped.c.instance_id.is_not(None))
    # asked of each open case by its key: what somebody has worked on grows with the years, what is open does not
    return joined.where(DbCase.closed_at.is_(None), _mine(actor), or_(others, nobody))


def _mine(actor: Actor) -> ColumnElement[bool]:
    return or_(DbCase.owner == actor.id, DbCase.opened_by == actor.id, access.has_worked(actor.id))
