"""What a step sends to others: jobs for messages and signals, written with the step, done after its commit."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, or_, select

from engine.kinds import JobKind, JobStatus, Trigger
from engine.run.state import Step
from engine.seams import JobRow
from engine.session import Session, now
from engine.store.prepared import Prepared
from engine.store.schema import DbJob, DbSubscription
from engine.values import Json, Thrown

_INSERT_JOB = Prepared(insert(DbJob))


def insert_jobs(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write jobs that are due at once or later; what a row leaves out is empty."""
    if rows:
        session.gathered.add(_INSERT_JOB, _fill_in(session, rows))


def hand_over(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write jobs, and tell the dispatcher of those that are due, if there is one that wants to know."""
    dispatcher = session.runtime.dispatcher
    if dispatcher is None or not rows:
        insert_jobs(session, rows)
        return
    columns = DbJob.id, DbJob.instance_id, DbJob.kind, DbJob.due_at
    inserted = session.connection().execute(insert(DbJob).returning(*columns), _fill_in(session, rows))
    moment = now(session)
    due = [JobRow(number, instance, kind) for number, instance, kind, due_at in inserted if due_at <= moment]
    dispatcher.hand_over(session, due)


def _fill_in(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows with all columns."""
    moment = now(session)
    empty: dict[str, Any] = {
        "instance_id": None,
        "definition_id": None,
        "token": None,
        "deployment_id": None,
        "process_key": None,
        "element": None,
        "topic": None,
        "payload": {},
        "status": JobStatus.OPEN,
        "due_at": moment,
        "attempts": 0,
        "retries": None,
        "last_error": None,
        "queue": "",
        "allowance": session.runtime.settings.most_messages,
        "owner": None,
        "leased_until": None,
        "created_at": moment,
    }
    return [{**empty, **row} for row in rows]


def post(step: Step) -> None:
    """Turn what an execution has thrown into jobs, one for each receiver."""
    thrown = step.execution.outbox
    if not thrown:
        return
    rows: list[dict[str, Any]] = []
    number = step.instance.id
    for each in thrown:
        if each.kind is Trigger.SIGNAL:
            rows += signal_jobs(step.session, each.name, each.payload, but=number)
        else:
            rows.append(_message_job(step, each))
    if not rows:
        return
    most, allowance = step.session.runtime.settings.most_messages, step.host.allowance
    # what follows from each is a share of what may follow from all; the first signal may have any number of receivers
    several = len(thrown) if allowance >= most else len(rows)
    told = {"queue": step.instance.process_key, "allowance": max(0, allowance - several) // several}
    hand_over(step.session, [row | told for row in rows])


def _message_job(step: Step, thrown: Thrown) -> dict[str, Any]:
    """A message stays with the instance that threw it until it is delivered."""
    number = step.instance.id
    told = {"name": thrown.name, "payload": thrown.payload, "business_key": step.host.business_key, "from": number}
    if thrown.key is not None:
        told["key"] = thrown.key
    return {
        "kind": JobKind.MESSAGE,
        "instance_id": number,
        "topic": thrown.name,
        "payload": told,
        "element": thrown.element,
        "deployment_id": int(thrown.deployment or 0),
        "process_key": thrown.process,
    }


def go_on(step: Step, ran: int) -> None:
    """Let the rest of a step that took too long be done as a job, by the one who acted.

    Args:
        step: has been written.
        ran: engine tasks up to now; together they have the bound of one step.
    """
    row = {
        "kind": JobKind.GO_ON,
        "instance_id": step.instance.id,
        "payload": {"by": step.actor.id, "ran": ran},
        "queue": step.instance.process_key,
        "allowance": max(0, step.host.allowance - len(step.execution.outbox)),
    }
    hand_over(step.session, [row])


def signal_jobs(
    session: Session, name: str, payload: Mapping[str, Json], *, but: int | None = None
) -> list[dict[str, Any]]:
    """One job for each instance that waits for a signal, and for each process that starts with it."""
    waits = DbSubscription.__table__.c
    query = (
        select(waits.instance_id, waits.definition_id, waits.element)
        .where(waits.kind == Trigger.SIGNAL, waits.name == name)
        .where(or_(waits.instance_id.is_(None), waits.instance_id != (but or 0)))
        .order_by(waits.id)
    )
    rows: dict[Any, dict[str, Any]] = {}
    for instance_id, definition_id, element in session.connection().execute(query):
        told = {"name": name, "payload": dict(payload), "trigger": Trigger.SIGNAL}
        if instance_id is None:
            values = {"kind": JobKind.START, "definition_id": definition_id, "element": element, "payload": told}
            rows[JobKind.START, definition_id, element] = values
        else:
            rows[instance_id] = {"kind": JobKind.SIGNAL, "instance_id": instance_id, "payload": told}
    return list(rows.values())
