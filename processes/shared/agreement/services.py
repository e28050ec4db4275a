"""The service tasks of the agreement: checked against the approval, frozen, signed, sealed."""

from collections.abc import Mapping
from datetime import datetime

from engine import Call, Json, Session
from engine.errors import BpmnError
from processes.agreements import keeping, paper, wording
from processes.agreements.approval import VOID, Terms, objections
from processes.agreements.schema import DbAgreement
from processes.cases import documents, register
from processes.office import Office
from processes.paper.printing import typeset
from processes.reading import given, iso
from processes.values import money_of

TEXT, SIGNATURES = "AGREEMENT", "AGREEMENT-SIGNED"
"""The letters of this folder: the text itself, and what is written above the signatures."""
BLOCKED = "AGREEMENT_BLOCKED"
"""The error that the diagram catches when something may not be offered or signed."""


def check(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Let an agreement be offered or signed only if exactly this version of the plan is approved (PT-P5).

    Inputs:
        plan_version: of the plan that the agreement follows.
        approved_version?: of the plan that was approved.
        approved_amount?: up to which amount.
        remedies: of the plan.
        agreement_no?: of the text that is about to be signed; null before there is one.
        signed_sha256?: of the text that was shown to whoever signed.
        agent_name?: who signs for the patient.
        authorisation?: the document that allows it.

    Outputs:
        agreed_total: what the remedies cost together.

    Errors:
        AGREEMENT_BLOCKED: with what clashes in plain words; the history keeps it.
    """
    terms = _terms(call)
    agreement = keeping.newest(session, call.instance_id) if given(call, "agreement_no") else None
    _guard(session, call, terms, agreement, _unauthorised(call))
    return {"agreed_total": str(terms.total)}


def freeze(office: Office, call: Call) -> Mapping[str, Json]:
    """Write the text from the approved plan, make the paper of it, and freeze both with their hashes.

    Inputs:
        plan_version: of the plan.
        remedies: of the plan: kind, nature, amount, due, executor, note.
        party_patient: who agrees.
        party_house: with whom.
        agent_name?: who signs for the patient.
        agent_relation?: what the agent is to the patient.
        authorisation?: the document that allows it.
        agreement_facts: what happened.
        agreement_clauses?: what else is agreed.

    Outputs:
        agreement_no: its number.
        agreement_text: the text, word by word.
        agreement_sha256: the hash of the text.
        agreement_short: its beginning, as it is printed.
        agreement_document: the paper.
        agreement_offered_on: the day from which it can be signed.
        agreement_signer_name: who signs for the patient's side.
    """
    key = f"agreement-{call.job_id}"
    with office.database.reading() as session:
        agreement = keeping.of_key(session, key) or _written(session, office, call, key)
        known = agreement.id is not None
    content = b"" if known else typeset(paper.offered(agreement))
    with office.database.transaction() as session:
        if not known:
            session.add(agreement)
            session.flush()
            keeping.keep_paper(session, office, call, agreement, kind=keeping.OFFERED, content=content)
        agreement = keeping.get(session, call.instance_id)
        return {
            "agreement_no": agreement.number,
            "agreement_text": agreement.text,
            "agreement_sha256": agreement.sha256,
            "agreement_short": wording.short(agreement.sha256),
            "agreement_document": documents.as_value(keeping.paper_of(session, agreement, keeping.OFFERED)),
            "agreement_offered_on": _day(office, agreement.at),
            "agreement_signer_name": paper.signer(agreement),
        }


def sign(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Write down that both sides have signed, once, and only what was approved in exactly this version (PT-P5).

    Inputs:
        plan_version: of the plan that the agreement follows.
        approved_version?: of the plan that was approved.
        approved_amount?: up to which amount.
        remedies: of the plan.
        sign_result: drawn or paper.
        signing_place: where.
        signed_on?: on which day, on paper; drawn: today.
        present_patient?: who was there on the patient's side.
        present_house?: who was there for the house.
        patient_signature?: as drawn.
        house_signature?: of the house.
        signed_scan?: the signed paper.
        scan_signature?: of whoever compared it.
        signed_sha256?: of the text that was shown to whoever signed.

    Outputs:
        agreement_status: always signed.
        agreed_amount: what was agreed, to the cent.
        agreement_signed_at: now.

    Errors:
        AGREEMENT_BLOCKED: as of the check, and where a signature is missing.
    """
    agreement = keeping.get(session, call.instance_id)
    today = _day(office, call.now)
    on = str(given(call, "signed_on") or today)
    _guard(
        session, call, _terms(call), agreement, (*_unsigned(call), *_misdated(_day(office, agreement.at), on, today))
    )
    way, names = str(given(call, "sign_result")), SIGNED_WITH[str(given(call, "sign_result"))]
    data = {name: given(call, name) for name in (*ALWAYS, *names)} | {"on": on}
    keeping.sign(session, agreement, way, data, by=call.actor, at=call.now)
    told = {"number": agreement.number, "amount": agreement.amount, "sha256": agreement.sha256, "way": way}
    keeping.note(session, call.instance_id, "agreement_signed", by=call.actor, element=call.element.id, data=told)
    return {
        "agreement_status": "signed",
        "agreed_amount": agreement.amount,
        "agreement_signed_at": iso(call.now, office.zone),
    }


def seal(office: Office, call: Call) -> Mapping[str, Json]:
    """Make the paper with the text and the signatures, and freeze it with a hash of its own.

    Inputs:
        agreement_no: of the agreement that was signed.

    Outputs:
        agreement_document: the signed paper.
    """
    with office.database.reading() as session:
        agreement = keeping.get(session, call.instance_id)
        done = keeping.has_paper(session, agreement, keeping.SIGNED)
        sheet = None if done else paper.signed(session, office, call, agreement, SIGNATURES)
    content = typeset(sheet) if sheet is not None else b""
    with office.database.transaction() as session:
        agreement = keeping.get(session, call.instance_id)
        if not done:
            keeping.keep_paper(session, office, call, agreement, kind=keeping.SIGNED, content=content)
        return {"agreement_document": documents.as_value(keeping.paper_of(session, agreement, keeping.SIGNED))}


def end(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Write down that nothing was signed: refused, with reason and witness, or other terms; then the approval is void.

    Inputs:
        ending: refused or changed.
        plan_version: of the plan.
        agreement_no?: of the text that was offered.
        refusal_reason?: why it was refused.
        refusal_witness?: who was there.
        change_reason?: what is to be changed.

    Outputs:
        agreement_status: one of refused, changed.
    """
    status = given(call, "ending")
    names = ("refusal_reason", "refusal_witness") if status == "refused" else ("change_reason",)
    data = {name: given(call, name) for name in ("agreement_no", "plan_version", *names)}
    kind = "agreement_refused" if status == "refused" else VOID
    keeping.note(session, call.instance_id, kind, by=call.actor, element=call.element.id, data=data)
    return {"agreement_status": status}


MOST_PRESENT = 5
"""People of each side at the signing."""
ALWAYS = ("signing_place", "present_patient", "present_house")
SIGNED_WITH: Mapping[str, tuple[str, ...]] = {
    "drawn": ("patient_signature", "house_signature"),
    "paper": ("signed_scan", "scan_signature"),
}
"""What has to be there, by the way in which both sides have signed."""


def _terms(call: Call) -> Terms:
    rows = given(call, "remedies")
    return Terms(
        version=given(call, "plan_version"),
        remedies=rows if isinstance(rows, list) else [],
        approved_version=given(call, "approved_version"),
        approved_amount=money_of(given(call, "approved_amount")),
    )


def _guard(
    session: Session, call: Call, terms: Terms, agreement: DbAgreement | None, also: tuple[str, ...] = ()
) -> None:
    found = [*objections(session, register.find_of_step(session, call), terms), *also]
    if agreement is not None:
        found += _frozen(agreement, terms, given(call, "signed_sha256"))
    if found:
        raise BpmnError(BLOCKED, " ".join(found))


def _frozen(agreement: DbAgreement, terms: Terms, signed: Json) -> list[str]:
    """What is different in the frozen text from what is to be signed."""
    found = []
    if agreement.plan_version != terms.version or agreement.data["remedies"] != list(terms.remedies):
        found.append(
            f"Agreement {agreement.number} was frozen from another plan. 协议 {agreement.number} 依据的不是这一方案。"
        )
    if signed != agreement.sha256:
        found.append(
            f"Agreement {agreement.number} is not the text that was shown. 签署的不是协议 {agreement.number} 的原文。"
        )
    if agreement.signing is not None:
        found.append(f"Agreement {agreement.number} is signed already. 协议 {agreement.number} 已经签署。")
    return found


def _unsigned(call: Call) -> tuple[str, ...]:
    missing = [
        name for name in SIGNED_WITH.get(str(given(call, "sign_result")), ("sign_result",)) if not given(call, name)
    ]
    found = [f"Not signed: {', '.join(missing)}. 尚未签署：{'、'.join(missing)}。"] if missing else []
    if any(len(given(call, side) or []) > MOST_PRESENT for side in ("present_patient", "present_house")):
        found.append(f"More than {MOST_PRESENT} people on one side. 一方在场人员超过 {MOST_PRESENT} 人。")
    return tuple(found)


def _unauthorised(call: Call) -> tuple[str, ...]:
    agent = given(call, "agent_name")
    if not agent or given(call, "authorisation"):
        return ()
    return (f"{agent} has no authorisation to sign for the patient. 代理人{agent}没有授权书。",)


def _misdated(offered: str, on: str, today: str) -> tuple[str, ...]:
    if offered <= on <= today:
        return ()
    return (f"A text of {offered} is not signed on {on}; today is {today}. {offered} 的文本不能于 {on} 签署。",)


def _day(office: Office, moment: datetime) -> str:
    return moment.astimezone(office.zone).date().isoformat()


def _written(session: Session, office: Office, call: Call, key: str) -> DbAgreement:
    """The agreement with its text; nothing of it is kept yet."""
    case, terms = register.find_of_step(session, call), _terms(call)
    language = case.language if case is not None else "zh"
    number, total = keeping.next_number(session, case, call.instance_id), terms.total
    data = {name: given(call, name) for name in WRITTEN_FROM} | {"remedies": list(terms.remedies)}
    fields = data | {
        "agreement_no": number,
        "case_no": case.number if case is not None else number,
        "today": iso(call.now, office.zone)[:10],
        "plan_version": terms.version,
        "items": wording.remedies_of(session, terms, language),
        "total": f"{total:,.2f}" if total else None,
        "total_in_words": wording.capitals(total) if total else None,
    }
    text = "\n\n".join(wording.text_of(session, office, call, TEXT, fields, language=language))
    return DbAgreement(
        key=key,
        number=number,
        case_id=case.id if case is not None else None,
        instance_id=call.instance_id,
        plan_version=terms.version,
        amount=str(total),
        language=language,
        text=text,
        sha256=wording.digest(text),
        data=data,
        at=call.now,
        by=call.actor.id,
        signing=None,
    )


WRITTEN_FROM = (
    *("party_patient", "party_house", "agent_name", "agent_relation", "authorisation"),
    *("agreement_facts", "agreement_clauses"),
)

INSIDE = {"agreement.check": check, "agreement.sign": sign, "agreement.end": end}
OUTSIDE = {"agreement.freeze": freeze, "agreement.seal": seal}
