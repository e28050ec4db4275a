"""What people do with their tasks: claim, hand back, pass on, complete."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import insert, update

from engine.deploy.loading import find_element, find_form, load
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
from engine.language.expressions import interpolate
from engine.loaded import FormFile
from engine.look import history
from engine.look.queries import TaskItem, select_tasks, task_item
from engine.run import duties
from engine.run.instances import need_reason, note
from engine.run.state import Locked
from engine.run.steps import finish, load_step, lock_task, read_variables, visible_at
from engine.runtime import NOT_SIGNED, Function, Session, Signatures, StepResult, functions_with, now
from engine.store.prepared import Prepared
from engine.store.schema import DbSubmission, DbTask
from engine.store.variables import check_values
from engine.values import Actor, Element, Json, StandIn

_SUBMIT = Prepared(insert(DbSubmission))
_COLUMNS = tuple(DbTask.__table__.c.keys())


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
    row = session.connection().execute(select_tasks().where(DbTask.id == task_id)).one_or_none()
    if row is None or (actor is not None and not may_see(task_item(row), actor)):
        raise NotFound(what="task", key=task_id)
    return task_item(row)


def may_see(task: TaskItem, actor: Actor) -> bool:
    """Whether a task is any business of an actor: theirs, their groups', or they are an admin."""
    return actor.admin or actor.id in (task.assignee, task.ended_by) or is_candidate(task, actor)


def is_candidate(task: TaskItem, actor: Actor) -> bool:
    """Whether an actor is among the candidates; groups are those the actor has now.

    A task that names nobody at all is for admins, so that nothing can lie where no one may reach it.
    """
    return _is_own(task, actor) or any(_through(task, actor))


def absent_for(task: TaskItem, actor: Actor) -> tuple[str, ...]:
    """For whom an actor may work on a task; nobody where it is the actor's own work, or no business of theirs."""
    kept = task.on_behalf_of if task.assignee == actor.id else None
    if kept is None and (task.assignee == actor.id or (task.assignee is None and _is_own(task, actor))):
        return ()
    return tuple(
        each.person
        for each in actor.stands_in
        if kept in (None, each.person) and task.assignee in (None, actor.id, each.person) and _is_for(task, each)
    )


def acts_for(task: TaskItem, actor: Actor) -> str | None:
    """For whom an actor would work on a task unless somebody else is chosen; None where it is the actor's own work."""
    return next(iter(absent_for(task, actor)), None)


def _through(task: TaskItem, actor: Actor) -> Iterator[str]:
    """The absent people through whom a task is an actor's business."""
    return (each.person for each in actor.stands_in if _is_for(task, each))


def _is_own(task: TaskItem, actor: Actor) -> bool:
    if not (task.candidate_users or task.candidate_groups):
        return actor.admin and task.assignee is None
    return actor.id in task.candidate_users or bool(actor.groups.intersection(task.candidate_groups))


def _is_for(task: TaskItem, absent: StandIn) -> bool:
    """Whether a task is work that somebody else does for an absent person."""
    if not (task.candidate_users or task.candidate_groups):
        return task.assignee == absent.person
    return absent.person in task.candidate_users or bool(absent.groups.intersection(task.candidate_groups))


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


def get_form(session: Session, task: TaskItem) -> FormFile | None:
    """The form of a task: of its deployment unless the diagram binds to the latest; None when it has none."""
    element = find_element(session, task.deployment_id, task.process_key, task.element)
    return find_form(session, task.form_ref, task.deployment_id, _binding(element))


def visible_variables(session: Session, task: TaskItem) -> dict[str, Json]:
    """The variables that a task sees: its local ones, then those of its process; for showing the form."""
    seen = visible_at(session, task.instance_id, task.token)
    return seen if seen is not None else {**read_variables(session, task.instance_id)[0], **task.local}


def inputs_beside(session: Session, task: TaskItem, element: str, answers: Mapping[str, Json]) -> dict[str, Json]:
    """What an activity beside a task would take in, if the answers were handed in now; null for what fails.

    For previews of what the next step does with them. NotFound for an element that the task's process does not have.
    """
    found = find_element(session, task.deployment_id, task.process_key, element)
    if found is None:
        raise NotFound(what="element", key=element)
    functions = functions_with(session.runtime, load(session, task.deployment_id).declaration)
    names = {**visible_variables(session, task), **answers}
    return {name: _worked_out(value, names, functions) for name, value in found.inputs.items()}


def _worked_out(value: Any, names: Mapping[str, Json], functions: Mapping[str, Function]) -> Json:
    if isinstance(value, Mapping):
        return {name: _worked_out(entry, names, functions) for name, entry in value.items()}
    if not isinstance(value, str):
        return [_worked_out(entry, names, functions) for entry in value]
    try:
        return interpolate(value, names, functions)
    except KesuError:
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
    helped = check_work(session, task, by, absent)
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
    if isinstance(to, Actor) and not by.admin and not is_candidate(task, to):
        raise NotCandidate(**named(task), who=to.id)
    able = () if _is_own(task, receiver) else tuple(_through(task, receiver))
    helped = duties.first_free(session, task, receiver, able or (None,), partial(visible_variables, session, task))
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
    helped = check_work(session, task, by)
    if revision is not None and revision != task.revision:
        raise TaskChanged(**named(task))
    step = load_step(session, locked, by=by)
    form = get_form(session, task)
    if form is None and task.form_ref is not None and session.runtime.forms is not None:
        raise FormRefused({"": f"the form {task.form_ref} is not deployed"})
    variables = step.execution.visible(task.token)
    values = accept_form(session, form, answers, variables, actor=by, at=step.at, signatures=signatures)
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
    _SUBMIT.run(session.connection(), submission)
    data: dict[str, Json] = {"task": task.id}
    if helped is not None:
        data["for"] = helped
        session.connection().execute(update(DbTask).where(DbTask.id == task.id).values(on_behalf_of=helped))
    note(step, EventKind.COMPLETED, element=task.element, token=task.token, data=data)
    step.completed = task.token
    step.execution.complete(task.token, values)
    return Completed(task.id, task.instance_id, step.at, values, finish(step))


def check_work(session: Session, task: TaskItem, actor: Actor, absent: str | None = None) -> str | None:
    """Raise why an actor may not work on a task now, if anything stands against it; give for whom the actor would.

    Whoever stands in for several works for the one who is chosen, else for the first for whom nothing stands against
    it.
    """
    if not may_see(task, actor):
        raise NotFound(what="task", key=task.id)
    _check_open(session, task)
    able = absent_for(task, actor)
    if not able and task.assignee is not None and task.assignee != actor.id:
        raise _claimed(session, task)
    if task.assignee is None and not is_candidate(task, actor):
        raise NotCandidate(**named(task), who=actor.id)
    if absent not in (None, *able):
        raise NotCandidate(**named(task), who=absent or "")
    if task.assignee == actor.id and task.on_behalf_of not in (None, *able):
        raise StandInOver(**named(task), who=task.on_behalf_of or "")
    chosen = (absent,) if absent is not None else able or (None,)
    return duties.first_free(session, task, actor, chosen, partial(visible_variables, session, task))


def check_duties(session: Session, task: TaskItem, actor: Actor) -> None:
    """SeparationOfDuties when an actor may not do a task, whoever has it."""
    duties.check_duties(session, task, actor, None, partial(visible_variables, session, task))


def named(task: TaskItem) -> dict[str, Any]:
    """The facts of an error that tell which task it is about: its label, and in whose texts that stands."""
    return {"element": label(task), "deployment_id": task.deployment_id}


def label(task: TaskItem) -> str:
    """What people call a task: the label in the diagram, else the id."""
    return task.name or task.element


def accept_form(
    session: Session,
    form: FormFile | None,
    answers: Mapping[str, Json],
    variables: Mapping[str, Json],
    *,
    actor: Actor,
    at: datetime,
    signatures: Signatures,
) -> dict[str, Json]:
    """The values to keep for some answers: as the form accepts them, or as they are where there is no form."""
    clean = check_values(answers)
    gate = session.runtime.forms
    if form is None or gate is None:
        return clean
    return dict(gate.accept(form, clean, variables, actor=actor, now=at, signatures=signatures))


def _lock(session: Session, task_id: int, actor: Actor) -> tuple[Locked, TaskItem]:
    """A task and its instance, ours until the transaction ends; NotFound equally for what the actor may not see."""
    locked, row = lock_task(session, task_id)
    task = _from_locked(locked, row)
    if not may_see(task, actor):
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


def _binding(element: Element | None) -> str:
    return "" if element is None else element.attributes.get("formRefBinding", "")
