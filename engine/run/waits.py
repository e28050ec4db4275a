"""What an instance waits for beside people, as rows: timers, messages and signals, incidents, jobs."""

from collections.abc import Collection
from functools import partial
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, update

from engine.core import Waits
from engine.kinds import JobKind, JobStatus, Trigger
from engine.run.drawn import names_in, waiting_element
from engine.run.outbox import hand_over
from engine.run.state import Step
from engine.store.gathered import Gathered
from engine.store.prepared import Prepared
from engine.store.schema import DbIncident, DbJob, DbSubscription, DbTimer
from engine.values import ArmedTimer, Subscription

_NUMBER: BindParameter[int] = bindparam("number")
_TOKEN: BindParameter[int] = bindparam("at_token")
_FORGOTTEN: Any = ((DbTimer, ()), (DbSubscription, ()), (DbIncident, ()), (DbJob, (DbJob.kind == JobKind.SERVICE,)))
_FORGET = {
    table: Prepared(delete(table).where(table.instance_id == _NUMBER, table.token == _TOKEN, *more))
    for table, more in _FORGOTTEN
}
_INSERT = {table: Prepared(insert(table)) for table in (DbTimer, DbSubscription, DbIncident)}


def save_timers(written: Gathered, step: Step, now: Waits) -> None:
    """Write down the timers that are armed."""
    before, after = step.before.timers, now.timers
    if not (before or after):
        return
    armed = [timer for token, timer in after.items() if before.get(token) != timer]
    gone = [token for token in before if token not in after]
    _forget(written, DbTimer, step, gone, again=[timer.token for timer in armed if timer.token in before])
    if armed:
        rows = [_waiting_row(step, timer) | {"due_at": timer.due_at, "rhythm": None} for timer in armed]
        written.add(_INSERT[DbTimer], rows)


def save_subscriptions(written: Gathered, step: Step, now: Waits) -> frozenset[str]:
    """Write down what is waited for; give the groups that may record what was not waited for before."""
    before, after = step.before.subscriptions, now.subscriptions
    if not (before or after):
        return frozenset()
    _forget(written, DbSubscription, step, [token for token in before if token not in after])
    new = [waits for token, waits in after.items() if token not in before]
    if new:
        rows = [_waiting_row(step, waits) | {"kind": waits.kind, "name": waits.name, "key": waits.key} for waits in new]
        written.add(_INSERT[DbSubscription], rows)
    return frozenset(group for waits in new if waits.kind is Trigger.MESSAGE for group in _recorders(step, waits))


def _recorders(step: Step, waits: Subscription) -> list[str]:
    ref, process_key = step.execution.home(waits.token)
    element = waiting_element(step.session, int(ref), process_key, waits.element)
    if element is None:
        return []
    return names_in(step.session, element.properties, "recordedBy", partial(step.execution.visible, waits.token))


def _waiting_row(step: Step, waits: ArmedTimer | Subscription) -> dict[str, Any]:
    return {
        "instance_id": step.instance.id,
        "definition_id": None,
        "token": waits.token,
        "element": waits.element,
        **home_of(step, waits.token),
    }


def home_of(step: Step, token: int) -> dict[str, Any]:
    """Where the element of a token is drawn."""
    ref, process_key = step.execution.home(token)
    return {"deployment_id": int(ref), "process_key": process_key}


def save_incidents(written: Gathered, step: Step, now: Waits) -> None:
    """Write down the tokens that cannot go on."""
    before, after = step.before.incidents, now.incidents
    if not (before or after):
        return
    different = [incident for token, incident in after.items() if before.get(token) != incident]
    gone = [token for token in before if token not in after]
    _forget(written, DbIncident, step, gone, again=[entry.token for entry in different if entry.token in before])
    if different:
        rows = [
            {
                "instance_id": step.instance.id,
                "token": incident.token,
                "element": incident.element,
                **home_of(step, incident.token),
                "message": incident.message.replace("\0", ""),
                "created_at": step.at,
            }
            for incident in different
        ]
        written.add(_INSERT[DbIncident], rows)


def save_jobs(written: Gathered, step: Step, now: Waits) -> None:
    """Jobs for services left to be done outside; a retried one goes on under its number, which outsiders know."""
    before, after = step.before.jobs, now.jobs
    if not (before or after or step.before.incidents):
        return
    failed = now.incidents
    over = [token for token in (*before, *step.before.incidents) if token not in after and token not in failed]
    _forget(written, DbJob, step, over)
    new = [job for token, job in step.execution.handed.items() if token not in before]
    if step.retried is not None and any(job.token == step.retried for job in new):
        again = next(job for job in new if job.token == step.retried)
        values = {"payload": dict(again.inputs), "status": JobStatus.OPEN, "attempts": 0, "due_at": step.at}
        where = DbJob.instance_id == step.instance.id, DbJob.token == again.token, DbJob.kind == JobKind.SERVICE
        if written.connection.execute(update(DbJob).where(*where).values(**values)).rowcount:
            new.remove(again)
    if new:
        rows = [
            {
                "kind": JobKind.SERVICE,
                "instance_id": step.instance.id,
                "token": job.token,
                "element": job.element,
                **home_of(step, job.token),
                "topic": job.topic,
                "payload": dict(job.inputs),
                "due_at": step.at,
                "retries": job.retries,
                "created_at": step.at,
                "queue": step.instance.process_key,
                "allowance": step.host.allowance,
            }
            for job in new
        ]
        hand_over(step.session, rows)


def _forget(written: Gathered, table: Any, step: Step, tokens: Collection[int], *, again: Collection[int] = ()) -> None:
    """Delete the rows of some tokens; at once where others are written in their place."""
    if tokens:
        written.add(_FORGET[table], [{"number": step.instance.id, "at_token": each} for each in sorted(tokens)])
    if again:
        replaced = [{"number": step.instance.id, "at_token": each} for each in sorted(again)]
        _FORGET[table].run_each(written.connection, replaced)
