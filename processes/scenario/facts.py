"""Reads from the database how a case stands."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from engine import Session, TaskStatus, admin, pending, queries, read_variables
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
    tasks = queries.tasks_of(session, instance_id, TaskStatus.OPEN)
    return Facts(
        zone=zone,
        state=admin.get_instance(session, instance_id).status,
        open=[(task.element, task.name) for task in tasks],
        due={task.element: task.due_at for task in reversed(tasks)},
        timers={timer.element: timer.due_at for timer in reversed(pending.timers_of(session, instance_id))},
        incidents={incident.element: incident.message for incident in pending.incidents_of(session, instance_id)},
        variables=_variables(session, instance_id),
        way=coverage.way(session, instance_id),
        sent=sent,
    )


def _variables(session: Session, instance_id: int) -> dict[str, Any]:
    """The variables of the case; those of called processes where the case itself has none of the name."""
    scopes = read_variables(session, instance_id)
    return {name: value for scope in sorted(scopes, reverse=True) for name, value in scopes[scope].items()}
