"""What a changed calendar does to the cases that are open: their deadlines are computed again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from engine import Actor, Database, EventKind, Json, Session, instances, read_variables
from processes import procedures
from processes.cases import running
from processes.cases.held import cases
from processes.cases.schema import DbCase, DbCaseClock
from processes.clock import deadlines
from processes.clock.calendar_days import Imported, Layer, import_csv
from processes.clock.deadlines import Deadlines
from processes.office import Office
from processes.procedures.model import Clock

_OPEN = (
    DbCase.closed_at.is_(None),
    exists().where(
        DbCaseClock.case_id == DbCase.id, DbCaseClock.start_at.is_not(None), DbCaseClock.stopped_at.is_(None)
    ),
)
"""Cases of which a clock runs: what is done has stopped it."""


@dataclass(frozen=True)
class Moved:
    """A clock of a case whose deadlines have changed."""

    number: str
    clock: str
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
    """Compute the deadlines of open cases again and move what waits for them; the clocks that changed.

    A clock's start, its row of the table of deadlines and its nominal day stay. Variables are changed through the
    engine, with the reason, so that the history shows it; the timers that read them follow, and people are told. A
    recorded breach stays recorded.

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
    for case in cases().find_all(session, cases().where(*_OPEN, *chosen).order_by(DbCase.id), {}):
        procedure = procedures.of_instance(session, case.instance_id)
        for clock in procedure.clocks:
            row = running.find(case, clock.name)
            if row is None or row.start_at is None or row.stopped_at is not None:
                continue
            before = row.due_at
            rule = deadlines.read_rule(row.rule or {}, clock.limit, office.settings)
            found = deadlines.compute(rule, row.start_at, calendar, running.habits(office, procedure))
            gone = _set(session, case, clock, found, office, by=by, reason=reason)
            row.provisional = found.provisional
            if gone is not None:
                moved.append(Moved(case.number, clock.name, before, found.effective_due, gone))
    session.flush()
    return moved


def _set(
    session: Session, case: DbCase, clock: Clock, found: Deadlines, office: Office, *, by: Actor, reason: str
) -> tuple[str, ...] | None:
    """Give a clock and the variables that hold its moments their new values; the timers that moved, None: nothing did.

    Each scope is changed that has the variables; the observer of the register takes the moments from there.
    """
    names = clock.variables
    values = running.values(clock, found, office)
    del values[names["nominal"]]
    different: dict[int, dict[str, Json]] = {}
    for scope, held in read_variables(session, case.instance_id).items():
        changed = {name: value for name, value in values.items() if name in held and held[name] != value}
        if changed:
            different[scope] = changed
    steps = [
        instances.set_variables(session, case.instance_id, changed, by=by, reason=reason, scope=scope, by_hand=False)
        for scope, changed in different.items()
    ]
    row = running.find(case, clock.name)
    assert row is not None
    if row.due_at != found.effective_due:  # a diagram that keeps no variable of it
        before = row.due_at
        row.due_at, row.warn_at = found.effective_due, found.warn_at
        running.follow(case)
        running.tell_moved(session, office, case, clock, before, by=by)
    elif not different:
        return None
    return tuple(
        trace.element
        for step in steps
        for trace in step.traces
        if trace.kind is EventKind.TIMER_MOVED and trace.element
    )
