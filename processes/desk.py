"""What people do with tasks of others and with several at once, beyond what the engine knows of a single one."""

from sqlalchemy.orm import Session

from engine import follow_ups, tasks
from engine.queries import TaskItem
from engine.values import Actor


def hand_over(session: Session, task_id: int, to: Actor | str, *, by: Actor, reason: str) -> TaskItem:
    """Pass a task on as `engine.tasks.reassign` does; a snooze ends, or the one who gets it would not see it."""
    task = tasks.reassign(session, task_id, to, by=by, reason=reason)
    if task.follow_up_at is not None:
        follow_ups.bring_back(session, task_id, by=by)
    return task
