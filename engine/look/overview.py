"""What an administrator sees of many instances at once: where they are, what is wrong with them and why."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from engine.kinds import UNDER_WAY, EventKind, JobStatus, Wait
from engine.look.history import Event
from engine.look.pending import IncidentItem
from engine.session import Session
from engine.store.definitions import DbProcessDefinition
from engine.store.schema import TASK_IS_OPEN, DbEvent, DbIncident, DbInstance, DbJob, DbSubscription, DbTask, DbTimer

_BROKEN_FIRST: Sequence[tuple[Wait, Any]] = ((Wait.INCIDENT, DbIncident), (Wait.JOB, DbJob))
_PATIENT: Sequence[tuple[Wait, Any]] = ((Wait.MESSAGE, DbSubscription), (Wait.TIMER, DbTimer))
_NUMBERS = re.compile(r"\b[A-Z]{1,5}-\d{4}-\d{4,}\b|\b\d{5,}\b|\b\d{4}-\d\d-\d\d(?:T[\d:.+Z-]+)?\b")
"""What tells instances apart in messages of one cause: case numbers, long numbers, dates. Short ones are codes."""


@dataclass(frozen=True)
class Place:
    """An element in which an instance is, with how many tokens wait there."""

    element: str
    kind: Wait
    """task, job or incident; timer and message where nothing else is waited for."""
    count: int
    deployment_id: int
    process_key: str
    """With the deployment, where the element is drawn."""
    groups: tuple[str, ...] = ()
    """Who is asked, where it is a task."""


@dataclass(frozen=True)
class Cause:
    """Open incidents that say the same of the same element."""

    message: str
    """As the youngest one says it."""
    element: str
    process_key: str
    deployment_id: int
    """Of the youngest one."""
    incidents: Mapping[int, int]
    """The instance of each, by their numbers, the oldest first."""
    instances: tuple[int, ...]
    since: datetime
    last: datetime

    @property
    def key(self) -> str:
        """The same for all incidents of the cause."""
        return cause_of(self.element, self.message)


@dataclass(frozen=True)
class ElementCount:
    """How many tokens of the running instances of a process are in an element."""

    process_key: str
    element: str
    deployment_id: int
    """The youngest that has tokens there."""
    tasks: int
    jobs: int
    timers: int
    messages: int
    incidents: int
    """Of each at most `MOST_COUNTED` + 1, which means: more."""


MOST_COUNTED = 500


def places_of(session: Session, instances: Collection[int]) -> Mapping[int, Sequence[Place]]:
    """Where instances are, by instance; three statements, or one more for those that wait for nothing but time."""
    found: dict[int, list[Place]] = {}
    groups: dict[Any, list[Any]] = {}
    home = DbTask.deployment_id, DbTask.process_key
    query = select(DbTask.instance_id, DbTask.element, *home, DbTask.candidate_groups)
    for *place, candidates in session.execute(
        query.where(DbTask.instance_id.in_(instances), TASK_IS_OPEN).order_by(DbTask.id)
    ):
        groups.setdefault(tuple(place), []).append(candidates)
    for (instance, element, deployment, process), asked in groups.items():
        names = tuple(dict.fromkeys(group for candidates in asked for group in candidates))
        found.setdefault(instance, []).append(Place(element, Wait.TASK, len(asked), deployment, process, names))
    for kind, waits in _BROKEN_FIRST:
        for instance, element, number, *drawn in session.execute(_grouped(waits, instances)):
            known = {(place.element, place.process_key) for place in found.get(instance, ())}
            if element is not None and (element, drawn[1]) not in known:
                found.setdefault(instance, []).insert(0, Place(element, kind, number, *drawn))
    rest = [number for number in instances if number not in found]
    for kind, waits in _PATIENT if rest else ():
        for instance, element, number, *drawn in session.execute(_grouped(waits, rest)):
            found.setdefault(instance, []).append(Place(element, kind, number, *drawn))
    return found


def troubles_of(session: Session, instances: Collection[int]) -> Mapping[int, Sequence[str]]:
    """What the open incidents and the failed jobs of instances say, by instance."""
    found: dict[int, list[str]] = {}
    incidents = select(DbIncident.instance_id, DbIncident.message).where(DbIncident.instance_id.in_(instances))
    for instance, message in session.execute(incidents.order_by(DbIncident.id)):
        found.setdefault(instance, []).append(message)
    jobs = select(DbJob.instance_id, DbJob.last_error).where(
        DbJob.instance_id.in_(instances), DbJob.status == JobStatus.FAILED
    )
    for number, error in session.execute(jobs.order_by(DbJob.id)):
        if number is not None and error not in found.get(number, ()):
            found.setdefault(number, []).append(error or "")
    return found


def cause_of(element: str, message: str) -> str:
    """The key of what incidents of one cause have in common: the element, and the message as `plain` has it.

    It stands in addresses, and says nothing of what the message says.
    """
    return sha256(f"{element}: {plain(message)}".encode()).hexdigest()[:24]


def plain(message: str) -> str:
    """A message without numbers and dates of cases."""
    return _NUMBERS.sub("#", message)


def causes(session: Session) -> Sequence[Cause]:
    """The open incidents by cause, the cause with the most first."""
    query = select(*DbIncident.__table__.c).order_by(DbIncident.id)
    groups: dict[str, list[Any]] = {}
    for row in session.execute(query):
        groups.setdefault(cause_of(row.element, row.message), []).append(row)
    return sorted((_cause(rows) for rows in groups.values()), key=lambda cause: (-len(cause.incidents), cause.since))


def count_incidents(session: Session) -> int:
    """How many incidents are open."""
    return session.scalar(select(func.count()).select_from(DbIncident)) or 0


def alike(session: Session, incident: IncidentItem) -> Sequence[IncidentItem]:
    """The open incidents of the same cause, in other instances and in this one, the oldest first."""
    table = DbIncident.__table__.c
    columns = [table[name] for name in IncidentItem.__dataclass_fields__]
    rows = session.execute(select(*columns).where(table.element == incident.element).order_by(table.id))
    wanted = cause_of(incident.element, incident.message)
    return [item for row in rows if cause_of((item := IncidentItem(*row)).element, item.message) == wanted]


def elements(session: Session) -> Sequence[tuple[str, str, int]]:
    """Where tokens of running instances are: element, key and youngest deployment of the process it is drawn in."""
    found: dict[tuple[str, str], int] = {}
    for _, waits in _TOKENS:
        for element, key, deployment in session.execute(_places(*waits, counted=False)):
            found[element, key] = max(deployment, found.get((element, key), 0))
    return [(*place, deployment) for place, deployment in sorted(found.items())]


def count_by_element(session: Session, process: str | None = None) -> Sequence[ElementCount]:
    """Where the tokens of running instances are, by element and the process that it is drawn in; not all are counted.

    Each place is found in its index behind the one before, so that it costs what there are of places, not of tokens.
    """
    counts: dict[tuple[str, str], _Counted] = {}
    for what, waits in _TOKENS:
        for element, key, deployment, number in session.execute(_places(*waits, counted=True)):
            counted = counts.setdefault((key, element), _Counted())
            counted.numbers[what] = number
            counted.deployment = max(counted.deployment, deployment)
    return [
        ElementCount(key, element, counted.deployment, **{kind: counted.numbers.get(kind, 0) for kind, _ in _TOKENS})
        for (key, element), counted in sorted(counts.items())
        if process in (None, "", key)
    ]


def running_places(session: Session) -> Sequence[tuple[frozenset[tuple[int, str]], int]]:
    """The processes that instances under way run or call, by deployment and key, and how many of them are there."""
    definition = DbProcessDefinition
    query = select(definition.deployment_id, definition.key, DbInstance.called, func.count()).where(
        DbInstance.status.in_(UNDER_WAY)
    )
    query = query.join(definition, definition.id == DbInstance.definition_id)
    rows = session.execute(query.group_by(definition.deployment_id, definition.key, DbInstance.called))
    return [
        (
            frozenset(
                {(deployment, key), *((each.deployment_id, each.process_key) for each in called if each.running)}
            ),
            number,
        )
        for deployment, key, called, number in rows
    ]


def latest_events(
    session: Session, instance_id: int, *, kinds: Sequence[EventKind] = (), before: int | None = None, limit: int = 100
) -> list[Event]:
    """The history of an instance backwards.

    Args:
        session: as always.
        instance_id: whose.
        kinds: only these; empty for all.
        before: only what came before the event of this number, for paging.
        limit: at most so many.
    """
    asked = {"number": instance_id, "kinds": [*kinds], "before": before, "most": limit}
    return [Event(*row) for row in session.connection().execute(_latest(bool(kinds), before is not None), asked)]


@cache
def _latest(of_kinds: bool, with_end: bool) -> Select[Any]:  # noqa: FBT001 - the cache tells calls apart by place
    query = select(*DbEvent.__table__.c).where(DbEvent.instance_id == bindparam("number"))
    if of_kinds:
        query = query.where(DbEvent.kind.in_(bindparam("kinds", expanding=True)))
    if with_end:
        query = query.where(DbEvent.id < bindparam("before"))
    return query.order_by(DbEvent.id.desc()).limit(bindparam("most"))


def count_events(session: Session, instance_id: int, *, kinds: Sequence[EventKind] = ()) -> int:
    """How long the history of an instance is."""
    query = select(func.count()).select_from(DbEvent).where(DbEvent.instance_id == instance_id)
    return session.scalar(query.where(DbEvent.kind.in_(kinds)) if kinds else query) or 0


@dataclass
class _Counted:
    numbers: dict[str, int] = field(default_factory=dict)
    deployment: int = 0


def _grouped(table: Any, instances: Collection[int]) -> Select[Any]:
    home = table.deployment_id, table.process_key
    query = select(table.instance_id, table.element, func.count(), *home).where(table.instance_id.in_(instances))
    return query.group_by(table.instance_id, table.element, *home).order_by(func.min(table.id))


_TOKENS: Sequence[tuple[str, tuple[Any, ...]]] = (
    ("tasks", (DbTask, TASK_IS_OPEN)),
    ("jobs", (DbJob,)),
    ("timers", (DbTimer,)),
    ("messages", (DbSubscription,)),
    ("incidents", (DbIncident,)),
)


def _places(table: Any, *conditions: Any, counted: bool) -> Select[Any]:
    """The places of a kind of tokens; for each the youngest deployment and, if wanted, how many there are.

    SQLite compares pairs by the first of them and reads all that is behind; so it is one column after the other.
    """
    element, key = table.element, table.process_key
    elements = select(func.min(element).label("element")).where(*conditions).cte(recursive=True)
    after = select(func.min(element)).where(*conditions, element > elements.c.element).correlate(elements)
    elements = elements.union_all(select(after.scalar_subquery()).where(elements.c.element.is_not(None)))
    first = select(func.min(key)).where(*conditions, element == elements.c.element).correlate(elements)
    places = select(elements.c.element, first.scalar_subquery().label("process_key")).cte(recursive=True)
    same = (*conditions, element == places.c.element, key > places.c.process_key)
    known = places.c.process_key.is_not(None)
    after = select(func.min(key)).where(*same).correlate(places)
    places = places.union_all(select(places.c.element, after.scalar_subquery()).where(known))
    here = (*conditions, table.element == places.c.element, table.process_key == places.c.process_key)
    youngest = select(func.max(table.deployment_id)).where(*here).correlate(places).scalar_subquery()
    columns = [places.c.element, places.c.process_key, youngest]
    if counted:
        some = select(table.element).where(*here).limit(MOST_COUNTED + 1).correlate(places).subquery()
        columns.append(select(func.count()).select_from(some).scalar_subquery())
    return select(*columns).where(places.c.process_key.is_not(None))


def _cause(rows: Sequence[Any]) -> Cause:
    youngest = rows[-1]
    return Cause(
        message=youngest.message,
        element=youngest.element,
        process_key=youngest.process_key,
        deployment_id=youngest.deployment_id,
        incidents={row.id: row.instance_id for row in rows},
        instances=tuple(dict.fromkeys(row.instance_id for row in rows)),
        since=rows[0].created_at,
        last=youngest.created_at,
    )
