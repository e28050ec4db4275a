"""Keeps the register up to date: after each step of an instance, within its transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine import (
    SUB_PROCESSES,
    SYSTEM,
    Address,
    Element,
    EventKind,
    InstanceStatus,
    JobRow,
    Json,
    OpenTask,
    Session,
    StepResult,
    Trace,
    loading,
    queries,
)
from processes import procedures
from processes.cases import access, disclosure, documents, entries, facts, notices, phases, register, running, telling
from processes.cases.held import AROUND, row_of
from processes.cases.schema import DbCase
from processes.clock import calendar_days
from processes.office import Office
from processes.people import organisation
from processes.procedures.properties import OWNER

LETTER = "letter"
"""The property of a task that is about a letter: printed, posted, handed over by somebody."""

BESIDE = AROUND, calendar_days.BESIDE
"""What comes with the lock of an instance, because observers and services ask for it in nearly every step."""

CONTAINERS = frozenset({"callActivity", *SUB_PROCESSES})
"""Their phase begins with the first thing inside them, which may have one of its own."""


@dataclass(frozen=True)
class _Seen:
    """A step, with what it takes to understand it."""

    session: Session
    step: StepResult
    case: DbCase

    def element(self, trace: Trace) -> Element | None:
        """What a token was in, as drawn."""
        if trace.deployment is None or trace.process is None or trace.element is None:
            return None
        return loading.find_element(self.session, int(trace.deployment), trace.process, trace.element)

    def elements(self, place: Address) -> Element | None:
        """What is drawn at a place."""
        return loading.find_element(self.session, int(place.deployment), place.process, place.element)


def observers(office: Office) -> Sequence[Callable[[Session, StepResult], None]]:
    """What the engine tells of each step."""

    def observe(session: Session, step: StepResult) -> None:
        case = register.find_of_step(session, step)
        _tell_of_faults(session, step, case)
        if case is None or case.instance_id != step.instance_id:
            documents.belong(session, step.instance_id, dict(_changed(step.traces)), step.actor)
        if case is None:
            return
        seen = _Seen(session, step, case)
        if case.instance_id != step.instance_id:
            # a case that has moved lets nobody see where to; what runs beside it, or takes it over just now, does
            if step.instance_id > case.instance_id or not _ran_the_case(session, step):
                _admit(session, seen)
            return
        changed = _changed(step.traces)
        session.autoflush = False  # the row of the case is written once
        try:
            _project(session, office, seen, changed)
            _own(seen)
            _record_refusals(session, seen)
            left = _enter_phases(session, seen)
            _close(seen)
            _write(session, seen, left)
            _tell_of_dropped_letters(session, seen)
        finally:
            session.autoflush = True
        session.flush()  # what services added

    return (observe,)


def _ran_the_case(session: Session, step: StepResult) -> bool:
    """Whether an instance began as the registration of a procedure: it is a round of a case."""
    registration = procedures.of_deployment(session, step.deployment_id).registration
    return registration is not None and registration.process == step.process_key


def _tell_of_faults(session: Session, step: StepResult, case: DbCase | None) -> None:
    """An incident is told to the administrators and to whoever answers for the case, who may have caused it."""
    if step.faults:
        data: dict[str, Json] = {"element": step.faults[0], "instance": step.instance_id}
        _alarm(session, "stopped", case, data)


def _alarm(session: Session, kind: str, case: DbCase | None, data: Mapping[str, Json]) -> None:
    """Tell administrators, who have to mend it, and whoever answers for the case.

    Where a case is closed to administrators they are told apart: they see where it stands, and nothing of the case.
    """
    people, case_id = _answering(case), None if case is None else row_of(session, case)
    if case is not None and disclosure.is_closed(session, case.instance_id):
        notices.tell(session, kind, by=SYSTEM, people=people, case_id=case_id, data=data)
        people, case_id = [], None
    groups = [organisation.ADMIN]
    notices.tell(session, kind, by=SYSTEM, people=people, groups=groups, case_id=case_id, data=data)


def alarms() -> Sequence[Callable[[Session, JobRow], None]]:
    """What the engine tells of jobs that it gives up and of which no incident tells."""

    def tell(session: Session, job: JobRow) -> None:
        case = register.find_of_instance(session, job.instance_id) if job.instance_id is not None else None
        _alarm(session, "job_failed", case, {"job": job.id, "instance": job.instance_id})

    return (tell,)


def _answering(case: DbCase | None) -> list[str]:
    """Who answers for a case."""
    return [] if case is None else [case.owner or case.opened_by]


def _changed(traces: Iterable[Trace]) -> dict[str, Json]:
    """The variables that got a new value, in whichever scope; of several the last one."""
    found: dict[str, Json] = {}
    for trace in traces:
        # a called process begins with nulls for what it may be told; they say nothing of the case
        if trace.kind is EventKind.VARIABLE and (
            trace.data.get("new") is not None or trace.data.get("old") is not None
        ):
            found[str(trace.data["name"])] = trace.data.get("new")
    return found


def _project(session: Session, office: Office, seen: _Seen, changed: Mapping[str, Json]) -> None:
    """Bring the register up to date with the variables that changed, whatever scope they are in."""
    procedure = procedures.of_deployment(session, seen.step.deployment_id)
    known = {**seen.step.variables, **changed}
    values = facts.Values(session, procedure, known)
    facts.project(procedure, seen.case, changed, values)
    running.observe(session, office, seen.case, procedure, changed, seen.step)
    documents.attach(session, office.settings, seen.case, dict(changed), seen.step.actor)


def _write(session: Session, seen: _Seen, left: Sequence[Mapping[str, Any]]) -> None:
    """Write the phases that a case has left and who may see it; the case itself is written as what the step keeps."""
    row_of(session, seen.case)
    phases.leave(session, seen.case, left)
    _admit(session, seen)


def _admit(session: Session, seen: _Seen) -> None:
    """Let those see the case whom it gives work, who did some, and who may say what comes in between.

    What runs beside a case gives work on it, too: whoever decides reads what they decide on.
    """
    step, case = seen.step, seen.case
    beside = case.instance_id != step.instance_id
    told = (
        procedures.of_instance(session, case.instance_id)
        if beside
        else procedures.of_deployment(session, step.deployment_id)
    )
    apart = told.readers.apart
    people = set() if step.actor.id == SYSTEM.id or _did_apart(seen, apart) else {step.actor.id}
    groups = set(step.recorders)
    entered = {trace.token: trace.process for trace in step.traces if trace.kind is EventKind.ENTERED}
    for task in step.opened:
        if not apart & {entered.get(task.token), task.element}:
            groups |= set(task.candidate_groups)
            people |= _named(task)
    if groups or people:
        access.admit(session, case, groups=groups, people=people)


def _own(seen: _Seen) -> None:
    """Make the owner whoever took the case over or did what the diagram says makes the owner."""
    step, case = seen.step, seen.case
    for trace in step.traces if step.actor.id != SYSTEM.id else ():
        if trace.kind is EventKind.LEFT:
            takes_over = _owning(seen.element(trace))
            if takes_over or (takes_over is not None and case.owner is None):
                case.owner = step.actor.id


def _did_apart(seen: _Seen, apart: frozenset[str]) -> bool:
    """Whether what the actor completed lets nobody see the case."""
    if not apart:
        return False
    left = [trace for trace in seen.step.traces if trace.kind is EventKind.LEFT]
    done = [trace for trace in left if (drawn := seen.element(trace)) is not None and drawn.kind == "userTask"]
    return any(apart & {trace.process, trace.element} for trace in done)


def _named(task: OpenTask) -> set[str]:
    return {*task.candidate_users, *([task.assignee] if task.assignee else [])}


def _owning(element: Element | None) -> bool | None:
    """Whether completing the element makes the owner, also in place of another; None when it says nothing of that."""
    if element is None or element.kind != "userTask":
        return None
    return OWNER.get(element.properties.get("owner", ""))


def _record_refusals(session: Session, seen: _Seen) -> None:
    """Write business errors such as SEND_BLOCKED into the case's own record (KB-3.6-5b)."""
    for trace in seen.step.traces:
        if trace.kind is EventKind.ERROR:
            data = {"code": trace.data.get("code"), "why": trace.data.get("message")}
            by, element = seen.step.actor, trace.element
            entries.note_with(session, seen.step, seen.case, "blocked", by=by, element=element, data=data)


def _enter_phases(session: Session, seen: _Seen) -> Sequence[Mapping[str, Any]]:
    """Follow the reporting phases that the elements belong to; each return to a phase is a further round (KB-2.1-1).

    Gives those that the case left, in order.

    A case goes back to an earlier phase only when nothing of it stands in a later one any more: what is called beside
    the main way does not set it back, a way that leads back does.
    """
    order: Sequence[str] | None = None
    left: list[Mapping[str, Any]] = []
    for trace in seen.step.traces:
        place = _place(trace) if trace.kind is EventKind.ENTERED else None
        phase = _phase(seen, place) if place is not None else None
        if not phase or phase == seen.case.phase:
            continue
        if order is None:
            order = [each.key for each in procedures.of_deployment(session, seen.step.deployment_id).phases]
        if not _is_beside(seen, phase, order):
            left += phases.enter(seen.case, phase[: phases.LONGEST], seen.step.at)
    return left


def _is_beside(seen: _Seen, phase: str, order: Sequence[str]) -> bool:
    """Whether a phase is an earlier one, to which the case does not go back as it stands in a later one."""
    if phase not in order or seen.case.phase not in order or order.index(phase) > order.index(seen.case.phase):
        return False
    later = order[order.index(phase) + 1 :]
    return any(_phase(seen, place) in later for place in seen.step.standing())


def _place(trace: Trace) -> tuple[Address, ...] | None:
    """Where something happened: the element, then what is around it, the innermost first."""
    if trace.deployment is None or trace.process is None or trace.element is None:
        return None
    return (Address(trace.deployment, trace.process, trace.element), *trace.around)


def _phase(seen: _Seen, place: Sequence[Address]) -> str | None:
    """The phase of an element or, where it has none, of the innermost call or sub-process around it that has one.

    A call or sub-process itself has none: its phase begins with what is inside.
    """
    around = False
    for each in place:
        element = seen.elements(each)
        if element is None:
            continue
        if not around and element.kind in CONTAINERS:
            return None
        if phase := element.properties.get("phase"):
            return phase
        around = True
    return None


def _tell_of_dropped_letters(session: Session, seen: _Seen) -> None:
    """What was still to leave the house when its call or the case ended is told: by hand, or by a service outside."""
    cancelled = [trace for trace in seen.step.traces if trace.kind is EventKind.CANCELLED]
    if not cancelled:
        return
    gone = {place[0] for trace in cancelled if (place := _place(trace)) is not None}
    for trace in cancelled:
        element = seen.element(trace)
        if element is None or not (seen.step.ended or (trace.around and trace.around[0] in gone)):
            continue  # the error that a service raised cancels it as well, and the diagram goes on from there
        topic = element.attributes.get("topic", "")
        if LETTER not in element.properties and not session.runtime.services.is_outside(topic):
            continue
        of_step = (task for task in queries.tasks_of(session, seen.step.instance_id) if task.token == trace.token)
        task = next(of_step, None) if element.kind == "userTask" else None
        caller = seen.elements(trace.around[0]) if trace.around else None
        home = trace.around[0].deployment if caller is not None else trace.deployment
        groups = () if task is None else task.candidate_groups
        data: dict[str, Json] = {"name": (caller or element).name or element.id, notices.HOME: int(home or 0)}
        whom = [telling.OWNER, *groups]
        telling.tell(session, seen.case, "letter_dropped", whom, by=SYSTEM, element=trace.element, data=data)


def _close(seen: _Seen) -> None:
    """An instance that has ended closes its case, archived or not."""
    step, case = seen.step, seen.case
    if step.ended and case.status == "open":
        case.status = "cancelled" if step.status is InstanceStatus.CANCELLED else "closed"
    if step.ended and case.closed_at is None:
        case.closed_at = step.at
    if case.closed_at is not None:
        case.due_at = None
