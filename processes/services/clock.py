"""Services of the clocks: they start, stop and run again, warn, are broken and escalate, as the procedure declares."""

from collections.abc import Mapping

from engine import Call, Json, Session
from engine.errors import NotFound
from processes import procedures
from processes.cases import facts, running, telling
from processes.cases.notices import HOME
from processes.cases.schema import DbCase, DbCaseClock
from processes.clock import deadlines
from processes.office import Office
from processes.procedures.model import Clock, Procedure
from processes.reading import get_case, given, iso, names_of
from processes.values import moment_of


def start(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Start clocks: when each is due, warned of and escalated, from its row of the table of deadlines (KB-3.6-3b).

    It sets the variables that the declaration names for a clock's moments; all null while it has no start yet.

    Inputs:
        clock?: its name; default the first, and the others for which the row has a limit. What it starts from and its
            rule are read as the declaration says.

    Outputs:
        *: the moments of the clocks.
    """
    case, procedure, first = _asked(session, call)
    moments: dict[str, Json] = {}
    for clock in (first,) if call.inputs.get("clock") else procedure.clocks:
        moments |= _start(office, session, call, case, procedure, clock, needed=clock is first)
    return moments


def _start(  # noqa: PLR0917 - which clock of which case
    office: Office, session: Session, call: Call, case: DbCase, procedure: Procedure, clock: Clock, *, needed: bool
) -> Mapping[str, Json]:
    known = facts.Values(session, procedure, {**call.variables, **call.inputs})
    rule = known.get(clock.rule)
    moment = moment_of(known.get(clock.start), office.zone)
    if not needed and not (isinstance(rule, Mapping) and rule.get(clock.limit)):
        return {}
    row = running.put(case, procedure, clock, rule if isinstance(rule, Mapping) else {})
    if moment is None or row.stopped_at is not None:
        return running.values(clock, deadlines.Deadlines(), office)
    moments = running.values(clock, running.start(session, office, case, procedure, clock, moment), office)
    call.renew_copies(moments)
    return moments


def stop(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Stop a clock: what it counts for is done (KB-3.6-3a).

    It sets the variable that stops the clock.

    Inputs:
        clock?: its name; default the first, and nothing stops where the procedure has none.
        at?: when that was; default what the stopping variable says, else now.

    Outputs:
        *: the variable that stops the clock.
    """
    if not call.inputs.get("clock") and not procedures.of_call(session, call).clocks:
        return {}
    case, procedure, clock = _asked(session, call)
    said = given(call, "at") or call.variables.get(clock.stops)
    at = moment_of(said, office.zone) or call.now
    row = running.find(case, clock.name)
    if row is not None:
        element = call.element.id
        running.stop(session, office, case, procedure, row, at, by=call.actor, element=element, step=call)
        at = row.stopped_at or at
    return {clock.stops: iso(at, office.zone)} if clock.stops else {}


def reopen(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Let a stopped clock run again, to the same date or, where that is over, with its limit counted anew (KB-3.6-2c).

    It sets the variable that stops the clock to null, and the clock's moments where they are new.

    Inputs:
        clock?: its name; default the first.

    Outputs:
        *: the variables above.
    """
    case, procedure, clock = _asked(session, call)
    by, element = call.actor, call.element.id
    found = running.reopen(session, office, case, procedure, clock, call.now, by=by, element=element, step=call)
    moments = running.values(clock, found, office) if found is not None else {}
    call.renew_copies(moments)
    return {**moments, **({clock.stops: None} if clock.stops else {})}


def warn(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Warn of a clock, once, while it runs (KB-3.6-2c, KB-3.2-2).

    Inputs:
        clock?: its name; default the first.
        to?: owner and groups; default whom the declaration names.

    Outputs: none.
    """
    case, _procedure, clock = _asked(session, call)
    row = _running(case, clock)
    if row is not None and row.warned_at is None:
        row.warned_at = call.now
        _tell(session, call, case, clock, "warned", "warn")
    return {}


def breach(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Record, once, that a clock is over; dated by the due moment, not by when it was noticed (KB-3.6-3b).

    It does nothing once the clock is stopped or the breach is recorded.

    Inputs:
        clock?: its name; default the first.
        to?: owner and groups; default whom the declaration names.

    Outputs:
        breached_at?: the due moment.
    """
    case, _procedure, clock = _asked(session, call)
    row = _running(case, clock)
    if row is None or _is_broken(row) or row.soft:
        return {}
    row.breached_at, row.level = row.due_at or call.now, max(row.level, 1)
    _tell(session, call, case, clock, "breached", "breach", row=row)
    return {"breached_at": iso(row.breached_at, office.zone)}


def escalate(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Tell the next level that something is late (KB-3.6-3b).

    It does nothing once the clock is stopped or the level was told.

    Inputs:
        clock?: its name; default the first.
        level?: 1 to 3; default the one after the last.
        to?: owner and groups; default whom the declaration names.

    Outputs:
        escalation_level?: the level that was told.
    """
    case, _procedure, clock = _asked(session, call)
    row = _running(case, clock)
    level = int(str(call.inputs.get("level") or (row.level + 1 if row is not None else 1)))
    if row is None or row.level >= level:
        return {}
    row.level = level
    _tell(session, call, case, clock, "escalated", f"l{level}", data={"level": level})
    return {"escalation_level": level}


def tell(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Tell units, roles or the owner of something in the case (KB-3.2-2, KB-2.1.1-4).

    Inputs:
        what?: a word: hand_over, followup …
        to?: owner and groups; nobody is told where it is empty.

    Outputs: none.
    """
    case, what, whom = get_case(session, call), str(given(call, "what") or ""), names_of(given(call, "to"))
    if whom:
        data: dict[str, Json] = {"what": what, "name": call.element.name, HOME: call.deployment_id}
        telling.tell(session, case, "told", whom, by=call.actor, element=call.element.id, data=data, step=call)
    return {}


def _asked(session: Session, call: Call) -> tuple[DbCase, Procedure, Clock]:
    """The case, its procedure and the clock that the diagram names; NotFound for one that is not declared."""
    case, name = get_case(session, call), call.inputs.get("clock")
    procedure = procedures.of_call(session, call)
    clock = running.declared(procedure, name if isinstance(name, str) else None)
    if clock is None:
        raise NotFound(what="clock", key=name or procedure.key)
    return case, procedure, clock


def _running(case: DbCase, clock: Clock) -> DbCaseClock | None:
    row = running.find(case, clock.name)
    return row if row is not None and row.stopped_at is None and case.closed_at is None else None


def _is_broken(row: DbCaseClock) -> bool:
    """Whether the breach is recorded already; one from before it ran again is another."""
    return row.breached_at is not None and (row.reopened_at is None or row.breached_at > row.reopened_at)


def _tell(  # noqa: PLR0917 - whom of what
    session: Session,
    call: Call,
    case: DbCase,
    clock: Clock,
    kind: str,
    moment: str,
    *,
    row: DbCaseClock | None = None,
    data: Mapping[str, Json] | None = None,
) -> None:
    whom = names_of(call.inputs.get("to")) or clock.tell.get(moment, ())
    told = {"clock": clock.name, "label": dict(clock.label), **(data or {})}
    at = row.breached_at if row is not None else None
    telling.tell(
        session,
        case,
        kind,
        whom,
        by=call.actor,
        element=call.element.id,
        clock=clock.name,
        data=told,
        scheduled_at=at,
        step=call,
    )
