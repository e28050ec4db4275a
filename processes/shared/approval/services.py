"""Services of the approval: the version of the plan, who may approve it, and what was decided."""

from collections.abc import Mapping
from decimal import Decimal

from engine import Call, Json, Session, instances, loading, queries
from processes.agreements import digest
from processes.cases import entries, register
from processes.errors import AuthorityRefused
from processes.office import Office
from processes.reading import given, iso, names_of, row_of, total_of
from processes.services import deciders
from processes.values import money_of


def record_plan(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Make what was drafted the next version of the plan; an approval of an earlier version is void (KB-3.6-5a).

    Its authority is asked for what it is worth: money, and goods or work. Its digest stays on record, so that whoever
    decides on it or carries it out later can tell that it is the same.

    The amount of an earlier decision stays, for people to see.

    Inputs:
        remedies?: rows with kind, quantity, amount, worth, promised_date …
        schedule?: until when what is done.
        options?: among which the customer may choose.
        reply_manner?: how it is told.
        fault_statement?: whose fault it is said to be.
        plan_version?: of the plan before.

    Outputs:
        plan_version: the next one.
        plan_total: the money in it, added up from the remedies.
        plan_value: the money and what goods and work are worth.
        plan_unvalued: whether goods or work in it have neither amount nor worth.
        plan_digest: SHA-256 of its canonical form.
        plan_author: whoever drafted it.
        approved_plan_version: always null.
        approval_result: always null.
        approver_role: always null: so that it begins with the lowest role.
        plan_deciders: the logins of who has decided on it: nobody yet.
    """
    remedies, version = given(call, "remedies"), int(given(call, "plan_version") or 0) + 1
    money = total_of(remedies, "amount")
    value, fingerprint = money + total_of(remedies, "worth"), _digest(call)
    case = register.find_of_step(session, call)
    if case is not None:
        data = {"version": version, "total": str(money), "value": str(value)}
        data |= {"plan": fingerprint, "terms": digest.of_terms(remedies)}
        entries.note_with(session, call, case, "planned", by=call.actor, element=call.element.id, data=data)
    return {
        "plan_version": version,
        "plan_total": str(money),
        "plan_value": str(value),
        "plan_unvalued": any(_is_unvalued(row) for row in remedies or [] if isinstance(row, dict)),
        "plan_digest": fingerprint,
        "plan_author": call.actor.id,
        "approved_plan_version": None,
        "approval_result": None,
        "approver_role": None,
        "plan_deciders": "",
    }


GOODS = frozenset({"return", "exchange", "substitute", "free_repair", "rework"})
"""Remedies that are worth something though no money changes hands."""


def _is_unvalued(row: Mapping[str, Json]) -> bool:
    named = (money_of(row.get(name)) for name in ("amount", "worth"))
    return row.get("kind") in GOODS and not any(named)


def _digest(call: Call) -> str:
    return digest.of_plan({name: given(call, name) for name in digest.FIELDS})


def find_authority(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Find the role that approves; a role of nobody but authors is passed over, nobody approves their own work.

    Raises AuthorityRefused for a table that names nobody, or gives a limit and nobody beyond it.

    Inputs:
        authority: the row that the table of authority gave, with the columns role, next_role, may_approve_up_to;
            with groups in role, next_role.
        table: its key, to ask it for a further role.
        authors: ids of steps; whoever completed one of them is an author, and so is the owner of the case.
        plan_deciders?: who has decided on this version, or had it done: nobody decides a second time.
        deciders?: ids of steps; whoever completed one of them in an earlier round of the case does not decide again.

    Outputs:
        approver_role: who decides.
        approver_next_role: who decides what is beyond that; null at the top.
        approval_limit: an amount; null for none.
    """
    row: Mapping[str, Json] = row_of(call, "authority", ("role", "next_role", "may_approve_up_to"))
    authors, asked = _authors(session, call), set()
    while (
        row.get("next_role") and row["role"] not in asked and not deciders.is_free(session, str(row["role"]), authors)
    ):
        asked.add(row["role"])
        row = _row_of_role(session, call, row["next_role"])
    limit, table = money_of(row.get("may_approve_up_to")), str(given(call, "table"))
    if not row.get("role"):
        raise AuthorityRefused(table=table, why="the row that fits names no role; write one in its column role")
    if limit is not None and not row.get("next_role"):
        why = f"{row['role']} has a limit and no next_role; name who decides beyond it, or take the limit out"
        raise AuthorityRefused(table=table, why=why)
    return {
        "approver_role": row["role"],
        "approver_next_role": row.get("next_role") or None,
        "approval_limit": None if limit is None else str(limit),
    }


def record_approval(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Say what a decision on the plan means: approved, on to the next role, changed or refused (KB-3.6-1b, KB-3.6-5a).

    A plan that is another than the one that was submitted goes back to its author: nobody has decided on it.

    Inputs:
        decision: approve, change or refuse.
        approved_amount?: what is approved instead, with a change.
        plan_version: of the plan that was decided on.
        plan_total?: the money in it.
        plan_value?: what it is worth in all; default the money.
        plan_digest?: of the plan as it was submitted.
        approver_role?: who decided.
        approval_limit?: up to which amount the role decides; null: any.
        approver_next_role?: who decides beyond that.
        deciders?: ids of steps that decide; default UT_Approve.
        plan_deciders?: who has decided on this version before.

    Outputs:
        approval_result: one of approved, changed, refused, next: the last where the next role has to decide.
        approved_plan_version: the version that is approved, else null.
        approved_amount: up to which amount, else null.
        approved_by: the login of whoever approved, else null.
        approver_role?: who decides next.
        plan_deciders: with whoever decided now, and for whom.
        approval_comment?: that the plan was changed meanwhile.
        approved_at?: now.
        plan_decided_at?: now.
    """
    found = _decided(office, call) | {"plan_deciders": _with_who_decided_now(session, call)}
    case = register.find_of_step(session, call)
    if case is not None:
        told = {name: given(call, name) for name in ("plan_version", "plan_total", "plan_value", "plan_digest")}
        told["role"] = given(call, "approver_role")
        data = {**told, "result": found["approval_result"], "amount": found.get("approved_amount")}
        entries.note_with(session, call, case, "decided", by=call.actor, element=call.element.id, data=data)
    return found


def _with_who_decided_now(session: Session, call: Call) -> str:
    """The logins of whoever decided on this version, and for whom: a second level is a second person."""
    elements = names_of(given(call, "deciders")) or [DECIDES]
    if call.completed is not None and call.completed[0] in elements:
        absent = call.completed[1]
    else:  # it is tried again, or goes on by something else
        drawn = [each for each in queries.tasks_of(session, call.instance_id) if each.element in elements]
        absent = drawn[-1].on_behalf_of if drawn else None
    known = {*names_of(given(call, "plan_deciders")), call.actor.id, *([absent] if absent else [])}
    return " ".join(sorted(known))


DECIDES = "UT_Approve"
"""The step that decides on a plan, where the diagram names no other."""

CHANGED = "The plan was changed while it was being decided on; submit it again. 方案在核示期间被改动，请重新提交。"


def _decided(office: Office, call: Call) -> dict[str, Json]:
    limit = money_of(given(call, "approval_limit"))
    void: dict[str, Json] = {"approved_plan_version": None, "approved_by": None}
    known = given(call, "plan_digest")
    if known and known != _digest(call):
        return {"approval_result": "refused", "approved_amount": None, "approval_comment": CHANGED, **void}
    if given(call, "decision") == "change":
        wanted = money_of(given(call, "approved_amount")) or Decimal(0)
        amount = wanted if limit is None else min(wanted, limit)
        return {"approval_result": "changed", "approved_amount": str(amount), **void}
    if given(call, "decision") != "approve":
        return {"approval_result": "refused", "approved_amount": None, **void}
    total = money_of(given(call, "plan_total")) or Decimal(0)
    value = money_of(given(call, "plan_value"))
    if limit is not None and (total if value is None else value) > limit:
        role = given(call, "approver_next_role")
        return {"approval_result": "next", "approver_role": role, "approved_amount": None, **void}
    moment = iso(call.now, office.zone)
    return {
        "approval_result": "approved",
        "approved_plan_version": given(call, "plan_version"),
        "approved_amount": str(total),
        "approved_by": call.actor.id,
        "approved_at": moment,
        "plan_decided_at": moment,
    }


def _row_of_role(session: Session, call: Call, role: str) -> Mapping[str, Json]:
    """What the table of authority says of a role."""
    table = str(given(call, "table"))
    deployment = loading.load(session, loading.find_decision_deployment(session, table, call.deployment_id))
    names = {**call.variables, **call.inputs, "approver_role": role}
    found = deployment.compiled.decisions[table].decide(names, session.runtime.functions).result
    return found if isinstance(found, Mapping) else {}


def _authors(session: Session, call: Call) -> set[str]:
    """Who may not decide: the authors of the plan, the owner, and whoever decided in an earlier round."""
    case, authors = register.find_of_step(session, call), deciders.authors_of(session, call)
    authors |= {*names_of(given(call, "plan_deciders"))}
    if case is None:
        return authors
    steps = names_of(given(call, "deciders"))
    rounds = (each.id for each in instances.find_by_business_key(session, case.number) if each.id < call.instance_id)
    return authors.union(*(deciders.who_did(session, number, steps) for number in rounds))


KEEPING = {
    "plan.record": record_plan,
    "approval.authority": find_authority,
    "approval.record": record_approval,
}
