"""Services of the seven-day clock: it is set, it warns, it is broken, it escalates, it stops."""

from collections.abc import Mapping
from datetime import datetime

from engine import Call, Json, Session
from processes.cases import access, register
from processes.cases.schema import DbCase
from processes.clock import deadlines
from processes.desk import notices
from processes.office import Office
from processes.reading import get_case, given, iso, names_of, row_of

COLUMNS = (
    *("hard_reply", "unit", "roll", "warn", "soft_reply", "first_contact"),
    *("followup_open", "followup_late"),
)
"""The columns of the table of deadlines (D04) that are read."""

STARTS = {"received": "received_at", "accepted": "accepted_at", "plan_decided": "plan_decided_at"}
"""The variable from which the clock runs, by the setting (KB-3.6-3b leaves it open)."""


def set_deadlines(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Compute when the reply is due, warned of and escalated, from the row of the table of deadlines (KB-3.6-3b).

    Inputs: deadline (the row as a map) or its columns hard_reply, unit, roll, warn, soft_reply, first_contact,
    followup_open, followup_late; received_at, accepted_at or plan_decided_at, as the setting reply_clock_start says.
    Sets reply_nominal_due, reply_effective_due, reply_warn_at, esc_l2_at, esc_l3_at, reply_soft_due, first_contact_due,
    deadline_provisional; all null while the clock has no start yet.
    """
    row = row_of(call, "deadline", COLUMNS)
    start = clock_start(office, call)
    case = register.find_of_instance(session, call.instance_id)
    if start is None:
        if case is not None:
            case.deadline_rule = _kept(row)
        return _NONE
    rule = deadlines.read_rule(row, office.settings)
    found = deadlines.compute(rule, start, office.calendar(session), office.settings)
    if case is not None:
        case.deadline_rule, case.clock_start = _kept(row), start
        apply(case, found)
    return found.variables()


def clock_start(office: Office, call: Call) -> datetime | None:
    """From when the clock of the call's case runs, by the setting; None while that has not happened."""
    return register.moment_of(given(call, STARTS[office.settings.reply_clock_start]), office.zone)


def start_clock(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """The deadlines of a case whose clock starts at this moment, from the row that was kept; nothing if it runs."""
    case = register.find_of_instance(session, call.instance_id)
    if case is None or not case.deadline_rule or case.clock_start is not None:
        return {}
    case.clock_start = call.now
    rule = deadlines.read_rule(case.deadline_rule, office.settings)
    found = deadlines.compute(rule, call.now, office.calendar(session), office.settings)
    apply(case, found)
    return found.variables()


def apply(case: DbCase, found: deadlines.Deadlines) -> None:
    """Write computed deadlines into the register."""
    case.nominal_due_at, case.due_at, case.warn_at = found.nominal_due, found.effective_due, found.warn_at
    case.provisional = found.provisional


def remind(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Remind those who have to act; of the reply only while it is not sent (KB-3.6-2c, KB-3.2-2).

    Inputs: what (reply, hand_over, followup …; default reply), to (owner and groups; default owner and department
    head). Sets nothing.
    """
    case, what = get_case(session, call), str(call.inputs.get("what") or "reply")
    if what == "reply" and _replied(case, call):
        return {}
    if what == "reply" and case.warned_at is None:
        case.warned_at = call.now
    told = names_of(call.inputs.get("to")) or ["dept_head"]
    access.admit(session, case, groups=[name for name in told if name not in ("owner", "customer")])
    data = {"what": what, "to": told, "owner": case.owner}
    register.note(session, case, "reminded", by=call.actor, element=call.element.id, data=data)
    people = [case.owner] if "owner" in told else []
    notices.tell(
        session,
        office.settings,
        "reminded",
        by=call.actor,
        people=people,
        groups=told,
        case_id=case.id,
        data={"what": what},
    )
    return {}


def mark_breach(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Record, once, that the reply is late; dated by the due moment, not by when it was noticed (KB-3.6-3b).

    Inputs: none. Sets breached_at; nothing once the reply is sent or the breach is recorded.
    """
    case = get_case(session, call)
    if _replied(case, call) or case.breached_at is not None:
        return {}
    case.breached_at = case.due_at or call.now
    register.note(session, case, "breached", by=call.actor, element=call.element.id, scheduled_at=case.breached_at)
    notices.tell(session, office.settings, "breached", by=call.actor, people=[case.owner], case_id=case.id)
    return {"breached_at": iso(case.breached_at, office.zone)}


def escalate(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Tell the next level that the reply is late: head, general manager's office, general manager (KB-3.6-3b).

    Inputs: level (1 to 3), to (groups; default by the setting escalation_roles). Sets escalation_level; nothing once
    the reply is sent or the level was told.
    """
    case, level = get_case(session, call), int(str(call.inputs.get("level") or case_level(call)))
    if _replied(case, call) or case.escalation >= level:
        return {}
    roles = office.settings.escalation_roles
    groups = names_of(call.inputs.get("to")) or [roles[min(level, len(roles)) - 1]]
    case.escalation = level
    access.admit(session, case, groups=groups)
    told = {"level": level, "to": groups, "due": _due(case, office)}
    register.note(session, case, "escalated", by=call.actor, element=call.element.id, data=told)
    notices.tell(
        session, office.settings, "escalated", by=call.actor, groups=groups, case_id=case.id, data={"level": level}
    )
    return {"escalation_level": level}


def case_level(call: Call) -> int:
    """The level after the one that was told last."""
    return int(call.variables.get("escalation_level") or 0) + 1


def stop_clock(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Stop the clock: the written reply is out (KB-3.6-3a).

    Inputs: reply_sent_at, default now. Sets reply_sent_at.
    """
    case = get_case(session, call)
    sent = register.moment_of(given(call, "reply_sent_at"), office.zone) or call.now
    if case.replied_at is None:
        case.replied_at = sent
        data = {"in_time": case.due_at is None or sent < case.due_at, "due": _due(case, office)}
        register.note(session, case, "clock_stopped", by=call.actor, element=call.element.id, data=data)
    return {"reply_sent_at": iso(sent, office.zone)}


def schedule_followup(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Say when the satisfaction check opens and from when it is late, both on working days (G7-6a, G7-6b).

    Inputs: remedied_at (default reply_sent_at), deadline or its columns followup_open, followup_late. Sets
    followup_open_at (09:00 of the day) and followup_late_at (24:00 of the day).
    """
    moments = (register.moment_of(given(call, name), office.zone) for name in ("remedied_at", "reply_sent_at"))
    done = next(filter(None, moments), call.now)
    calendar = office.calendar(session)
    rule = deadlines.read_rule(row_of(call, "deadline", COLUMNS), office.settings)
    first, last = deadlines.followup_window(done, rule, calendar, office.settings)
    return {
        "followup_open_at": iso(calendar.at(first, office.settings.warn_at), office.zone),
        "followup_late_at": iso(calendar.end_of(last), office.zone),
    }


_NONE: Mapping[str, Json] = deadlines.Deadlines(
    None, None, None, None, None, None, None, None, None, provisional=False
).variables()


def _kept(row: Mapping[str, Json]) -> dict[str, Json]:
    return {column: row.get(column) for column in COLUMNS}


def _replied(case: DbCase, call: Call) -> bool:
    return case.replied_at is not None or bool(call.variables.get("reply_sent_at"))


def _due(case: DbCase, office: Office) -> str | None:
    return iso(case.due_at, office.zone) if case.due_at is not None else None
