"""Services of the end: the outcome, the prevention of a recurrence, the archive."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from engine import Call, Json, deployments, instances
from processes.cases import register
from processes.office import Office
from processes.reading import get_case, given, iso

CAPA = "sub_capa"
"""The process that prevents a recurrence; it runs on its own, the case does not wait for it."""

CAPA_NAMES = ("description", "severity", "cause", "cause_category", "prevention", "product_model", "lot_no")
"""The variables that go along."""


def set_outcome(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Write down how the case ended (D10).

    Inputs: outcome. Sets outcome.
    """
    outcome = str(given(call, "outcome") or "")
    case = get_case(session, call)
    case.outcome = outcome or case.outcome
    register.note(session, case, "outcome", by=call.actor, element=call.element.id, data={"outcome": outcome})
    return {"outcome": outcome or None}


def open_capa(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Open the measure against a recurrence, once a case, as an instance of its own (KB-1.1-1).

    Inputs: confirmed_unit or countermeasure_unit (default quality control); severity, cause and prevention go along.
    Sets capa_opened and capa_instance, which is null where the process is not deployed and the need is only recorded.
    """
    if given(call, "capa_opened"):
        return {}
    case = get_case(session, call)
    started = None
    if deployments.find_process_definition(session, CAPA) is not None:
        variables = {name: given(call, name) for name in CAPA_NAMES} | {
            "case_no": case.number,
            "case_title": case.title,
            "capa_unit": given(call, "confirmed_unit") or given(call, "countermeasure_unit") or "qc",
            "capa_round": 0,
            "max_capa_rounds": office.settings.capa_rounds,
        }
        started = instances.start(session, CAPA, variables=variables, business_key=case.number, by=call.actor).id
    register.note(session, case, "capa_opened", by=call.actor, element=call.element.id, data={"instance": started})
    return {"capa_opened": True, "capa_instance": started}


def archive(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Close the case and put it into the archive and the statistics (KB-2.1-1, KB-3.4.2-5).

    Inputs: outcome. Sets closed_at.
    """
    case = get_case(session, call)
    case.outcome = str(given(call, "outcome") or case.outcome or "") or None
    case.status, case.closed_at = "closed", call.now
    register.note(session, case, "archived", by=call.actor, element=call.element.id, data={"outcome": case.outcome})
    return {"closed_at": iso(call.now, office.zone)}
