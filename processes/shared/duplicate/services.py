"""Services of the duplicate check: how alike cases are, which one was chosen, a link, a merger."""

from collections.abc import Mapping
from functools import partial
from zoneinfo import ZoneInfo

from engine import Actor, Call, Json, Session
from engine.errors import BpmnError
from processes.cases import likeness, links, merging, register
from processes.cases.held import write_with
from processes.cases.likeness import Likeness
from processes.cases.schema import DbCase
from processes.office import Office
from processes.reading import get_case, given, names_of

NO_CASE = "NO_CASE"
"""The error that the diagram catches when a case is named that is not there for whoever named it."""

AGREES: Mapping[str, tuple[str, str]] = {
    likeness.CONTACT: ("contact", "联系方式"),
    likeness.PIECE: ("serial number", "序列号"),
    likeness.LOT: ("lot", "批号"),
    likeness.ORDER: ("order", "订单"),
    likeness.CATEGORY: ("kind", "类型"),
    likeness.WORDS: ("words", "文字"),
}
"""What agrees, in the options of a form, in English and in Chinese."""


def compare(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Compare a case with those of its procedure that the desk may see (D12).

    Inputs:
        desk: the group that confirms; what it may not see tells nothing.
        same_as?: the number of a case that was named at the registration.
        same_kind?: same or link.

    Outputs:
        alike_score: of the most alike, 0 to 1; 0 without any.
        alike_named: what was named at the registration: same, link, missing; null for nothing.
        alike_only_lot: whether nothing but the lot agrees: others complain of it.
        alike_with: the number of the most alike or of the named one.
        alike_options: those that are alike, as the options of a form.
    """
    case = get_case(session, call)
    desk = Actor("desk", frozenset(names_of(given(call, "desk"))))
    named = given(call, "same_as")
    chosen = _find(session, case, str(named), call.actor) if named else None
    if chosen is not None:
        found = likeness.compare(session, office.settings, case, call.actor, only=chosen)
        kind: str | None = "link" if given(call, "same_kind") == "link" or chosen.status != "open" else "same"
    else:
        found = likeness.compare(session, office.settings, case, desk)
        kind = "missing" if named else None
    first = found[0] if found else None
    return {
        "alike_score": first.score if first is not None else 0,
        "alike_named": kind,
        "alike_only_lot": first is not None and first.only_lot,
        "alike_with": first.number if first is not None else None,
        "alike_options": [_option(office, each) for each in found[:5]],
    }


def choose(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Find the case that somebody has chosen, and whether the two may be merged.

    Cases of others who complain of the same lot, and such as are closed, are linked and never merged.

    Inputs:
        same_as: the number.
        same_kind: same or link.

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
    found = likeness.compare(session, office.settings, case, call.actor, only=other)
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
    reason = str(given(call, "link_reason") or "")
    merging.merge(session, office, case, other, known, by=call.actor, reason=reason)
    return {"merged_into": other.number}


def _join(session: Session, call: Call, kind: links.Kind) -> None:
    case, number = get_case(session, call), str(given(call, "alike_with") or "")
    other, reason = links.undecided(session, case, number), str(given(call, "link_reason") or "")
    if other is not None:
        write_with(call, partial(links.join, session, case, other, number, kind, by=call.actor, reason=reason))


def _find(session: Session, case: DbCase, number: str, actor: Actor) -> DbCase | None:
    """The case of a number that the actor may see, the surviving one of a merged; never the case itself."""
    other = register.find_seen(session, number, actor)
    if other is not None and other.status == links.MERGED:
        other = links.survivor(session, other)
    return other if other is not None and other.id != case.id else None


def _option(office: Office, found: Likeness) -> dict[str, Json]:
    day = found.received_at.astimezone(ZoneInfo(office.settings.zone)).date()
    agrees = [AGREES[each] for each in found.agrees if each in AGREES]
    known = f"{found.number} · {day} · {found.title} · "
    english, chinese = ", ".join(each for each, _ in agrees), "、".join(each for _, each in agrees)
    label: Json = {"en": known + english, "zh": known + chinese}
    return {"label": label, "value": found.number}


KEEPING = {"case.compare": compare, "case.link": link, "case.part": part}
READING = {"case.choose": choose}
INSIDE = {"case.merge": merge}
