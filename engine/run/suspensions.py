"""Letting a process or an instance stand still, and go on again: an administrator's word, with a reason, on record."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, insert, or_, select, union_all, update
from sqlalchemy.exc import IntegrityError

from engine.deploy.deployments import get_process_definition
from engine.deploy.loading import current as current_versions
from engine.deploy.loading import load
from engine.errors import NotFound, OnlyCalled, Refused
from engine.kinds import UNDER_WAY, EventKind
from engine.look import history
from engine.run.instances import need_reason
from engine.run.steps import lock_instance
from engine.session import Session, now
from engine.store.definitions import DbProcessDefinition
from engine.store.prepared import Prepared
from engine.store.schema import DbInstance, DbJob
from engine.store.working import DbSuspension
from engine.values import Actor


@dataclass(frozen=True)
class Suspension:
    """What stands still, since when, by whose word and why; of a process or of an instance."""

    process_key: str | None
    instance_id: int | None
    at: datetime
    by: str
    reason: str


_COLUMNS = [DbSuspension.__table__.c[each.name] for each in fields(Suspension)]


def _first(whose: ColumnElement[bool]) -> Select[Any]:
    return select(*_COLUMNS).where(DbSuspension.ended_at.is_(None), whose).order_by(DbSuspension.id).limit(1)


_NUMBER: BindParameter[int] = bindparam("number")
_ITS_PROCESS = (
    select(DbProcessDefinition.key)
    .join(DbInstance, DbInstance.definition_id == DbProcessDefinition.id)
    .where(DbInstance.id == _NUMBER)
    .scalar_subquery()
)
_OF_INSTANCE = Prepared(_first(or_(DbSuspension.instance_id == _NUMBER, DbSuspension.process_key == _ITS_PROCESS)))


def of_instance(session: Session, instance_id: int) -> Suspension | None:
    """What makes an instance stand still, itself or its process; None when nothing does."""
    rows = _OF_INSTANCE.rows(session.connection(), {"number": instance_id})
    return Suspension(*rows[0]) if rows else None


def current(session: Session, *, most: int | None = None, among: Collection[int] = ()) -> list[Suspension]:
    """What stands still: processes as a whole, then instances by themselves in their order.

    Args:
        session: that reads it.
        most: of the instances the first ones only, so many.
        among: instances of which it is told besides.
    """
    columns, now = DbSuspension.__table__.c, DbSuspension.ended_at.is_(None)
    alone = select(*_COLUMNS).where(now, columns.instance_id.is_not(None))
    first, these = alone.order_by(columns.instance_id).limit(most), alone.where(columns.instance_id.in_(among))
    parts = select(*_COLUMNS).where(now, columns.process_key.is_not(None)), select(first.subquery()), these
    found = {Suspension(*row) for row in session.execute(union_all(*parts))}
    return sorted(found, key=lambda each: (each.process_key is None, each.process_key or "", each.instance_id or 0))


def only_callers(session: Session, process_key: str) -> list[str]:
    """The keys of the processes that call one of which nothing stands still by itself: it begins in no other way.

    Empty for a process that people, messages, signals or timers may start, or that has instances of its own.
    """
    get_process_definition(session, process_key)
    current = current_versions(session).processes
    processes = {key: load(session, number).compiled.processes[key] for key, (number, _) in current.items()}
    process = processes.get(process_key)
    callers = sorted(key for key, each in processes.items() if process_key in each.calls)
    if process is None or process.candidate_starter_groups or any(each.kind != "none" for each in process.starts):
        return []
    definitions = select(DbProcessDefinition.id).where(DbProcessDefinition.key == process_key)
    own = select(DbInstance.id).where(DbInstance.definition_id.in_(definitions), DbInstance.status.in_(UNDER_WAY))
    return callers if session.scalar(own.limit(1)) is None else []


def suspend(
    session: Session, *, process_key: str | None = None, instance_id: int | None = None, by: Actor, reason: str
) -> None:
    """Let a process with all its instances, or one instance, stand still: nothing starts, fires or is completed.

    NotFound when there is none, Refused when it stands still already or only others call it, ReasonMissing.
    """
    reason = need_reason(reason)
    _check(session, process_key, instance_id)
    if process_key is not None and (callers := only_callers(session, process_key)):
        raise OnlyCalled(what=process_key, callers=", ".join(callers))
    whose = _whose(process_key, instance_id)
    if session.scalar(select(DbSuspension.id).where(DbSuspension.ended_at.is_(None), whose)) is not None:
        raise Refused("It stands still already.")
    values = {"process_key": process_key, "instance_id": instance_id, "at": now(session), "by": by.id}
    try:
        session.execute(insert(DbSuspension).values(**values, reason=reason))
    except IntegrityError:  # somebody has said so at this moment
        raise Refused("It stands still already.") from None
    _note(session, instance_id, EventKind.SUSPENDED, by, reason)


def resume(
    session: Session, *, process_key: str | None = None, instance_id: int | None = None, by: Actor, reason: str
) -> None:
    """Let it go on: what fell due meanwhile is done now. NotFound when it does not stand still, ReasonMissing."""
    reason = need_reason(reason)
    if instance_id is not None:
        lock_instance(session, instance_id)
    values = {"ended_at": now(session), "ended_by": by.id, "end_reason": reason}
    change = update(DbSuspension).where(DbSuspension.ended_at.is_(None), _whose(process_key, instance_id))
    if session.connection().execute(change.values(**values)).rowcount != 1:
        raise NotFound(what="suspension", key=process_key or instance_id)
    rests = update(DbJob).where(DbJob.owner == "nobody").values(owner=None, leased_until=None)
    session.connection().execute(rests)
    _note(session, instance_id, EventKind.RESUMED, by, reason)


def _whose(process_key: str | None, instance_id: int | None) -> ColumnElement[bool]:
    return DbSuspension.process_key == process_key if process_key else DbSuspension.instance_id == instance_id


def _check(session: Session, process_key: str | None, instance_id: int | None) -> None:
    """Make sure that it is there, and that no step of the instance is under way."""
    if instance_id is not None:
        if lock_instance(session, instance_id).status.is_over:
            raise NotFound(what="instance", key=instance_id)
    elif session.scalar(select(DbProcessDefinition.id).where(DbProcessDefinition.key == process_key)) is None:
        raise NotFound(what="process", key=process_key)


def _note(session: Session, instance_id: int | None, kind: EventKind, by: Actor, reason: str) -> None:
    if instance_id is not None:
        history.append(session, [history.new_event(instance_id, now(session), kind, by, reason=reason)])
