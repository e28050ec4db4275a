"""Services of the front door: a case gets its number, and somebody becomes its owner."""

from collections.abc import Mapping
from datetime import timedelta

from engine import Call, Json, Session
from processes.cases import access, documents, register
from processes.office import Office
from processes.reading import get_case, given, iso

UNKNOWN = (
    *("severity", "outcome", "reply_sent_at", "defect_found", "withdrawal_confirmed", "deviates_from_standard"),
    *("pure_contract", "sales_ops", "complaint_type", "confirmed_unit", "countermeasure_unit"),
)
"""Variables that tables and conditions read before anybody has entered them."""

TRIAGE = (
    *("emotion", "claimed_amount", "affected_customers", "injury_or_safety", "regulator_or_media"),
    *("email", "phone", "address"),
)
"""Likewise, read only where a case is opened: its severity is found there."""

COUNTERS = ("verify_count", "redo_count", "mediation_count", "negotiation_round", "plan_version")

ALIKE = timedelta(days=90)
"""How far back complaints alike are counted (KB-2.1.1-4)."""


def open_case(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Enter the complaint in the register, once for each instance (GC-A8-2b).

    Inputs: what the register form asks for (description, received_at, channel, name, phone, lot_no …), all optional;
    case_no, where it is open already. Sets case_no, case_title, received_at, customer_language, same_90d (how many
    other cases are alike) and, the first time, the counters and limits of the procedure. The property `alike` of the
    task names the facts by which complaints are alike, as in `lot_no, product complaint_type`: the same lot, or the
    same kind of fault of the same product.
    """
    values = {**call.variables, **call.inputs}
    opened = given(call, "case_no") is None
    case = register.open_case(session, office, call.instance_id, values, call.actor)
    documents.attach(session, case, dict(values), call.actor)
    call.set_business_key(case.number)
    found: dict[str, Json] = {
        "case_no": case.number,
        "case_title": case.title,
        "received_at": iso(case.received_at, office.zone),
        "customer_language": case.language,
    }
    first = {
        **dict.fromkeys((*UNKNOWN, *TRIAGE) if opened else UNKNOWN),
        **dict.fromkeys(COUNTERS, 0),
        "process": case.number.partition("-")[0].lower(),
        "process_family": "goods_b2b",
        "max_redo": office.settings.max_redo,
        "negotiation_rounds": office.settings.negotiation_rounds,
        "followup_attempts": office.settings.followup_attempts,
    }
    if opened and "same_90d" not in call.variables:
        ways = [way.split() for way in call.element.properties.get("alike", "").split(",")]
        found["same_90d"] = register.count_alike(session, case, ways, call.now - ALIKE)
    return found | {name: value for name, value in first.items() if name not in call.variables}


def accept_case(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Make who accepted the hand-over the owner of the case (KB-3.2-2).

    Inputs: none; it is whoever made the step. Sets owner and accepted_at.
    """
    owner = call.actor.id
    case = get_case(session, call)
    case.owner = owner
    access.admit(session, case, people=[owner])
    register.note(session, case, "accepted", by=call.actor, element=call.element.id, data={"owner": owner})
    return {"owner": owner, "accepted_at": iso(call.now, office.zone)}
