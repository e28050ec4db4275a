"""When the check of satisfaction opens, and from when it is late."""

from collections.abc import Mapping

from engine import Call, Json, Session
from processes import procedures
from processes.cases import register
from processes.clock import deadlines
from processes.office import Office
from processes.reading import given, iso, row_of
from processes.values import moment_of

WAYS = ("phone", "email", "address")
"""The roles of facts by which somebody is reached."""
FOLLOW_UP = ("followup_open", "followup_late")
"""The columns of the table of deadlines that a check of satisfaction goes by, and its usual days."""


def schedule(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Say when the satisfaction check opens and from when it is late, both on working days (G7-6a, G7-6b).

    Inputs:
        remedied_at?: when the last remedy was done; default reply_sent_at, else now.
        reply_sent_at?: when the reply went out.
        deadline?: the row of the table of deadlines, with the columns followup_open?, followup_late? in days.

    Outputs:
        followup_open_at: 09:00 of the day on which the check opens.
        followup_late_at: 24:00 of the last day on which it is in time.
        followup_contact: one of true, false: whether anything is known by which the customer can be reached.
    """
    moments = (moment_of(given(call, name), office.zone) for name in ("remedied_at", "reply_sent_at"))
    done = next(filter(None, moments), call.now)
    calendar = office.calendar(session)
    row = row_of(call, "deadline", FOLLOW_UP)
    first, last = (deadlines.days(row, column) for column in FOLLOW_UP)
    decided = (procedures.decision(office, session, call, f"followup_{which}_days") for which in ("open", "late"))
    open_days, late_days = decided
    opens, ends = deadlines.followup_window(
        done,
        open_days if first is None else first,
        late_days if last is None else last,
        calendar,
    )
    return {
        "followup_open_at": iso(calendar.at(opens, office.settings.warn_at), office.zone),
        "followup_late_at": iso(calendar.end_of(ends), office.zone),
        "followup_contact": _reachable(session, call),
    }


def _reachable(session: Session, call: Call) -> bool:
    """Whether the case knows a way to the customer; of a check without a case nobody can say that there is none."""
    case = register.find_of_step(session, call)
    return case is None or any(fact.role in WAYS and fact.text for fact in case.facts.values())


READING = {"followup.schedule": schedule}
