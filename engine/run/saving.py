"""The end of a step: what is different is written, each table with as few statements as it takes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.core import Waits
from engine.errors import StaleInstance
from engine.failures import kept_of
from engine.kinds import EventKind, InstanceStatus, TaskStatus
from engine.look import history
from engine.run import waits
from engine.run.audiences import audience_ids, audience_key
from engine.run.outbox import post
from engine.run.state import Step
from engine.seams import StepResult
from engine.store.gathered import Gathered
from engine.store.prepared import Prepared
from engine.store.schema import FAR_FUTURE, DbInstance, DbTask, DbVariable
from engine.store.variables import search_text
from engine.values import Called, Json, OpenTask

_NUMBER: BindParameter[int] = bindparam("number")
_ENDED = ("status", "ended_at", "ended_by")
"""How a task ended."""
_MOVED = (
    update(DbInstance)
    .where(DbInstance.id == _NUMBER, DbInstance.revision == bindparam("old_revision"))
    .values({name: bindparam(f"new_{name}") for name in ("state", "revision", "end_element", "called")})
)
_UPDATE_INSTANCE = Prepared(_MOVED)
"""Where nothing changes by which instances are listed: SQLite writes every index anew whose columns are named."""
_LISTED = _MOVED.values(status=bindparam("new_status"), ended_at=bindparam("new_ended_at"))
_UPDATE_LISTED = Prepared(_LISTED)
_UPDATE_KEYED = Prepared(_LISTED.values(business_key=bindparam("new_business_key")))
_CLOSE_TASK = Prepared(
    update(DbTask)
    .where(DbTask.instance_id == bindparam("of_instance_id"), DbTask.token == bindparam("of_token"))
    .values({name: bindparam(f"of_{name}") for name in _ENDED})
)
_OPEN_TASK = Prepared(insert(DbTask))
_NO_NEW_ONE = {"audience_id": 0}
"""Where the row of a task that ends is not there any more none is made in its place: there is no such audience."""
_CLOSE_OR_OPEN = sqlite.insert(DbTask)
_CLOSE_AND_OPEN_TASKS = Prepared(
    _CLOSE_OR_OPEN.on_conflict_do_update(
        index_elements=["instance_id", "token"],
        set_={name: _CLOSE_OR_OPEN.excluded[name] for name in _ENDED},
    )
)
"""For SQLite, which is not sent several statements as one: of a row that is there only how it ended is taken."""


def _upsert(dialect: Any) -> Prepared:
    statement = dialect.insert(DbVariable)
    new = {"value": statement.excluded.value, "text": statement.excluded.text}
    return Prepared(statement.on_conflict_do_update(index_elements=["instance_id", "scope", "name"], set_=new))


_OF_SCOPE = delete(DbVariable).where(
    DbVariable.instance_id == bindparam("of_instance"), DbVariable.scope == bindparam("of_scope")
)
_END_SCOPE = Prepared(_OF_SCOPE)
_DROP_VARIABLE = Prepared(_OF_SCOPE.where(DbVariable.name == bindparam("of_name")))
_NOTHING: Mapping[str, Json] = MappingProxyType({})
_SET_VARIABLE = {"sqlite": _upsert(sqlite), "postgresql": _upsert(postgresql)}


def save(step: Step) -> StepResult:
    """Write what a step changed; StaleInstance when somebody else did so meanwhile, which the lock should prevent."""
    written = step.session.gathered
    after = step.execution.waits
    status = _status(step, after)
    written.add(history.SUBMIT, step.host.submitted)
    _save_instance(written, step, status)
    changed = _save_variables(written, step)
    closed = [token for token in step.before.tasks if token not in after.tasks]
    new = step.execution.opened_among(after.tasks)
    opened = [task for token, task in new.items() if token not in step.before.tasks]
    _save_tasks(written, step, closed, opened)
    waits.save_timers(written, step, after)
    recorders = waits.save_subscriptions(written, step, after)
    waits.save_incidents(written, step, after)
    waits.save_jobs(written, step, after)
    written.add(history.INSERT, [*step.events, *_trace_events(step)])
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


def _status(step: Step, after: Waits) -> InstanceStatus:
    if step.cancelled:
        return InstanceStatus.CANCELLED
    if step.execution.ended:
        return InstanceStatus.COMPLETED
    return InstanceStatus.INCIDENT if after.incidents else InstanceStatus.RUNNING


def _save_instance(written: Gathered, step: Step, status: InstanceStatus) -> None:
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
    statement = _UPDATE_LISTED if ended or status is not step.instance.status else _UPDATE_INSTANCE
    if step.host.new_business_key is not None:
        statement = _UPDATE_KEYED
    written.add(statement, [values], missing=partial(StaleInstance, instance_id=step.instance.id))


def _called(step: Step) -> tuple[Called, ...]:
    """The processes that were called up to now, found in what the step tells, with the calls that go on."""
    execution, instance = step.execution, step.instance
    root = str(instance.deployment_id), instance.process_key
    places = {
        (trace.deployment, trace.process): None for trace in execution.trace if trace.deployment and trace.process
    }
    known = [(str(each.deployment_id), each.process_key) for each in instance.called]
    new = [place for place in places if place != root and place not in known]
    if not (known or new):
        return ()
    running = Counter(() if execution.ended else execution.calls)
    return tuple(Called(int(ref), key, running[ref, key]) for ref, key in [*known, *new])


def _save_variables(written: Gathered, step: Step) -> dict[str, Json]:
    """Insert or update what has a new value, delete what is gone; give what changed in scope 0."""
    before, after = step.variables, step.execution.variables
    different = [  # the execution never changes a value in place
        (scope, name, value)
        for scope, values in after.items()
        for name, value in values.items()
        if before.get(scope, _NOTHING).get(name, _NOTHING) is not value
    ]
    number = {"of_instance": step.instance.id}
    ended = [number | {"of_scope": scope} for scope, values in before.items() if values and scope not in after]
    gone = [
        number | {"of_scope": scope, "of_name": name}
        for scope, values in before.items()
        if scope in after
        for name in values
        if name not in after[scope]
    ]
    if different:
        rows = [
            {"instance_id": step.instance.id, "scope": scope, "name": name, "value": value, "text": search_text(value)}
            for scope, name, value in different
        ]
        written.add(_SET_VARIABLE[written.connection.dialect.name], rows)
    written.add(_END_SCOPE, ended)
    written.add(_DROP_VARIABLE, gone)
    return {name: value for scope, name, value in different if scope == 0}


def _save_tasks(written: Gathered, step: Step, closed: Sequence[int], opened: Sequence[OpenTask]) -> None:
    """End the tasks that are open no more, completed by a person or cancelled by what happened, and open others."""
    over = [_over(step, token) for token in closed]
    keys = {task.token: audience_key(task.candidate_users, task.candidate_groups) for task in opened}
    numbers = audience_ids(step.session, set(keys.values())) if opened else {}
    new = [_task_row(step, task, numbers[keys[task.token]]) for task in opened]
    if over and new and written.connection.dialect.name == "sqlite":
        written.add(_CLOSE_AND_OPEN_TASKS, [*({**new[0], **each, **_NO_NEW_ONE} for each in over), *new])
        return
    written.add(_CLOSE_TASK, [{f"of_{name}": value for name, value in each.items()} for each in over])
    written.add(_OPEN_TASK, new)


def _over(step: Step, token: int) -> dict[str, Any]:
    """Which task is over, and how it ended."""
    return {
        "instance_id": step.instance.id,
        "token": token,
        "status": TaskStatus.COMPLETED if token == step.completed else TaskStatus.CANCELLED,
        "ended_at": step.at,
        "ended_by": step.actor.id,
    }


def _task_row(step: Step, task: OpenTask, audience_id: int) -> dict[str, Any]:
    return {
        "instance_id": step.instance.id,
        "token": task.token,
        **waits.home_of(step, task.token),
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


def _trace_events(step: Step) -> list[dict[str, Any]]:
    alike = history.new_event(
        step.instance.id, step.at, EventKind.LEFT, step.actor, scheduled_at=step.scheduled_at, reason=step.reason
    )
    return [
        {
            **alike,
            "kind": trace.kind,
            "element": trace.element,
            "process": trace.process,
            "token": trace.token,
            "data": kept_of(trace.data) if trace.kind is EventKind.ERROR else trace.data or {},
        }
        for trace in step.execution.trace
    ]
