"""Services of the duplicate check: how alike cases are, which one was chosen, a link, a merger."""

from collections.abc import Mapping

from engine import Actor, Call, Json, Session
from engine.errors import BpmnError
from processes.cases import likeness, links, merging, register
from processes.cases.likeness import Likeness
from processes.cases.schema import DbCase
from processes.office import Office
from processes.reading import get_case, given, names_of

NO_CASE = "NO_CASE"
"""The error that the diagram catches when a case is named that is not there for whoever named it."""

AGREES = {
    likeness.CONTACT: "联系方式 contact",
    likeness.PIECE: "序列号 serial number",
    likeness.LOT: "批号 lot",
    likeness.ORDER: "订单 order",
    likeness.CATEGORY: "类型 kind",
    likeness.WORDS: "文字 words",
}
"""What agrees, in the options of a form, which both languages read."""


def compare(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Compare a case with those of its procedure that the desk may see (D12).

    Inputs:
        desk: the group that confirms; what it may not see tells nothing.
        weights: what each agreement counts, in hundredths: contact, piece, lot, order, category, words, time.
        same_as?: the number of a case that was named at the registration.
        same_kind?: same or link.

    Outputs:
        alike_score: of the most alike, 0 to 1; 0 without any.
        alike_named: what was named at the registration: same, link, missing; null for nothing.
        alike_only_lot: whether nothing but the lot agrees: others complain of it.
        alike_with: the number of the most alike or of the named one.
        alike_options: those that are alike, as the options of a form.
    """
    case, weights = get_case(session, call), _weights(call)
    desk = Actor("desk", frozenset(names_of(given(call, "desk"))))
    named = given(call, "same_as")
    chosen = _find(session, case, str(named), call.actor) if named else None
    if chosen is not None:
        found = likeness.compare(session, case, weights, call.actor, only=chosen)
        kind: str | None = "link" if given(call, "same_kind") == "link" or chosen.status != "open" else "same"
    else:
        found = likeness.compare(session, case, weights, desk)
        kind = "missing" if named else None
    first = found[0] if found else None
    return {
        "alike_score": first.score if first is not None else 0,
        "alike_named": kind,
        "alike_only_lot": first is not None and first.only_lot,
        "alike_with": first.case.number if first is not None else None,
        "alike_options": [_option(each) for each in found[:5]],
    }


def choose(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Find the case that somebody has chosen, and whether the two may be merged.

    Cases of others who complain of the same lot, and such as are closed, are linked and never merged.

    Inputs:
        same_as: the number.
        same_kind: same or link.
        weights?: what each agreement counts.

    Outputs:
        alike_with: its number as it is written.
        chosen_kind: same or link.

    Errors:
        NO_CASE: there is none of that number that whoever chose may see.
    """
    case = get_case(session, call)
    other = _find(session, case, str(given(call, "same_as") or ""), call.actor)
    if other is None:
        raise BpmnError(NO_CASE, str(given(call, "same_as") or ""))
    found = likeness.compare(session, case, _weights(call), call.actor, only=other)
    linked = given(call, "same_kind") == "link" or other.status != "open" or any(each.only_lot for each in found)
    return {"alike_with": other.number, "chosen_kind": "link" if linked else "same"}


def link(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Write down that two cases belong together, in the record of both.

    Inputs:
        alike_with: the number of the other.
        link_reason?: why.

    Outputs: none.
    """
    _join(session, call, "linked")
    return {}


def part(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Write down that two cases are not the same, so that nobody is asked again.

    Inputs:
        alike_with: the number of the other.
        link_reason?: why.

    Outputs: none.
    """
    _join(session, call, "apart")
    return {}


def merge(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Let the case go on in another one, which keeps the earlier receipt and is told what this one knew.

    Inputs:
        alike_with: the number of the other.
        merge_carry?: what the other takes over, by the names of its variables: of lists and amounts what is more, of
            yes and no the yes; `channel` and `attachments` come along with what it is told.
        link_reason?: why.

    Outputs:
        merged_into: its number.
    """
    case, number = get_case(session, call), str(given(call, "alike_with"))
    other = register.find_by_number(session, number)
    if other is None or other.closed_at is not None:
        raise BpmnError(NO_CASE, number)
    carry = given(call, "merge_carry")
    known = merging.known_of(session, case, carry if isinstance(carry, Mapping) else {})
    reason = str(given(call, "link_reason") or "D12")
    merging.merge(session, office, case, other, known, by=call.actor, reason=reason)
    return {"merged_into": other.number}


def _join(session: Session, call: Call, kind: links.Kind) -> None:
    case = get_case(session, call)
    other = register.find_by_number(session, str(given(call, "alike_with") or ""))
    if other is not None and other.id != case.id and other.id not in links.decided(session, case):
        links.join(session, case, other, kind, by=call.actor, reason=str(given(call, "link_reason") or "D12"))


def _find(session: Session, case: DbCase, number: str, actor: Actor) -> DbCase | None:
    """The case of a number that the actor may see, the surviving one of a merged; never the case itself."""
    other = register.find_seen(session, number, actor)
    if other is not None and other.status == links.MERGED:
        other = links.survivor(session, other)
    return other if other is not None and other.id != case.id else None


def _weights(call: Call) -> dict[str, float]:
    weights = given(call, "weights")
    return {name: float(str(value)) / 100 for name, value in weights.items()} if isinstance(weights, Mapping) else {}


def _option(found: Likeness) -> dict[str, Json]:
    agrees = "、".join(AGREES[each] for each in found.agrees if each in AGREES)
    day = f"{found.case.received_at:%m-%d}"
    return {"label": f"{found.case.number} · {day} · {found.case.title} · {agrees}", "value": found.case.number}


INSIDE = {
    "case.compare": compare,
    "case.choose": choose,
    "case.link": link,
    "case.part": part,
    "case.merge": merge,
}
