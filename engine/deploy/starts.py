"""Start events that wait: messages, signals and timers that begin a new instance of the current version."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from engine.core import Compiled, first_start, next_start
from engine.kinds import Trigger
from engine.seams import Function
from engine.session import Session, now
from engine.store.definitions import DbProcessDefinition
from engine.store.schema import DbSubscription, DbTimer
from engine.values import Json, StartPoint


def arm_starts(
    session: Session, definition_id: int, compiled: Compiled, key: str, functions: Mapping[str, Function]
) -> None:
    """Let the start events of the current version wait, and those of no other.

    Args:
        session: as always.
        definition_id: of the current version.
        compiled: what was deployed with it.
        key: of the process.
        functions: what its timers may call.
    """
    versions = select(DbProcessDefinition.id).where(DbProcessDefinition.key == key)
    for table in (DbSubscription, DbTimer):
        session.execute(delete(table).where(table.definition_id.in_(versions)))
    for point in compiled.processes[key].starts:
        if point.kind == Trigger.TIMER and session.runtime.settings.begin_by_date:
            _arm_timer(session, definition_id, point, functions)
        elif point.kind in (Trigger.MESSAGE, Trigger.SIGNAL):
            values = {"definition_id": definition_id, "element": point.element, "kind": point.kind, "name": point.name}
            session.execute(insert(DbSubscription).values(**values))


def arm_again(session: Session, timer: Mapping[str, Any]) -> None:
    """Set the timer of a start event to its next time after it was handed over; nothing when it was the last."""
    runtime = session.runtime
    rhythm = next_start(timer["rhythm"], now(session), runtime.zone, catch_up=runtime.settings.catch_up)
    if rhythm is not None:
        _insert_timer(session, timer["definition_id"], timer["element"], rhythm)


def _arm_timer(session: Session, definition_id: int, point: StartPoint, functions: Mapping[str, Function]) -> None:
    rhythm = first_start(point, now(session), session.runtime.zone, functions)
    if rhythm is not None:
        _insert_timer(session, definition_id, point.element, rhythm)


def _insert_timer(session: Session, definition_id: int, element: str, rhythm: Mapping[str, Json]) -> None:
    due_at = datetime.fromisoformat(rhythm["due"])
    values = {"definition_id": definition_id, "element": element, "due_at": due_at, "rhythm": dict(rhythm)}
    session.execute(insert(DbTimer).values(**values))
