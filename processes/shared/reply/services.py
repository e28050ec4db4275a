"""The guard of the written reply: it goes out only as it was approved."""

from collections.abc import Mapping
from decimal import Decimal

from engine import Call, Json, Session
from engine.errors import BpmnError
from processes import procedures
from processes.agreements.approval import Recorded, on_record
from processes.cases import register
from processes.office import Office
from processes.reading import given, total_of
from processes.shared.reply.promises import Promise, find_objections

SEND_BLOCKED = "SEND_BLOCKED"
"""The error that the diagram catches when a reply may not go out."""

LETTER = ("reply_solution", "reply_compensation", "reply_schedule")
"""The parts of a reply in which something can be promised."""


def guard_reply(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Let a reply out only if its plan is approved and it promises nothing beyond (KB-3.6-5a, KB-3.6-5b).

    Inputs:
        plan_version: of the plan that the letter follows.
        approved_plan_version?: of the plan that was approved.
        approved_amount?: up to which amount.
        remedies?: of the plan.
        reply_amount?: that the letter names.
        reply_channel: how it goes out.
        written_channels?: ways of replying that count as written; default the setting of the folder.
        reply_solution?: a part of the letter in which something can be promised.
        reply_compensation?: likewise.
        reply_schedule?: likewise.

    Outputs:
        guard_passed: always true.

    Errors:
        SEND_BLOCKED: with what clashes in plain words; the history keeps it.
    """
    remedies = [row for row in given(call, "remedies") or [] if isinstance(row, dict)]
    approved = _approved(session, call)
    promise = Promise(
        plan_version=given(call, "plan_version"),
        approved_version=given(call, "approved_plan_version"),
        approved_amount=approved.amount,
        amounts=(register.money_of(given(call, "reply_amount")), total_of(remedies, "amount")),
        channel=str(given(call, "reply_channel") or ""),
        kinds=frozenset(str(row.get("kind")) for row in remedies),
        text="\n".join(str(given(call, name) or "") for name in LETTER),
    )
    channels = given(call, "written_channels") or procedures.decision(office, session, call, "written_channels")
    objections = [*find_objections(promise, channels), *approved.objections]
    if objections:
        raise BpmnError(SEND_BLOCKED, " ".join(objections))
    return {"guard_passed": True}


def _approved(session: Session, call: Call) -> Recorded:
    """What is approved: as the diagram hands it over, and no more than the record says, which nobody can change."""
    amount, case = register.money_of(given(call, "approved_amount")), register.find_of_step(session, call)
    if case is None:
        return Recorded((), amount)
    found = on_record(session, case, given(call, "plan_version"))
    return Recorded(found.objections, min(amount or Decimal(0), found.amount or Decimal(0)))


INSIDE = {"reply.guard": guard_reply}
