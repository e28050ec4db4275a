"""What only the diagrams of versions before declarations name; nothing new may use it, and lint says so.

Cases go on where they are: on these diagrams. Once none of them runs any more, this module can go, with the lines that
name it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine import Call, Json, Session, loading
from engine.errors import BpmnError
from processes import procedures
from processes.cases import outbox, telling
from processes.clock.functions import Moment, reminder_at
from processes.clock.functions import functions as calendar
from processes.office import Office
from processes.procedures import options
from processes.procedures.model import Procedure
from processes.reading import get_case, given, iso
from processes.services import clock, closing

LEFT_OUT: Mapping[str, Mapping[str, Json]] = {
    "approval.authority": {"table": "D03", "authors": ["UT_DraftPlan", "UT_CmInvestigate", "UT_QcSolution"]}
}
"""Inputs of services of today that the diagrams did not name because the program knew them."""

TOGETHER = frozenset({"kb_sales_quality", "sub_approval"})
"""Processes that lie in one folder in these versions only."""

SILENT = ("reply_soft_due", "first_contact_due")
"""Moments that were reckoned beside the due date; no diagram reads them."""


def completed(session: Session, call: Call) -> Call:
    """The call with the inputs that a former diagram leaves out; as it is where the diagram is another."""
    left_out = LEFT_OUT.get(call.topic, {})
    if not left_out or not loading.load(session, call.deployment_id).compiled.processes.keys() >= TOGETHER:
        return call
    drawn = {name: call.element.properties[name] for name in left_out if name in call.element.properties}
    missing = {name: value for name, value in {**left_out, **drawn}.items() if given(call, name) is None}
    return replace(call, inputs={**call.inputs, **missing})


def set_deadlines(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Start the clock of the reply."""
    return {**dict.fromkeys(SILENT), **clock.start(office, session, call)}


def remind(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Warn of the reply, or tell of something else."""
    if str(call.inputs.get("what") or "reply") == "reply":
        return clock.warn(office, session, call)
    return clock.tell(office, session, call)


def open_capa(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Start the process against a recurrence beside the case, once."""
    if given(call, "capa_opened"):
        return {}
    inputs = {
        "process": "sub_capa",
        **{name: given(call, name) for name in ("severity", "description", "cause")},
        "capa_unit": given(call, "confirmed_unit") or given(call, "countermeasure_unit") or "qc",
        "effect_unit": "qc",
        "capa_round": 0,
        "max_capa_rounds": options.value(office.settings, procedures.of_call(session, call), "capa_rounds"),
    }
    started = closing.start_process(office, session, replace(call, inputs=inputs))
    return {"capa_opened": True, "capa_instance": started["started"]}


def acknowledge(office: Office, call: Call) -> Mapping[str, Json]:
    """Send the acknowledgement of receipt."""
    return {"acknowledged_at": iso(_send(office, call, "TPL-ACK"), office.zone)}


def send_reply(office: Office, call: Call) -> Mapping[str, Json]:
    """Send the written reply."""
    return {"reply_sent_at": iso(_send(office, call, "TPL-REPLY"), office.zone)}


def send_rejection(office: Office, call: Call) -> Mapping[str, Json]:
    """Send the reason why a complaint is not accepted."""
    ends = _ask(office, call, "objection_ends", iso(call.now, office.zone))
    sent = _send(office, call, "TPL-REJECT", objection_ends=ends)
    return {"reply_sent_at": iso(sent, office.zone), "objection_ends_at": ends}


def send_reminder(office: Office, call: Call) -> Mapping[str, Json]:
    """Ask a customer who has not answered the reply for an opinion."""
    _send(office, call, "TPL-REMINDER", silence_ends=_ask(office, call, "silence_ends", given(call, "reply_sent_at")))
    return {}


def send_survey(office: Office, call: Call) -> Mapping[str, Json]:
    """Ask a customer whom nobody has reached how it went."""
    _send(office, call, "TPL-SURVEY")
    return {}


def send_progress(office: Office, call: Call) -> Mapping[str, Json]:
    """Tell the customer that a promised remedy is late."""
    _send(office, call, "TPL-PROGRESS")
    return {}


def send_withdrawn(office: Office, call: Call) -> Mapping[str, Json]:
    """Confirm to the customer that the complaint was withdrawn."""
    _send(office, call, "TPL-WITHDRAWN")
    return {}


def _send(office: Office, call: Call, template: str, **more: Json) -> datetime:
    """Send a letter; where it cannot go by itself it counts as sent, as it did, and who answers for the case is told.

    These diagrams have no task for posting it, and an incident could only be tried again to the same end.
    """
    names = {**call.variables, **call.inputs, **more}
    to, manner = (str(names.get(name) or "").strip() or None for name in ("reply_to", "reply_channel"))
    try:
        letter = outbox.send(office, call, outbox.Order(template, names, to=to, manner=manner))
    except BpmnError as error:
        with office.database.transaction() as session:
            number = int(error.text)
            told = {"what": "letter", "letter": number}
            sent = outbox.note_sent(session, office, call, number, manner=None, on=None)
            case, element = get_case(session, call), call.element.id
            telling.tell(session, case, "told", [telling.OWNER], by=call.actor, element=element, data=told)
        return sent
    assert letter.sent_at is not None
    return letter.sent_at


def _ask(office: Office, call: Call, function: str, moment: Json) -> Json:
    with office.database.transaction() as session:
        return functions(office, procedures.of_call(session, call))[function](moment)


def functions(office: Office, procedure: Procedure) -> Mapping[str, Callable[..., Any]]:
    """The functions of expressions; each gives null for null."""

    def window(told: Moment | None, name: str) -> Any:
        return known["end_of_day"](known["add_working_days"](told, options.number(office.settings, procedure, name)))

    def objection_ends(told: Moment | None) -> Any:
        return window(told, "objection_window_days")

    def silence_ends(told: Moment | None) -> Any:
        return window(told, "silent_window_days")

    def reminder_due(start: Moment | None) -> Any:
        length = options.value(office.settings, procedure, "hand_over_remind")
        return known["add_working_time"](start, length)

    def reminder_to_customer(asked: Moment | None, reminded: int) -> Any:
        days, times = (
            options.number(office.settings, procedure, f"silent_{name}") for name in ("window_days", "reminders")
        )
        return None if asked is None else reminder_at(office, asked, days, times, reminded)

    known = calendar(office)
    return {each.__name__: each for each in (objection_ends, silence_ends, reminder_due, reminder_to_customer)}


INSIDE: Mapping[str, Callable[[Office, Session, Call], Mapping[str, Json]]] = {
    "deadlines.set": set_deadlines,
    "case.remind": remind,
    "case.mark_breach": clock.breach,
    "case.escalate": clock.escalate,
    "case.stop_clock": clock.stop,
    "capa.open": open_capa,
}
OUTSIDE: Mapping[str, Callable[[Office, Call], Mapping[str, Json]]] = {
    "case.acknowledge": acknowledge,
    "reply.send": send_reply,
    "reject.send": send_rejection,
    "reply.remind": send_reminder,
    "survey.send": send_survey,
    "remedy.progress": send_progress,
    "withdrawal.confirm": send_withdrawn,
}
