"""Putting tasks off: until its follow-up date a task stands aside, never past its due date."""

from datetime import datetime

from sqlalchemy import update

from engine.errors import SnoozedIntoPast, SnoozedPastDue
from engine.kinds import EventKind, TaskStatus
from engine.look import history
from engine.look.task_items import TaskItem
from engine.run.state import Locked
from engine.run.steps import lock_task
from engine.run.tasks import check_work, get_task, named
from engine.session import Session, now
from engine.store.schema import DbTask
from engine.values import Actor


def snooze(session: Session, task_id: int, until: datetime | None, *, by: Actor) -> TaskItem:
    """Put a task off until a moment, for all who would see it in their lists; None brings it back.

    Who may work on it may do so. Raises what `claim` raises, and SnoozedIntoPast, SnoozedPastDue.
    """
    locked, _row = lock_task(session, task_id)
    task = get_task(session, task_id, actor=by)
    check_work(session, task, by)
    if until is not None:
        if until <= now(session):
            raise SnoozedIntoPast(**named(task))
        if task.due_at is not None and until > task.due_at:
            raise SnoozedPastDue(**named(task), due=task.due_at.astimezone(session.runtime.zone))
    return _set(session, locked, task, until, by)


def bring_back(session: Session, task_id: int, *, by: Actor) -> None:
    """End what puts a task off, for somebody else to see it; the caller has checked that this may be done."""
    locked, _row = lock_task(session, task_id)
    _set(session, locked, get_task(session, task_id), None, by)


def is_snoozed(task: TaskItem, moment: datetime) -> bool:
    """Whether a task stands aside at a moment."""
    off = task.follow_up_at is not None and task.follow_up_at > moment
    return task.status is TaskStatus.OPEN and off and (task.due_at is None or task.due_at > moment)


def _set(session: Session, locked: Locked, task: TaskItem, until: datetime | None, by: Actor) -> TaskItem:
    if until == task.follow_up_at:
        return task
    session.connection().execute(update(DbTask).where(DbTask.id == task.id).values(follow_up_at=until))
    texts = [None if at is None else at.isoformat() for at in (task.follow_up_at, until)]
    data = {"task": task.id, "from": texts[0], "to": texts[1]}
    event = history.new_event(
        locked.id, now(session), EventKind.SNOOZED, by, element=task.element, token=task.token, data=data
    )
    history.append(session, [event])
    return get_task(session, task.id)
