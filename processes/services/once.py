"""The service of what there is once a month."""

from collections.abc import Mapping

from engine import Call, Json, Session
from processes import procedures
from processes.management import once
from processes.office import Office


def find(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Find the case of this procedure that there is already about the month before, so that there are no two.

    Outputs:
        existing: its number; null where there is none.
    """
    held = once.about_last_month(session, procedures.of_call(session, call).key, call.now, office.zone)
    return {"existing": None if held is None else held.number}
