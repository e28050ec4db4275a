"""Task lists: whose they are, sorted, filtered, counted; each answer is one or two statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal, or_, select, union_all

from engine.kinds import TaskStatus
from engine.look.audiences import MOST_KEPT, Alike, Whose, branches_of, needed
from engine.look.paging import Page
from engine.look.task_items import TaskItem, select_tasks, task_item
from engine.session import Session, now
from engine.store.columns import UtcTime
from engine.store.definitions import DbProcessDefinition
from engine.store.schema import TASK_IS_OPEN, DbInstance, DbTask
from engine.values import Actor

When = Literal["any", "due", "overdue"]
"""due: from now until the end of today in the zone of the installation; overdue: before now."""
Sort = Literal["due", "priority", "created", "name", "business_key"]

MOST_COUNTED = 99
"""Of more than this it is not counted how many there are: whoever has so many is not helped by a number."""


@dataclass(frozen=True)
class TaskFilter:
    """What a task list shows and in which order."""

    whose: Whose = "both"
    when: When = "any"
    process: str | None = None
    element: str | None = None
    instance_id: int | None = None
    snoozed: bool | None = None
    """True: only those put off until later; False: none of them. What is late cannot be put off."""
    text: str = ""
    """Part of the task's name or of the business key, in any case of letters."""
    sort: Sort = "due"
    descending: bool = False
    page: int = 1
    per_page: int = 25


@dataclass(frozen=True)
class TaskCounts:
    """How many open tasks await a person, at most `MOST_COUNTED` + 1, which means: more.

    Due and overdue count mine and my groups' together, what is put off apart.
    """

    mine: int
    group: int
    due: int
    overdue: int
    snoozed: int = 0
    others: tuple[int, ...] = ()
    """As many as were asked for, in their order."""


_SORTS: dict[Sort, ColumnElement[Any]] = {
    "due": DbTask.__table__.c.due_sort,
    "priority": DbTask.__table__.c.priority,
    "created": DbTask.__table__.c.created_at,
    "name": DbTask.__table__.c.name,
    "business_key": DbInstance.__table__.c.business_key,
}


def list_tasks(session: Session, actor: Actor, wanted: TaskFilter | None = None) -> Page[TaskItem]:
    """One page of the open tasks that an actor may see; without a due date last, ties by age.

    Whoever has them and each set of candidates is a branch of its own that reads no further in its index than the page
    goes; so a list costs what it shows, not what is open.
    """
    wanted = wanted or TaskFilter()
    audiences = needed(session, actor, wanted.whose)
    asked = {**audiences.given, **_moments(session)}
    items = [task_item(row) for row in session.execute(_listing(audiences.alike, wanted), asked)]
    if wanted.page == 1 and len(items) < wanted.per_page:
        return Page(items, len(items), 1, wanted.per_page)
    most = wanted.page * wanted.per_page + MOST_COUNTED
    total = session.scalar(_counting_all(audiences.alike, wanted, most), asked)
    return Page(items, total or 0, wanted.page, wanted.per_page)


@lru_cache(maxsize=MOST_KEPT)
def _listing(alike: Alike, wanted: TaskFilter) -> Select[Any]:
    branches, conditions, order = branches_of(alike, wanted.whose), _conditions(wanted), _order(wanted)
    last = wanted.page * wanted.per_page
    by_case = _joins(wanted) or wanted.sort == "business_key"
    tops = [_narrow(one, conditions, joined=by_case).order_by(*order).limit(last).subquery() for one in branches]
    found = union_all(*(select(top.c.id) for top in tops))
    query = select_tasks().where(DbTask.id.in_(found)).order_by(*order)
    return query.limit(wanted.per_page).offset(last - wanted.per_page)


@lru_cache(maxsize=MOST_KEPT)
def _counting_all(alike: Alike, wanted: TaskFilter, most: int) -> Select[int]:
    branches = branches_of(alike, wanted.whose)
    return select(_count(branches, _conditions(wanted), joined=_joins(wanted), most=most))


def count_tasks(session: Session, actor: Actor, others: Sequence[TaskFilter] = ()) -> TaskCounts:
    """The figures beside the lists, and those of other filters, in two statements."""
    audiences = needed(session, actor, "both")
    query = _counting(audiences.alike, tuple(others), MOST_COUNTED + 1)
    asked = {**audiences.given, **_moments(session)}
    mine, group, due, late, away, *more = session.execute(query, asked).one()
    return TaskCounts(mine, group, due, late, away, tuple(more))


@lru_cache(maxsize=MOST_KEPT)
def _counting(alike: Alike, others: Sequence[TaskFilter], most: int) -> Select[*tuple[Any, ...]]:
    (mine, *group) = both = branches_of(alike, "both")
    there, away = _put_off(away=False), _put_off(away=True)
    due, late = _when("due"), _when("overdue")
    asked = (([mine], [there]), (group, [there]), (both, [there, *due]), (both, late), (both, [away]))
    columns = [_count(branches, conditions, most=most) for branches, conditions in asked]
    for wanted in others:
        conditions, joined = _conditions(wanted), _joins(wanted)
        columns.append(_count(branches_of(alike, wanted.whose), conditions, joined=joined, most=most))
    return select(*(column.label(f"n{place}") for place, column in enumerate(columns)))


def worked_on(session: Session, actor: Actor) -> tuple[Select[*tuple[Any, ...]], Mapping[str, Any]]:
    """Of each open task that an actor has or may take, what it is and what it is about; and what that is given.

    Columns: `process_key`, `element`, and what triggers keep of that which the business key names: `about_id`,
    `about_kind`, `about_open`, `about_since`, `about_due`.
    """
    whose: Whose = "all" if actor.admin else "team"
    audiences = needed(session, actor, whose)
    return _worked_on(audiences.alike, whose), audiences.given


@lru_cache(maxsize=MOST_KEPT)
def _worked_on(alike: Alike, whose: Whose) -> Select[*tuple[Any, ...]]:
    kept = DbTask.about_id, DbTask.about_kind, DbTask.about_open, DbTask.about_since, DbTask.about_due
    tops = [
        _narrow(one).with_only_columns(DbTask.process_key, DbTask.element, *kept) for one in branches_of(alike, whose)
    ]
    return select(*union_all(*tops).subquery().c)


def tasks_of(session: Session, instance_id: int, status: TaskStatus | None = None) -> list[TaskItem]:
    """The tasks of an instance, those of called processes included, the oldest first; by default of any status."""
    asked = {"number": instance_id, "status": status}
    return [task_item(row) for row in session.execute(_tasks(status is not None), asked)]


@cache
def _tasks(of_status: bool) -> Select[Any]:  # noqa: FBT001 - the cache tells calls apart by place
    query = select_tasks().where(DbTask.instance_id == bindparam("number"))
    if of_status:
        query = query.where(DbTask.status == bindparam("status"))
    return query.order_by(DbTask.id)


def homes_of(session: Session, instance_id: int) -> Mapping[int, tuple[int, str]]:
    """Where the tasks of an instance are drawn: deployment and key of the process, by the number of the task."""
    query = select(DbTask.id, DbTask.deployment_id, DbTask.process_key).where(DbTask.instance_id == instance_id)
    return {number: (deployment, key) for number, deployment, key in session.execute(query)}


def end_of_today(session: Session) -> datetime:
    """Midnight after now, in the zone of the installation."""
    zone = session.runtime.zone
    today = now(session).astimezone(zone).date()
    return datetime.combine(today + timedelta(days=1), time(), zone)


_MOMENT: ColumnElement[datetime] = bindparam("moment", type_=UtcTime())
_MIDNIGHT: ColumnElement[datetime] = bindparam("midnight", type_=UtcTime())


def _moments(session: Session) -> Mapping[str, datetime]:
    """What a statement is given that is put together for any moment."""
    return {"moment": now(session), "midnight": end_of_today(session)}


def _conditions(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    conditions = _when(wanted.when)
    if wanted.snoozed is not None:
        conditions.append(_put_off(away=wanted.snoozed))
    if wanted.process:
        conditions.append(or_(DbProcessDefinition.key == wanted.process, DbTask.process_key == wanted.process))
    if wanted.element:
        conditions.append(DbTask.element == wanted.element)
    if wanted.instance_id is not None:
        conditions.append(DbTask.instance_id == wanted.instance_id)
    if wanted.text.strip():
        part = wanted.text.strip()
        conditions.append(
            or_(DbTask.name.icontains(part, autoescape=True), DbInstance.business_key.icontains(part, autoescape=True))
        )
    return conditions


def _when(when: When) -> list[ColumnElement[bool]]:
    if when == "any":
        return []
    late = DbTask.due_sort < _MOMENT
    return [late] if when == "overdue" else [DbTask.due_sort >= _MOMENT, DbTask.due_sort < _MIDNIGHT]


def _joins(wanted: TaskFilter) -> bool:
    """Whether a condition asks about the instance or its process."""
    return bool(wanted.text.strip() or wanted.process)


def _put_off(*, away: bool) -> ColumnElement[bool]:
    """Whether a task waits for its follow-up date; from its due date on it does no longer."""
    if away:
        return and_(DbTask.follow_up_at > _MOMENT, DbTask.due_sort > _MOMENT)
    return or_(DbTask.follow_up_at.is_(None), DbTask.follow_up_at <= _MOMENT, DbTask.due_sort <= _MOMENT)


def _order(wanted: TaskFilter) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    first = _SORTS[wanted.sort]
    backwards = wanted.descending != (wanted.sort == "priority")
    return (first.desc() if backwards else first), DbTask.__table__.c.id


def _narrow(
    branch: ColumnElement[bool], conditions: Sequence[ColumnElement[bool]] = (), *, joined: bool = False
) -> Select[Any]:
    """The numbers of the open tasks of a branch, joined with instance and process only where a condition needs them."""
    query: Select[Any] = select(DbTask.__table__.c.id).where(TASK_IS_OPEN, branch, *conditions)
    if joined:
        query = query.join(DbInstance, DbInstance.id == DbTask.instance_id)
        query = query.join(DbProcessDefinition, DbProcessDefinition.id == DbInstance.definition_id)
    return query


def _count(
    branches: Sequence[ColumnElement[bool]],
    conditions: Sequence[ColumnElement[bool]] = (),
    *,
    joined: bool = False,
    most: int,
) -> Any:
    """How many tasks some branches have together, at most so many, each read in its index no further than that."""
    tops = [_narrow(branch, conditions, joined=joined).limit(most).subquery() for branch in branches]
    if not tops:
        return literal(0)
    found = union_all(*(select(top.c.id) for top in tops)).limit(most).subquery()
    return select(func.count()).select_from(found).scalar_subquery()
