"""What the demo people find out about a complaint: registration, slip, inspection, measure."""

from collections.abc import Mapping
from typing import Any

from processes.demo.model import Answers, Scene
from processes.kb_sales_quality.demo.stories import Complaint


def take_over(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """Sales takes the case over."""
    return {"handover_note": scene.words("已接收，今日查证。", "Taken over, will be verified today.")}


def compare(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """Another delivery, which only looks alike."""
    return {"same_kind": "none", "link_reason": scene.words("另一客户的交货。", "A delivery to another customer.")}


def verify(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """Facts are looked at; some complaints are a misunderstanding."""
    checked = {"checked_items": ["order", "photos", "talk"]}
    if not scene.story.refused:
        return {**checked, "verify_result": "accept"}
    return {**checked, "verify_result": "misunderstanding", "verify_reason": topic["facts"]}


def slip(_scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """The contact slip, with the route."""
    answers = {
        "verified_facts": topic["facts"],
        "customer_demand": topic["demand"],
        "complaint_type": topic["type"],
        "countermeasure_unit": topic["unit"],
        "deviates_from_standard": not (topic.get("contract") or topic.get("sales_ops")),
    }
    if not answers["deviates_from_standard"]:
        answers["pure_contract"] = bool(topic.get("contract"))
        if topic.get("contract"):
            answers["contract_no"] = topic["contract"]
        else:
            answers["sales_ops"] = True
    return answers


def inspect(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """Quality control inspects."""
    method, standard, item, required, measured = topic["inspection"]
    return {
        "sample_received": True,
        "sample_id": f"S-{scene.story.key}{scene.today:%m%d}",
        "inspection_method": method,
        "inspection_standard": standard,
        "measurements": [{"item": item, "required": required, "measured": measured}],
        "conform": "no",
        "inspection_findings": topic["findings"],
        "inspector_signature": True,
    }


def attribute(_scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """Quality control says whose it is, and whether others are liable."""
    answers = {"confirmed_unit": topic["unit"], "unit_basis": topic["findings"]}
    if topic.get("joint"):
        answers.update(joint=True, joint_reason=topic["cause"])
    return answers


def investigate(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """The unit finds the cause, or that it is not as complained."""
    version = scene.done["UT_CmInvestigate"] + 1
    note = scene.words(f"（第 {version} 版）", f" (version {version})") if version > 1 else ""
    if topic.get("late"):
        found = {"cause": topic["cause"] + note, "cause_category": topic["category"]}
        return {**found, "facts_match": "not", "facts_basis": topic["basis"]}
    return {
        "cause": topic["cause"] + note,
        "cause_category": topic["category"],
        "facts_match": "agrees",
        "solution": topic["solution"] + note,
        "prevention": topic["prevention"],
        "measure_due": scene.day(15),
        **_evaluated(topic),
    }


def _evaluated(topic: Mapping[str, Any]) -> Answers:
    """Somebody else looks at a service that is complained of."""
    if topic["type"] != "service":
        return {}
    return {
        "service_evaluator": "何静",
        "service_evaluation": "查业务日报与来往记录，客户所述属实，应致歉并改进通知办法。",
    }


def consolidate(_scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """Quality control puts the slip together."""
    return {"demand_analysis": topic["demand"], "qc_solution": topic["solution"]}


def review(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """Sales is content with the measure or not."""
    reason = scene.words(
        "没有说明其余产品如何处理，客户无法接受。", "It does not say what becomes of the other pieces."
    )
    if scene.done["UT_ReviewCm"] < scene.story.redo:
        return {"cm_decision": "redo", "cm_reason": reason}
    if scene.story.dispute:
        return {"cm_decision": "dispute", "cm_reason": reason}
    return {"cm_decision": "accept"}


def opinion(_scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """Sales says what it thinks of a contract."""
    return {"sales_opinion": topic["opinion"], "countermeasure_unit": topic["unit"]}


def rule(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """The supervisor rules on it."""
    if scene.story.returned and not scene.done["UT_SupervisorRule"]:
        note = scene.words("请附合同原文。", "Please add the text of the contract.")
        return {"ruling": "return", "ruling_comment": note, "ruling_signature": True}
    return {"ruling": "approve", "ruling_signature": True}


def domestic_rule(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """Sales applies its own measure."""
    return {
        "domestic_clause": scene.words("第 4.2 条", "Clause 4.2"),
        "domestic_opinion": scene.words("订单录入须两人核对，本案未核对。", "Two people check an order; nobody did."),
    }


def duty(_scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """Other work is done."""
    return {"duty_result": "已办理，资料归入本案。"}
