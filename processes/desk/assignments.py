"""What people do with tasks beyond what the engine knows of them: those concerned are told, a snooze ends."""

from engine import Actor, Session, TaskItem, candidates, follow_ups, tasks
from engine.errors import ClaimedByOther, NotCandidate, NotClaimed
from processes.cases import disclosure, notices, register
from processes.people import organisation


def hand_over(session: Session, task_id: int, to: Actor | str, *, by: Actor, reason: str) -> TaskItem:
    """Pass a task on as `engine.run.tasks.reassign` does; a snooze ends, or the one who gets it would not see it.

    Where the cases are closed to administrators they pass it on to its candidates only, or they could give it to
    themselves; NotCandidate.
    """
    item = tasks.get_task(session, task_id, actor=by)
    before = item.assignee
    if by.admin and disclosure.is_closed(session, item.instance_id):
        receiver = to if isinstance(to, Actor) else organisation.actor_of(session, to)
        if not candidates.is_candidate(item, receiver):
            raise NotCandidate(**tasks.named(item), who=receiver.id)
    task = tasks.reassign(session, task_id, to, by=by, reason=reason)
    if task.follow_up_at is not None:
        follow_ups.bring_back(session, task_id, by=by)
    if task.assignee != before:
        _tell(session, "passed_on", task.assignee, task, by=by)
        _tell(session, "taken", before, task, by=by)
    return task


def give_back(session: Session, task_id: int, *, by: Actor) -> TaskItem:
    """Give a task back as `engine.run.tasks.unclaim` does; whose it was is told when an administrator does it."""
    before = tasks.get_task(session, task_id, actor=by).assignee
    task = tasks.unclaim(session, task_id, by=by)
    _tell(session, "taken", before, task, by=by)
    return task


def ask_for(session: Session, task_id: int, *, by: Actor) -> TaskItem:
    """Ask the one who has claimed a task for it; asking again before that is read tells nothing more.

    Raises NotFound, AlreadyCompleted, TaskCancelled, NotClaimed, NotCandidate, SeparationOfDuties.
    """
    task = tasks.get_task(session, task_id, actor=by)
    try:
        tasks.check_work(session, task, by)
    except ClaimedByOther:
        pass  # the very case in which one asks
    else:
        raise NotClaimed(**tasks.named(task))
    if not candidates.is_candidate(task, by):
        raise NotCandidate(**tasks.named(task), who=by.id)
    tasks.check_duties(session, task, by)
    if not notices.is_told(session, task.assignee or "", "asked", by=by, task=task):
        _tell(session, "asked", task.assignee, task, by=by)
    return task


def _tell(session: Session, kind: str, person: str | None, task: TaskItem, *, by: Actor) -> None:
    if person is None or person == by.id:
        return
    case = register.find_of_task(session, task)
    case_id = case.id if case is not None else None
    notices.tell(session, kind, by=by, people=[person], case_id=case_id, task=task)
