"""What the people of the demo hospital fill into the forms of the patient's procedure."""

from collections.abc import Callable, Mapping
from typing import Any

from processes.demo.model import Answers, Scene
from processes.pt_patient.demo.stories import Complaint

Topic = Mapping[str, Any]


def answer(element: str, scene: Scene[Complaint]) -> Answers:
    """The answers of the form of an element; KeyError for one that nobody has thought of."""
    return FORMS[element](scene, scene.story.topic)


def register(scene: Scene[Complaint]) -> Answers:
    """The register form (F09), signed by the nurse."""
    topic, patient = scene.story.topic, scene.story.patient
    demands = topic["demands"]
    answers = {
        "channel": patient.get("channel", "counter"),
        "received_at": scene.now.isoformat(timespec="minutes"),
        "complainant_kind": "patient",
        "name": patient["name"],
        "phone": patient["phone"],
        "email": patient.get("email"),
        "sex": patient["sex"],
        "age": patient["age"],
        "patient_no": patient["number"],
        "id_last4": patient["id"],
        "customer_language": "zh",
        "departments": topic["departments"],
        "ward": topic["ward"],
        "staff_concerned": topic["staff"],
        "care_kind": topic["care"],
        "description": topic["description"],
        "demands": demands,
        "patient_request": topic["request"],
        "claimed_amount": topic.get("claimed") if "compensation" in demands else None,
        "danger_to_health": bool(topic.get("danger")),
        "violence": False,
        "regulator_or_media": False,
        "emotion": topic.get("emotion", "upset"),
        "recorder_signature": True,
    }
    if answers["channel"] in ("phone", "counter"):
        answers["restatement_confirmed"] = True
    return {name: value for name, value in answers.items() if value is not None}


def _talk(scene: Scene[Complaint]) -> str:
    return scene.now.isoformat(timespec="minutes")


def _contact(scene: Scene[Complaint], topic: Topic) -> Answers:
    promised = {"promise_text": "值班护士说过费用可以免掉。"} if scene.story.promise else {}
    return {
        "contact_mode": "phone",
        "contacted_at": _talk(scene),
        "facts": topic["facts"],
        "restated_confirmed": True,
        "patient_request": topic["request"],
        "demands": topic["demands"],
        "danger_to_health": bool(topic.get("danger")),
        "further_enquiry": scene.story.enquire,
        "promises_made": scene.story.promise,
        **promised,
        "consultations": topic["questions"],
        "departments": topic["departments"],
    }


def _enquire(scene: Scene[Complaint], topic: Topic) -> Answers:
    return {
        "enquired_at": _talk(scene),
        "enquired_where": f"{topic['ward']}，患者与家属",
        "enquiry_result": topic["found"],
    }


def _consult(_scene: Scene[Complaint], topic: Topic) -> Answers:
    return {"consult_answer": topic["found"]}


def _analyse(scene: Scene[Complaint], topic: Topic) -> Answers:
    first = not scene.done["UT_Analyse"]
    refused = scene.story.unreasonable and first
    return {
        "factor_relation": "yes",
        "factor_return": "unknown",
        "factor_reputation": "bad" if topic.get("danger") else "neutral",
        "assessment": "unreasonable" if refused else "partly" if scene.story.unreasonable else "reasonable",
        "assessment_reason": topic["refused"] if refused else topic["found"],
        "fault_found": not scene.story.unreasonable,
        "fault_degree": "none" if scene.story.unreasonable else topic["fault"],
        "cause": topic["cause"],
        "prevention": topic["prevention"],
    }


def _explain(scene: Scene[Complaint], topic: Topic) -> Answers:
    return {
        "explained_mode": "visit",
        "explained_at": _talk(scene),
        "explanation_given": topic["cause"],
        "patient_reaction": "愿意听解释，希望看到诚意。",
        "agreed_direction": topic["solution"],
        "promises_made": False,
    }


def _opinion(scene: Scene[Complaint], topic: Topic) -> Answers:
    refused = scene.story.unreasonable and not scene.done["UT_Opinion"]
    rows = [] if refused else topic["remedies"]
    return {
        "remedies": [{**row, "promised_date": scene.day(4)} for row in rows],
        "grounds": topic["refused"] if refused else topic["found"],
        "solution": topic["solution"],
        "schedule": "一周内办理。",
        "reply_manner": "email" if scene.story.patient.get("email") else "letter",
    }


def _approve(_scene: Scene[Complaint], _topic: Topic) -> Answers:
    return {"decision": "approve", "approval_signature": True}


def _way(scene: Scene[Complaint]) -> Answers:
    email = scene.story.patient.get("email")
    return (
        {"reply_channel": "email", "reply_to": email} if email else {"reply_channel": "letter", "reply_to": "登记地址"}
    )


def _compose(scene: Scene[Complaint], topic: Topic) -> Answers:
    return {
        **_way(scene),
        "reply_cause": topic["cause"],
        "reply_solution": topic["solution"],
        "reply_compensation": topic["compensation"],
        "reply_prevention": topic["prevention"],
        "reply_schedule": "一周内办理。",
    }


def _clear_no(scene: Scene[Complaint], topic: Topic) -> Answers:
    return {
        **_way(scene),
        "no_reason": topic["refused"],
        "no_facts": topic.get("refused_facts", topic["found"]),
        "no_apology": "对您就医过程中的不适，我们深表理解。",
    }


def _send_by_hand(_scene: Scene[Complaint], _topic: Topic) -> Answers:
    return {"sent_manner": "letter"}


def _raise(scene: Scene[Complaint], _topic: Topic) -> Answers:
    return {
        "met_by": "顾明",
        "met_mode": "received",
        "met_at": _talk(scene),
        "raise_result": "患者愿意再谈，希望尽快有结果。",
    }


def _prepare(_scene: Scene[Complaint], _topic: Topic) -> Answers:
    return {"prepare_result": "offer"}


def _review(_scene: Scene[Complaint], _topic: Topic) -> Answers:
    return {"legal_result": "pass", "legal_signature": True}


def _sign(scene: Scene[Complaint], _topic: Topic) -> Answers:
    if scene.done["UT_Sign"] < scene.story.unsigned:
        return {"sign_result": "refused", "refusal_reason": "对金额仍有异议。", "refusal_witness": "严淑华"}
    return {
        "sign_result": "drawn",
        "signing_place": "投诉接待室",
        "present_patient": [scene.story.patient["name"]],
        "patient_signature": True,
    }


def _countersign(_scene: Scene[Complaint], _topic: Topic) -> Answers:
    return {"counter_result": "sign", "house_signature": True}


def _pay(scene: Scene[Complaint], topic: Topic) -> Answers:
    [row] = (row for row in topic["remedies"] if row["kind"] == "compensation")
    number = scene.story.key.replace(" ", "")
    return {"paid_amount": row["amount"], "payment_voucher": f"FK-{number}", "paid_on": scene.today.isoformat()}


def _gift(scene: Scene[Complaint], _topic: Topic) -> Answers:
    return {"gift_item": "慰问礼盒", "gift_sent_on": scene.today.isoformat()}


def _execute(scene: Scene[Complaint], _topic: Topic) -> Answers:
    return {"executed_on": scene.today.isoformat(), "execution_result": "已按协议办理，患者在场。"}


def _delay(scene: Scene[Complaint], _topic: Topic) -> Answers:
    return {"new_date": scene.day(2), "delay_reason": "经办科室排班调整，改期办理。"}


def _confirm_done(_scene: Scene[Complaint], _topic: Topic) -> Answers:
    return {"remedy_done": True}


def _track(_scene: Scene[Complaint], _topic: Topic) -> Answers:
    return {"all_done": True, "track_note": "逐项核对，已全部落实。"}


def _ask(scene: Scene[Complaint], _topic: Topic) -> Answers:
    unhappy = scene.story.unhappy and not scene.done["UT_Ask"]
    return {
        "followup_channel": "phone",
        "reached": True,
        "score": "2" if unhappy else "5",
        "solved": not unhappy,
        "wants_reopen": unhappy,
    }


def _routes(scene: Scene[Complaint], _topic: Topic) -> Answers:
    return {
        "routes_told": ["talk", "peoples_mediation", "administrative_mediation", "court"],
        "routes_told_at": _talk(scene),
        "routes_told_how": "phone",
        "routes_told_to": scene.story.patient["name"],
        "routes_signature": True,
    }


def _close(scene: Scene[Complaint], topic: Topic) -> Answers:
    story = scene.story
    outcome = "external_resolution" if scene.done["UT_Routes"] else "no_answer_closed" if story.silent else "agreed"
    if story.unreasonable and not scene.done["UT_Sign"] and outcome == "agreed":
        outcome = "clear_no"
    return {
        "severity": "S1" if topic.get("danger") else "S3",
        "responsible_unit": topic["departments"][0],
        "outcome": outcome,
        "lesson": topic["prevention"],
    }


def _confirm_withdrawal(_scene: Scene[Complaint], _topic: Topic) -> Answers:
    return {
        "withdrawal_identity": True,
        "withdrawal_free_will": True,
        "withdrawal_safety_open": False,
        "withdrawal_confirmed": True,
        "withdrawal_note": "电话核对身份，患者自愿撤回。",
    }


FORMS: Mapping[str, Callable[[Scene[Complaint], Topic], Answers]] = {
    "UT_Contact": _contact,
    "UT_Enquire": _enquire,
    "UT_Consult": _consult,
    "UT_Analyse": _analyse,
    "UT_Explain": _explain,
    "UT_Opinion": _opinion,
    "UT_Approve": _approve,
    "UT_Compose": _compose,
    "UT_ClearNo": _clear_no,
    "UT_SendByHand": _send_by_hand,
    "UT_RaiseLevel": _raise,
    "UT_Prepare": _prepare,
    "UT_ReviewLegal": _review,
    "UT_Sign": _sign,
    "UT_CounterSign": _countersign,
    "UT_FinancePay": _pay,
    "UT_Gift": _gift,
    "UT_Execute": _execute,
    "UT_Delay": _delay,
    "UT_ConfirmDone": _confirm_done,
    "UT_Track": _track,
    "UT_Ask": _ask,
    "UT_Routes": _routes,
    "UT_Close": _close,
    "UT_ConfirmWithdrawal": _confirm_withdrawal,
}
"""By the element of the diagram."""

HOURS: Mapping[str, float] = {
    "UT_Contact": 0.8,
    "UT_Enquire": 1,
    "UT_Consult": 1,
    "UT_Analyse": 0.7,
    "UT_Explain": 0.8,
    "UT_Opinion": 0.6,
    "UT_Approve": 0.8,
    "UT_Compose": 0.5,
    "UT_ClearNo": 0.8,
    "UT_Prepare": 1,
    "UT_Sign": 2,
    "UT_CounterSign": 1,
    "UT_FinancePay": 6,
    "UT_Gift": 5,
    "UT_Delay": 2,
    "UT_Execute": 12,
}
"""Working hours that a step usually takes; the first reply is meant for the same day."""
