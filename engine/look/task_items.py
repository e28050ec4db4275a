"""A task as people see it, whatever its status."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from engine.kinds import InstanceStatus, TaskStatus
from engine.session import Session
from engine.store.definitions import DbProcessDefinition
from engine.store.prepared import Prepared
from engine.store.schema import TASK_COLUMNS, DbInstance, DbTask
from engine.values import Json


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
    status: TaskStatus
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
    on_behalf_of: str | None
    """For whom the assignee has it, or somebody completed it."""
    instance_status: InstanceStatus
    """Whether its instance goes on, is stopped by a fault, or is over."""


def select_tasks() -> Select[Any]:
    """Tasks of any status with their instance and process; made into values by `task_item`."""
    return (
        select(
            *TASK_COLUMNS,
            DbInstance.business_key,
            DbInstance.status.label("instance_status"),
            DbProcessDefinition.name.label("process_name"),
        )
        .select_from(DbTask)
        .join(DbInstance, DbInstance.id == DbTask.instance_id)
        .join(DbProcessDefinition, DbProcessDefinition.id == DbInstance.definition_id)
    )


_ONE_TASK = Prepared(select_tasks().where(DbTask.id == bindparam("number")))
_PLACES = {column.name: place for place, column in enumerate(select_tasks().selected_columns)}
_ITEM = tuple(_PLACES[name] for name in TaskItem.__dataclass_fields__)
_FIELDS = itemgetter(*_ITEM)


def find_task(session: Session, task_id: int) -> TaskItem | None:
    """A task of any status; None when there is none."""
    rows = _ONE_TASK.rows(session.connection(), {"number": task_id})
    return TaskItem(*_FIELDS(rows[0])) if rows else None


def task_item(row: Row[Any]) -> TaskItem:
    """A row of `select_tasks` as a value."""
    return TaskItem(*_FIELDS(row))
