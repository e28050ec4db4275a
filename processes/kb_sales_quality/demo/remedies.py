"""How the demo people carry out what was promised, ask the customer and close."""

from collections.abc import Mapping
from typing import Any

from processes.demo.model import Answers, Scene
from processes.kb_sales_quality.demo.stories import Complaint


def execute(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """Done as planned."""
    return {
        "executed_on": scene.today.isoformat(),
        "voucher": f"SF{scene.today:%y%m%d}{scene.story.key}",
        "execution_result": scene.words("已按方案完成，客户签收。", "Done as planned, the customer has signed."),
    }


def order(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """The slip for the warehouse."""
    return {"order_slip_no": f"NX{scene.today:%y%m%d}{scene.story.key}"}


def _remedy(topic: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    return next(remedy for remedy in topic["remedies"] if remedy["kind"] == kind)


def take_back(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """Goods come back."""
    return {"taken_back_on": scene.today.isoformat(), "taken_back_quantity": _remedy(topic, "return")["quantity"]}


def refund(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """Money goes back."""
    voucher, amount = f"TK{scene.today:%y%m%d}{scene.story.key}", _remedy(topic, "return")["amount"]
    return {"refunded_on": scene.today.isoformat(), "refund_amount": amount, "refund_voucher": voucher}


def send_new(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """Other goods go out."""
    return {
        "sent_on": scene.today.isoformat(),
        "sent_quantity": _remedy(topic, "exchange")["quantity"],
        "consignment_no": f"SF{scene.today:%y%m%d}{scene.story.key}",
    }


def cut_price(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """A credit note."""
    number, amount = f"HZ{scene.today:%y%m%d}{scene.story.key}", _remedy(topic, "price_cut")["amount"]
    return {"cut_on": scene.today.isoformat(), "cut_amount": amount, "credit_note_no": number}


def repair(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """A repair."""
    return {
        "repaired_on": scene.today.isoformat(),
        "repaired_quantity": _remedy(topic, "free_repair")["quantity"],
        "repair_result": scene.words("更换零件，试验合格。", "Part replaced, tested and found good."),
    }


def send_back(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """What was repaired goes back."""
    number = f"SF{scene.today:%y%m%d}{scene.story.key}"
    return {"returned_on": scene.today.isoformat(), "return_consignment_no": number}


def confirm_receipt(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """The customer has it."""
    return {"customer_confirmed": "yes", "confirmed_on": scene.today.isoformat(), "confirmed_how": "receipt"}


def new_date(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """It becomes later."""
    why = scene.words("备货尚未到齐，到货即发。", "The stock is not complete yet; it is sent when it is.")
    return {"due_on": scene.day(2), "delay_reason": why}


def delay(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """Likewise."""
    why = scene.words("经办人员外出，返回后即办。", "Whoever does it is away and does it upon return.")
    return {"new_date": scene.day(2), "delay_reason": why}


def confirm_done(_scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """Sales confirms it."""
    return {"remedy_done": True}


def ask(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """Whether the customer is content."""
    asked = scene.done["UT_Ask"]
    if asked < scene.story.unreached:
        return {"followup_channel": "phone", "reached": False}
    unhappy = scene.story.unhappy and asked == scene.story.unreached
    return {
        "followup_channel": "phone",
        "reached": True,
        "score": "2" if unhappy else "5",
        "solved": not unhappy,
        "wants_reopen": unhappy,
    }


def close(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """What it was."""
    outcome = "no_objection_closed" if scene.story.silent else topic.get("outcome", "upheld")
    return {
        "severity": "S1" if topic.get("injury") else topic.get("severity", "S3"),
        "responsible_unit": topic["unit"],
        "outcome": "unresolved" if scene.story.unresolved else outcome,
        "lesson": topic["prevention"],
    }


def confirm_withdrawal(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """Nobody was made to withdraw."""
    return {
        "withdrawal_identity": True,
        "withdrawal_free_will": True,
        "withdrawal_safety_open": False,
        "withdrawal_confirmed": True,
        "withdrawal_note": scene.words("电话核对身份，客户自愿撤回。", "Identity checked by telephone."),
    }


def root_cause(_scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """Why it could happen."""
    cause = topic.get("root", "") + topic.get("cause", topic["facts"])
    return {"root_cause": cause, "root_cause_category": topic.get("category", "misuse")}


def actions(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """What is done about it."""
    what = {"kind": "corrective", "owner_name": scene.words("孙伟", "Sun Wei"), "due": scene.day(10)}
    return {"actions": [{**what, "what": topic.get("prevention", topic["facts"])}], "effect_date": scene.day(15)}


def effect(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """Whether it helped."""
    found = scene.words("三周内未再发生。", "It has not happened again in three weeks.")
    return {"effective": True, "effect_findings": found}
