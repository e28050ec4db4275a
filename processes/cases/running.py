"""The clocks of a case: rows that start, stop, run again and are told of, as the procedure declares them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import cast

from sqlalchemy import bindparam, select

from engine import Actor, Call, Json, Session, StepResult, joins, now
from processes.cases import entries, telling
from processes.cases.held import hang_clock
from processes.cases.schema import DbCase, DbCaseClock, DbCaseClockPast
from processes.clock import deadlines
from processes.clock.deadlines import Deadlines, Habits
from processes.office import Office
from processes.procedures import options
from processes.procedures.model import Clock, Procedure
from processes.reading import iso
from processes.values import moment_of


def find(case: DbCase, name: str) -> DbCaseClock | None:
    """The clock of a case by its name."""
    return next((row for row in case.clocks if row.name == name), None)


def declared(procedure: Procedure, name: str | None) -> Clock | None:
    """A clock of the procedure, the first where none is named."""
    return next((clock for clock in procedure.clocks if name in (None, "", clock.name)), None)


def values(clock: Clock, found: Deadlines, office: Office) -> dict[str, Json]:
    """The moments of a clock as process variables."""
    moments = (found.nominal_due, found.effective_due, found.warn_at, found.l2_at, found.l3_at)
    texts = [iso(moment, office.zone) if moment is not None else None for moment in moments]
    return dict(zip(clock.variables.values(), [*texts, found.provisional], strict=True))


def put(case: DbCase, procedure: Procedure, clock: Clock, rule: Mapping[str, Json]) -> DbCaseClock:
    """The clock of a case with its rule, made where there is none yet."""
    row = find(case, clock.name)
    if row is None:
        place = procedure.clocks.index(clock)
        values = {"name": clock.name, "place": place, "soft": clock.soft, "level": 0, "provisional": False}
        row = hang_clock(case, values)
    agreed = (row.rule or {}).get(deadlines.AGREED)
    row.rule = dict(rule) | ({deadlines.AGREED: agreed} if agreed else {})
    return row


def extend(  # noqa: PLR0917 - which clock of which case, until when
    session: Session, office: Office, case: DbCase, procedure: Procedure, clock: Clock, until: date
) -> Deadlines | None:
    """Move the due date of a running clock to a day that the customer agreed to; None where none runs.

    The nominal day stays; an import of the calendar keeps to what was agreed.
    """
    row = find(case, clock.name)
    if row is None or row.start_at is None or row.stopped_at is not None:
        return None
    row.rule = {**(row.rule or {}), deadlines.AGREED: until.isoformat()}
    return start(session, office, case, procedure, clock, row.start_at)


def start(  # noqa: PLR0917 - what a clock is made of
    session: Session, office: Office, case: DbCase, procedure: Procedure, clock: Clock, moment: datetime
) -> Deadlines:
    """Let a clock of the case run from a moment, or reckon it anew after its rule or the calendar has changed."""
    row, calendar = find(case, clock.name), office.calendar(session)
    assert row is not None
    row.start_at = moment
    rule = deadlines.read_rule(cast("Mapping[str, Json]", row.rule), clock.limit, office.settings)
    found = deadlines.compute(rule, moment, calendar, habits(office, procedure))
    row.nominal_due_at, row.due_at, row.warn_at = found.nominal_due, found.effective_due, found.warn_at
    row.provisional = found.provisional
    follow(case)
    return found


def habits(office: Office, procedure: Procedure) -> Habits:
    """When people are told, as the installation and the procedure decide."""
    usual = Habits(office.settings.warn_at, office.settings.escalate_at)
    found = {
        name: options.number(office.settings, procedure, f"escalation_{name}")
        for name in ("l2_days", "l3_days")
        if f"escalation_{name}" in procedure.options
    }
    return Habits(usual.warn_at, usual.escalate_at, **found)


def stop(  # noqa: PLR0917 - who stopped which clock of which case, and when
    session: Session,
    office: Office,
    case: DbCase,
    procedure: Procedure,
    row: DbCaseClock,
    at: datetime,
    *,
    by: Actor,
    element: str | None,
    step: Call | StepResult,
) -> None:
    """Stop a clock: what it counts for is done; nothing where it has stopped already."""
    if row.stopped_at is not None:
        return
    row.stopped_at = at
    due = row.due_at
    data: dict[str, Json] = {
        "clock": row.name,
        "label": _label(procedure, row),
        "in_time": due is None or at < due,
        "due": iso(due, office.zone) if due is not None else None,
    }
    entries.note_with(session, step, case, "clock_stopped", by=by, element=element, data=data)
    follow(case)


def _label(procedure: Procedure, row: DbCaseClock) -> dict[str, str]:
    clock = declared(procedure, row.name)
    return dict(clock.label) if clock is not None else {}


def reopen(  # noqa: PLR0917 - which clock runs again and why it may have to be reckoned anew
    session: Session,
    office: Office,
    case: DbCase,
    procedure: Procedure,
    clock: Clock,
    at: datetime,
    *,
    by: Actor,
    element: str | None,
    step: Call | StepResult,
) -> Deadlines | None:
    """Let a stopped clock run on: it is owed again what it counts for.

    It runs on to the same date; where that is over, so that nobody could be in time, the limit is counted anew from
    this moment. Gives what was reckoned anew.
    """
    row = find(case, clock.name)
    if row is None or row.stopped_at is None:
        return None
    row.stopped_at, row.reopened_at = None, at
    anew = row.due_at is not None and row.due_at <= at
    if anew:
        row.warned_at, row.level = None, 0
    data: dict[str, Json] = {"clock": row.name, "label": dict(clock.label), "anew": anew}
    entries.note_with(session, step, case, "clock_reopened", by=by, element=element, data=data)
    if anew:
        return start(session, office, case, procedure, clock, at)
    follow(case)
    return None


def put_away(session: Session, case: DbCase, procedure: Procedure, rows: Iterable[DbCaseClock]) -> None:
    """Keep clocks of a case as they stand and take them off it: whether they were breached stays a fact.

    For a case that is opened again, whose clocks begin anew, or that moves to a procedure without them.
    """
    kept = ("soft", "start_at", "nominal_due_at", "due_at", "stopped_at", "warned_at", "breached_at", "level")
    for row in tuple(rows):
        told = {name: getattr(row, name) for name in kept}
        past = DbCaseClockPast(case_id=case.id, at=now(session), procedure=procedure.key, name=row.name, **told)
        past.label = _label(procedure, row)
        session.add(past)
        case.clocks.remove(row)
    session.flush()


def past(session: Session, case: DbCase) -> Sequence[DbCaseClockPast]:
    """The clocks of the rounds and procedures before, as they stood then, the oldest first."""
    return session.scalars(_PAST, {"of": case.id}).all()


_PAST = select(DbCaseClockPast).where(DbCaseClockPast.case_id == bindparam("of")).order_by(DbCaseClockPast.id)


def observe(  # noqa: PLR0917 - what changed in which case
    session: Session, office: Office, case: DbCase, procedure: Procedure, changed: Mapping[str, Json], step: StepResult
) -> None:
    """Let the clocks of a case follow the variables that changed: their moments, and what stops them."""
    by = step.actor
    for clock, row in _declared_rows(case, procedure):
        names = clock.variables
        before = row.due_at
        for role, column in (("nominal", "nominal_due_at"), ("due", "due_at"), ("warn", "warn_at")):
            moment = moment_of(changed.get(names[role]), office.zone)
            if moment is not None and row.start_at is not None:
                setattr(row, column, moment)
        if isinstance(changed.get(names["provisional"]), bool):
            row.provisional = changed[names["provisional"]]
        if clock.stops in changed:
            at = moment_of(changed[clock.stops], office.zone)
            if at is not None:
                stop(session, office, case, procedure, row, at, by=by, element=None, step=step)
            elif changed[clock.stops] is None:
                reopen(session, office, case, procedure, clock, now(session), by=by, element=None, step=step)
        if row.due_at != before and before is not None:
            tell_moved(session, office, case, clock, before, by=by, step=step)
    follow(case)


def tell_moved(
    session: Session,
    office: Office,
    case: DbCase,
    clock: Clock,
    before: datetime | None,
    *,
    by: Actor,
    step: Call | StepResult | None = None,
) -> None:
    """Tell the owner, the units that work on the case, and whom the declaration names that a due date has moved."""
    row = find(case, clock.name)
    tasks = joins.open_tasks()
    busy = session.scalars(select(tasks.c.candidate_groups).where(tasks.c.instance_id == case.instance_id))
    units = sorted({group for groups in busy for group in groups})
    data: dict[str, Json] = {
        "clock": clock.name,
        "label": dict(clock.label),
        "before": iso(before, office.zone) if before is not None else None,
        "after": iso(row.due_at, office.zone) if row is not None and row.due_at is not None else None,
    }
    whom = ["owner", *clock.tell.get("moved", ()), *units]
    telling.tell(session, case, "moved", whom, by=by, clock=clock.name, data=data, step=step)


def _declared_rows(case: DbCase, procedure: Procedure) -> Iterable[tuple[Clock, DbCaseClock]]:
    rows = {row.name: row for row in case.clocks}
    return ((clock, rows[clock.name]) for clock in procedure.clocks if clock.name in rows)


def follow(case: DbCase) -> None:
    """Let the due date of the case be that of its earliest clock that runs and is no mere target."""
    due = None if case.closed_at is not None else min(_running(case.clocks), default=None)
    if due != case.due_at:  # to say again what is so already costs a transaction of SQLAlchemy's
        case.due_at = due


def _running(rows: Iterable[DbCaseClock]) -> Iterable[datetime]:
    return (row.due_at for row in rows if row.due_at is not None and row.stopped_at is None and not row.soft)
