"""What is set apart: nobody decides on what they did, recorded or had done for them."""

from collections.abc import Callable, Collection, Mapping, Sequence

from sqlalchemy import BindParameter, bindparam, or_, select

from engine.deploy.loading import find_element
from engine.errors import OwnWork, SeparationOfDuties
from engine.kinds import EventKind, TaskStatus
from engine.look.task_items import TaskItem
from engine.run.drawn import names_in
from engine.session import Session
from engine.store.schema import DbEvent, DbInstance, DbTask
from engine.values import Actor, Json

# put together once: making a statement costs more than running it
_NUMBER: BindParameter[int] = bindparam("number")
_PEOPLE: BindParameter[list[str]] = bindparam("people", expanding=True)
_KEY = select(DbInstance.business_key).where(DbInstance.id == _NUMBER).scalar_subquery()
_ROUNDS_BEFORE = select(DbInstance.id).where(DbInstance.business_key == _KEY, DbInstance.id < _NUMBER)
_DONE = select(DbTask.name, DbTask.element).where(
    or_(
        (DbTask.instance_id == _NUMBER) & DbTask.element.in_(bindparam("here", expanding=True)),
        DbTask.instance_id.in_(_ROUNDS_BEFORE) & DbTask.element.in_(bindparam("before", expanding=True)),
    ),
    DbTask.status == TaskStatus.COMPLETED,
    or_(DbTask.ended_by.in_(_PEOPLE), DbTask.on_behalf_of.in_(_PEOPLE)),
)
_RECORDED = (
    select(DbEvent.element, DbEvent.actor, DbEvent.data)
    .where(DbEvent.instance_id == _NUMBER, DbEvent.kind == EventKind.RECORDED)
    .where(DbEvent.element.in_(bindparam("events", expanding=True)), DbEvent.at <= bindparam("opened"))
    .order_by(DbEvent.id)
)


_SEPARATIONS = {"separationOfPeople", "separationOfDuties", "separationOfRounds"}


def first_free(
    session: Session, task: TaskItem, actor: Actor, able: Sequence[str | None], seen: Callable[[], Mapping[str, Json]]
) -> str | None:
    """The first for whom the separation of duties lets the actor work; raises what stands against the last."""
    for helped in able[:-1]:
        try:
            check_duties(session, task, actor, helped, seen)
        except SeparationOfDuties:
            continue
        return helped
    check_duties(session, task, actor, able[-1], seen)
    return able[-1]


def check_duties(
    session: Session, task: TaskItem, actor: Actor, helped: str | None, seen: Callable[[], Mapping[str, Json]]
) -> None:
    """SeparationOfDuties when the actor completed an element that the diagram sets apart from this.

    It is looked for in this instance (`separationOfDuties`) and in earlier ones of the same business key, the rounds
    before this one (`separationOfRounds`). So it is, too, when the person for whom the actor works did it, or somebody
    for one of the two: nobody decides on their own work through somebody else. An event that is set apart was done by
    whoever recorded it last before the task was opened: nobody confirms what they recorded. Whom the diagram names
    (`separationOfPeople`: the owner of a case) is refused whatever they did.
    """
    element = find_element(session, task.deployment_id, task.process_key, task.element)
    properties = element.properties if element is not None else {}
    if not _SEPARATIONS & properties.keys():
        return
    people = [person for person in (actor.id, helped) if person is not None]
    named = {person for person in people if person in names_in(session, properties, "separationOfPeople", seen)}
    if named:
        who = actor.id if actor.id in named else str(helped)
        raise OwnWork(element=task.name or task.element, done="", who=who, deployment_id=task.deployment_id)
    here = names_in(session, properties, "separationOfDuties", seen)
    before = names_in(session, properties, "separationOfRounds", seen)
    if not (here or before):
        return
    events = _events(session, task, here)
    tasks = [each for each in here if each not in events]
    before_it = None
    if tasks or before:
        values = {"number": task.instance_id, "here": tasks, "before": before, "people": people}
        done = session.connection().execute(_DONE, values).first()
        before_it = (done.name or done.element) if done is not None else None
    if before_it is None and events:
        before_it = _recorded(session, task, events, people)
    if before_it is not None:
        raise SeparationOfDuties(
            element=task.name or task.element, done=before_it, who=actor.id, deployment_id=task.deployment_id
        )


def _events(session: Session, task: TaskItem, elements: Collection[str]) -> dict[str, str]:
    """Those of some elements that are events of a task's process, and so done by nobody, with what they are called."""
    drawn = {each: find_element(session, task.deployment_id, task.process_key, each) for each in elements}
    return {each: found.name or each for each, found in drawn.items() if found is not None and found.event}


def _recorded(session: Session, task: TaskItem, events: Mapping[str, str], people: Collection[str]) -> str | None:
    """What some people, or somebody for them, recorded that led to a task; only the last record of each event did."""
    values = {"number": task.instance_id, "events": [*events], "opened": task.created_at}
    last = {row.element: row for row in session.connection().execute(_RECORDED, values)}
    for row in last.values():
        if {row.actor, row.data.get("for")}.intersection(people):
            return events[row.element]
    return None
