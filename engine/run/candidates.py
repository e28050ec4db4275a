"""Whose business a task is: its candidates, and those who stand in for absent ones."""

from collections.abc import Iterator

from engine.look.task_items import TaskItem
from engine.values import Actor, StandIn


def may_see(task: TaskItem, actor: Actor) -> bool:
    """Whether a task is any business of an actor: theirs, their groups', or they are an admin."""
    return actor.admin or actor.id in (task.assignee, task.ended_by) or is_candidate(task, actor)


def is_candidate(task: TaskItem, actor: Actor) -> bool:
    """Whether an actor is among the candidates; groups are those the actor has now.

    A task that names nobody at all is for admins, so that nothing can lie where no one may reach it.
    """
    return is_own(task, actor) or any(through(task, actor))


def absent_for(task: TaskItem, actor: Actor) -> tuple[str, ...]:
    """For whom an actor may work on a task; nobody where it is the actor's own work, or no business of theirs."""
    kept = task.on_behalf_of if task.assignee == actor.id else None
    if kept is None and (task.assignee == actor.id or (task.assignee is None and is_own(task, actor))):
        return ()
    return tuple(
        each.person
        for each in actor.stands_in
        if kept in (None, each.person) and task.assignee in (None, actor.id, each.person) and _is_for(task, each)
    )


def acts_for(task: TaskItem, actor: Actor) -> str | None:
    """For whom an actor would work on a task unless somebody else is chosen; None where it is the actor's own work."""
    return next(iter(absent_for(task, actor)), None)


def through(task: TaskItem, actor: Actor) -> Iterator[str]:
    """The absent people through whom a task is an actor's business."""
    return (each.person for each in actor.stands_in if _is_for(task, each))


def is_own(task: TaskItem, actor: Actor) -> bool:
    """Whether a task is an actor's own work, not that of somebody absent."""
    if not (task.candidate_users or task.candidate_groups):
        return actor.admin and task.assignee is None
    return actor.id in task.candidate_users or bool(actor.groups.intersection(task.candidate_groups))


def _is_for(task: TaskItem, absent: StandIn) -> bool:
    """Whether a task is work that somebody else does for an absent person."""
    if not (task.candidate_users or task.candidate_groups):
        return task.assignee == absent.person
    return absent.person in task.candidate_users or bool(absent.groups.intersection(task.candidate_groups))
