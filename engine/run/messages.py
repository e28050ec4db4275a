"""Messages and signals from outside: correlated to the one who waits, or broadcast to all."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, insert, select

from engine.deploy.deployments import get_definition
from engine.deploy.loading import find_form
from engine.errors import Ambiguous, NotCorrelated, NotFound
from engine.kinds import EventKind, Trigger
from engine.loaded import FormFile
from engine.look import pending
from engine.run.drawn import names_in, waiting_element
from engine.run.instances import note, start_definition
from engine.run.outbox import hand_over, signal_jobs
from engine.run.steps import Sight, finish, load_step, lock_instance, open_step
from engine.run.task_forms import accept_form
from engine.seams import NOT_SIGNED, Signatures, StepResult
from engine.session import Session
from engine.store.definitions import DbProcessDefinition
from engine.store.schema import DbEvent, DbInstance, DbSubmission, DbSubscription
from engine.store.variables import check_values
from engine.values import Actor, Json

_MOST = 100
"""Receivers that are looked at; where so many wait, nobody knows which is meant without a key."""


@dataclass(frozen=True)
class Recordable:
    """A message that people may record on the page of a case."""

    token: int
    element: str
    label: str
    name: str
    """Of the message."""
    form: FormFile | None
    """What is filled in for it; `recordForm` in the diagram."""
    deployment_id: int
    """Where it is drawn."""
    absent: tuple[str, ...] = ()
    """For whom the actor may record it; nobody where it is the actor's own work."""


def correlate(
    session: Session,
    name: str,
    *,
    instance_id: int | None = None,
    business_key: str | None = None,
    payload: Mapping[str, Json] | None = None,
    by: Actor,
    token: int | None = None,
    where: Mapping[str, Json] | None = None,
    allowance: int | None = None,
) -> int:
    """Deliver a message to the one token that waits for it, or start the process that begins with it.

    Args:
        session: as always.
        name: of the message.
        instance_id: the receiver, where it is known.
        business_key: the receiver's, or that of the instance to be started.
        payload: variables that the message brings.
        by: who sends it.
        token: the very token, where several of one instance wait.
        where: variables that the receiver must see with these values, to tell tokens of one instance apart.
        allowance: how many messages may follow; by default as many as from an act of a person.

    Returns:
        The number of the instance that got it or was started.

    Raises NotCorrelated when nobody waits for it, Ambiguous when several do, VariablesRefused; nothing is changed then.
    """
    values = check_values(payload or {})
    receiver = instance_id if instance_id is not None else _waiting_instance(session, name, business_key)
    if receiver is None:
        return _start(session, name, values, business_key, by, allowance=allowance)
    step = load_step(session, lock_instance(session, receiver), by=by, allowance=allowance)
    step.execution.deliver(Trigger.MESSAGE, name, values, token=token, where=where)
    finish(step)
    return receiver


def broadcast(session: Session, name: str, payload: Mapping[str, Json] | None = None, *, by: Actor) -> int:
    """Send a signal to every waiting instance and to the processes that start with it; how many will get it.

    They get it after the commit, each in a step of its own.
    """
    rows = signal_jobs(session, name, check_values(payload or {}))
    for row in rows:
        row["payload"]["by"] = by.id
        row["allowance"] = session.runtime.settings.most_messages
    hand_over(session, rows)
    return len(rows)


def recordable(session: Session, instance_id: int, *, by: Actor) -> list[Recordable]:
    """The messages an instance waits for that the actor may record; `recordedBy` in the diagram names the groups."""
    found, sight = [], Sight(session, instance_id)
    for waits in pending.subscriptions_of(session, instance_id):
        home = waits.deployment_id or 0
        element = waiting_element(session, home, waits.process_key or "", waits.element)
        if waits.kind is not Trigger.MESSAGE or element is None or waits.token is None:
            continue
        seen = partial(_seen, sight, waits.token)
        able = _records_for(by, frozenset(names_in(session, element.properties, "recordedBy", seen)))
        if able is None:
            continue
        form = find_form(session, element.properties.get("recordForm"), home)
        found.append(Recordable(waits.token, element.id, element.name or waits.name, waits.name, form, home, able))
    return found


def visible_variables(session: Session, instance_id: int, waits: Recordable) -> dict[str, Json]:
    """The variables that the form of a message sees: those of the scope that waits for it."""
    return _seen(Sight(session, instance_id), waits.token)


def record(
    session: Session,
    instance_id: int,
    token: int,
    *,
    by: Actor,
    answers: Mapping[str, Json],
    signatures: Signatures = NOT_SIGNED,
    absent: str | None = None,
) -> StepResult:
    """Record a message on the page of a case: its form is checked and kept, then the message is delivered.

    Args:
        session: as always.
        instance_id: who waits for it.
        token: which of its tokens does.
        by: who records it.
        answers: the fields of its form.
        signatures: those of its fields that the caller has verified.
        absent: for whom, where the actor stands in for several; else the first of them.

    Raises NotFound when it is not waited for or neither the actor nor the absent person is among those who may record
    it, FormRefused, VariablesRefused, InstanceEnded.
    """
    step = open_step(session, instance_id, by=by)
    found = next((entry for entry in recordable(session, instance_id, by=by) if entry.token == token), None)
    if found is None or absent not in (None, *found.absent):
        raise NotFound(what="message", key=token)
    helped = absent or next(iter(found.absent), None)
    variables = step.execution.visible(token)
    values = accept_form(session, found.form, answers, variables, actor=by, at=step.at, signatures=signatures)
    submission = {
        "instance_id": instance_id,
        "task_id": None,
        "element": found.element,
        "form": None if found.form is None else found.form.id,
        "form_digest": None if found.form is None else found.form.digest,
        "answers": values,
        "by": by.id,
        "at": step.at,
    }
    session.connection().execute(insert(DbSubmission), [submission])
    data: dict[str, Json] = {"message": found.name} | ({"for": helped} if helped is not None else {})
    note(step, EventKind.RECORDED, element=found.element, token=token, data=data)
    step.execution.deliver(Trigger.MESSAGE, found.name, values, token=token)
    return finish(step)


def deliver_thrown(session: Session, told: Mapping[str, Any], process: str, by: Actor, *, allowance: int) -> int:
    """Deliver a message that another instance threw.

    Who waits with the same correlation key goes first; then the case of the same business key; then whom the sender
    has exchanged messages with; then the process that begins with the message; then the sender itself, where it waits
    elsewhere; then the only one who waits, unless it is another case of the very process, which waits for its own.

    Args:
        session: as always.
        told: name, payload, business_key, key and from, as the outbox wrote them.
        process: what the sender runs.
        by: who is named in the history.
        allowance: how many messages may follow.

    Raises NotCorrelated and Ambiguous as `correlate`.
    """
    name, sender = told["name"], told.get("from")
    others = DbSubscription.instance_id != (sender or 0)
    found = _receivers(session, name, told.get("key"), others)
    chosen = _nearest(session, found, told.get("business_key"), sender)
    if not chosen and not _starters(session, name):
        own = _receivers(session, name, told.get("key"), ~others)
        chosen = own or [each for each in found if each.process != process]
    if len(chosen) > 1:
        raise Ambiguous(name=name, count=len(chosen))
    if not chosen:
        return _start(session, name, told["payload"], told.get("business_key"), by, allowance=allowance, sender=sender)
    step = load_step(session, lock_instance(session, chosen[0].instance_id), by=by, allowance=allowance)
    step.execution.deliver(Trigger.MESSAGE, name, told["payload"], token=chosen[0].token, sender=sender)
    finish(step)
    return chosen[0].instance_id


@dataclass(frozen=True)
class _Receiver:
    """A token that waits for a message."""

    instance_id: int
    business_key: str | None
    process: str
    """What its case runs."""
    token: int
    key: str | None


def _receivers(session: Session, name: str, key: str | None, who: ColumnElement[bool]) -> list[_Receiver]:
    """Who waits for a message that has this correlation key, or none; of those without a key at most a hundred."""
    waits = DbSubscription.__table__.c
    query = (
        select(waits.instance_id, DbInstance.business_key, DbProcessDefinition.key, waits.token, waits.key)
        .join(DbInstance, DbInstance.id == waits.instance_id)
        .join(DbProcessDefinition, DbProcessDefinition.id == DbInstance.definition_id)
        .where(waits.kind == Trigger.MESSAGE, waits.name == name, who)
        .limit(_MOST)
    )
    if key is not None:
        keyed = [_Receiver(*row) for row in session.connection().execute(query.where(waits.key == key))]
        if keyed:
            return keyed
    return [_Receiver(*row) for row in session.connection().execute(query.where(waits.key.is_(None)))]


def _nearest(session: Session, found: list[_Receiver], business_key: str | None, sender: int | None) -> list[_Receiver]:
    """Those that the sender most likely means; none when they are all as far away."""
    keyed = [each for each in found if each.key is not None]
    if keyed:
        return keyed
    chosen = [each for each in found if business_key is not None and each.business_key == business_key]
    if len(chosen) == 1 or sender is None or not found:
        return chosen
    partners = _partners(session, sender, [each.instance_id for each in found])
    met = [each for each in chosen or found if each.instance_id in partners]
    return met or chosen


def _partners(session: Session, sender: int, others: list[int]) -> set[int]:
    """Those with whom an instance has exchanged messages."""
    event = DbEvent.__table__.c
    query = select(event.instance_id, event.data).where(event.kind.in_((EventKind.STARTED, EventKind.MESSAGE)))
    rows = session.connection().execute(query.where(event.instance_id.in_([sender, *others]))).all()
    heard = {(instance_id, data.get("from")) for instance_id, data in rows if isinstance(data, Mapping)}
    return {other for other in others if (other, sender) in heard or (sender, other) in heard}


def _waiting_instance(session: Session, name: str, business_key: str | None) -> int | None:
    """The one instance that waits; None when none does."""
    found = {instance_id for instance_id, _ in _waiting(session, name, business_key)}
    if len(found) > 1:
        raise Ambiguous(name=name, count=len(found))
    return next(iter(found), None)


def _waiting(session: Session, name: str, business_key: str | None) -> list[tuple[int, str | None]]:
    query = (
        select(DbInstance.id, DbInstance.business_key)
        .join(DbSubscription, DbSubscription.instance_id == DbInstance.id)
        .where(DbSubscription.kind == Trigger.MESSAGE, DbSubscription.name == name)
        .distinct()
        .limit(100)
    )
    if business_key is not None:
        query = query.where(DbInstance.business_key == business_key)
    return [(row[0], row[1]) for row in session.connection().execute(query)]


def _starters(session: Session, name: str) -> list[tuple[int, str]]:
    table = DbSubscription.__table__.c
    query = select(table.definition_id, table.element).where(
        table.kind == Trigger.MESSAGE, table.name == name, table.instance_id.is_(None)
    )
    return [(row[0], row[1]) for row in session.connection().execute(query)]


def _start(
    session: Session,
    name: str,
    payload: Mapping[str, Json],
    business_key: str | None,
    by: Actor,
    *,
    allowance: int | None,
    sender: int | None = None,
) -> int:
    found = _starters(session, name)
    if not found:
        raise NotCorrelated(name=name)
    if len(found) > 1:
        raise Ambiguous(name=name, count=len(found))
    definition_id, element = found[0]
    started = start_definition(
        session,
        get_definition(session, definition_id),
        variables=payload,
        business_key=business_key,
        by=by,
        element=element,
        cause={"trigger": Trigger.MESSAGE, "name": name} | ({} if sender is None else {"from": sender}),
        allowance=allowance,
    )
    return started.id


def _seen(sight: Sight, token: int) -> dict[str, Json]:
    return sight.at(token) or {}


def _records_for(actor: Actor, groups: frozenset[str]) -> tuple[str, ...] | None:
    """For whom an actor may record a message; nobody where it is the actor's own work, None where it is not at all."""
    if groups and (actor.admin or actor.groups & groups):
        return ()
    return tuple(each.person for each in actor.stands_in if each.groups & groups) or None
