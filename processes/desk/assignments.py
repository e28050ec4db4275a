"""What people do with tasks beyond what the engine knows of them: those concerned are told, a snooze ends."""

from collections.abc import Iterable

from engine import Actor, Session, TaskFilter, TaskItem, candidates, follow_ups, queries, tasks
from engine.errors import ClaimedByOther, NotCandidate, NotClaimed
from processes.cases import disclosure, notices, register
from processes.people import accounts, organisation

AT_ONCE = 200
"""So many tasks of somebody are read at a time."""


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


def change_access(session: Session, login: str, groups: Iterable[str], *, by: Actor, **details: str | bool) -> int:
    """Change an account as `accounts.change` does; what somebody had claimed and may do no more goes back. How much.

    What nobody else could do stays where it is, for an administrator to pass on.
    """
    before, after = organisation.groups_of(session, login), frozenset(groups)
    accounts.change(session, login, after, by=by, **details)
    active = organisation.get_person(session, login).active
    lost = [task for task in _claimed(session, login) if _is_lost(task, login, before, after, active=active)]
    for task in sorted(lost, key=lambda each: (each.instance_id, each.id)):
        give_back(session, task.id, by=by)
    return len(lost)


def _claimed(session: Session, login: str) -> Iterable[TaskItem]:
    found = queries.list_tasks(session, Actor(login), TaskFilter(whose="mine", per_page=AT_ONCE))
    yield from found.items
    for page in range(2, -(-found.total // AT_ONCE) + 1):
        yield from queries.list_tasks(
            session, Actor(login), TaskFilter(whose="mine", page=page, per_page=AT_ONCE)
        ).items


def _is_lost(task: TaskItem, login: str, before: frozenset[str], after: frozenset[str], *, active: bool) -> bool:
    """Whether a task was somebody's own work, or of whom they stood in for, and is so no longer."""
    if not active:
        return bool(task.candidate_groups or set(task.candidate_users) - {login})
    if task.on_behalf_of is not None:
        return False  # that goes by the absent person
    return candidates.is_own(task, Actor(login, before)) and not candidates.is_own(task, Actor(login, after))


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
