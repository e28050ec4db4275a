"""Cases that somebody has a part in and that wait for others now: for a task, or for a fault to be mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, Subquery, exists, false, func, literal, not_, or_, select, union_all
from sqlalchemy.orm import selectinload

from engine import Actor, Session, joins, queries
from processes.cases import access
from processes.cases.schema import DbCase, DbCaseAudience


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
    known, part, last = _few(session, actor), text.strip(), offset + limit
    tasks, stopped = joins.open_tasks(), joins.stopped()
    nobody = _alone(stopped, actor, known, part).order_by(stopped.c.instance_id)
    alone = session.scalars(nobody.limit(last)).all()
    behind = max(offset - len(alone), 0)
    query = _others(tasks, actor, known, part).order_by(tasks.c.due_sort, tasks.c.id)
    others = session.scalars(query.limit(last - max(offset, len(alone))).offset(behind)).all()
    return _awaited(session, alone[offset:last], others)


def count(session: Session, actor: Actor) -> int:
    """How many there are, at most one more than the engine counts of tasks: more than that."""
    known, most = _few(session, actor), queries.MOST_COUNTED + 1
    parts = _alone(joins.stopped(), actor, known), _others(joins.open_tasks(), actor, known)
    tops = (each.limit(most).subquery() for each in parts)
    found = union_all(*(select(top.c[0]) for top in tops)).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def _few(session: Session, actor: Actor) -> Sequence[int] | None:
    """The instances of all open cases that the actor has a part in; None where they are more than a few.

    A list begins with these; of somebody with many it finds enough of them on its way through the tasks.
    """
    person = (DbCaseAudience.kind == "person") & (DbCaseAudience.value == actor.id)
    worked = select(DbCase.instance_id).join(DbCaseAudience, DbCaseAudience.case_id == DbCase.id).where(person)
    named = (select(DbCase.instance_id).where(column == actor.id) for column in (DbCase.owner, DbCase.opened_by))
    tops = (each.where(DbCase.closed_at.is_(None)).limit(access.FEW + 1).subquery() for each in (worked, *named))
    found = set(session.scalars(union_all(*(select(top.c[0]) for top in tops))))
    return sorted(found) if len(found) <= access.FEW else None


def _alone(stopped: Subquery, actor: Actor, known: Sequence[int] | None, part: str = "") -> Select[int]:
    """The instances that a fault has stopped and in which nobody has a task; of incidents there are few."""
    tasks = joins.open_tasks()
    busy = exists().where(tasks.c.instance_id == stopped.c.instance_id).correlate(stopped)
    named = [DbCase.number.icontains(part, autoescape=True)] if part else []
    query = select(stopped.c.instance_id).where(_case(stopped, actor, known, *named), ~busy)
    return query if known is None else query.where(stopped.c.instance_id.in_(known))


def _others(tasks: Subquery, actor: Actor, known: Sequence[int] | None, part: str = "") -> Select[int]:
    """The open tasks of others."""
    texts = (tasks.c.name, DbCase.number)
    named = [or_(*(each.icontains(part, autoescape=True) for each in texts))] if part else []
    query = select(tasks.c.id).where(not_(joins.is_with(tasks, actor)), _case(tasks, actor, known, *named))
    return query if known is None else query.where(tasks.c.instance_id.in_(known))


def _case(
    rows: Subquery, actor: Actor, known: Sequence[int] | None, *conditions: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Whether a row is of such a case of the actor, asked of each row, so that these keep the order of their index."""
    mine = (DbCase.instance_id == rows.c.instance_id, DbCase.closed_at.is_(None), _mine(actor, known), *conditions)
    found = select(literal(1)).select_from(DbCase).where(*mine).limit(1)
    return found.correlate(rows).scalar_subquery().is_not(None)


def _mine(actor: Actor, known: Sequence[int] | None) -> ColumnElement[bool]:
    if known is not None:
        return DbCase.instance_id.in_(known)
    return or_(DbCase.owner == actor.id, DbCase.opened_by == actor.id, access.has_worked(actor.id))


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
