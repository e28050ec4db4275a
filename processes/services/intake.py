"""Services of the front door: a case gets its number, and somebody becomes its owner."""

from collections.abc import Mapping
from datetime import timedelta

from engine import Call, Json, Session
from processes import procedures
from processes.cases import alike, documents, entries, register
from processes.office import Office
from processes.reading import get_case, given, iso

ALIKE = timedelta(days=90)
"""How far back complaints alike are counted (KB-2.1.1-4)."""


def open_case(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Enter the complaint in the register, once for each instance (GC-A8-2b).

    The property `alike` of the task names the facts by which cases are alike, as in `lot_no, product complaint_type`:
    the same lot, or the same kind of fault of the same product.

    Inputs:
        case_no?: where the case is open already.
        description?: what happened, and whatever else the form of the registration asks for.
        received_at?: when it came; default now.

    Outputs:
        *: what the procedure's declaration starts a case with.
        case_no: the number.
        case_title: in short.
        received_at: when it came.
        customer_language: in which letters are written.
        registered_before: whether it has moved here or is open again, so that the customer has its number already.
        same_90d?: how many other cases are alike.
    """
    values = {**call.variables, **call.inputs}
    opened, files = given(call, "case_no") is None, any(documents.files_in(dict(values)))
    if files:
        call.will_write()
    procedure = procedures.of_call(session, call)
    case = register.open_case(session, office, procedure, call.instance_id, values, by=call.actor, call=call)
    if files:
        documents.attach(session, office.settings, case, dict(values), call.actor)
    call.set_business_key(case.number)
    found: dict[str, Json] = {
        "case_no": case.number,
        "case_title": case.title,
        "received_at": iso(case.received_at, office.zone),
        "customer_language": case.language,
        "registered_before": not opened,
    }
    named = call.element.properties.get("alike", "")
    if (opened or named) and "same_90d" not in call.variables:  # a case that has moved here has its number already
        ways = [way.split() for way in named.split(",")]
        found["same_90d"] = alike.count(session, case, ways, call.now - ALIKE)
    return procedures.start_of(session, procedure, call.variables) | found


def accept_case(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Make who accepted the hand-over the owner of the case (KB-3.2-2).

    Outputs:
        owner: the login of whoever made the step.
        accepted_at: now.
    """
    owner = call.actor.id
    case = get_case(session, call)
    case.owner = owner
    entries.note_with(session, call, case, "accepted", by=call.actor, element=call.element.id, data={"owner": owner})
    return {"owner": owner, "accepted_at": iso(call.now, office.zone)}
