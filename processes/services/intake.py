"""Services of the front door: a case gets its number, and somebody becomes its owner."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from engine.services import Call
from engine.values import Json
from processes import cases, documents
from processes.office import Office
from processes.reading import iso


def open_case(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Enter the complaint in the register, once for each instance (GC-A8-2b).

    Inputs: what the register form asks for (description, received_at, channel, name, phone, lot_no …), optionally
    title, case_prefix and customer_language; all are optional. Sets case_no, case_title, received_at,
    customer_language and, the first time, the counters and limits of the procedure.
    """
    known = cases.find_of_instance(session, call.instance_id)
    values = {**call.variables, **call.inputs}
    case = known or cases.open_case(session, office, call.instance_id, values, call.actor)
    documents.attach(session, case, dict(values), call.actor)
    found: dict[str, Json] = {
        "case_no": case.number,
        "case_title": case.title,
        "received_at": iso(case.received_at, office.zone),
        "customer_language": case.language,
    }
    settings = office.settings
    first = {
        **dict.fromkeys(("severity", "outcome", "reply_sent_at", "defect_found", "withdrawal_confirmed")),
        **dict.fromkeys(("redo_count", "mediation_count", "negotiation_round", "objection_count", "plan_version"), 0),
        "max_redo": settings.max_redo,
        "max_rounds": settings.negotiation_rounds,
        "max_attempts": settings.followup_attempts,
    }
    return found | {name: value for name, value in first.items() if name not in call.variables}
