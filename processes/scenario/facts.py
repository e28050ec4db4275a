"""Reads from the database how a case stands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.store.schema import DbIncident, DbInstance, DbJob, DbTask, DbTimer, DbVariable
from engine.work import timers
from processes.scenario import coverage
from processes.scenario.checks import Facts


def of(session: Session, instance_id: int, zone: ZoneInfo, sent: Mapping[str, int]) -> Facts:
    """The facts of a case.

    Args:
        session: as always.
        instance_id: of the case.
        zone: in which times are shown.
        sent: the letters that were recorded, by template.
    """
    query = select(DbTask).where(DbTask.instance_id == instance_id, DbTask.status == "open").order_by(DbTask.id)
    tasks = list(session.scalars(query))
    armed = session.scalars(select(DbTimer).where(DbTimer.instance_id == instance_id).order_by(DbTimer.due_at.desc()))
    broken = session.scalars(select(DbIncident).where(DbIncident.instance_id == instance_id))
    return Facts(
        zone=zone,
        state=session.get_one(DbInstance, instance_id).status,
        open=[(task.element, task.name) for task in tasks],
        due={task.element: task.due_at for task in reversed(tasks)},
        timers={timer.element: timer.due_at for timer in armed},
        incidents={incident.element: incident.message for incident in broken},
        variables=_variables(session, instance_id),
        way=coverage.way(session, instance_id),
        sent=sent,
    )


def next_due(session: Session) -> datetime | None:
    """When the next timer or the next attempt of a job is due."""
    job = session.scalar(select(DbJob.due_at).where(DbJob.status == "open").order_by(DbJob.due_at).limit(1))
    return min((due for due in (timers.next_due(session), job) if due is not None), default=None)


def _variables(session: Session, instance_id: int) -> dict[str, Any]:
    """The variables of the case; those of called processes where the case itself has none of the name."""
    query = select(DbVariable.name, DbVariable.value).where(DbVariable.instance_id == instance_id)
    return dict(session.execute(query.order_by(DbVariable.scope.desc())).all())
