"""Services that write to the customer; each letter goes out once for its key."""

from collections.abc import Mapping

from engine import Call, Json
from processes.clock.functions import functions
from processes.letters import outbox
from processes.office import Office
from processes.reading import given, iso


def acknowledge(office: Office, call: Call) -> Mapping[str, Json]:
    """Acknowledge receipt: number, secret code, date of the answer, no word of fault (GC-A1-2, GC-A10-2).

    Inputs: reply_effective_due, once it is known. Sets acknowledged_at.
    """
    sent = outbox.send(office, call, "TPL-ACK", ("received_at", "reply_effective_due"), code=True)
    return {"acknowledged_at": iso(sent, office.zone)}


def send_reply(office: Office, call: Call) -> Mapping[str, Json]:
    """Send the written reply (KB-3.6-3a).

    Inputs: reply_cause, reply_solution, reply_compensation, reply_prevention, reply_schedule, reply_route,
    reply_channel, reply_to (default the customer's e-mail). Sets reply_sent_at.
    """
    parts = ("reply_cause", "reply_solution", "reply_compensation", "reply_prevention", "reply_schedule", "reply_route")
    sent = outbox.send(office, call, "TPL-REPLY", ("received_at", *parts))
    return {"reply_sent_at": iso(sent, office.zone)}


def send_rejection(office: Office, call: Call) -> Mapping[str, Json]:
    """Send the detailed reason why the complaint cannot be accepted (KB-3.3-1c).

    Inputs: reject_reason, reject_apology, reject_objection_how, reply_channel, reply_to. Sets reply_sent_at
    and objection_ends_at.
    """
    ends = functions(office)["objection_ends"](iso(call.now, office.zone))
    more = {"objection_ends": ends}
    parts = ("reject_reason", "reject_apology", "reject_objection_how")
    sent = outbox.send(office, call, "TPL-REJECT", ("received_at", *parts), more=more)
    return {"reply_sent_at": iso(sent, office.zone), "objection_ends_at": ends}


def send_reminder(office: Office, call: Call) -> Mapping[str, Json]:
    """Ask a customer who has not answered the reply for an opinion.

    Inputs: reply_sent_at. Sets nothing.
    """
    told = given(call, "reply_sent_at")
    ends = functions(office)["silence_ends"](told) if told else None
    outbox.send(office, call, "TPL-REMINDER", (), more={"silence_ends": ends})
    return {}


def send_survey(office: Office, call: Call) -> Mapping[str, Json]:
    """Ask a customer whom nobody has reached to say how it went (GC-A9-5).

    Inputs: reply_channel, reply_to (default the customer's e-mail). Sets nothing.
    """
    outbox.send(office, call, "TPL-SURVEY", (), code=True)
    return {}


def send_progress(office: Office, call: Call) -> Mapping[str, Json]:
    """Tell the customer that a promised remedy is late, why, and until when it will be done (AS-2.5-1).

    Inputs: remedy_text, new_date, delay_reason, reply_channel, reply_to (default the customer's e-mail). Sets nothing.
    """
    outbox.send(office, call, "TPL-PROGRESS", ("remedy_text", "new_date", "delay_reason"))
    return {}


def send_withdrawn(office: Office, call: Call) -> Mapping[str, Json]:
    """Confirm to the customer that the complaint was withdrawn as wished.

    Inputs: none. Sets nothing.
    """
    outbox.send(office, call, "TPL-WITHDRAWN", ())
    return {}
