"""Tables of the engine as others may join them with their own: the columns have names that stay."""

from collections.abc import Collection
from functools import cache

from sqlalchemy import ColumnElement, Select, Subquery, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from engine.kinds import TaskStatus
from engine.look.askers import Asker, Somebody
from engine.look.audiences import is_member
from engine.store.schema import TASK_COLUMNS, TASK_IS_OPEN, DbAudienceMember, DbIncident, DbInstance, DbTask


@cache
def open_tasks() -> Subquery:
    """The open tasks, for statements that join them with tables of one's own; put together once, it has many columns.

    The columns are those of `TaskItem` without what is of the instance, and due_sort, which has what is never due last;
    `instance_id` is what joins, `is_with` tells who has part in one.
    """
    return select(*TASK_COLUMNS).where(TASK_IS_OPEN).subquery("open_task")


@cache
def work() -> Subquery:
    """The tasks that are open or completed, for counting what was done, by whom and how long it took.

    Columns: `id`, `instance_id`, `business_key` of the instance, `deployment_id`, `process_key`, `element`, `name`,
    `audience_id` (the set of its candidates), `unit` (the first of the groups among them, null where it was for persons
    only), `created_at`, `due_at`, `ended_at`. For many rows it is quicker to ask `units_of` than for the unit of each.
    """
    of_audience = DbAudienceMember.audience_id == DbTask.audience_id
    unit = select(func.min(DbAudienceMember.value)).where(of_audience, DbAudienceMember.kind == "group")
    columns = DbTask.id, DbTask.instance_id, DbTask.deployment_id, DbTask.process_key, DbTask.element, DbTask.name
    moments = DbTask.created_at, DbTask.due_at, DbTask.ended_at, DbTask.audience_id
    query = select(*columns, *moments, DbInstance.business_key, unit.correlate(DbTask).scalar_subquery().label("unit"))
    done = DbTask.status != TaskStatus.CANCELLED
    return query.join(DbInstance, DbInstance.id == DbTask.instance_id).where(done).subquery("work")


def units_of(audiences: Collection[int]) -> Select[int, str]:
    """Some sets of candidates, as `work` names them, each with its unit; those of persons only are left out."""
    group = (DbAudienceMember.kind == "group") & DbAudienceMember.audience_id.in_(audiences)
    query = select(DbAudienceMember.audience_id, func.min(DbAudienceMember.value)).where(group)
    return query.group_by(DbAudienceMember.audience_id)


@cache
def stopped() -> Subquery:
    """The instances with open incidents, for the same: `instance_id`, and `since` when the oldest is there."""
    columns = DbIncident.instance_id, func.min(DbIncident.created_at).label("since")
    return select(*columns).group_by(DbIncident.instance_id).subquery("stopped")


def instances_of(business_key: str | ColumnElement[str] | InstrumentedAttribute[str]) -> Select[int]:
    """The instances that bear a business key, one of a table of one's own as well."""
    return select(DbInstance.id).where(DbInstance.business_key == business_key)


def is_with(tasks: Subquery, asker: Asker) -> ColumnElement[bool]:
    """Whether one of `open_tasks` is the asker's own or the asker is among its candidates now."""
    able = exists().where(DbAudienceMember.audience_id == tasks.c.audience_id, is_member(asker)).correlate(tasks)
    return or_(func.coalesce(tasks.c.assignee, "") == asker.person, able)


def audiences_of(somebody: Somebody) -> Select[int]:
    """The sets of candidates that somebody is in now, as `audience_id` of `open_tasks` names them."""
    return select(DbAudienceMember.audience_id).where(is_member(somebody))


def is_for(tasks: Subquery, absent: Somebody) -> ColumnElement[bool]:
    """Whether one of `open_tasks` is work that somebody else does for an absent person."""
    candidates = exists().where(DbAudienceMember.audience_id == tasks.c.audience_id)
    able = candidates.where(is_member(absent)).correlate(tasks)
    return or_(able, (tasks.c.assignee == absent.person) & ~candidates.correlate(tasks))
