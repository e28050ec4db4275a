"""Task lists: whose they are, sorted, filtered, counted; each answer is one or two statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from engine.paging import Page, count
from engine.runtime import now, runtime_of
from engine.schema import TASK_IS_OPEN, AudienceMember, Instance, ProcessDefinition, Task
from engine.values import Actor, Json

Whose = Literal["mine", "group", "both", "team", "all"]
"""mine: assigned to me · group: nobody's yet, I am a candidate · both · team: my groups', whoever has them · all: for
admins."""
When = Literal["any", "due", "overdue"]
"""due: until the end of today in the zone of the installation, the overdue ones included."""
Sort = Literal["due", "priority", "created", "name", "business_key"]


@dataclass(frozen=True)
class TaskItem:
    """A task as people see it in lists and at the head of its page; times are in UTC."""

    id: int
    instance_id: int
    token: int
    business_key: str | None
    process_key: str
    """Of the process the element is drawn in: the called one, if it is in one."""
    process_name: str
    """Of the instance."""
    deployment_id: int
    element: str
    name: str
    form_ref: str | None
    status: str
    """open, completed or cancelled."""
    assignee: str | None
    candidate_users: Sequence[str]
    candidate_groups: Sequence[str]
    priority: int
    due_at: datetime | None
    follow_up_at: datetime | None
    local: dict[str, Json]
    """The local variables of a multi-instance item."""
    revision: int
    created_at: datetime
    claimed_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None


@dataclass(frozen=True)
class TaskFilter:
    """What a task list shows and in which order."""

    whose: Whose = "both"
    when: When = "any"
    process: str | None = None
    element: str | None = None
    instance_id: int | None = None
    text: str = ""
    """Part of the task's name or of the business key, in any case of letters."""
    sort: Sort = "due"
    descending: bool = False
    page: int = 1
    per_page: int = 25


@dataclass(frozen=True)
class TaskCounts:
    """How many open tasks await a person; due and overdue count mine and my groups' together."""

    mine: int
    group: int
    due: int
    overdue: int


_SORTS: dict[Sort, ColumnElement[Any]] = {
    "due": Task.__table__.c.due_sort,
    "priority": Task.__table__.c.priority,
    "created": Task.__table__.c.created_at,
    "name": Task.__table__.c.name,
    "business_key": Instance.__table__.c.business_key,
}


def list_tasks(session: Session, actor: Actor, wanted: TaskFilter | None = None) -> Page[TaskItem]:
    """One page of the open tasks that an actor may see; without a due date last, ties by age."""
    wanted = wanted or TaskFilter()
    query = select_tasks().where(TASK_IS_OPEN, *_conditions(session, actor, wanted))
    first = _SORTS[wanted.sort]
    backwards = wanted.descending != (wanted.sort == "priority")
    ordered = query.order_by(first.desc() if backwards else first, Task.id)
    rows = session.execute(ordered.limit(wanted.per_page).offset((wanted.page - 1) * wanted.per_page))
    items = [task_item(row) for row in rows]
    if wanted.page == 1 and len(items) < wanted.per_page:
        return Page(items, len(items), 1, wanted.per_page)
    return Page(items, count(session, query, Task.__table__.c.id), wanted.page, wanted.per_page)


def count_tasks(session: Session, actor: Actor) -> TaskCounts:
    """The figures beside the lists, in one statement."""
    mine, group = _mine(actor), _group(actor)

    def some(*conditions: ColumnElement[bool]) -> Any:
        return select(func.count()).where(TASK_IS_OPEN, *conditions).select_from(Task).scalar_subquery()

    due, late = Task.due_sort < end_of_today(session), Task.due_sort < now(session)
    row = session.execute(
        select(
            some(mine),
            some(group),
            some(mine, due) + some(group, due),
            some(mine, late) + some(group, late),
        )
    ).one()
    return TaskCounts(*row)


def select_tasks() -> Select[Any]:
    """Tasks of any status with their instance and process; made into values by `task_item`."""
    return (
        select(*Task.__table__.c, Instance.business_key, ProcessDefinition.name.label("process_name"))
        .select_from(Task)
        .join(Instance, Instance.id == Task.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == Instance.definition_id)
    )


def task_item(row: Row[Any]) -> TaskItem:
    """A row of `select_tasks` as a value."""
    return TaskItem(**{name: row._mapping[name] for name in TaskItem.__dataclass_fields__})  # noqa: SLF001


def end_of_today(session: Session) -> datetime:
    """Midnight after now, in the zone of the installation."""
    zone = runtime_of(session).zone
    today = now(session).astimezone(zone).date()
    return datetime.combine(today + timedelta(days=1), time(), zone)


def _conditions(session: Session, actor: Actor, wanted: TaskFilter) -> list[ColumnElement[bool]]:
    conditions = [_whose(actor, wanted.whose)]
    if wanted.when == "due":
        conditions.append(Task.due_sort < end_of_today(session))
    if wanted.when == "overdue":
        conditions.append(Task.due_sort < now(session))
    if wanted.process:
        conditions.append(or_(ProcessDefinition.key == wanted.process, Task.process_key == wanted.process))
    if wanted.element:
        conditions.append(Task.element == wanted.element)
    if wanted.instance_id is not None:
        conditions.append(Task.instance_id == wanted.instance_id)
    if wanted.text.strip():
        part = wanted.text.strip()
        conditions.append(
            or_(Task.name.icontains(part, autoescape=True), Instance.business_key.icontains(part, autoescape=True))
        )
    return conditions


def _whose(actor: Actor, whose: Whose) -> ColumnElement[bool]:
    if whose == "mine":
        return _mine(actor)
    if whose == "group":
        return _group(actor)
    if whose == "both":
        return or_(_mine(actor), _group(actor))
    if whose == "all" and actor.admin:
        return Task.id > 0
    return or_(_mine(actor), Task.audience_id.in_(_audiences(actor)))


def _mine(actor: Actor) -> ColumnElement[bool]:
    return Task.assignee == actor.id


def _group(actor: Actor) -> ColumnElement[bool]:
    return and_(Task.assignee.is_(None), Task.audience_id.in_(_audiences(actor)))


def _audiences(actor: Actor) -> Select[int]:
    """The audiences an actor is in now: groups are asked for, not copied."""
    groups = sorted(actor.groups)
    return select(AudienceMember.audience_id).where(
        or_(
            and_(AudienceMember.kind == "user", AudienceMember.value == actor.id),
            and_(AudienceMember.kind == "group", AudienceMember.value.in_(groups)) if groups else false(),
        )
    )
