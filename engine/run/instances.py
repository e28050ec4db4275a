"""Instances: started, changed and cancelled by people, programs and the clock."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, or_, select, update

from engine.core import Execution, Waits
from engine.deploy.deployments import ProcessDefinition, get_process_definition, list_process_definitions
from engine.deploy.loading import load
from engine.errors import NotFound, NotStartable, ReasonMissing
from engine.kinds import EventKind, InstanceStatus
from engine.look import history
from engine.run.host import StepHost
from engine.run.rest import suspended
from engine.run.state import Locked, Step
from engine.run.steps import finish, load_step, lock_instance, open_step, read_variables
from engine.seams import StepResult
from engine.session import Session, now
from engine.store.definitions import DbProcessDefinition
from engine.store.prepared import Prepared
from engine.store.schema import DbInstance
from engine.store.variables import check_text, check_values, is_blank
from engine.store.working import DbSuspension
from engine.values import Actor, Json, Process


@dataclass(frozen=True)
class Instance:
    """One run of a process; times are in UTC."""

    id: int
    definition_id: int
    business_key: str | None
    status: InstanceStatus
    revision: int
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    end_element: str | None
    """The end events reached, separated by spaces."""


_NEW = [each for each in DbInstance.__table__.c if each.name != "id"]
_STANDS_STILL = exists().where(DbSuspension.ended_at.is_(None), DbSuspension.process_key == bindparam("of_key"))
_INSERT = Prepared(
    insert(DbInstance)
    .from_select(_NEW, select(*(bindparam(each.name, type_=each.type) for each in _NEW)).where(~_STANDS_STILL))
    .returning(DbInstance.id)
)
"""No row where the process stands still."""
_COLUMNS = [DbInstance.__table__.c[each.name] for each in fields(Instance)]
_NUMBERED = DbInstance.id == bindparam("number")
_KEY_OF = Prepared(select(DbInstance.business_key).where(_NUMBERED))
_DEPLOYMENT_OF = Prepared(
    select(DbProcessDefinition.deployment_id)
    .join(DbInstance, DbInstance.definition_id == DbProcessDefinition.id)
    .where(_NUMBERED)
)
_STARTED = Prepared(
    select(DbInstance.business_key, func.min(DbInstance.id))
    .join(DbProcessDefinition, DbInstance.definition_id == DbProcessDefinition.id)
    .where(or_(DbInstance.business_key == bindparam("one"), DbInstance.business_key == bindparam("other")))
    .where(DbProcessDefinition.key == bindparam("of_key"))
    .group_by(DbInstance.business_key)
)
_ALL_STARTED = Prepared(
    select(DbInstance.id)
    .join(DbProcessDefinition, DbInstance.definition_id == DbProcessDefinition.id)
    .where(DbInstance.business_key == bindparam("one"), DbProcessDefinition.key == bindparam("of_key"))
    .order_by(DbInstance.id)
)
_OF_KEY = select(*_COLUMNS).where(DbInstance.business_key == bindparam("key"))
_AND_ONE = Prepared(_OF_KEY.union(select(*_COLUMNS).where(_NUMBERED)))


def start(
    session: Session,
    key: str,
    *,
    variables: Mapping[str, Json] | None = None,
    business_key: str | None = None,
    by: Actor,
    element: str | None = None,
    definition: ProcessDefinition | None = None,
) -> Instance:
    """Start a process and run it until it waits.

    Args:
        session: as always.
        key: of the process; its current version unless `definition` says otherwise.
        variables: what it starts with.
        business_key: the number people know the case by.
        by: who starts it, also for somebody whose work it is and whom the history names then; becomes the variable
            that `camunda:initiator` names.
        element: the start event; by default the one without a trigger.
        definition: a definite version, as it was read.

    Raises NotFound when there is no such process, NotStartable when the actor is not among its starters, and
    VariablesRefused for values that JSON cannot carry.
    """
    definition = definition or get_process_definition(session, key)
    process = load(session, definition.deployment_id).compiled.processes[key]
    starters = process.candidate_starter_groups
    absent = None
    if starters and not (by.admin or by.groups.intersection(starters)):
        absent = next((each.person for each in by.stands_in if each.groups.intersection(starters)), None)
        if absent is None:
            raise NotStartable(key=key, who=by.id)
    cause = {"for": absent} if absent is not None else None
    return start_definition(
        session, definition, variables=variables or {}, business_key=business_key, by=by, element=element, cause=cause
    )


def startable(session: Session, actor: Actor) -> list[ProcessDefinition]:
    """The current processes that an actor may start by hand, by their names.

    Those whose `isStartableInTasklist` does not say otherwise, for the groups of `candidateStarterGroups`; where it
    names none, and for everything else, administrators alone.
    """
    found = []
    for definition in list_process_definitions(session):
        starters = load(session, definition.deployment_id).compiled.processes[definition.key].candidate_starter_groups
        if definition.startable and (actor.admin or actor.reach.intersection(starters)):
            found.append(definition)
    return sorted(found, key=lambda each: each.name)


def start_definition(
    session: Session,
    definition: ProcessDefinition,
    *,
    variables: Mapping[str, Json],
    business_key: str | None = None,
    by: Actor,
    element: str | None = None,
    cause: Mapping[str, Json] | None = None,
    scheduled_at: datetime | None = None,
    allowance: int | None = None,
) -> Instance:
    """Start a definite version, whoever may; for start events with messages, signals and timers.

    Args:
        session: as always.
        definition: the version.
        variables: what it starts with.
        business_key: the number people know the case by.
        by: who starts it.
        element: the start event; by default the one without a trigger.
        cause: what triggered the start event, for the history.
        scheduled_at: when a timer should have started it.
        allowance: how many messages may follow; by default as many as from an act of a person.

    Raises Suspended when the process stands still.
    """
    values = check_values(variables)
    if business_key is not None:
        check_text("business key", business_key)
    at = session.runtime.clock.now()
    process = load(session, definition.deployment_id).compiled.processes[definition.key]
    values |= _initiator(process, element, by)
    locked = _insert(session, definition, business_key, by, at)
    host = StepHost(session, by, at, instance_id=locked.id, business_key=business_key, allowance=allowance)
    ref = str(definition.deployment_id)
    execution = Execution.start(ref, definition.key, host, values, element=element)
    host.follow(execution)
    step = Step(session, host, locked, execution, Waits(), {}, by, at, scheduled_at=scheduled_at, started=True)
    data = {"process": definition.key, "version": definition.version, **(cause or {})}
    step.events.append(
        history.new_event(locked.id, step.at, EventKind.STARTED, by, scheduled_at=scheduled_at, data=data)
    )
    result = finish(step)
    return Instance(
        id=locked.id,
        definition_id=definition.id,
        business_key=result.business_key,
        status=result.status,
        revision=1,
        started_at=step.at,
        started_by=by.id,
        ended_at=step.at if result.ended else None,
        end_element=" ".join(result.end_elements) or None,
    )


def get_instance(session: Session, instance_id: int) -> Instance:
    """One instance; NotFound when there is none."""
    row = session.connection().execute(select(*_COLUMNS).where(DbInstance.id == instance_id)).one_or_none()
    if row is None:
        raise NotFound(what="instance", key=instance_id)
    return Instance(*row)


def business_key_of(session: Session, instance_id: int) -> str | None:
    """The number people know the case of an instance by; None for one without, and where there is none."""
    return next((key for (key,) in _KEY_OF.rows(session.connection(), {"number": instance_id})), None)


def deployment_of(session: Session, instance_id: int) -> int:
    """The deployment of the outermost process of an instance; NotFound when there is none."""
    if instance_id not in session.roots:
        rows = _DEPLOYMENT_OF.rows(session.connection(), {"number": instance_id})
        if not rows:
            raise NotFound(what="instance", key=instance_id)
        session.roots[instance_id] = int(rows[0][0])
    return session.roots[instance_id]


def subjects_of(session: Session, instance_ids: Collection[int]) -> Mapping[int, tuple[int, str | None]]:
    """The deployment and the business key of each of some instances, by its number; one statement."""
    query = select(DbInstance.id, DbProcessDefinition.deployment_id, DbInstance.business_key)
    query = query.join(DbProcessDefinition, DbInstance.definition_id == DbProcessDefinition.id)
    rows = session.connection().execute(query.where(DbInstance.id.in_(instance_ids)))
    return {number: (deployment, key) for number, deployment, key in rows}


def find_by_business_key(session: Session, business_key: str, also: int | None = None) -> list[Instance]:
    """The instances of a business key, and one more by its number, the oldest first."""
    rows = _AND_ONE.rows(session.connection(), {"key": business_key, "number": also})
    return sorted((Instance(*row) for row in rows), key=lambda each: each.id)


def find_started(session: Session, key: str, business_key: str, other: str | None = None) -> int | None:
    """The first instance of a process that bears a business key; where there is none, that of another business key."""
    asked = {"of_key": key, "one": business_key, "other": other}
    found = dict(_STARTED.rows(session.connection(), asked))
    return found.get(business_key) or found.get(other)


def all_started(session: Session, key: str, business_key: str) -> list[int]:
    """All instances of a process that bear a business key, the first one first."""
    return [number for (number,) in _ALL_STARTED.rows(session.connection(), {"of_key": key, "one": business_key})]


def get_variables(session: Session, instance_id: int, scope: int = 0) -> dict[str, Json]:
    """The variables of an instance (scope 0) or of a called process (the token of the call); empty when unknown."""
    return read_variables(session, instance_id).get(scope, {})


def known_variables(session: Session, instance_id: int) -> dict[str, Json]:
    """What an instance and the processes it calls at the moment know: an inner value is newer, null says nothing."""
    scopes = read_variables(session, instance_id)
    inner = {
        name: value for scope in sorted(scopes) if scope for name, value in scopes[scope].items() if value is not None
    }
    return {**scopes.get(0, {}), **inner}


def set_variables(
    session: Session,
    instance_id: int,
    values: Mapping[str, Json],
    *,
    by: Actor,
    reason: str,
    scope: int = 0,
    by_hand: bool = True,
    if_there: Mapping[str, Json] | None = None,
) -> StepResult:
    """Change variables; conditional events see it, timers follow, the history keeps who and why.

    Args:
        session: as always.
        instance_id: whose.
        values: by name.
        by: who changes them.
        reason: why.
        scope: 0, or the token of the call whose process has them.
        by_hand: whether somebody did it, or a service for them: the history tells that apart (changed, given).
        if_there: values for variables that are changed only where there are such.

    Raises ReasonMissing, NotFound, InstanceEnded, VariablesRefused.
    """
    clean, further = check_values(values), check_values(if_there or {})
    step = open_step(session, instance_id, by=by, reason=need_reason(reason))
    if scope not in step.execution.variables:
        raise NotFound(what="scope", key=scope)
    clean |= {name: value for name, value in further.items() if name in step.execution.variables[scope]}
    note(step, EventKind.CHANGED if by_hand else EventKind.GIVEN, data={"names": sorted(clean), "scope": scope})
    step.execution.set_variables(clean, scope)
    return finish(step)


def cancel(session: Session, instance_id: int, *, by: Actor, reason: str) -> None:
    """End an instance with everything that is open in it; ReasonMissing, NotFound, InstanceEnded."""
    locked = lock_instance(session, instance_id)
    step = load_step(session, locked, by=by, reason=need_reason(reason), resting=True)
    note(step, EventKind.ABORTED)
    step.cancelled = True
    step.execution.cancel()
    finish(step)


def note_look(session: Session, instance_id: int, *, by: Actor, reason: str) -> None:
    """Write down that somebody is let into what the instance is about, and why; ReasonMissing, NotFound."""
    deployment_of(session, instance_id)
    event = history.new_event(instance_id, now(session), EventKind.LOOKED, by, reason=need_reason(reason))
    history.append(session, [event])


def set_business_key(session: Session, instance_id: int, business_key: str) -> None:
    """Give an instance the number people know it by; a service gives it to its own with `Call.set_business_key`."""
    check_text("business key", business_key)
    lock_instance(session, instance_id)
    change = update(DbInstance).where(DbInstance.id == instance_id).values(business_key=business_key)
    session.connection().execute(change)


def need_reason(reason: str) -> str:
    """A reason that says something, or ReasonMissing."""
    if is_blank(reason):
        raise ReasonMissing
    return check_text("reason", reason.strip())


def note(
    step: Step,
    kind: EventKind,
    *,
    element: str | None = None,
    token: int | None = None,
    data: Mapping[str, Json] | None = None,
) -> None:
    """Put a line of what a person did before what the execution tells."""
    step.events.append(
        history.new_event(
            step.instance.id,
            step.at,
            kind,
            step.actor,
            element=element,
            process=None if token is None else step.execution.home(token)[1],
            token=token,
            scheduled_at=step.scheduled_at,
            reason=step.reason,
            data=data,
        )
    )


def _initiator(process: Process, element: str | None, by: Actor) -> dict[str, Json]:
    """The variable that the start event wants the starter in."""
    for event in process.elements.values():
        drawn = event.kind == "startEvent" and event.parent == process.key
        if drawn and (event.id == element or (element is None and event.event in (None, "none"))):
            name = event.attributes.get("initiator")
            return {name: by.id} if name else {}
    return {}


def _insert(
    session: Session, definition: ProcessDefinition, business_key: str | None, by: Actor, at: datetime
) -> Locked:
    """The row first: services and case rows refer to it. Suspended when the process stands still."""
    values: dict[str, Any] = {
        "definition_id": definition.id,
        "business_key": business_key,
        "status": InstanceStatus.RUNNING,
        "state": b"",
        "revision": 0,
        "started_at": at,
        "started_by": by.id,
        "ended_at": None,
        "end_element": None,
        "called": (),
        "of_key": definition.key,
    }
    inserted = _INSERT.rows(session.connection(), values)
    if not inserted:
        raise suspended(session, definition.key)
    ((number,),) = inserted
    session.roots[number] = definition.deployment_id
    return Locked(
        number, definition.id, definition.deployment_id, definition.key, business_key, InstanceStatus.RUNNING, b"", 0
    )
