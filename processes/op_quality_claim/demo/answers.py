"""What the people of the demo office and units fill into the forms of the operating rule."""

from collections.abc import Callable, Mapping
from typing import Any

from processes.demo.model import Answers, Scene
from processes.op_quality_claim.demo.stories import Complaint

Topic = Mapping[str, Any]

REPORT = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
"""An inspection report, as far as the demo has one."""


def answer(element: str, scene: Scene[Complaint]) -> Answers:
    """The answers of the form of an element; KeyError for one that nobody has thought of."""
    return FORMS[element](scene, scene.story.topic)


def attached(element: str, scene: Scene[Complaint]) -> Mapping[str, Mapping[str, bytes]]:
    """Files of the form of an element: the evidence of a market complaint."""
    if element == "UT_FieldSurvey" and scene.story.topic.get("market"):
        return {"conformity_evidence": {f"检验报告 {scene.story.topic['lot']}.pdf": REPORT}}
    return {}


def register(scene: Scene[Complaint]) -> Answers:
    """The form of the registration (F15)."""
    story, topic, customer = scene.story, scene.story.topic, scene.story.customer
    answers = {
        "channel": customer.get("channel", "phone"),
        "received_at": scene.now.isoformat(timespec="minutes"),
        "company": customer["company"],
        "name": customer["name"],
        "phone": customer["phone"],
        "email": customer.get("email"),
        "address": customer.get("address"),
        "customer_language": "zh",
        "order_no": topic["order"],
        "lot_no": story.lot or topic["lot"],
        "product_model": topic["product"],
        "quantity_complained": topic["pieces"],
        "complaint_ground": topic["ground"],
        "description": topic["description"],
        "demands": topic["demands"],
        "claimed_amount": topic.get("claimed"),
        "injury_or_safety": bool(topic.get("danger")),
        "regulator_or_media": False,
        "emotion": topic.get("emotion", "calm"),
    }
    return {name: value for name, value in answers.items() if value is not None}


def _survey(scene: Scene[Complaint], topic: Topic) -> Answers:
    seen = {
        "surveyed_at": scene.now.isoformat(timespec="minutes"),
        "survey_place": f"{scene.story.customer['company']}现场",
        "survey_findings": topic["found"],
    }
    if "join" in topic and not scene.done["UT_UnitSurvey"]:
        asked = {"survey_units": topic["join"], "survey_question": "请查该批有无异常。"}
        return {**seen, "survey_step": "ask_units", **asked}
    money = "claimed" in topic
    clause = {"contract_clause": topic["clause"]} if money and "clause" in topic else {}
    judged = {"our_fault": topic["ours"], "conforms_to_spec": bool(topic.get("conforms")), "seeks_money": money}
    return {**seen, "survey_step": "conclude", **judged, **clause}


def _unit_survey(_scene: Scene[Complaint], topic: Topic) -> Answers:
    return {"unit_finding": topic.get("joined", "本单位环节未见异常。")}


def _second(_scene: Scene[Complaint], _topic: Topic) -> Answers:
    reason = "检验证据充分，理由成立。"
    return {"second_result": "confirm", "second_reason": reason, "second_signature": True}


def _triage(_scene: Scene[Complaint], topic: Topic) -> Answers:
    return {"op_class": "claim", "contract_clause": topic["agreed"], "triage_reason": "补充协议另有赔偿约定。"}


def _way(scene: Scene[Complaint]) -> Answers:
    email = scene.story.customer.get("email")
    if email:
        return {"reply_channel": "email", "reply_to": email}
    return {"reply_channel": "letter", "reply_to": scene.story.customer["address"]}


def _decline(scene: Scene[Complaint], topic: Topic) -> Answers:
    wrong = "经核对出货记录，查无您所报订单及批号的交货，请核实后再与我们联系。"
    return {
        **_way(scene),
        "reject_reason": topic["refused"] if scene.done["UT_FieldSurvey"] else wrong,
        "reject_apology": "给您带来的不便，我们深表遗憾。",
        "reject_objection_how": "请来函或来电。",
    }


def _form(_scene: Scene[Complaint], topic: Topic) -> Answers:
    clause = topic.get("clause", topic.get("agreed"))
    answers = {"form_summary": topic["found"], "qa_question": "真正的原因是什么？其余各批是否受影响？"}
    return {**answers, "contract_clause": clause} if clause and "claimed" in topic else answers


def _records(_scene: Scene[Complaint], topic: Topic) -> Answers:
    seen = {"records_checked": ["finished_goods", "process", "retained"], "qa_findings": topic["records"]}
    if "joint" in topic:
        return {**seen, "cause_found": False, "joint_units": topic["joint"]}
    return {**seen, "cause_found": True, "cause": topic["cause"], "responsible_unit": topic["unit"]}


def _joint(_scene: Scene[Complaint], topic: Topic) -> Answers:
    return {"unit_finding": topic["jointly"]}


def _cause(_scene: Scene[Complaint], topic: Topic) -> Answers:
    return {"cause": topic["cause"], "responsible_unit": topic["unit"]}


def _opinion(scene: Scene[Complaint], topic: Topic) -> Answers:
    return {"unit_proposal": topic["solution"], "unit_date": scene.day(5)}


def _propose(scene: Scene[Complaint], topic: Topic) -> Answers:
    remedies = [{**remedy, "promised_date": scene.day(4)} for remedy in topic["remedies"]]
    if scene.story.changed and scene.done["UT_Proposal"]:
        remedies[-1]["amount"] = topic["cut"]
    answers = {name: topic[name] for name in ("solution", "prevention", "schedule")}
    return {**answers, "remedies": remedies, "reply_manner": "email" if scene.story.customer.get("email") else "letter"}


def _approve(scene: Scene[Complaint], topic: Topic) -> Answers:
    if scene.story.changed and not scene.done["UT_Approve"]:
        less = {"approved_amount": topic["cut"], "approval_comment": "按合同上限核减。"}
        return {"decision": "change", **less, "approval_signature": True}
    return {"decision": "approve", "approval_signature": True}


def _compose(scene: Scene[Complaint], topic: Topic) -> Answers:
    return {
        **_way(scene),
        "reply_cause": topic["cause"],
        "reply_solution": topic["solution"],
        "reply_compensation": topic["lessened"] if scene.story.changed else topic.get("compensation", "无"),
        "reply_prevention": topic["prevention"],
        "reply_schedule": topic["schedule"],
    }


def _execute(scene: Scene[Complaint], _topic: Topic) -> Answers:
    voucher = f"OP{scene.today:%y%m%d}"
    return {"executed_on": scene.today.isoformat(), "voucher": voucher, "execution_result": "已按建议办理，客户签收。"}


def _delay(scene: Scene[Complaint], _topic: Topic) -> Answers:
    return {"new_date": scene.day(2), "delay_reason": "运输车辆调度延误，到货即办。"}


def _confirm_done(_scene: Scene[Complaint], _topic: Topic) -> Answers:
    return {"remedy_done": True}


def _ask(scene: Scene[Complaint], _topic: Topic) -> Answers:
    unhappy = scene.story.unhappy and not scene.done["UT_Ask"]
    said = {"score": "2" if unhappy else "5", "solved": not unhappy, "wants_reopen": unhappy}
    return {"followup_channel": "phone", "reached": True, **said}


def _close(scene: Scene[Complaint], topic: Topic) -> Answers:
    outcome = "no_objection_closed" if scene.story.silent else "upheld"
    units = [topic["unit"], *topic.get("joint", [])]
    told = {"feedback_units": list(dict.fromkeys(units)), "lesson": topic["prevention"]}
    return {"severity": "S3", "responsible_unit": topic["unit"], "outcome": outcome, **told}


def _send_by_hand(_scene: Scene[Complaint], _topic: Topic) -> Answers:
    return {"sent_manner": "letter"}


def _confirm_withdrawal(_scene: Scene[Complaint], _topic: Topic) -> Answers:
    checked = {"withdrawal_identity": True, "withdrawal_free_will": True, "withdrawal_safety_open": False}
    return {**checked, "withdrawal_confirmed": True}


FORMS: Mapping[str, Callable[[Scene[Complaint], Topic], Answers]] = {
    "UT_FieldSurvey": _survey,
    "UT_UnitSurvey": _unit_survey,
    "UT_SecondPerson": _second,
    "UT_Triage": _triage,
    "UT_Decline": _decline,
    "UT_FillForm": _form,
    "UT_QaInvestigate": _records,
    "UT_JointInvestigate": _joint,
    "UT_JointCause": _cause,
    "UT_UnitProposal": _opinion,
    "UT_Proposal": _propose,
    "UT_Approve": _approve,
    "UT_Compose": _compose,
    "UT_Execute": _execute,
    "UT_Delay": _delay,
    "UT_ConfirmDone": _confirm_done,
    "UT_Ask": _ask,
    "UT_Close": _close,
    "UT_SendByHand": _send_by_hand,
    "UT_ConfirmWithdrawal": _confirm_withdrawal,
}
"""By the element of the diagram."""

HOURS: Mapping[str, float] = {
    "UT_FieldSurvey": 5,
    "UT_UnitSurvey": 3,
    "UT_SecondPerson": 2,
    "UT_Triage": 2,
    "UT_Decline": 2,
    "UT_FillForm": 2,
    "UT_QaInvestigate": 5,
    "UT_JointInvestigate": 4,
    "UT_Approve": 2,
    "UT_Compose": 2,
    "UT_Delay": 2,
    "UT_Execute": 12,
}
"""Working hours that a step usually takes."""
