"""Timers: rows with a due time; looking for them costs what is due, not what is open."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, delete, exists, func, select

from engine.core.timers import parse_duration
from engine.deploy.starts import arm_again
from engine.errors import NotFound
from engine.kinds import EventKind, JobKind, Trigger
from engine.look.pending import TimerItem
from engine.run.instances import need_reason, note
from engine.run.outbox import insert_jobs
from engine.run.state import Step
from engine.run.steps import finish, open_step
from engine.session import Session, now
from engine.store.definitions import DbProcessDefinition
from engine.store.schema import JOB_IS_OPEN, DbJob, DbTimer
from engine.store.working import DbSuspension
from engine.values import Actor

BATCH = 500
"""How many due timers are handed over in one transaction."""


def later(moment: datetime, duration: str, zone: ZoneInfo) -> datetime:
    """A moment an ISO 8601 duration later: days and longer by the calendar of the zone, hours and shorter as real time.

    Raises ValueError when the duration is none.
    """
    return parse_duration(duration).after(moment, zone)


def due(session: Session, at: datetime | None = None, limit: int = BATCH) -> list[TimerItem]:
    """The timers that are due at a moment, by default now; the longest due first."""
    table = DbTimer.__table__.c
    query = select(*(table[each.name] for each in fields(TimerItem)))
    query = query.where(table.due_at <= (at or now(session))).order_by(table.due_at, table.id).limit(limit)
    return [TimerItem(*row) for row in session.execute(query)]


def next_due(session: Session) -> datetime | None:
    """When the next timer or postponed job is due, in UTC; None when nothing waits for a time."""
    first = session.scalar(select(func.min(DbTimer.due_at)))
    job = session.scalar(select(func.min(DbJob.due_at)).where(JOB_IS_OPEN))
    return min((moment for moment in (first, job) if moment is not None), default=None)


def hand_over_due(session: Session, limit: int = BATCH) -> int:
    """Turn the due timers into jobs, so that every one is done exactly once whoever does it; how many there were.

    Any number of processes may do this at once: each takes rows that nobody else has taken. A dispatcher looks for the
    jobs afterwards, and is not told of each.
    """
    found = select(DbTimer.id).where(DbTimer.due_at <= now(session), ~_rests())
    ordered = found.order_by(DbTimer.due_at, DbTimer.id).limit(limit)
    chosen = ordered.with_for_update(of=DbTimer, skip_locked=True).cte("chosen")
    taken = delete(DbTimer).where(DbTimer.id.in_(select(chosen.c.id))).returning(*DbTimer.__table__.c)
    rows = sorted(session.connection().execute(taken).mappings(), key=itemgetter("due_at", "id"))
    if not rows:
        return 0
    keys = _keys(session, {row["definition_id"] for row in rows} - {None})
    insert_jobs(session, [_job(row, keys) for row in rows])
    for row in rows:
        if row["instance_id"] is None:
            arm_again(session, dict(row))
    return len(rows)


def _rests() -> ColumnElement[bool]:
    """Whether a timer starts a process that stands still: it fires when that goes on."""
    key = DbProcessDefinition.key
    return exists().where(
        DbProcessDefinition.id == DbTimer.definition_id,
        DbSuspension.process_key == key,
        DbSuspension.ended_at.is_(None),
    )


def _keys(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """The keys of processes that timers start."""
    if not numbers:
        return {}
    query = select(DbProcessDefinition.id, DbProcessDefinition.key).where(DbProcessDefinition.id.in_(numbers))
    return {row[0]: row[1] for row in session.connection().execute(query)}


def move(session: Session, timer_id: int, due_at: datetime, *, by: Actor, reason: str) -> None:
    """Let a timer be due at another time; NotFound when it does not wait any more, ReasonMissing."""
    step, token, element = _open(session, timer_id, by, reason)
    old = step.before.timers[token].due_at
    data = {"from": old.isoformat(), "to": due_at.isoformat()}
    note(step, EventKind.TIMER_MOVED, element=element, token=token, data=data)
    step.execution.move_timer(token, due_at)
    finish(step)


def fire_now(session: Session, timer_id: int, *, by: Actor, reason: str) -> None:
    """Let a timer fire before its time; NotFound when it does not wait any more, ReasonMissing."""
    step, token, element = _open(session, timer_id, by, reason)
    note(step, EventKind.TIMER_FIRED, element=element, token=token)
    step.execution.fire_timer(token)
    finish(step)


def _open(session: Session, timer_id: int, by: Actor, reason: str) -> tuple[Step, int, str]:
    query = select(DbTimer.instance_id, DbTimer.token, DbTimer.element).where(DbTimer.id == timer_id)
    row = session.connection().execute(query).one_or_none()
    if row is None or row.instance_id is None:
        raise NotFound(what="timer", key=timer_id)
    step = open_step(session, row.instance_id, by=by, reason=need_reason(reason))
    if row.token not in step.before.timers:
        raise NotFound(what="timer", key=timer_id)
    return step, row.token, row.element


def _job(row: Any, keys: Mapping[int, str]) -> dict[str, Any]:
    """A due timer as a job; it keeps its due time, so that jobs are done in the order of their timers."""
    common = {name: row[name] for name in ("deployment_id", "process_key", "element", "due_at")}
    common["queue"] = row["process_key"] or keys.get(row["definition_id"], "")
    if row["instance_id"] is None:
        told = {"trigger": Trigger.TIMER, "due": row["due_at"].isoformat()}
        return {"kind": JobKind.START, "definition_id": row["definition_id"], "payload": told, **common}
    return {"kind": JobKind.TIMER, "instance_id": row["instance_id"], "token": row["token"], "payload": {}, **common}
