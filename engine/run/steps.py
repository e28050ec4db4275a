"""One step of an instance: lock it, load it, do something with it, run it, write down what is different."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from engine.core import MOST_ENGINE_TASKS, Execution
from engine.errors import InstanceEnded, NotFound, NotWaiting
from engine.run import outbox, saving
from engine.run.host import StepHost
from engine.run.rest import suspended
from engine.run.state import Locked, Step
from engine.seams import Beside, StepResult
from engine.session import Session, now
from engine.store.arrays import Arrays
from engine.store.definitions import DbActivation, DbProcessDefinition
from engine.store.prepared import Prepared
from engine.store.schema import TASK_COLUMNS, DbInstance, DbTask, DbVariable
from engine.store.working import DbSuspension
from engine.values import SYSTEM, Actor, Json

TO_RUN = 0.4
"""The share of a step's time in which it runs: writing down what happened takes as long, and it has to be loaded."""


_OTHER = aliased(DbInstance)
_SEEN = select(_OTHER.revision).where(_OTHER.id == DbInstance.id).correlate(DbInstance).scalar_subquery()
"""The revision that the statement sees but for the lock: an earlier one where it had to wait for that (PostgreSQL).

SQLite lets nobody read who is going to write before it is their turn.
"""
_KEPT_VARIABLE: tuple[Any, ...] = (DbVariable.scope, DbVariable.name, DbVariable.value)
_EVERY_VARIABLE = (
    select(Arrays(*_KEPT_VARIABLE))
    .where(DbVariable.instance_id == DbInstance.id)
    .correlate(DbInstance)
    .scalar_subquery()
)
_OF_LOCK, _FIXED = 10, 13
"""How many columns are those of `Locked`; how many there are with those that are always beside them."""
_REVISION = 7
"""Which of them is the revision."""


def _select_instance(beside: Sequence[Beside], *, alone: bool) -> Select[Any]:
    instance = DbInstance.__table__.c
    rests = exists().where(
        DbSuspension.ended_at.is_(None),
        or_(DbSuspension.process_key == DbProcessDefinition.key, DbSuspension.instance_id == DbInstance.id),
    )
    columns: list[Any] = [
        instance.id.label("locked_id"),
        instance.definition_id,
        DbProcessDefinition.deployment_id.label("locked_deployment_id"),
        DbProcessDefinition.key,
        instance.business_key,
        instance.status.label("locked_status"),
        instance.state,
        instance.revision.label("locked_revision"),
        instance.called,
        rests.correlate(DbInstance, DbProcessDefinition).label("locked_suspended"),
        select(func.max(DbActivation.id)).scalar_subquery().label("last_activation"),
        (instance.revision if alone else _SEEN).label("seen_revision"),
        _EVERY_VARIABLE.label("every_variable"),
        *(each.ask(DbInstance.id, DbInstance.business_key).label(f"beside_{each.name}") for each in beside),
    ]
    joined = select(*columns).select_from(DbInstance)
    return joined.join(DbProcessDefinition, DbProcessDefinition.id == DbInstance.definition_id)


@lru_cache(maxsize=16)
def _locking_instance(beside: tuple[Beside, ...], *, alone: bool) -> Prepared:
    query = _select_instance(beside, alone=alone).where(DbInstance.id == bindparam("number"))
    return Prepared(query.with_for_update(of=DbInstance, key_share=True))


@lru_cache(maxsize=16)
def _locking_task(beside: tuple[Beside, ...], *, alone: bool) -> Prepared:
    """Both rows are locked by the one statement because PostgreSQL reads only locked rows anew after it had to wait.

    A row that was merely joined would be the one from before the wait.
    """
    query = _select_instance(beside, alone=alone).add_columns(*TASK_COLUMNS)
    query = query.join(DbTask, DbTask.instance_id == DbInstance.id).where(DbTask.id == bindparam("number"))
    return Prepared(query.with_for_update(of=[DbInstance, DbTask], key_share=True))


_VARIABLES = Prepared(select(*_KEPT_VARIABLE).where(DbVariable.instance_id == bindparam("number")))

_STATE = Prepared(select(DbInstance.state, DbInstance.business_key).where(DbInstance.id == bindparam("number")))


def open_step(
    session: Session,
    instance_id: int,
    *,
    by: Actor = SYSTEM,
    reason: str | None = None,
) -> Step:
    """Lock and load an instance; NotFound when there is none, and what `load_step` raises."""
    locked = lock_instance(session, instance_id)
    return load_step(session, locked, by=by, reason=reason)


def load_step(
    session: Session,
    locked: Locked,
    *,
    by: Actor = SYSTEM,
    reason: str | None = None,
    scheduled_at: datetime | None = None,
    allowance: int | None = None,
    resting: bool = False,
) -> Step:
    """Load an instance that is locked already.

    Args:
        session: as always.
        locked: the instance.
        by: who acts.
        reason: why, for the history.
        scheduled_at: when a timer should have acted.
        allowance: how many messages may follow; by default as many as from an act of a person.
        resting: also one that stands still, for what ends it or has happened already.

    Raises InstanceEnded when it is over, Suspended when it stands still.
    """
    if locked.status.is_over:
        raise InstanceEnded(instance_id=locked.id, status=locked.status)
    if locked.suspended and not resting:
        raise suspended(session, locked.process_key, locked.id)
    host = StepHost(
        session,
        by,
        now(session),
        instance_id=locked.id,
        business_key=locked.business_key,
        allowance=allowance,
    )
    variables = locked.variables if locked.variables is not None else read_variables(session, locked.id)
    execution = Execution.load(locked.state, variables, host)
    host.follow(execution)
    return Step(session, host, locked, execution, execution.waits, variables, by, host.now(), reason, scheduled_at)


def finish(step: Step) -> StepResult:
    """Run the execution until it waits, write what is different, tell the observers.

    After `Limits.step_seconds` it is cut, so that others can write, and goes on as a job; not where it is only tried.
    """
    ran = step.ran
    if not step.execution.ended:
        most = step.session.runtime.settings.step_seconds
        seconds = max(most * TO_RUN - (time.monotonic() - step.begun), most / 10)  # however slow it was to load
        tried = step.session.trial
        ran += step.execution.run(limit=MOST_ENGINE_TASKS, before=ran, seconds=None if tried else seconds)
    step.host.settle()
    result = saving.save(step)
    if step.execution.cut:
        outbox.go_on(step, ran)
    for observer in step.session.runtime.observers:
        observer(step.session, result)
    step.host.write_kept()
    return result


def lock_instance(session: Session, instance_id: int) -> Locked:
    """Take the row of an instance, waiting for whoever has it; NotFound when there is none."""
    asked = _locking_instance(session.runtime.beside, alone=session.dialect == "sqlite")
    for row in asked.rows(session.connection(), {"number": instance_id}):
        return _locked(session, row)
    raise NotFound(what="instance", key=instance_id)


def lock_task(session: Session, task_id: int) -> tuple[Locked, tuple[Any, ...]]:
    """Take a task and its instance together; NotFound when there is no such task.

    Returns:
        The instance, and the columns of the task in the order of its table.
    """
    beside = session.runtime.beside
    asked = _locking_task(beside, alone=session.dialect == "sqlite")
    for row in asked.rows(session.connection(), {"number": task_id}):
        return _locked(session, row), row[_FIXED + len(beside) :]
    raise NotFound(what="task", key=task_id)


def _locked(session: Session, row: Sequence[Any]) -> Locked:
    """An instance, with its variables if they are those of the row that was locked, and what is current then."""
    activation, seen, variables = row[_OF_LOCK:_FIXED]
    whole = seen == row[_REVISION]
    values = *row[:_OF_LOCK], _by_scope(variables) if whole else None
    locked = Locked(*values)
    if session.current is None:
        session.activation = activation
    session.roots[locked.id] = locked.deployment_id
    session.beside.clear()
    for each, value in zip(session.runtime.beside, row[_FIXED:], strict=False) if whole else ():
        session.beside[each.name] = locked.id, value
    return locked


def read_variables(session: Session, instance_id: int) -> dict[int, dict[str, Json]]:
    """All variables of an instance by scope, in the order of their names, whatever the database's own order is."""
    return _by_scope(_VARIABLES.rows(session.connection(), {"number": instance_id}))


def _by_scope(rows: Iterable[Sequence[Any]]) -> dict[int, dict[str, Json]]:
    scopes: dict[int, dict[str, Json]] = {0: {}}
    for scope, name, value in sorted(rows, key=itemgetter(0, 1)):
        scopes.setdefault(scope, {})[name] = value
    return scopes


def visible_at(session: Session, instance_id: int, token: int, locked: Locked | None = None) -> dict[str, Json] | None:
    """The variables that a waiting token sees, its local ones before those of its process; None when it is gone.

    Of an instance that is locked nothing is read again.
    """
    return Sight(session, instance_id, locked).at(token)


@dataclass(frozen=True)
class Sight:
    """What the waiting tokens of an instance see; its state is read once, when it is first asked for."""

    session: Session
    instance_id: int
    locked: Locked | None = None

    @cached_property
    def execution(self) -> Execution:
        """The instance as it waits, to be looked at only."""
        if self.locked is not None:
            state, business_key, variables = self.locked.state, self.locked.business_key, self.locked.variables
        else:
            ((state, business_key),) = _STATE.rows(self.session.connection(), {"number": self.instance_id})
            variables = None
        host = StepHost(
            self.session, SYSTEM, now(self.session), instance_id=self.instance_id, business_key=business_key
        )
        if variables is None:
            variables = read_variables(self.session, self.instance_id)
        return Execution.load(state, variables, host)

    def at(self, token: int) -> dict[str, Json] | None:
        """The variables that a token sees, its local ones before those of its process; None when it is gone."""
        try:
            return self.execution.visible(token)
        except NotWaiting:
            return None
