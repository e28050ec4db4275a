"""Cases that somebody has a part in and that wait for others now."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select
from sqlalchemy.orm import Session

from engine.store.schema import TASK_IS_OPEN, DbAudienceMember, DbTask
from engine.values import Actor
from processes.cases.schema import DbCase, DbCaseAudience


@dataclass(frozen=True)
class Awaited:
    """What a case waits for, and with whom."""

    case: DbCase
    task: DbTask


def of(session: Session, actor: Actor, *, text: str = "", limit: int = 50, offset: int = 0) -> list[Awaited]:
    """The open tasks of other units in cases that the actor owns, registered or worked on; what is due first, first."""
    query = _awaited(select(DbCase, DbTask), actor)
    if text.strip():
        part = text.strip()
        query = query.where(or_(*(each.icontains(part, autoescape=True) for each in (DbTask.name, DbCase.number))))
    rows = session.execute(query.order_by(DbTask.due_sort, DbTask.id).limit(limit).offset(offset))
    return [Awaited(case, task) for case, task in rows]


def count(session: Session, actor: Actor) -> int:
    """How many there are."""
    return session.scalar(_awaited(select(func.count()), actor)) or 0


def _awaited(query: Any, actor: Actor) -> Any:
    joined = query.select_from(DbCase).join(DbTask, DbTask.instance_id == DbCase.instance_id)
    # asked of each open case by its key: what somebody has worked on grows with the years, what is open does not
    return joined.where(DbCase.closed_at.is_(None), TASK_IS_OPEN, _mine(actor), not_(_for_me(actor)))


def _mine(actor: Actor) -> ColumnElement[bool]:
    worked = exists().where(
        DbCaseAudience.case_id == DbCase.id, DbCaseAudience.kind == "person", DbCaseAudience.value == actor.id
    )
    return or_(DbCase.owner == actor.id, DbCase.opened_by == actor.id, worked.correlate(DbCase))


def _for_me(actor: Actor) -> ColumnElement[bool]:
    """Whether the task is the actor's own or one of the actor's units has it."""
    groups = sorted(actor.groups)
    user = and_(DbAudienceMember.kind == "user", DbAudienceMember.value == actor.id)
    group = and_(DbAudienceMember.kind == "group", DbAudienceMember.value.in_(groups)) if groups else false()
    able = exists().where(DbAudienceMember.audience_id == DbTask.audience_id, or_(user, group)).correlate(DbTask)
    return or_(func.coalesce(DbTask.assignee, "") == actor.id, able)
