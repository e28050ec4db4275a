"""The guard of the written reply: it goes out only as it was approved."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from engine import Call, Json, Session
from engine.errors import BpmnError
from processes import procedures
from processes.agreements import digest
from processes.agreements.approval import Recorded, on_record
from processes.cases import entries, register
from processes.errors import SettingRefused
from processes.office import Office
from processes.promises.reading import Plan, Remark
from processes.reading import given, total_of
from processes.shared.reply.objections import Promise, find_objections
from processes.values import money_of

SEND_BLOCKED = "SEND_BLOCKED"
"""The error that the diagram catches when a reply may not go out."""

LETTER = ("reply_cause", "reply_solution", "reply_compensation", "reply_prevention", "reply_schedule", "reply_route")
"""The parts of a reply: something can be promised in each."""
STRICT, ASK, ALWAYS = "strict", "ask", "always"
"""What is done with a sentence that may promise too much: it is blocked, a second person reads it, or each letter."""

EVERY_LETTER = "Each letter is read by a second person here. 本单位的答复均由第二人先行审阅。"


def guard_reply(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Let a reply out only if its plan is approved and it promises nothing beyond (KB-3.6-5a, KB-3.6-5b).

    What stands against it for sure is blocked. What may promise too much is blocked, read by a second person of the
    unit that approved the plan, or noted only: as the setting `letter_guard` says; it may have them read every letter.

    Inputs:
        plan_version: of the plan that the letter follows.
        approved_plan_version?: of the plan that was approved.
        approved_amount?: up to which amount.
        remedies?: of the plan.
        schedule?: of the plan.
        options?: of the plan.
        reply_manner?: of the plan.
        fault_statement?: of the plan.
        solution?: that the approver read.
        reply_amount?: that the letter names.
        reply_channel: how it goes out.
        reply_unit?: who writes it.
        written_channels?: ways of replying that count as written; default the setting of the folder.
        reply_cause?: a part of the letter.
        reply_solution?: likewise.
        reply_compensation?: likewise.
        reply_prevention?: likewise.
        reply_schedule?: likewise.
        reply_route?: likewise.
        letter_fault?: whose fault it is in this letter; default what the plan states.
        letter_guard?: one of strict, ask, always, lenient; default the setting of the folder.

    Outputs:
        guard_passed: always true.
        letter_doubts: what a second person has to read it for, in plain words; null for nothing.
        letter_readers: the group of that person.

    Errors:
        SEND_BLOCKED: with what clashes in plain words; the history keeps it.
    """
    approved = _approved(session, call)
    remedies = [row for row in given(call, "remedies") or [] if isinstance(row, dict)]
    promise = Promise(
        plan_version=given(call, "plan_version"),
        approved_version=given(call, "approved_plan_version"),
        plan=Plan(
            remedies=remedies,
            limit=approved.amount or Decimal(0),
            texts=list(_read_by_the_approver(call, remedies)),
            fault=given(call, "letter_fault") or given(call, "fault_statement"),
            today=call.now.astimezone(office.zone).date(),
        ),
        amounts=(money_of(given(call, "reply_amount")), total_of(remedies, "amount")),
        channel=str(given(call, "reply_channel") or ""),
        parts={name: str(given(call, name) or "") for name in LETTER},
    )
    channels = given(call, "written_channels") or procedures.decision(office, session, call, "written_channels")
    objections, doubts = find_objections(promise, channels)
    how = given(call, "letter_guard") or _strictness(office, session, call)
    objections += [*approved.objections, *(map(str, doubts) if how == STRICT else ())]
    if objections:
        raise BpmnError(SEND_BLOCKED, "\n".join(objections))
    _note(session, call, doubts)
    return {
        "guard_passed": True,
        "letter_doubts": _to_be_read(doubts, how),
        "letter_readers": approved.role or given(call, "reply_unit"),
    }


def _to_be_read(doubts: list[Remark], how: Json) -> str | None:
    """What a second person reads the letter for, where the setting wants one."""
    if how == ALWAYS and not doubts:
        return EVERY_LETTER
    return "\n".join(map(str, doubts)) if doubts and how in (ASK, ALWAYS) else None


def _strictness(office: Office, session: Session, call: Call) -> Json:
    """What the folder decides; diagrams from before the setting have nobody who reads the letter."""
    try:
        return procedures.decision(office, session, call, "letter_guard")
    except SettingRefused:
        return STRICT


def _read_by_the_approver(call: Call, remedies: list[dict[str, Json]]) -> Iterator[str]:
    """What stood on the approver's page, word by word."""
    yield from (str(given(call, name) or "") for name in ("solution", "schedule"))
    yield from (str(row.get("detail") or "") for row in remedies)
    yield from (str(row.get("text") or "") for row in given(call, "options") or [] if isinstance(row, dict))


def _note(session: Session, call: Call, doubts: list[Remark]) -> None:
    """Keep what was doubted, whether somebody reads it now or it goes out at once."""
    case = register.find_of_step(session, call)
    if case is not None and doubts:
        data = {"doubts": [str(each) for each in doubts]}
        entries.note(session, case, "doubted", by=call.actor, element=call.element.id, data=data)


def _approved(session: Session, call: Call) -> Recorded:
    """What is approved: as the diagram hands it over, and no more than the record says, which nobody can change."""
    amount, case = money_of(given(call, "approved_amount")), register.find_of_step(session, call)
    if case is None:
        return Recorded((), amount)
    found = on_record(
        session,
        case,
        given(call, "plan_version"),
        plan=digest.of_plan({name: given(call, name) for name in digest.FIELDS}),
    )
    return Recorded(found.objections, min(amount or Decimal(0), found.amount or Decimal(0)), found.role)


INSIDE = {"reply.guard": guard_reply}
