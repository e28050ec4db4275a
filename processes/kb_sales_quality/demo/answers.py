"""What the demo people fill into the forms of the sales and quality procedure."""

from collections.abc import Callable, Mapping
from typing import Any

from processes.demo.model import Answers, Scene, Word
from processes.kb_sales_quality.demo import disputes, remedies, replies, slips
from processes.kb_sales_quality.demo.stories import Complaint


def answer(element: str, scene: Scene[Complaint]) -> Answers:
    """The answers of the form of an element; KeyError for one that nobody has thought of."""
    return FORMS[element](scene, scene.story.topic)


def register(scene: Scene[Complaint]) -> Answers:
    """The register form (F01); a customer without e-mail is reached by telephone."""
    story, topic, customer = scene.story, scene.story.topic, scene.story.customer
    answers = {
        "channel": story.channel,
        "received_at": scene.now.isoformat(timespec="minutes"),
        "complainant_kind": customer["kind"],
        "name": customer["name"],
        "company": customer.get("company"),
        "phone": customer["phone"],
        "email": customer.get("email"),
        "source_path": "direct",
        "customer_language": customer["language"],
        "product_model": topic["product"],
        "lot_no": topic.get("lot"),
        "order_no": topic.get("order"),
        "complaint_type": topic["type"],
        "description": topic["description"],
        "demands": topic["demands"],
        "injury_or_safety": bool(topic.get("injury")),
        "regulator_or_media": False,
        "emotion": topic.get("emotion", "calm"),
    }
    if "quantity" in topic:
        answers["quantity_complained"], answers["quantity_delivered"] = topic["quantity"]
    if "claimed" in topic:
        answers["claimed_amount"] = topic["claimed"]
    if story.channel in ("phone", "counter"):
        answers["restatement_confirmed"] = True
        answers["reception"] = ["greeted", "listened", "thanked", "asked", "no_fault", "told_how"]
    if story.same_as:
        first = {"same_as": scene.cases[story.same_as], "same_kind": "same"}
        answers.update(first, source_path="dealer", intermediary=customer.get("company", customer["name"]))
    return {name: value for name, value in answers.items() if value is not None}


def aside(element: str, scene: Scene[Complaint]) -> Word | None:
    """Other work that sales adds while the unit investigates."""
    if element != "UT_CmInvestigate" or not scene.story.duty or scene.done["duty added"]:
        return None
    scene.done["duty added"] += 1
    return Word("MsgDuty", {"duty_text": scene.story.duty, "duty_due": scene.day(5)})


FORMS: Mapping[str, Callable[[Scene[Complaint], Mapping[str, Any]], Answers]] = {
    "UT_AcceptCase": slips.take_over,
    "UT_ConfirmDuplicate": slips.compare,
    "UT_Verify": slips.verify,
    "UT_FillSlip": slips.slip,
    "UT_QcInspect": slips.inspect,
    "UT_QcAttribute": slips.attribute,
    "UT_CmInvestigate": slips.investigate,
    "UT_QcSolution": slips.consolidate,
    "UT_ReviewCm": slips.review,
    "UT_SalesOpinion": slips.opinion,
    "UT_SupervisorRule": slips.rule,
    "UT_DomesticRule": slips.domestic_rule,
    "UT_StateDispute": disputes.disputing_position,
    "UT_StateUnit": disputes.unit_position,
    "UT_Mediate": disputes.mediate,
    "UT_EndLetter": disputes.end_letter,
    "UT_HeadConfirmEnd": disputes.confirm_end,
    "UT_Convene": disputes.convene,
    "UT_UnitOpinion": disputes.unit_opinion,
    "UT_PartyPosition": disputes.party_position,
    "UT_GmDecide": disputes.shares,
    "UT_CoSign": disputes.cosign,
    "UT_Claim": disputes.claim,
    "UT_Recovered": disputes.recovered,
    "UT_Duty": slips.duty,
    "UT_ReadLetter": replies.read_letter,
    "UT_DraftPlan": replies.plan,
    "UT_Approve": replies.approve,
    "UT_Compose": replies.compose,
    "UT_ExplainReject": replies.explain,
    "UT_HeadConfirmReject": replies.confirm_refusal,
    "UT_Order": remedies.order,
    "UT_TakeBack": remedies.take_back,
    "UT_Refund": remedies.refund,
    "UT_SendNew": remedies.send_new,
    "UT_CutPrice": remedies.cut_price,
    "UT_Repair": remedies.repair,
    "UT_SendBack": remedies.send_back,
    "UT_ConfirmReceipt": remedies.confirm_receipt,
    "UT_NewDate": remedies.new_date,
    "UT_Delay": remedies.delay,
    "UT_Execute": remedies.execute,
    "UT_ConfirmDone": remedies.confirm_done,
    "UT_Ask": remedies.ask,
    "UT_Close": remedies.close,
    "UT_ConfirmWithdrawal": remedies.confirm_withdrawal,
    "UT_SendByHand": replies.send_by_hand,
    "UT_RootCause": remedies.root_cause,
    "UT_Actions": remedies.actions,
    "UT_Effect": remedies.effect,
}
"""By the element of the diagram."""

APART: Mapping[str, str] = {
    "UT_AcceptCase": "UT_RootCause",
    "UT_ConfirmDuplicate": "UT_RootCause",
    "UT_Verify": "UT_RootCause",
    "UT_Close": "UT_RootCause",
    "UT_ConfirmWithdrawal": "UT_RootCause",
    "UT_DraftPlan": "UT_Claim",
}
"""What a case opens as an instance of its own, after which step: improvements, recourse."""

HOURS: Mapping[str, float] = {
    "UT_Recovered": 80,
    "UT_AcceptCase": 1.2,
    "UT_ConfirmDuplicate": 0.5,
    "UT_Verify": 4,
    "UT_FillSlip": 2,
    "UT_QcInspect": 2.8,
    "UT_QcAttribute": 2,
    "UT_CmInvestigate": 6,
    "UT_QcSolution": 3,
    "UT_ReviewCm": 2,
    "UT_SalesOpinion": 3,
    "UT_SupervisorRule": 2,
    "UT_DomesticRule": 2,
    "UT_StateDispute": 2,
    "UT_StateUnit": 2,
    "UT_Mediate": 4,
    "UT_DraftPlan": 3,
    "UT_Approve": 2,
    "UT_Compose": 2,
    "UT_Order": 2,
    "UT_TakeBack": 8,
    "UT_Refund": 4,
    "UT_SendNew": 10,
    "UT_CutPrice": 6,
    "UT_Repair": 12,
    "UT_SendBack": 3,
    "UT_ConfirmReceipt": 3,
    "UT_NewDate": 2,
    "UT_Delay": 2,
    "UT_Execute": 14,
    "UT_ConfirmDone": 3,
    "UT_Ask": 3,
    "UT_RootCause": 20,
    "UT_Actions": 12,
}
"""Working hours that a step usually takes."""
