"""One complaint that came several times: a case goes on in another one, and comes back where that was wrong."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from engine import Actor, Json, Session, instances, messages, now
from engine.errors import InstanceEnded, NotCorrelated
from processes import procedures
from processes.cases import access, again, entries, links, recompute, register, running, telling
from processes.cases.schema import DbCase, DbCaseEntry, DbCaseLink
from processes.office import Office
from processes.values import money_of

SUPPLEMENT = "MsgSupplement"
"""The message by which a case is told more."""
CHANNEL, FILES = "channel", "attachments"
"""What of a registration is told and not taken over."""
WEIGH = "weigh_again"
"""The variable of a case that says why its severity is to be found again."""


def merge(
    session: Session,
    office: Office,
    case: DbCase,
    other: DbCase,
    known: Mapping[str, Json],
    *,
    by: Actor,
    reason: str,
) -> None:
    """Let a case go on in another one, which keeps the earlier receipt and is told what the first knew.

    The first counts nowhere any more; its diagram ends afterwards.

    Args:
        session: of the step.
        office: for the zone.
        case: which ends.
        other: which goes on, and is open.
        known: what the other takes over, by the names of its variables: of lists and amounts what is more, of yes and
            no the yes; its channel and files come along with what the other is told.
        by: who found that they are the same.
        reason: why.
    """
    links.join(session, case, other.id, other.number, "merged", by=by, reason=reason)
    case.status, case.closed_at, case.due_at = links.MERGED, now(session), None
    access.admit(session, other, people={case.opened_by, *([case.owner] if case.owner else [])})
    if case.received_at < other.received_at:
        _receive(session, office, other, case.received_at, by=by, because=case.number)
    told: dict[str, Json] = {
        "supplement_channel": known.get(CHANNEL),
        "supplement_from": " ".join(filter(None, (case.said("company"), case.said("complainant")))) or "—",
        "supplement_text": f"[{case.number}] {case.description}",
        "supplement_demand": _listed(known.get("demands")),
        "supplement_danger": False,
        "supplement_authority": False,
        "supplement_files": known.get(FILES),
        "merged_from": case.number,
    }
    try:
        messages.correlate(session, SUPPLEMENT, instance_id=other.instance_id, payload=told, by=by)
    except (NotCorrelated, InstanceEnded):  # it is opened only now: its record says all the same that they are one
        telling.tell(session, other, "told", [telling.OWNER], by=by, data={"what": "merged", "number": case.number})
    before = instances.get_variables(session, other.instance_id)
    carried = ((name, _more(before.get(name), value)) for name, value in known.items() if name not in (CHANNEL, FILES))
    more = {name: value for name, value in carried if value != before.get(name)}
    if more:
        weigh(session, other, more, "told", by=by, reason=case.number)


def weigh(session: Session, case: DbCase, known: Mapping[str, Json], why: str, *, by: Actor, reason: str) -> None:
    """Tell a case more, and let it find its severity again.

    One that waits for its registration, as after it was moved, finds it then: what the table asks for is not known yet.
    """
    instances.set_variables(
        session, case.instance_id, known, by=by, reason=reason, by_hand=False, if_there={WEIGH: why}
    )


def separate(session: Session, office: Office, link: DbCaseLink, *, by: Actor, reason: str) -> DbCase:
    """Let a merged case run for itself again, from its registration and by its own clock; or undo a mere link.

    Returns:
        The case that was linked or merged.
    """
    case, other = register.find_each(session, [link.case_id, link.other_id])
    links.undo(session, link, by=by, reason=reason)
    if link.kind != links.MERGED:
        return case
    case.status, case.closed_at = "open", None
    procedure = procedures.of_instance(session, case.instance_id)
    running.put_away(session, case, procedure, [row for row in case.clocks if row.stopped_at is not None])
    again.begin(session, case, procedures.find(session, case.procedure))
    before = _received_before(session, other, case)
    if before is not None and other.closed_at is None:
        _receive(session, office, other, before, by=by, because=case.number)
    data: dict[str, Json] = {"what": "separated", "number": case.number}
    for each in (case, other):
        telling.tell(session, each, "told", [telling.OWNER], by=by, data=data)
    return case


def known_of(session: Session, case: DbCase, told: Mapping[str, Json]) -> dict[str, Json]:
    """What a case knows of all that another one may take over: as it was told, or as it stands since."""
    stands = instances.get_variables(session, case.instance_id)
    return {name: value if stands.get(name) is None else stands[name] for name, value in told.items()}


def _receive(session: Session, office: Office, case: DbCase, moment: datetime, *, by: Actor, because: str) -> None:
    """Let a case count from another receipt; its running clocks follow."""
    before = case.received_at
    data: dict[str, Json] = {"before": before.isoformat(), "after": moment.isoformat(), "number": because}
    entries.note(session, case, RECEIPT, by=by, data=data)
    case.received_at = moment
    for row in case.clocks:
        if row.start_at == before:
            row.start_at = moment
    session.flush()
    received: dict[str, Json] = {"received_at": moment.astimezone(office.zone).isoformat(timespec="seconds")}
    instances.set_variables(session, case.instance_id, received, by=by, reason=because, by_hand=False)
    recompute.recompute_open(session, office, by=by, reason=because, only=case.id)


RECEIPT = "receipt_moved"
"""The line in the record of a case that counts from the receipt of another one."""


def _received_before(session: Session, case: DbCase, other: DbCase) -> datetime | None:
    """When a case was received before it took over the receipt of another one."""
    query = select(DbCaseEntry.data).where(DbCaseEntry.case_id == case.id, DbCaseEntry.kind == RECEIPT)
    lines = session.scalars(query.order_by(DbCaseEntry.id.desc())).all()
    last = next((each for each in lines if isinstance(each, Mapping) and each.get("number") == other.number), None)
    return datetime.fromisoformat(str(last["before"])) if last is not None else None


def _more(mine: Json, theirs: Json) -> Json:
    """What two cases know together."""
    if theirs is None or mine is None:
        return mine if theirs is None else theirs
    if isinstance(mine, list) and isinstance(theirs, list):
        return [*mine, *(each for each in theirs if each not in mine)]
    if isinstance(mine, bool) and isinstance(theirs, bool):
        return mine or theirs
    one, two = money_of(mine), money_of(theirs)
    return theirs if one is not None and two is not None and Decimal(two) > Decimal(one) else mine


def _listed(value: Json) -> str | None:
    return ", ".join(map(str, value)) if isinstance(value, list) else None
