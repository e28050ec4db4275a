"""The service that counts the same complaints and lets the whole group feel that they recur."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select

from engine import Call, Json, Session
from processes import procedures
from processes.cases import alike, entries, facts, merging, telling
from processes.cases.held import row_of
from processes.cases.schema import DbCase, DbCaseEntry
from processes.office import Office
from processes.reading import get_case, given

RECURRENCE = "recurrence"
"""The line in the record of each case of a group, and why their severity is found again."""
COUNTED = "same_90d"
"""The variable, and the fact of cases that are closed, that says how many there are."""


def count(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Count the same complaints of a time, this one among them; from so many on the whole group is graver (KB-2.1.1-4).

    The property `alike` of the task names the facts by which cases are the same, as in `lot_no, product
    complaint_type`: that is the lot, or the kind of fault and the product. Cases that go on in another one are not
    counted. Those that are open find their severity again; those that are closed are flagged, and whoever answered for
    them is told.

    Inputs:
        often: from how many on they recur.
        days: within how many days.

    Outputs:
        same_90d: how many there are.
        recurrence_new: whether they recur now and no improvement was opened for the group before.
        weigh_again: recurrence, so that the severity is found again; null where they do not recur.
    """
    case, often = get_case(session, call), int(str(given(call, "often")))
    ways = [way.split() for way in call.element.properties.get("alike", "").split(",")]
    others = alike.find(session, case, ways, call.now - timedelta(days=int(str(given(call, "days")))))
    number = len(others) + 1
    if number < often:
        return {COUNTED: number, "recurrence_new": False, merging.WEIGH: None}
    call.will_write()
    improvement = next(iter(improvements_of(session, *others)), None)
    data: dict[str, Json] = {
        "count": number,
        "numbers": [each.number for each in (case, *others)],
        "improvement": improvement or case.number,
    }
    told = {row_of(session, each): data for each in (case, *others)}
    entries.note_each(session, RECURRENCE, told, by=call.actor, element=call.element.id)
    for other in others:
        _flag(session, call, other, number)
    return {
        COUNTED: number,
        "recurrence_new": improvement is None,
        merging.WEIGH: RECURRENCE,
    }


def _flag(session: Session, call: Call, case: DbCase, number: int) -> None:
    """Let another case of the group know how many they are."""
    if case.closed_at is None:
        merging.weigh(session, case, {COUNTED: number}, RECURRENCE, by=call.actor, reason=RECURRENCE)
        return
    fact = next((each for each in procedures.of_call(session, call).facts if each.name == COUNTED), None)
    if fact is not None:
        facts.keep(case, fact, str(number))
    data: dict[str, Json] = {"what": RECURRENCE, "name": call.element.name, "home": call.deployment_id}
    telling.tell(session, case, "told", [telling.OWNER], by=call.actor, element=call.element.id, data=data)


def improvements_of(session: Session, *cases: DbCase) -> Sequence[str]:
    """The numbers of the cases that have the improvement of the group of some cases, as far as these belong to one."""
    query = select(DbCaseEntry.data).where(
        DbCaseEntry.case_id.in_([each.id for each in cases]), DbCaseEntry.kind == RECURRENCE
    )
    found = session.scalars(query.order_by(DbCaseEntry.case_id, DbCaseEntry.id)).all()
    return [str(each["improvement"]) for each in found if isinstance(each, Mapping)]
