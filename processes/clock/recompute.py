"""What a changed calendar does to the cases that are open: their deadlines are computed again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import select

from engine import Actor, Database, EventKind, Json, Session, StepResult, instances, read_variables
from processes.cases import register
from processes.cases.schema import DbCase
from processes.clock import deadlines
from processes.clock.calendar_days import Imported, Layer, import_csv
from processes.office import Office

_OPEN = (DbCase.closed_at.is_(None), DbCase.clock_start.is_not(None), DbCase.replied_at.is_(None))
"""Cases whose clock runs: a reply that is out has stopped it."""

KEPT = "reply_nominal_due"
"""The seventh day itself never moves, whatever the calendar says."""


@dataclass(frozen=True)
class Moved:
    """A case whose deadlines have changed."""

    number: str
    before: datetime | None
    after: datetime | None
    timers: tuple[str, ...]
    """The timer events that were moved."""


def take_notice(
    database: Database, office: Office, content: bytes, *, source: str, by: Actor, layer: Layer = "notice"
) -> tuple[Imported, list[Moved]]:
    """Import a calendar file and compute open deadlines again; CalendarFileRefused, with nothing changed, on errors.

    The days are kept first, then each case is done in a transaction of its own, so that nobody waits long. After a
    crash in between, `recompute_all` goes on where it was.
    """
    with database.transaction() as session:
        imported = import_csv(session, content, source=source, by=by, layer=layer)
    return imported, recompute_all(database, office, by=by, reason=source) if imported.any_change else []


def recompute_all(database: Database, office: Office, *, by: Actor, reason: str) -> list[Moved]:
    """Compute the deadlines of every open case again, each in its own transaction; the cases that changed."""
    moved = []
    with database.reading() as session:
        numbers = list(session.scalars(select(DbCase.id).where(*_OPEN).order_by(DbCase.id)))
    for number in numbers:
        with database.transaction() as session:
            moved += recompute_open(session, office, by=by, reason=reason, only=number)
    return moved


def recompute_open(session: Session, office: Office, *, by: Actor, reason: str, only: int | None = None) -> list[Moved]:
    """Compute the deadlines of open cases again and move what waits for them; the cases that changed.

    The clock's start, the row of the table of deadlines and the nominal day stay. Variables are changed through the
    engine, with the reason, so that the history shows it; the timers that read them follow. A recorded breach stays
    recorded.

    Args:
        session: of the transaction that keeps it.
        office: with the settings; the calendar is read anew.
        by: who changed the calendar.
        reason: why, for the history.
        only: the one case to be done.
    """
    calendar = office.calendar(session)
    moved = []
    chosen = (DbCase.id == only,) if only is not None else ()
    for case in session.scalars(select(DbCase).where(*_OPEN, *chosen).order_by(DbCase.id)):
        rule = deadlines.read_rule(case.deadline_rule or {}, office.settings)
        found = deadlines.compute(rule, cast("datetime", case.clock_start), calendar, office.settings)
        values = {name: value for name, value in found.variables().items() if name != KEPT}
        due_before = case.due_at
        case.provisional = found.provisional
        steps = _set(session, case, values, by=by, reason=reason)
        if not steps:
            continue
        gone = tuple(
            trace.element
            for step in steps
            for trace in step.traces
            if trace.kind is EventKind.TIMER_MOVED and trace.element
        )
        case.due_at, case.warn_at = found.effective_due, found.warn_at
        data = {"before": _text(due_before), "after": _text(found.effective_due), "reason": reason}
        register.note(session, case, "recomputed", by=by, data=data)
        moved.append(Moved(case.number, due_before, found.effective_due, gone))
    session.flush()
    return moved


def _set(session: Session, case: DbCase, values: Mapping[str, Json], *, by: Actor, reason: str) -> list[StepResult]:
    """Give the variables their new values in each scope that has them; the steps it took, none without a change."""
    different: dict[int, dict[str, Json]] = {}
    for scope, held in read_variables(session, case.instance_id).items():
        changed = {name: value for name, value in values.items() if name in held and held[name] != value}
        if changed:
            different[scope] = changed
    return [
        instances.set_variables(session, case.instance_id, changed, by=by, reason=reason, scope=scope)
        for scope, changed in different.items()
    ]


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment is not None else None
