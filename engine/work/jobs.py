"""Jobs: what is done after a commit, at least once; the row is the guard that its effect comes exactly once."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import ColumnElement, and_, bindparam, delete, select, update

from engine.core import Execution
from engine.core.timers import Duration, parse_duration
from engine.database import Database
from engine.deploy.deployments import get_definition
from engine.deploy.loading import find_element
from engine.errors import Ambiguous, BpmnError, LeaseLost, NotCorrelated, NotFound, Passing, StaleInstance, Suspended
from engine.failures import name_of, words_of
from engine.kinds import EventKind, JobKind, JobStatus, Trigger
from engine.look import history
from engine.run.host import StepHost
from engine.run.instances import note, start_definition
from engine.run.messages import deliver_thrown
from engine.run.rest import check_going_on
from engine.run.state import Locked
from engine.run.steps import finish, load_step, lock_instance, read_variables
from engine.seams import JobRow
from engine.services import Call, call_outside
from engine.session import Session, now
from engine.store.prepared import Prepared
from engine.store.schema import JOB_IS_OPEN, DbInstance, DbJob
from engine.values import SYSTEM, Actor, Json
from engine.work import leases
from engine.work.model import Work

log = structlog.get_logger(__name__)
BREATH = 0.2
"""Seconds between the parts of a long step, in which others write."""
_TAKE_OWN = Prepared(delete(DbJob).where(DbJob.id == bindparam("number"), JOB_IS_OPEN, DbJob.owner == bindparam("own")))
_RETRIES = re.compile(r"R(\d+)/(P.+)")


def run_due(database: Database, *, limit: int = 500) -> int:
    """Do the open jobs that are due now, one after the other; how many were done or failed."""
    with database.reading() as session:
        ready = JOB_IS_OPEN, DbJob.due_at <= now(session), leases.is_free(session)
        query = select(DbJob.id).where(*ready).order_by(DbJob.due_at, DbJob.id).limit(limit)
        found = session.scalars(query).all()
    return sum(run_job(database, job_id) for job_id in found)


def run_job(database: Database, job_id: int) -> bool:
    """Do one job, whoever else may be doing it too; whether it was dealt with (done or failed) here."""
    return any(run(database, job) for job in pick(database, [job_id]))


def pick(database: Database, numbers: Collection[int]) -> list[Work]:
    """Take jobs to do them now, the longest due first, without those that are done or that somebody has.

    What has effects outside is leased first. A step need not be: nothing of it is seen before the commit that takes it.
    """
    with database.reading() as session:
        found = _find(session, numbers)
    outside = [job for job in found if job.kind is JobKind.SERVICE]
    if not outside:
        return found
    with database.transaction() as session:
        taken = {job.id: leases.take_one(session, job.id, leases.new_owner()) for job in outside}
    return [job for each in found if (job := taken.get(each.id, each)) is not None]


def takes_breath(job: Work) -> bool:
    """Whether others have waited for the file or the instance: after a part of a long step they come first."""
    return job.kind is JobKind.GO_ON


def run(database: Database, job: Work) -> bool:
    """Do a job that was taken; whether it was dealt with (done or failed), or somebody else does it.

    A failure is counted and tried again later, see `Limits.retries` and `camunda:failedJobRetryTimeCycle`; after the
    last attempt it is an incident of the instance, or a failed job where there is no token to carry one. What is over
    by itself in a while is no failure: the job is given back. One whose instance stands still rests.
    """
    try:
        if job.kind is JobKind.SERVICE:
            return _serve(database, job)
        return database.do(partial(_STEPS[job.kind], job=job))
    except Suspended:
        with database.transaction() as session:
            leases.hold(session, job)
    except (LeaseLost, StaleInstance):
        log.info("job left to others", job=job.id, kind=job.kind)
    except Passing as error:
        log.info("job given back", job=job.id, kind=job.kind, error=type(error).__name__)
        if job.owner is not None:
            with database.transaction() as session:
                leases.release(session, job)
    except (NotCorrelated, Ambiguous) as error:
        return _keep(database, job, error) if job.kind is JobKind.MESSAGE else _note_failure(database, job, error)
    except Exception as error:  # noqa: BLE001 - whatever a service or a step raises must not stop the others
        log.warning("job failed", job=job.id, kind=job.kind, topic=job.topic, error=name_of(error))
        return _note_failure(database, job, error)
    return False


def retry(session: Session, job_id: int, *, by: Actor, reason: str | None = None) -> None:
    """Give a failed job that is no incident its attempts again; NotFound when it is none."""
    change = update(DbJob).where(DbJob.id == job_id, DbJob.status == JobStatus.FAILED, DbJob.kind != JobKind.SERVICE)
    values = {"status": JobStatus.OPEN, "attempts": 0, "due_at": now(session)}
    row = session.connection().execute(change.values(**values).returning(DbJob.instance_id)).one_or_none()
    if row is None:
        raise NotFound(what="failed job", key=job_id)
    if row.instance_id is not None:
        told = {"job": job_id}
        event = history.new_event(row.instance_id, now(session), EventKind.RETRIED, by, reason=reason, data=told)
        history.append(session, [event])


def attempts_and_waits(text: str) -> tuple[int, list[Duration]]:
    """How often a job is tried and how long is waited before each further attempt: R3/PT10M, or PT1M,PT5M,PT1H."""
    found = _RETRIES.fullmatch(text.strip())
    if found:
        count = max(1, int(found[1]))
        return count, [parse_duration(found[2])] * (count - 1)
    waits = [parse_duration(part) for part in text.split(",")]
    return len(waits) + 1, waits


def _find(session: Session, numbers: Collection[int]) -> list[Work]:
    columns = [DbJob.__table__.c[name] for name in Work.__dataclass_fields__]
    query = select(*columns).where(DbJob.id.in_(numbers), JOB_IS_OPEN).order_by(DbJob.due_at, DbJob.id)
    return [replace(Work(*row), owner=None) for row in session.connection().execute(query)]


def _is_mine(session: Session, job: Work) -> ColumnElement[bool]:
    """Whether the row is there, and still whose who works on it: who was frozen past the lease writes nothing."""
    owned = DbJob.owner == job.owner if job.owner is not None else leases.is_free(session)
    return and_(DbJob.id == job.id, JOB_IS_OPEN, owned)


def _hold(session: Session, job: Work) -> tuple[Locked | None, bool]:
    """The instance that a job is about, locked where there is something to do, and whether the job is done with."""
    locked = _lock(session, job)
    taken = _take(session, job)
    return locked if taken else None, taken


def _take(session: Session, job: Work) -> bool:
    """Delete the row of a job; False when somebody else has done it or does it, then nothing may be done here."""
    if job.owner is None:
        return leases.end(session, job.id)
    return _TAKE_OWN.run(session.connection(), {"number": job.id, "own": job.owner}) == 1


def _lock(session: Session, job: Work) -> Locked | None:
    """The instance of a job with its row locked first, as every step does; None when the instance is over."""
    assert job.instance_id is not None
    locked = lock_instance(session, job.instance_id)
    return None if locked.status.is_over else locked


def _fire_timer(session: Session, job: Work) -> bool:
    assert job.token is not None
    locked, taken = _hold(session, job)
    if locked is None:
        return taken
    step = load_step(session, locked, scheduled_at=job.due_at)
    timer = step.before.timers.get(job.token)
    if timer is None:  # what it was for has ended
        return True
    if timer.due_at <= step.at:
        step.execution.fire_timer(job.token)
        finish(step)
    elif timer.due_at <= job.due_at:  # the clock was put back since, or that of who took it is ahead: this is all of it
        raise Passing
    return True  # it was moved meanwhile


def _deliver_signal(session: Session, job: Work) -> bool:
    locked, taken = _hold(session, job)
    if locked is None:
        return taken
    step = load_step(session, locked, by=_sender(job), allowance=job.allowance)
    step.execution.deliver(Trigger.SIGNAL, job.payload["name"], job.payload["payload"])
    finish(step)
    return True


def _deliver_message(session: Session, job: Work) -> bool:
    if not _take(session, job):
        return False
    deliver_thrown(session, job.payload, job.queue, _sender(job), allowance=job.allowance)
    return True


def _go_on(session: Session, job: Work) -> bool:
    locked, taken = _hold(session, job)
    if locked is None:
        return taken
    step = load_step(session, locked, by=_sender(job), allowance=job.allowance)
    step.ran = job.payload["ran"]
    finish(step)
    return True


def _start(session: Session, job: Work) -> bool:
    assert job.definition_id is not None
    if not _take(session, job):
        return False
    start_definition(
        session,
        get_definition(session, job.definition_id),
        variables=job.payload.get("payload", {}),
        by=_sender(job),
        element=job.element,
        cause={key: job.payload[key] for key in ("trigger", "name") if key in job.payload},
        scheduled_at=job.due_at if job.payload["trigger"] == Trigger.TIMER else None,
        allowance=job.allowance,
    )
    return True


_STEPS = {
    JobKind.TIMER: _fire_timer,
    JobKind.SIGNAL: _deliver_signal,
    JobKind.MESSAGE: _deliver_message,
    JobKind.START: _start,
    JobKind.GO_ON: _go_on,
}


def _sender(job: Work) -> Actor:
    return Actor(job.payload["by"]) if "by" in job.payload else SYSTEM


def _serve(database: Database, job: Work) -> bool:
    """Call a service with no transaction open, then write its result in a step."""
    with database.reading() as session:
        call = _call(session, job)
    error: BpmnError | None = None
    result: dict[str, Json] = {}
    if call is not None:
        call = replace(call, confirm=partial(_confirm, database, job))
        try:
            result = call_outside(database.runtime.services, call)
        except BpmnError as raised:
            error = raised
    # what has left the house is written down, whoever holds the row: the call must not be repeated for it
    return database.insist(partial(_write_result, job=job, call=call, result=result, error=error))


def _write_result(
    session: Session, *, job: Work, call: Call | None, result: dict[str, Json], error: BpmnError | None
) -> bool:
    assert job.instance_id is not None
    assert job.token is not None
    locked = lock_instance(session, job.instance_id)
    taken = _take(session, job)
    if call is None or not taken or locked.status.is_over:
        return taken
    step = load_step(session, locked, allowance=job.allowance, resting=True)
    step.before.jobs.pop(job.token, None)
    note(step, EventKind.JOB_DONE, element=job.element, token=job.token, data={"job": job.id, "topic": job.topic})
    if error is not None:
        step.execution.throw(job.token, EventKind.ERROR, error.error_code, error.text)
    else:
        step.execution.complete(job.token, result)
    finish(step)
    return True


def _confirm(database: Database, job: Work) -> None:
    with database.transaction() as session:
        leases.confirm(session, job)


def _call(session: Session, job: Work) -> Call | None:
    """What the service is told; None when its token does not wait for it any more."""
    assert job.instance_id is not None
    assert job.token is not None
    check_going_on(session, job.instance_id)
    query = select(DbInstance.state, DbInstance.business_key).where(DbInstance.id == job.instance_id)
    state, business_key = session.connection().execute(query).one()
    host = StepHost(session, SYSTEM, now(session), instance_id=job.instance_id, business_key=business_key)
    execution = Execution.load(state, read_variables(session, job.instance_id), host)
    if job.token not in execution.jobs:
        return None
    ref, key = execution.home(job.token)
    element = find_element(session, int(ref), key, job.element or "")
    assert element is not None
    return Call(
        topic=job.topic or "",
        instance_id=job.instance_id,
        business_key=business_key,
        deployment_id=int(ref),
        root_deployment_id=int(execution.root),
        element=element,
        inputs=job.payload,
        variables=execution.visible(job.token),
        actor=SYSTEM,
        now=host.now(),
        idempotency_key=f"{job.id}-{job.created_at:%y%m%d%H%M%S}",
        job_id=job.id,
    )


def _keep(database: Database, job: Work, error: Exception) -> bool:
    """Keep a message for which there is no one receiver: it is tried again the later the older it is, up to a limit."""
    runtime = database.runtime
    with database.reading() as session:
        moment = now(session)
    limit = parse_duration(runtime.settings.message_wait).after(job.created_at, runtime.zone)
    if moment >= limit:
        return _note_failure(database, job, error, last=True)
    again = min(limit, moment + max(timedelta(minutes=1), (moment - job.created_at) / 10))
    values = {"due_at": again, "last_error": words_of(error), "owner": None, "leased_until": None}
    with database.transaction() as session:
        return session.connection().execute(update(DbJob).where(_is_mine(session, job)).values(**values)).rowcount == 1


def _note_failure(database: Database, job: Work, error: Exception, *, last: bool = False) -> bool:
    """Count a failed attempt; after the last one make it an incident, or leave a failed job for an admin."""
    count, waits = attempts_and_waits(job.retries or database.runtime.settings.retries)
    attempts = job.attempts + 1
    final = last or attempts >= count
    message, kept = words_of(error), name_of(error)
    with database.transaction() as session:
        locked = None if job.instance_id is None else lock_instance(session, job.instance_id)
        moment = now(session)
        later = moment if final else waits[attempts - 1].after(moment, database.runtime.zone)
        status = JobStatus.FAILED if final else JobStatus.OPEN
        change = update(DbJob).where(_is_mine(session, job), DbJob.attempts == job.attempts)
        values = {"attempts": attempts, "last_error": message, "status": status, "due_at": later}
        values |= {"owner": None, "leased_until": None}
        if session.connection().execute(change.values(**values)).rowcount != 1:
            return False
        if final and job.kind is not JobKind.SERVICE:
            for alarm in database.runtime.alarms:
                alarm(session, JobRow(job.id, job.instance_id, job.kind))
        if locked is None or locked.status.is_over:
            return True
        data = {"job": job.id, "topic": job.topic, "attempt": attempts, "of": count, "message": kept}
        place: dict[str, Any] = {"element": job.element, "process": job.process_key, "token": job.token}
        history.append(
            session, [history.new_event(locked.id, moment, EventKind.JOB_FAILED, SYSTEM, data=data, **place)]
        )
        if final and job.kind is JobKind.SERVICE and job.token is not None:
            step = load_step(session, locked, allowance=job.allowance, resting=True)
            step.execution.fail(job.token, message, kept)
            finish(step)
    return True
