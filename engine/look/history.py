"""The history: what happened, who did it, when it was due and when it was done; only ever added to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Select, Text, bindparam, case, cast, func, insert, select, type_coerce

from engine.kinds import EventKind
from engine.session import Session
from engine.store.prepared import Prepared
from engine.store.schema import DbEvent, DbSubmission
from engine.values import Actor, Json

INSERT = Prepared(insert(DbEvent))
SUBMIT = Prepared(insert(DbSubmission))
_SUBMISSIONS = Prepared(
    select(*DbSubmission.__table__.c).where(DbSubmission.instance_id == bindparam("number")).order_by(DbSubmission.id)
)
_OF_INSTANCE = DbEvent.instance_id == bindparam("number")
_COUNTED = Prepared(select(DbEvent.kind, func.count()).where(_OF_INSTANCE).group_by(DbEvent.kind))


def _submitted() -> Select[Any]:
    table = DbSubmission.__table__.c
    loose = table.task_id.is_(None) & table.at.in_(bindparam("moments", expanding=True))
    mine = table.task_id.in_(bindparam("tasks", expanding=True)) | loose
    return select(*table).where(table.instance_id == bindparam("number"), mine).order_by(table.id)


_SUBMITTED = _submitted()


@dataclass(frozen=True)
class Event:
    """One line of the history; times are in UTC."""

    id: int
    instance_id: int
    at: datetime
    scheduled_at: datetime | None
    """When it should have happened, for what a timer did."""
    kind: EventKind
    element: str | None
    process: str | None
    """The key of the process that the element is drawn in: an element id may stand in several diagrams of a case."""
    token: int | None
    actor: str
    reason: str | None
    data: Mapping[str, Json]


@dataclass(frozen=True)
class Submission:
    """What a person filled in, unchanged."""

    id: int
    instance_id: int
    task_id: int | None
    element: str
    form: str | None
    form_digest: str | None
    answers: Mapping[str, Json]
    by: str
    at: datetime


def of(
    session: Session, instance_id: int, *, kinds: Sequence[EventKind] = (), after: int = 0, limit: int | None = None
) -> list[Event]:
    """The history of an instance in order.

    Args:
        session: as always.
        instance_id: whose.
        kinds: only these; empty for all.
        after: only what follows the event of this number, for paging.
        limit: at most so many.
    """
    query, asked = _EVENTS_OF, {"number": instance_id, "after": after, "kinds": [*kinds]}
    if kinds:
        query = _KINDS_OF
    if limit is not None:
        query = query.limit(limit)
    return [Event(*row) for row in session.connection().execute(query, asked)]


# put together once: making a statement costs more than running it
_EVENTS_OF = (
    select(*DbEvent.__table__.c)
    .where(DbEvent.instance_id == bindparam("number"), DbEvent.id > bindparam("after"))
    .order_by(DbEvent.id)
)
_KINDS_OF = _EVENTS_OF.where(DbEvent.kind.in_(bindparam("kinds", expanding=True)))


def submissions_of(session: Session, instance_id: int) -> list[Submission]:
    """Everything that was ever filled in for an instance, in order."""
    return [Submission(*row) for row in _SUBMISSIONS.rows(session.connection(), {"number": instance_id})]


def submissions_with(
    session: Session, instance_id: int, tasks: Collection[int], moments: Collection[datetime]
) -> list[Submission]:
    """What was filled in for some tasks of an instance, and without a task at some moments."""
    asked = {"number": instance_id, "tasks": [*tasks], "moments": [*moments]}
    return [Submission(*row) for row in session.connection().execute(_SUBMITTED, asked)]


def count_submissions(session: Session, instance_id: int) -> int:
    """How often something was filled in for an instance."""
    query = select(func.count()).select_from(DbSubmission).where(DbSubmission.instance_id == instance_id)
    return session.scalar(query) or 0


def count(session: Session, instance_id: int) -> Mapping[EventKind, int]:
    """How many lines of each kind the history of an instance has."""
    return dict(_COUNTED.rows(session.connection(), {"number": instance_id}))


def new_event(
    instance_id: int,
    at: datetime,
    kind: EventKind,
    actor: Actor,
    *,
    element: str | None = None,
    process: str | None = None,
    token: int | None = None,
    scheduled_at: datetime | None = None,
    reason: str | None = None,
    data: Mapping[str, Json] | None = None,
) -> dict[str, Any]:
    """A line to be added."""
    return {
        "instance_id": instance_id,
        "at": at,
        "scheduled_at": scheduled_at,
        "kind": kind,
        "element": element,
        "process": process,
        "token": token,
        "actor": actor.id,
        "reason": reason,
        "data": data or {},
    }


def append(session: Session, events: Sequence[Mapping[str, Any]]) -> None:
    """Add lines in their order."""
    if events:
        session.gathered.add(INSERT, events)


class Visit(NamedTuple):
    """A token's stay in an element of a process; a tuple, because a long case has thousands."""

    token: int
    process: str
    element: str
    entered: datetime
    left: datetime | None


_ENTERED = DbEvent.kind == EventKind.ENTERED
_TOLD = (DbEvent.process.is_not(None), DbEvent.element.is_not(None), DbEvent.token.is_not(None))
_WALKED = (EventKind.ENTERED, EventKind.LEFT, EventKind.CANCELLED)


def _visits() -> Select[*tuple[Any, ...]]:
    first = func.min(case((_ENTERED, DbEvent.id)))
    columns = (
        DbEvent.token,
        func.min(case((_ENTERED, DbEvent.process))),
        func.min(case((_ENTERED, DbEvent.element))),
        func.min(case((_ENTERED, DbEvent.at))),
        func.max(case((~_ENTERED, DbEvent.at))),
    )
    query = select(*columns).where(_OF_INSTANCE, DbEvent.kind.in_(_WALKED), *_TOLD)
    return query.group_by(DbEvent.token).having(first.is_not(None)).order_by(columns[3], first)


_VISITS = _visits()


def visits_of(session: Session, instance_id: int) -> list[Visit]:
    """Where the tokens of an instance were and are, in the order in which they came; put together by the database."""
    return [Visit._make(row) for row in session.connection().execute(_VISITS, {"number": instance_id})]


def flows_of(session: Session, instance_id: int) -> set[tuple[str, str]]:
    """The flows that the tokens of an instance have taken, each once: key of the process and id."""
    rows = _flows(session.get_bind().dialect.name).rows(session.connection(), {"number": instance_id})
    return {(process, str(orjson.loads(text).get("id"))) for process, text in rows if process is not None}


@cache
def _flows(dialect: str) -> Prepared:
    data = type_coerce(DbEvent.data, Text) if dialect == "sqlite" else cast(DbEvent.data, Text)
    query = select(DbEvent.process, data)
    return Prepared(query.where(_OF_INSTANCE, DbEvent.kind == EventKind.FLOW, *_TOLD).distinct())
