"""The end of a step: what is different is written, each table with as few statements as it takes."""

from collections import Counter
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from sqlalchemy import BindParameter, Connection, Text, bindparam, delete, func, insert, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.errors import StaleInstance
from engine.failures import kept_of
from engine.kinds import InstanceStatus, JobKind, JobStatus, TaskStatus, Trigger
from engine.look import history
from engine.run.audiences import audience_ids, audience_key
from engine.run.outbox import hand_over, insert_jobs, post
from engine.run.recorders import recorders_of, waiting_element
from engine.run.state import Step
from engine.runtime import StepResult
from engine.store.prepared import Prepared
from engine.store.schema import FAR_FUTURE, DbIncident, DbInstance, DbJob, DbSubscription, DbTask, DbTimer, DbVariable
from engine.store.variables import search_text
from engine.values import ArmedTimer, Called, Json, OpenTask, Subscription

_NUMBER: BindParameter[int] = bindparam("number")
_FORGOTTEN: Any = ((DbTimer, ()), (DbSubscription, ()), (DbIncident, ()), (DbJob, (DbJob.kind == JobKind.SERVICE,)))
_TOKEN: BindParameter[int] = bindparam("at_token")
_UPDATE_INSTANCE = Prepared(
    update(DbInstance)
    .where(DbInstance.id == _NUMBER, DbInstance.revision == bindparam("old_revision"))
    .values({name: bindparam(f"new_{name}") for name in ("state", "status", "revision", "ended_at")})
    .values(end_element=bindparam("new_end_element"), called=bindparam("new_called"))
    .values(business_key=func.coalesce(bindparam("new_business_key", type_=Text), DbInstance.business_key))
)
_CLOSE_TASK = Prepared(
    update(DbTask)
    .where(DbTask.instance_id == _NUMBER, DbTask.token == _TOKEN)
    .values(status=bindparam("new_status"), ended_at=bindparam("new_ended_at"), ended_by=bindparam("new_ended_by"))
)
_FORGET = {
    table: Prepared(delete(table).where(table.instance_id == _NUMBER, table.token == _TOKEN, *more))
    for table, more in _FORGOTTEN
}
_INSERT = {table: Prepared(insert(table)) for table in (DbTask, DbTimer, DbSubscription, DbIncident)}


def _upsert(dialect: Any) -> Prepared:
    statement = dialect.insert(DbVariable)
    new = {"value": statement.excluded.value, "text": statement.excluded.text}
    return Prepared(statement.on_conflict_do_update(index_elements=["instance_id", "scope", "name"], set_=new))


_SET_VARIABLE = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


def save(step: Step) -> StepResult:
    """Write what a step changed; StaleInstance when somebody else did so meanwhile, which the lock should prevent."""
    connection = step.session.connection()
    status = _status(step)
    _save_instance(connection, step, status)
    changed = _save_variables(connection, step)
    closed = _close_tasks(connection, step)
    opened = _open_tasks(connection, step)
    _save_timers(connection, step)
    recorders = _save_subscriptions(connection, step)
    _save_incidents(connection, step)
    _save_jobs(connection, step)
    history.append(step.session, [*step.events, *_trace_events(step)])
    post(step)
    return StepResult(
        instance_id=step.instance.id,
        deployment_id=step.instance.deployment_id,
        process_key=step.instance.process_key,
        business_key=step.host.business_key,
        status=status,
        started=step.started,
        ended=step.execution.ended,
        end_elements=tuple(step.execution.end_elements),
        actor=step.actor,
        at=step.at,
        traces=step.execution.trace,
        changed=changed,
        variables=step.execution.variables[0],
        opened=opened,
        recorders=recorders,
        closed=closed,
        standing=step.execution.places,
        kept=step.host.kept,
    )


def _status(step: Step) -> InstanceStatus:
    if step.cancelled:
        return InstanceStatus.CANCELLED
    if step.execution.ended:
        return InstanceStatus.COMPLETED
    return InstanceStatus.INCIDENT if step.execution.incidents else InstanceStatus.RUNNING


def _save_instance(connection: Connection, step: Step, status: InstanceStatus) -> None:
    ended = step.execution.ended
    values: dict[str, Any] = {
        "number": step.instance.id,
        "old_revision": step.instance.revision,
        "new_revision": step.instance.revision + 1,
        "new_state": step.execution.dump(),
        "new_status": status,
        "new_business_key": step.host.new_business_key,
        "new_ended_at": step.at if ended else None,
        "new_called": _called(step),
        "new_end_element": " ".join(step.execution.end_elements) or None,
    }
    found = _UPDATE_INSTANCE.run(connection, values)
    if found.rowcount != 1:
        raise StaleInstance(instance_id=step.instance.id)


def _called(step: Step) -> tuple[Called, ...]:
    """The processes that were called up to now, found in what the step tells, with the calls that go on."""
    execution, instance = step.execution, step.instance
    root = str(instance.deployment_id), instance.process_key
    places = {
        (trace.deployment, trace.process): None for trace in execution.trace if trace.deployment and trace.process
    }
    known = [(str(each.deployment_id), each.process_key) for each in instance.called]
    new = [place for place in places if place != root and place not in known]
    running = Counter(() if execution.ended else execution.calls)
    return tuple(Called(int(ref), key, running[ref, key]) for ref, key in [*known, *new])


def _save_variables(connection: Connection, step: Step) -> dict[str, Json]:
    """Insert or update what has a new value, delete what is gone; give what changed in scope 0."""
    before, after = step.before.variables, step.execution.variables
    different = [
        (scope, name, value)
        for scope, values in after.items()
        for name, value in values.items()
        if not _holds(before.get(scope), name, value)
    ]
    gone = [
        (scope, name)
        for scope, values in before.items()
        for name in values
        if scope not in after or name not in after[scope]
    ]
    if different:
        rows = [
            {"instance_id": step.instance.id, "scope": scope, "name": name, "value": value, "text": search_text(value)}
            for scope, name, value in different
        ]
        _SET_VARIABLE[connection.dialect.name].run_each(connection, rows)
    if gone:
        where = DbVariable.instance_id == step.instance.id, tuple_(DbVariable.scope, DbVariable.name).in_(gone)
        connection.execute(delete(DbVariable).where(*where))
    return {name: value for scope, name, value in different if scope == 0}


def _holds(values: Mapping[str, Json] | None, name: str, value: Json) -> bool:
    """Whether a scope has this very value; the execution never changes a value in place."""
    return values is not None and name in values and values[name] is value


def _close_tasks(connection: Connection, step: Step) -> list[int]:
    """End the tasks that are open no more: completed by a person, or cancelled by what happened."""
    open_now = step.execution.tasks
    closed = [token for token in step.before.tasks if token not in open_now]
    rows = [
        {
            "number": step.instance.id,
            "at_token": token,
            "new_status": TaskStatus.COMPLETED if token == step.completed else TaskStatus.CANCELLED,
            "new_ended_at": step.at,
            "new_ended_by": step.actor.id,
        }
        for token in closed
    ]
    if rows:
        _CLOSE_TASK.run_each(connection, rows)
    return closed


def _open_tasks(connection: Connection, step: Step) -> list[OpenTask]:
    opened = [task for token, task in step.execution.opened.items() if token not in step.before.tasks]
    if not opened:
        return opened
    keys = {task.token: audience_key(task.candidate_users, task.candidate_groups) for task in opened}
    numbers = audience_ids(step.session, set(keys.values()))
    _INSERT[DbTask].run_each(connection, [_task_row(step, task, numbers[keys[task.token]]) for task in opened])
    return opened


def _task_row(step: Step, task: OpenTask, audience_id: int) -> dict[str, Any]:
    return {
        "instance_id": step.instance.id,
        "token": task.token,
        **_home(step, task.token),
        "element": task.element,
        "name": task.name,
        "form_ref": task.form_ref,
        "status": TaskStatus.OPEN,
        "assignee": task.assignee,
        "audience_id": audience_id,
        "candidate_users": list(task.candidate_users),
        "candidate_groups": list(task.candidate_groups),
        "priority": task.priority,
        "due_at": task.due_at,
        "due_sort": task.due_at or FAR_FUTURE,
        "follow_up_at": task.follow_up_at,
        "local": dict(task.local),
        "revision": 1,
        "created_at": step.at,
        "claimed_at": step.at if task.assignee else None,
        "ended_at": None,
        "ended_by": None,
        "on_behalf_of": None,
    }


def _save_timers(connection: Connection, step: Step) -> None:
    before, after = step.before.timers, step.execution.timers
    armed = [timer for token, timer in after.items() if before.get(token) != timer]
    gone = [token for token in before if token not in after]
    _forget(connection, DbTimer, step, [*gone, *(timer.token for timer in armed if timer.token in before)])
    if armed:
        rows = [_waiting_row(step, timer) | {"due_at": timer.due_at, "rhythm": None} for timer in armed]
        _INSERT[DbTimer].run_each(connection, rows)


def _save_subscriptions(connection: Connection, step: Step) -> frozenset[str]:
    """Write down what is waited for; give the groups that may record what was not waited for before."""
    before, after = step.before.subscriptions, step.execution.subscriptions
    _forget(connection, DbSubscription, step, [token for token in before if token not in after])
    new = [waits for token, waits in after.items() if token not in before]
    if new:
        rows = [_waiting_row(step, waits) | {"kind": waits.kind, "name": waits.name, "key": waits.key} for waits in new]
        _INSERT[DbSubscription].run_each(connection, rows)
    return frozenset(group for waits in new if waits.kind is Trigger.MESSAGE for group in _recorders(step, waits))


def _recorders(step: Step, waits: Subscription) -> frozenset[str]:
    ref, process_key = step.execution.home(waits.token)
    element = waiting_element(step.session, int(ref), process_key, waits.element)
    if element is None:
        return frozenset()
    return recorders_of(step.session, element, partial(step.execution.visible, waits.token))


def _waiting_row(step: Step, waits: ArmedTimer | Subscription) -> dict[str, Any]:
    return {
        "instance_id": step.instance.id,
        "definition_id": None,
        "token": waits.token,
        "element": waits.element,
        **_home(step, waits.token),
    }


def _home(step: Step, token: int) -> dict[str, Any]:
    """Where the element of a token is drawn."""
    ref, process_key = step.execution.home(token)
    return {"deployment_id": int(ref), "process_key": process_key}


def _save_incidents(connection: Connection, step: Step) -> None:
    before, after = step.before.incidents, step.execution.incidents
    different = [incident for token, incident in after.items() if before.get(token) != incident]
    gone = [token for token in before if token not in after]
    _forget(connection, DbIncident, step, [*gone, *(entry.token for entry in different if entry.token in before)])
    if different:
        rows = [
            {
                "instance_id": step.instance.id,
                "token": incident.token,
                "element": incident.element,
                **_home(step, incident.token),
                "message": incident.message.replace("\0", ""),
                "created_at": step.at,
            }
            for incident in different
        ]
        _INSERT[DbIncident].run_each(connection, rows)


def _save_jobs(connection: Connection, step: Step) -> None:
    """Jobs for services left to be done outside; a retried one goes on under its number, which outsiders know."""
    before, after = step.before.jobs, step.execution.jobs
    failed = step.execution.incidents
    over = [token for token in (*before, *step.before.incidents) if token not in after and token not in failed]
    _forget(connection, DbJob, step, over)
    new = [job for token, job in step.execution.handed.items() if token not in before]
    if step.retried is not None and any(job.token == step.retried for job in new):
        again = next(job for job in new if job.token == step.retried)
        values = {"payload": dict(again.inputs), "status": JobStatus.OPEN, "attempts": 0, "due_at": step.at}
        where = DbJob.instance_id == step.instance.id, DbJob.token == again.token, DbJob.kind == JobKind.SERVICE
        if connection.execute(update(DbJob).where(*where).values(**values)).rowcount:
            new.remove(again)
    if new:
        rows = [
            {
                "kind": JobKind.SERVICE,
                "instance_id": step.instance.id,
                "token": job.token,
                "element": job.element,
                **_home(step, job.token),
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
        hand_over(step.session, insert_jobs(step.session, rows))


def _forget(connection: Connection, table: Any, step: Step, tokens: Collection[int]) -> None:
    if tokens:
        rows = [{"number": step.instance.id, "at_token": token} for token in sorted(tokens)]
        _FORGET[table].run_each(connection, rows)


def _trace_events(step: Step) -> list[dict[str, Any]]:
    return [
        history.new_event(
            step.instance.id,
            step.at,
            trace.kind,
            step.actor,
            element=trace.element,
            process=trace.process,
            token=trace.token,
            scheduled_at=step.scheduled_at,
            reason=step.reason,
            data=kept_of(trace.kind, trace.data),
        )
        for trace in step.execution.trace
    ]
