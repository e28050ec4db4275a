"""What the demo people plan, approve and write to the customer."""

from collections.abc import Mapping
from typing import Any

from processes.demo.model import Answers, Scene
from processes.kb_sales_quality.demo.stories import Complaint


def plan(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """The plan, cut where the head asked for it."""
    remedies = [{**remedy, "promised_date": scene.day(4)} for remedy in topic["remedies"]]
    if "cut" in topic and scene.done["UT_DraftPlan"]:
        remedies[0]["amount"] = topic["cut"]
    return {
        "remedies": remedies,
        "options": [{"text": topic["remedies"][0]["detail"]}],
        "schedule": topic["schedule"],
        "reply_manner": "email" if scene.story.customer.get("email") else "letter",
        "fault_statement": "ours",
        "factor_return": "yes",
        "factor_reputation": "neutral",
        "demand_assessment": "reasonable",
        "fault_degree": "main",
    }


def approve(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """The decision on the plan."""
    if "cut" in topic and scene.done["UT_Approve"] == 1:
        comment = scene.words("误工损失按合同上限核减。", "The loss of time is limited by the contract.")
        return {
            "decision": "change",
            "approved_amount": topic["cut"],
            "approval_comment": comment,
            "approval_signature": True,
        }
    return {"decision": "approve", "approval_signature": True}


def way(scene: Scene[Complaint]) -> Answers:
    """How and to whom a letter goes."""
    email = scene.story.customer.get("email")
    if email:
        return {"reply_channel": "email", "reply_to": email}
    return {"reply_channel": "letter", "reply_to": scene.words("登记地址", "the address in the register")}


def compose(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """The reply; some promise too much at first."""
    solution = topic["reply"]
    if scene.story.promise and not scene.done["UT_Compose"]:
        solution = scene.words("我们承诺赔偿 18,000.00 元。", "We promise to pay ¥18,000.00.")
    return {
        **way(scene),
        "reply_cause": topic["cause"],
        "reply_solution": solution,
        "reply_compensation": topic["compensation"],
        "reply_prevention": topic["prevention"],
        "reply_schedule": topic["schedule"],
    }


def read_letter(_scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """A second person reads what the guard is unsure of."""
    return {"letter_read": "send"}


def explain(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """Why it is not accepted."""
    return {
        **way(scene),
        "reject_reason": topic["refused"],
        "reject_apology": topic["apology"],
        "reject_objection_how": scene.words("如有不同意见，请在五个工作日内来信或来电。", "Please write or call us."),
    }


def confirm_refusal(_scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """The head confirms it."""
    return {"reject_decision": "confirm"}


def send_by_hand(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """How it went out without mail."""
    return {"sent_manner": "phone" if scene.story.channel == "phone" else "letter"}
