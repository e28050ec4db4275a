"""What people do with their tasks: claim, hand back, pass on, complete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import update

from engine.errors import (
    AlreadyCompleted,
    ClaimedByOther,
    FormRefused,
    KesuError,
    NotCandidate,
    NotClaimed,
    NotFound,
    StandInOver,
    TaskCancelled,
    TaskChanged,
)
from engine.kinds import EventKind, TaskStatus
from engine.look import history
from engine.look.task_items import TaskItem, find_task
from engine.run import candidates, duties, task_forms
from engine.run.instances import need_reason, note
from engine.run.state import Locked
from engine.run.steps import finish, load_step, lock_task
from engine.seams import NOT_SIGNED, Signatures, StepResult
from engine.session import Session, now
from engine.store.schema import TASK_COLUMNS, DbTask
from engine.values import Actor, Json

_COLUMNS = tuple(column.key for column in TASK_COLUMNS)


@dataclass(frozen=True)
class Completed:
    """What came of the completion of a task."""

    task_id: int
    instance_id: int
    at: datetime
    values: Mapping[str, Json]
    """The answers as accepted."""
    step: StepResult
    """What happened then: tasks opened and closed, whether the instance ended."""


def get_task(session: Session, task_id: int, *, actor: Actor | None = None) -> TaskItem:
    """A task, whatever its status; NotFound when there is none or, with an actor, when the actor may not see it."""
    found = find_task(session, task_id)
    if found is None or (actor is not None and not candidates.may_see(found, actor)):
        raise NotFound(what="task", key=task_id)
    return found


def may_work(session: Session, task: TaskItem, actor: Actor) -> bool:
    """Whether an actor may claim or complete a task now."""
    return why_not(session, task, actor) is None


def why_not(session: Session, task: TaskItem, actor: Actor) -> KesuError | None:
    """What `claim` and `complete` would raise for this actor, or None."""
    try:
        check_work(session, task, actor)
    except KesuError as error:
        return error
    return None


def claim(session: Session, task_id: int, *, by: Actor, absent: str | None = None) -> TaskItem:
    """Take a task for oneself; claiming one's own again changes nothing.

    Args:
        session: as always.
        task_id: which task.
        by: who takes it.
        absent: for whom, where the actor stands in for several; else the first for whom nothing stands against it.

    Raises NotFound, AlreadyCompleted, TaskCancelled, ClaimedByOther, NotCandidate, SeparationOfDuties.
    """
    locked, task = _lock(session, task_id, by)
    helped = check_work(session, task, by, absent, locked=locked)
    if task.assignee != by.id:
        _assign(session, locked, task, by.id, EventKind.CLAIMED, by=by, reason=None, helped=helped)
    return get_task(session, task_id)


def unclaim(session: Session, task_id: int, *, by: Actor, reason: str | None = None) -> TaskItem:
    """Give a task back to its candidates; the one who has it may, and admins.

    Raises NotFound, AlreadyCompleted, TaskCancelled, NotClaimed, ClaimedByOther; NotCandidate when there is nobody to
    give it back to.
    """
    locked, task = _lock(session, task_id, by)
    _check_open(session, task)
    if task.assignee is None:
        raise NotClaimed(**named(task))
    if task.assignee != by.id and not by.admin:
        raise _claimed(session, task)
    if not (task.candidate_users or task.candidate_groups or by.admin):
        raise NotCandidate(**named(task), who="nobody else")
    _assign(session, locked, task, None, EventKind.UNCLAIMED, by=by, reason=need_reason(reason) if reason else None)
    return get_task(session, task_id)


def reassign(session: Session, task_id: int, to: Actor | str, *, by: Actor, reason: str) -> TaskItem:
    """Pass a task on to a person; the one who has it may, its candidates while nobody has it, and admins.

    Args:
        session: as always.
        task_id: which task.
        to: the person. Given as an actor, the person must be a candidate, unless an admin passes it on.
        by: who does it.
        reason: why; for the history.

    Raises what `claim` raises, for the giver and the receiver, and ReasonMissing.
    """
    receiver = to if isinstance(to, Actor) else Actor(to)
    locked, task = _lock(session, task_id, by)
    _check_open(session, task)
    if not by.admin and task.assignee != by.id:
        check_work(session, task, by)
    if isinstance(to, Actor) and not by.admin and not candidates.is_candidate(task, to):
        raise NotCandidate(**named(task), who=to.id)
    able = () if candidates.is_own(task, receiver) else tuple(candidates.through(task, receiver))
    helped = duties.first_free(
        session, task, receiver, able or (None,), partial(task_forms.visible_variables, session, task)
    )
    reason = need_reason(reason)
    _assign(session, locked, task, receiver.id, EventKind.REASSIGNED, by=by, reason=reason, helped=helped)
    return get_task(session, task_id)


def complete(
    session: Session,
    task_id: int,
    *,
    by: Actor,
    answers: Mapping[str, Json],
    signatures: Signatures = NOT_SIGNED,
    revision: int | None = None,
) -> Completed:
    """Complete a task with what was filled in, and run the instance until it waits again.

    Args:
        session: as always.
        task_id: which task.
        by: who completes it; need not have claimed it first.
        answers: the fields of the form; a task without a form takes any variables.
        signatures: those of its fields that the caller has verified.
        revision: that of the task when the form was shown, to notice that it was passed on meanwhile.

    Raises NotFound (also for what one may not see), AlreadyCompleted with who and when, TaskCancelled, ClaimedByOther,
    NotCandidate, SeparationOfDuties, TaskChanged, FormRefused, VariablesRefused. Nothing is changed then.
    """
    locked, task = _lock(session, task_id, by)
    helped = check_work(session, task, by, locked=locked)
    if revision is not None and revision != task.revision:
        raise TaskChanged(**named(task))
    step = load_step(session, locked, by=by)
    form = task_forms.get_form(session, task)
    if form is None and task.form_ref is not None and session.runtime.forms is not None:
        raise FormRefused({"": f"the form {task.form_ref} is not deployed"})
    variables = step.execution.visible(task.token)
    values = task_forms.accept_form(session, form, answers, variables, actor=by, at=step.at, signatures=signatures)
    submission = {
        "instance_id": task.instance_id,
        "task_id": task.id,
        "element": task.element,
        "form": task.form_ref,
        "form_digest": None if form is None else form.digest,
        "answers": values,
        "by": by.id,
        "at": step.at,
    }
    step.host.submitted.append(submission)
    step.host.completed = task.element, helped
    data: dict[str, Json] = {"task": task.id}
    if helped is not None:
        data["for"] = helped
        session.connection().execute(update(DbTask).where(DbTask.id == task.id).values(on_behalf_of=helped))
    note(step, EventKind.COMPLETED, element=task.element, token=task.token, data=data)
    step.completed = task.token
    step.execution.complete(task.token, values)
    return Completed(task.id, task.instance_id, step.at, values, finish(step))


def check_work(
    session: Session, task: TaskItem, actor: Actor, absent: str | None = None, *, locked: Locked | None = None
) -> str | None:
    """Raise why an actor may not work on a task now, if anything stands against it; give for whom the actor would.

    Whoever stands in for several works for the one who is chosen, else for the first for whom nothing stands against
    it.
    """
    if locked is None and not candidates.may_see(task, actor):  # with the lock it was asked
        raise NotFound(what="task", key=task.id)
    _check_open(session, task)
    able = candidates.absent_for(task, actor)
    if not able and task.assignee is not None and task.assignee != actor.id:
        raise _claimed(session, task)
    if task.assignee is None and not candidates.is_candidate(task, actor):
        raise NotCandidate(**named(task), who=actor.id)
    if absent not in (None, *able):
        raise NotCandidate(**named(task), who=absent or "")
    if task.assignee == actor.id and task.on_behalf_of not in (None, *able):
        raise StandInOver(**named(task), who=task.on_behalf_of or "")
    chosen = (absent,) if absent is not None else able or (None,)
    return duties.first_free(session, task, actor, chosen, partial(task_forms.visible_variables, session, task, locked))


def check_duties(session: Session, task: TaskItem, actor: Actor) -> None:
    """SeparationOfDuties when an actor may not do a task, whoever has it."""
    duties.check_duties(session, task, actor, None, partial(task_forms.visible_variables, session, task))


def named(task: TaskItem) -> dict[str, Any]:
    """The facts of an error that tell which task it is about: its label, and in whose texts that stands."""
    return {"element": label(task), "deployment_id": task.deployment_id}


def label(task: TaskItem) -> str:
    """What people call a task: the label in the diagram, else the id."""
    return task.name or task.element


def _lock(session: Session, task_id: int, actor: Actor) -> tuple[Locked, TaskItem]:
    """A task and its instance, ours until the transaction ends; NotFound equally for what the actor may not see."""
    locked, row = lock_task(session, task_id)
    task = _from_locked(locked, row)
    if not candidates.may_see(task, actor):
        raise NotFound(what="task", key=task_id)
    return locked, task


def _from_locked(locked: Locked, row: Sequence[Any]) -> TaskItem:
    columns = dict(zip(_COLUMNS, row, strict=True))
    del columns["audience_id"], columns["due_sort"]
    return TaskItem(
        business_key=locked.business_key,
        process_name=locked.process_key,
        instance_status=locked.status,
        **columns,
    )


def _check_open(session: Session, task: TaskItem) -> None:
    zone = session.runtime.zone
    if task.status is TaskStatus.COMPLETED:
        at = (task.ended_at or now(session)).astimezone(zone)
        raise AlreadyCompleted(**named(task), by=task.ended_by or "", at=at)
    if task.status is not TaskStatus.OPEN:
        raise TaskCancelled(**named(task), at=(task.ended_at or now(session)).astimezone(zone))


def _claimed(session: Session, task: TaskItem) -> ClaimedByOther:
    since = (task.claimed_at or task.created_at).astimezone(session.runtime.zone)
    return ClaimedByOther(**named(task), who=task.assignee or "", since=since)


def _assign(
    session: Session,
    locked: Locked,
    task: TaskItem,
    to: str | None,
    kind: EventKind,
    *,
    by: Actor,
    reason: str | None,
    helped: str | None = None,
) -> None:
    at = now(session)
    values = {"assignee": to, "claimed_at": at if to else None, "on_behalf_of": helped, "revision": task.revision + 1}
    session.connection().execute(update(DbTask).where(DbTask.id == task.id).values(**values))
    data = {"task": task.id, "from": task.assignee, "to": to} | ({"for": helped} if helped else {})
    event = history.new_event(
        locked.id,
        at,
        kind,
        by,
        element=task.element,
        process=task.process_key,
        token=task.token,
        reason=reason,
        data=data,
    )
    history.append(session, [event])
