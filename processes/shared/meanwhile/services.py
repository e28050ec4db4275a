"""Services of what may come in between: it is graver, a later day is agreed, it is withdrawn, moved, open again."""

from collections.abc import Mapping
from datetime import date
from functools import partial

from engine import Call, Json, Session
from engine.errors import BpmnError, NotFound
from processes import procedures
from processes.cases import access, again, entries, running, telling
from processes.cases.held import write_with
from processes.office import Office
from processes.people import organisation
from processes.reading import get_case, given, iso

NOBODY = "NOBODY"
"""The error that the diagram catches when somebody is named who may not sign in."""
MOVED_HERE = "moved_here"
"""What the units are told whose procedure a case has come to."""


def raise_severity(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Make a case graver, never less grave: danger, an authority, the media (D02).

    It sets severity and priority wherever the case has them.

    Inputs:
        severity: from now on, as S1.
        priority?: from now on, as P1.

    Outputs: none.
    """
    case, severity, priority = get_case(session, call), str(given(call, "severity")), given(call, "priority")
    if case.severity is not None and case.severity <= severity:
        return {}
    data: dict[str, Json] = {"before": case.severity, "after": severity}
    entries.note_with(session, call, case, "raised", by=call.actor, element=call.element.id, data=data)
    case.severity, case.priority = severity, str(priority) if priority else case.priority
    call.renew_copies({"severity": severity, **({"priority": priority} if priority else {})})
    return {}


def extend(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Move the due date of a running clock to a day that the customer agreed to in writing; the nominal day stays.

    Timers that wait for it follow, and whoever works on the case is told. Nothing where the clock does not run.

    Inputs:
        clock?: its name; default the first.
        until: the last day.

    Outputs:
        extended_to?: the moment from which it is late.
    """
    case, procedure = get_case(session, call), procedures.of_call(session, call)
    clock = running.declared(procedure, str(given(call, "clock") or ""))
    if clock is None:
        raise NotFound(what="clock", key=str(given(call, "clock")))
    row = running.find(case, clock.name)
    before = row.due_at if row is not None else None
    found = running.extend(session, office, case, procedure, clock, date.fromisoformat(str(given(call, "until"))[:10]))
    if found is None or found.effective_due is None:
        return {}
    call.renew_copies(running.values(clock, found, office))
    running.tell_moved(session, office, case, clock, before, by=call.actor, step=call)
    return {"extended_to": iso(found.effective_due, office.zone)}


def take_over(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Make somebody else the owner of the case.

    It sets the variable owner wherever the case has it.

    Inputs:
        new_owner: the login of somebody who may sign in.

    Outputs: none.

    Errors:
        NOBODY: nobody of that name may sign in.
    """
    case, login = get_case(session, call), organisation.normal_login(str(given(call, "new_owner") or ""))
    try:
        actor = organisation.actor_of(session, login)
    except NotFound:
        raise BpmnError(NOBODY, login) from None
    data: dict[str, Json] = {"before": case.owner, "owner": actor.id}
    case.owner = actor.id
    write_with(call, partial(access.admit, session, case, people=[actor.id]))
    entries.note_with(session, call, case, "accepted", by=call.actor, element=call.element.id, data=data)
    call.renew_copies({"owner": actor.id})
    return {}


def withdraw(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Tell the case that its withdrawal is confirmed, and what was said of it; its diagram ends the work.

    It sets withdrawal_confirmed and what the form of the confirmation asked for, wherever the case has them.

    Outputs: none.
    """
    get_case(session, call)
    said = {name: value for name, value in call.variables.items() if name.startswith("withdrawal_")}
    call.renew_copies({**said, "withdrawal_confirmed": True})
    return {}


def find_targets(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Find the procedures that a case may be moved to: those that people register, without its own.

    Outputs:
        move_targets: their names and keys, as the options of a form.
    """
    own = procedures.of_call(session, call).key
    return {
        "move_targets": [
            {"label": " · ".join(dict.fromkeys((each.name["zh"], each.name["en"]))), "value": each.key}
            for each in procedures.current(session)
            if each.registration is not None and each.key != own
        ]
    }


def move(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Move a case to another procedure: its registration begins with what is known, number and receipt stay.

    Clocks run on from the receipt; one that the other procedure does not have is kept as it stands. Where it is
    private, whoever worked on the case before does not see it any more. The diagram that calls this ends afterwards.

    Inputs:
        target: the key of the procedure.
        move_reason: why.

    Outputs:
        moved_to: the key.
    """
    case, target = get_case(session, call), procedures.find(session, str(given(call, "target")))
    again.begin(session, case, target)
    access.withdraw(session, case)
    data: dict[str, Json] = {
        "from": dict(procedures.of_call(session, call).name),
        "to": dict(target.name),
        "reason": given(call, "move_reason"),
    }
    entries.note(session, case, "moved_to", by=call.actor, element=call.element.id, data=data)
    groups = sorted(target.registration.groups) if target.registration is not None else []
    come: dict[str, Json] = {"what": MOVED_HERE, "from": data["from"]}
    telling.tell(session, case, "told", groups, by=call.actor, element=call.element.id, data=come)
    return {"moved_to": target.key}


def reopen(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Open a closed case again: a further round of its procedure with what is known, its clocks counted from now.

    The first decision stays in its record, its clocks as they stood.

    Inputs:
        reopen_reason: why.

    Outputs:
        reopened_as: the number of the instance of the new round.
    """
    case = get_case(session, call)
    if case.closed_at is None:
        raise NotFound(what="closed case", key=case.number)
    ended = procedures.of_instance(session, case.instance_id).outcomes.get(case.outcome or "")
    data: dict[str, Json] = {
        "outcome": case.outcome,
        "outcome_name": dict(ended.name) if ended is not None else None,
        "received_at": iso(case.received_at, office.zone),
        "reason": given(call, "reopen_reason"),
    }
    entries.note(session, case, "reopened", by=call.actor, element=call.element.id, data=data)
    case.status, case.closed_at, case.outcome, case.received_at = "open", None, None, call.now
    running.put_away(session, case, procedures.of_instance(session, case.instance_id), case.clocks)
    again.begin(session, case, procedures.find(session, case.procedure))
    return {"reopened_as": case.instance_id}


KEEPING = {
    "case.raise": raise_severity,
    "case.take_over": take_over,
    "case.targets": find_targets,
    "case.withdraw": withdraw,
    "clock.extend": extend,
}
INSIDE = {"case.move": move, "case.reopen": reopen}
