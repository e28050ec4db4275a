"""Moving an instance to the version of its process that is current: looked at first, refused where it does not go."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import select, update

from engine.core import Execution, Obstacle, moved, outlines
from engine.deploy.deployments import ProcessDefinition, get_definition, get_files, get_process_definition
from engine.deploy.loading import load
from engine.deploy.names.ahead import Ahead, Lack, Standing, ahead_in
from engine.deploy.names.house import House, Street
from engine.errors import DoesNotGo, Refused
from engine.kinds import UNDER_WAY, EventKind, TaskStatus
from engine.run.instances import get_instance, need_reason, note
from engine.run.state import Locked, Step
from engine.run.steps import Sight, finish, load_step, lock_instance
from engine.seams import StepResult
from engine.session import Session
from engine.store.definitions import DbProcessDefinition, DbResource
from engine.store.schema import DbIncident, DbInstance, DbJob, DbSubscription, DbTask, DbTimer
from engine.values import Actor, Called


@dataclass(frozen=True)
class Move:
    """What moving an instance would do."""

    before: ProcessDefinition
    """The version that it runs."""
    after: ProcessDefinition
    """The one that is current."""
    waits: tuple[tuple[str, str], ...] = ()
    """What it waits in that would go on as it is: process and element."""
    obstacles: tuple[Obstacle, ...] = ()
    lacks: tuple[Lack, ...] = ()
    """What is asked for ahead, in vain: the variables that only something behind it would have written."""

    @property
    def stops(self) -> list[Lack]:
        """The lacks at which it would stop."""
        return [each for each in self.lacks if each.stops]

    @property
    def is_needed(self) -> bool:
        """Whether the version that it runs is not the current one."""
        return self.before.id != self.after.id


class NewVersion:
    """A version that instances are to be moved to; what its processes read and write is worked out once."""

    def __init__(self, session: Session, deployment_id: int) -> None:
        """Take the deployment."""
        loaded, files = load(session, deployment_id), get_files(session, deployment_id)
        self.deployment_id = deployment_id
        self._street = Street(session.runtime, [House(files, loaded.compiled, loaded.forms, loaded.declaration)])

    @cached_property
    def ahead(self) -> Ahead:
        """What is read and written in its processes."""
        return ahead_in(self._street)


def look(session: Session, instance_id: int, locked: Locked | None = None, version: NewVersion | None = None) -> Move:
    """What moving an instance to the current version would do; NotFound when there is none, of it or of its process.

    Args:
        session: as always.
        instance_id: of the instance.
        locked: the instance, where it is locked already; then what it lacks is asked only where a version is given.
        version: the one that others are moved to, too.
    """
    before = get_definition(session, get_instance(session, instance_id).definition_id)
    after = get_process_definition(session, before.key)
    if before.id == after.id:
        return Move(before, after)
    execution = Sight(session, instance_id, locked).execution
    there = load(session, after.deployment_id).compiled.specs
    drawn = (outlines(_diagrams(session, each.deployment_id)) for each in (before, after))
    obstacles = tuple(execution.obstacles(there, *drawn))
    against = {(each.process, each.element) for each in obstacles}
    places = dict.fromkeys((each[0].process, each[0].element) for each in execution.places())
    waits = tuple(place for place in places if place not in against)
    if obstacles or (version is None and locked is not None):
        return Move(before, after, waits, obstacles)
    if version is None or version.deployment_id != after.deployment_id:
        version = NewVersion(session, after.deployment_id)
    return Move(before, after, waits, lacks=tuple(version.ahead.lacks(_standing(execution))))


def _standing(execution: Execution) -> list[Standing]:
    """Where an instance waits in processes of its own deployment."""
    return [
        Standing(number, each.process, each.element, names)
        for number, each, names in execution.sees()
        if each.deployment == execution.root
    ]


def behind(session: Session, deployment_id: int, most: int, after: int = 0) -> list[int]:
    """So many of the instances that run an earlier version of a process of a deployment, by number, behind a number."""
    current = select(DbProcessDefinition.key).where(DbProcessDefinition.deployment_id == deployment_id)
    earlier = select(DbProcessDefinition.id).where(
        DbProcessDefinition.key.in_(current), DbProcessDefinition.is_current.is_(False)
    )
    query = select(DbInstance.id).where(DbInstance.definition_id.in_(earlier), DbInstance.status.in_(UNDER_WAY))
    return list(session.scalars(query.where(DbInstance.id > after).order_by(DbInstance.id).limit(most)))


def _diagrams(session: Session, deployment_id: int) -> dict[str, bytes]:
    query = select(DbResource.path, DbResource.content)
    rows = session.execute(query.where(DbResource.deployment_id == deployment_id, DbResource.kind == "bpmn"))
    return {row[0]: row[1] for row in rows}


def move(
    session: Session, instance_id: int, *, by: Actor, reason: str, careful: NewVersion | None = None
) -> StepResult:
    """Let an instance go on in the current version of its process, with all that it waits for as it is.

    Timers keep their times and tasks the people they are with; forms, tables, letters, labels and the way on are those
    of the new version. What it has called of other folders stays on its version. The history keeps who and why.
    With a version to be `careful` of, one that would stop there at a variable that it lacks is not moved.

    Raises ReasonMissing, NotFound, InstanceEnded, Refused when it runs the current version, DoesNotGo.
    """
    reason = need_reason(reason)
    locked = lock_instance(session, instance_id)
    load_step(session, locked, by=by, resting=True)  # one that is over, or that cannot be read, is not moved
    found = look(session, instance_id, locked, careful)
    if not found.is_needed:
        raise Refused("It runs the current version already.")
    against = len(found.obstacles) + len(found.stops)
    if against:
        raise DoesNotGo(version=found.after.version, count=against)
    before, after = Sight(session, instance_id, locked).execution, found.after
    step = load_step(session, _moved(locked, found), by=by, reason=reason, resting=True)
    if before.waits != step.execution.waits:  # whatever was overlooked: nothing is to be armed or opened anew
        raise DoesNotGo(version=after.version, count=1)
    session.roots[instance_id] = after.deployment_id
    note(step, EventKind.MIGRATED, data={"before": found.before.version, "version": after.version})
    _carry(session, step, found)
    return finish(step)


def _moved(locked: Locked, found: Move) -> Locked:
    """The instance as one of the new version."""
    old, new = found.before.deployment_id, found.after.deployment_id
    state = moved(locked.state, str(old), str(new))
    return replace(
        locked,
        definition_id=found.after.id,
        deployment_id=new,
        state=state,
        called=tuple(_called(each, found) for each in locked.called),
    )


def _called(each: Called, found: Move) -> Called:
    """What goes on within the folder goes on in its new version."""
    goes = each.running and each.deployment_id == found.before.deployment_id
    return replace(each, deployment_id=found.after.deployment_id) if goes else each


def _carry(session: Session, step: Step, found: Move) -> None:
    """Let the rows of what it waits for say where it is drawn now; tasks are called as they are there."""
    old, new = found.before.deployment_id, found.after.deployment_id
    connection = session.connection()
    mine = DbInstance.id == step.instance.id
    connection.execute(update(DbInstance).where(mine).values(definition_id=found.after.id))
    only: dict[Any, Any] = {DbTask: (DbTask.status == TaskStatus.OPEN,), DbJob: (DbJob.token.is_not(None),)}
    for table in (DbTask, DbTimer, DbSubscription, DbIncident, DbJob):
        where = table.instance_id == step.instance.id, table.deployment_id == old, *only.get(table, ())
        connection.execute(update(table).where(*where).values(deployment_id=new))
    for token, element in step.before.tasks.items():
        name = _renamed(session, step.execution, token, element, found)
        if name is not None:
            where = DbTask.instance_id == step.instance.id, DbTask.token == token
            connection.execute(update(DbTask).where(*where).values(name=name))


def _renamed(session: Session, execution: Execution, token: int, element: str, found: Move) -> str | None:
    """What a task is called now, where that is something else."""
    ref, process = execution.home(token)
    if ref != str(found.after.deployment_id):
        return None
    labels = [
        load(session, each.deployment_id).compiled.processes[process].elements[element].name
        for each in (found.before, found.after)
    ]
    return None if labels[0] == labels[1] else str(execution.evaluate(labels[1], token))
