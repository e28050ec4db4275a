"""Services around the plan: its version, who may approve it, what was approved, and the guard of the reply."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import BpmnError
from engine.schema import Task
from engine.services import Call
from engine.values import Json
from processes import cases, organisation
from processes.office import Office
from processes.promises import Promise, find_objections
from processes.reading import given, names_of, row_of

SEND_BLOCKED = "SEND_BLOCKED"
"""The error that the diagrams catch when a reply may not go out."""

AUTHORS = ("UT_DraftPlan", "UT_CmInvestigate", "UT_QcSolution")
"""The steps whose authors may not approve the plan, where the diagram names no others."""

LETTER = ("reply_solution", "reply_compensation", "reply_schedule")
"""The parts of a reply in which something can be promised."""


def record_plan(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Add up what the remedies of the plan cost; an approval of an earlier version is void (KB-3.6-5a).

    Inputs: remedies. Sets plan_total and clears approved_version.
    """
    total = str(plan_total(given(call, "remedies")))
    case = cases.find_of_instance(session, call.instance_id)
    if case is not None:
        data = {"version": given(call, "plan_version"), "total": total}
        cases.note(session, case, "planned", by=call.actor, element=call.element.id, data=data)
    return {"plan_total": total, "approved_version": None}


def plan_total(remedies: Json) -> Decimal:
    """What all remedies cost together, with two places."""
    rows = remedies if isinstance(remedies, list) else []
    amounts = (cases.money_of(row.get("amount")) for row in rows if isinstance(row, dict))
    return sum((amount for amount in amounts if amount is not None), Decimal(0)).quantize(Decimal("0.01"))


def find_authority(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Find the role that approves; a role of nobody but authors is passed over, nobody approves their own work.

    Inputs: authority (the row of the table of authority: role, next_role, may_approve_up_to) or its columns. Authors
    are the owner of the case and whoever completed the steps that the property `authors` of the service task names.
    Sets approver_role and approval_limit (an amount, or null for none).
    """
    row = row_of(call, "authority", ("role", "next_role", "may_approve_up_to"))
    ladder = [str(row[name]) for name in ("role", "next_role") if row.get(name)]
    authors = _authors(session, call)
    members = organisation.members_of(session, ladder)
    free = [role for role in ladder if not members[role] or members[role] - authors]
    limit = cases.money_of(row.get("may_approve_up_to"))
    return {
        "approver_role": next(iter(free or ladder), None),
        "approval_limit": None if limit is None else str(limit),
    }


def _authors(session: Session, call: Call) -> set[str]:
    elements = names_of(call.element.properties.get("authors")) or AUTHORS
    done = select(Task.ended_by).where(
        Task.instance_id == call.instance_id, Task.element.in_(elements), Task.status == "completed"
    )
    case = cases.find_of_instance(session, call.instance_id)
    return {*(name for name in session.scalars(done) if name), *([case.owner] if case and case.owner else [])}


def guard_reply(office: Office, _session: Session, call: Call) -> Mapping[str, Json]:
    """Let a reply out only if its plan is approved and it promises nothing beyond (KB-3.6-5a, KB-3.6-5b).

    Inputs: plan_version, approved_version, approved_amount, remedies, reply_amount, reply_channel, and the parts of the
    letter that can promise something (reply_solution, reply_compensation, reply_schedule). Sets guard_passed. Raises
    BpmnError SEND_BLOCKED with what clashes in plain words; the history keeps it.
    """
    remedies = [row for row in given(call, "remedies") or [] if isinstance(row, dict)]
    promise = Promise(
        plan_version=given(call, "plan_version"),
        approved_version=given(call, "approved_version"),
        approved_amount=cases.money_of(given(call, "approved_amount")),
        amounts=(cases.money_of(given(call, "reply_amount")), plan_total(remedies)),
        channel=str(given(call, "reply_channel") or ""),
        kinds=frozenset(str(row.get("kind")) for row in remedies),
        text="\n".join(str(given(call, name) or "") for name in LETTER),
    )
    objections = find_objections(promise, office.settings)
    if objections:
        raise BpmnError(SEND_BLOCKED, " ".join(objections))
    return {"guard_passed": True}
