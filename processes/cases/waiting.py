"""Cases that somebody has a part in and that wait for others now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Subquery, exists, func, not_, or_, select
from sqlalchemy.orm import selectinload

from engine import Actor, Session, joins
from processes.cases.schema import DbCase, DbCaseAudience


@dataclass(frozen=True)
class Awaited:
    """What a case waits for, and with whom."""

    case: DbCase
    task_id: int
    element: str
    name: str
    assignee: str | None
    candidate_users: Sequence[str]
    candidate_groups: Sequence[str]
    due_at: datetime | None
    since: datetime
    """When it was taken or, while nobody has it, came up."""


def of(session: Session, actor: Actor, *, text: str = "", limit: int = 50, offset: int = 0) -> list[Awaited]:
    """The open tasks of other units in cases that the actor owns, registered or worked on; what is due first, first."""
    tasks = joins.open_tasks()
    task = tasks.c
    whom = (task.assignee, task.candidate_users, task.candidate_groups)
    columns = (task.id, task.element, task.name, *whom, task.due_at, func.coalesce(task.claimed_at, task.created_at))
    query = _awaited(select(DbCase, *columns), tasks, actor).options(selectinload(DbCase.facts))
    if text.strip():
        part = text.strip()
        query = query.where(or_(*(each.icontains(part, autoescape=True) for each in (task.name, DbCase.number))))
    rows = session.execute(query.order_by(task.due_sort, task.id).limit(limit).offset(offset))
    return [Awaited(*row) for row in rows]


def count(session: Session, actor: Actor) -> int:
    """How many there are."""
    return session.scalar(_awaited(select(func.count()), joins.open_tasks(), actor)) or 0


def _awaited(query: Any, tasks: Subquery, actor: Actor) -> Any:
    joined = query.select_from(DbCase).join(tasks, tasks.c.instance_id == DbCase.instance_id)
    # asked of each open case by its key: what somebody has worked on grows with the years, what is open does not
    return joined.where(DbCase.closed_at.is_(None), _mine(actor), not_(joins.is_with(tasks, actor)))


def _mine(actor: Actor) -> ColumnElement[bool]:
    worked = exists().where(
        DbCaseAudience.case_id == DbCase.id, DbCaseAudience.kind == "person", DbCaseAudience.value == actor.id
    )
    return or_(DbCase.owner == actor.id, DbCase.opened_by == actor.id, worked.correlate(DbCase))
