"""The service task of the improvement: what had no effect is found by the next review meeting."""

from collections.abc import Mapping

from engine import Call, Json, Session
from processes.cases import entries, register
from processes.management.agenda import INEFFECTIVE
from processes.office import Office
from processes.reading import given


def to_agenda(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Put an improvement without effect on the agenda of the next review meeting (KB-1.1-1).

    Inputs:
        capa_unit: whose it was.
        root_cause?: what was thought to be the cause.

    Outputs: none.
    """
    case = register.find_of_step(session, call)
    if case is not None:
        data = {"unit": given(call, "capa_unit"), "root_cause": given(call, "root_cause")}
        entries.note_with(session, call, case, INEFFECTIVE, by=call.actor, element=call.element.id, data=data)
    return {}


KEEPING = {"improvement.to_agenda": to_agenda}
