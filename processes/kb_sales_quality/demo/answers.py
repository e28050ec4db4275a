"""What the demo people fill into the forms of the sales and quality procedure."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from processes.demo.model import Answers, Scene, Word
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


def _take_over(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    return {"handover_note": scene.words("已接收，今日查证。", "Taken over, will be verified today.")}


def _compare(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    return {"same_kind": "none", "link_reason": scene.words("另一客户的交货。", "A delivery to another customer.")}


def _verify(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    checked = {"checked_items": ["order", "photos", "talk"]}
    if not scene.story.refused:
        return {**checked, "verify_result": "accept"}
    return {**checked, "verify_result": "misunderstanding", "verify_reason": topic["facts"]}


def _slip(_scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
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


def _inspect(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
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


def _attribute(_scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    answers = {"confirmed_unit": topic["unit"], "unit_basis": topic["findings"]}
    if topic.get("joint"):
        answers.update(joint=True, joint_reason=topic["cause"])
    return answers


def _investigate(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
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


def _consolidate(_scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    return {"demand_analysis": topic["demand"], "qc_solution": topic["solution"]}


def _review(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    reason = scene.words(
        "没有说明其余产品如何处理，客户无法接受。", "It does not say what becomes of the other pieces."
    )
    if scene.done["UT_ReviewCm"] < scene.story.redo:
        return {"cm_decision": "redo", "cm_reason": reason}
    if scene.story.dispute:
        return {"cm_decision": "dispute", "cm_reason": reason}
    return {"cm_decision": "accept"}


def _opinion(_scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    return {"sales_opinion": topic["opinion"], "countermeasure_unit": topic["unit"]}


def _rule(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    if scene.story.returned and not scene.done["UT_SupervisorRule"]:
        note = scene.words("请附合同原文。", "Please add the text of the contract.")
        return {"ruling": "return", "ruling_comment": note, "ruling_signature": True}
    return {"ruling": "approve", "ruling_signature": True}


def _disputing_position(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    return {"disputing_position": scene.words("客户停线，须一并处理其余产品。", "The customer's line stands still.")}


def _unit_position(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    return {"unit_position": scene.words("其余产品抽检合格，不必更换。", "The others passed the sampling test.")}


def _mediate(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    instruction = scene.words(
        "更换不良品，其余由品管派员全检。", "Exchange the bad ones, quality control sorts the others."
    )
    result = "no_agreement" if scene.story.unresolved else "set_plan"
    return {"mediation_result": result, "mediation_instruction": instruction}


def _end_letter(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    return {
        **_way(scene),
        "end_reason": scene.words(
            "经多次沟通并由总经理室协调，双方对处理方案仍有较大分歧，无法达成一致，特此书面说明，并对由此带来的不便深表遗憾。",
            "After several talks, and mediation by the general manager's office, we could not agree, and we regret it.",
        ),
        "end_offered": topic["reply"],
        "end_routes": scene.words(
            "可请求消费者协会或市场监督管理部门调解，或依法仲裁、提起诉讼。",
            "You may ask the consumers' association or the authority to mediate, or go to arbitration or to court.",
        ),
    }


def _confirm_end(_scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    return {"end_decision": "confirm"}


def _convene(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    return {
        "heard_units": ["purchasing", "qc", topic["unit"]],
        "parties": [{"name": topic["party"], "kind": "supplier", "contact_note": "质量部"}],
        "joint_question": "原因何在，各方应承担多少责任？",
        "joint_meeting_on": scene.day(1),
    }


def _unit_opinion(_scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    return {"unit_cause": topic["cause"], "unit_opinion": "供应商应承担主要责任，进料检验亦有疏漏。"}


def _party_position(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    position = "承认该批原料不合格，愿承担材料损失。"
    return {"heard_on": scene.today.isoformat(), "party_position": position, "party_admits": "partly"}


def _shares(_scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    return {
        "shares": [
            {"name": topic["party"], "kind": "supplier", "share": 70, "recourse": True},
            {"name": "本公司", "kind": "own", "share": 30, "recourse": False},
        ],
        "own_solution": topic["reply"] + "由本公司先行支付。",
        "share_basis": "原料为主因，进料检验亦有疏漏。",
        "joint_signature": True,
    }


def _cosign(_scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    return {"cosign_result": "sign", "cosign_signature": True}


def _claim(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    total = Decimal(topic["claimed"]) * 7 / 10
    text = f"按责任分摊，{topic['party']}承担百分之七十。"
    return {"claimed_amount": f"{total:.2f}", "claimed_on": scene.today.isoformat(), "claim_text": text}


def _recovered(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    total = Decimal(topic["claimed"]) * 6 / 10
    return {"recourse_result": "partly", "recourse_amount": f"{total:.2f}", "recovered_on": scene.today.isoformat()}


def _read_letter(_scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    return {"letter_read": "send"}


def _duty(_scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    return {"duty_result": "已办理，资料归入本案。"}


def aside(element: str, scene: Scene[Complaint]) -> Word | None:
    """Other work that sales adds while the unit investigates."""
    if element != "UT_CmInvestigate" or not scene.story.duty or scene.done["duty added"]:
        return None
    scene.done["duty added"] += 1
    return Word("MsgDuty", {"duty_text": scene.story.duty, "duty_due": scene.day(5)})


def _plan(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
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


def _approve(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    if "cut" in topic and scene.done["UT_Approve"] == 1:
        comment = scene.words("误工损失按合同上限核减。", "The loss of time is limited by the contract.")
        return {
            "decision": "change",
            "approved_amount": topic["cut"],
            "approval_comment": comment,
            "approval_signature": True,
        }
    return {"decision": "approve", "approval_signature": True}


def _way(scene: Scene[Complaint]) -> Answers:
    email = scene.story.customer.get("email")
    if email:
        return {"reply_channel": "email", "reply_to": email}
    return {"reply_channel": "letter", "reply_to": scene.words("登记地址", "the address in the register")}


def _compose(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    solution = topic["reply"]
    if scene.story.promise and not scene.done["UT_Compose"]:
        solution = scene.words("我们承诺赔偿 18,000.00 元。", "We promise to pay ¥18,000.00.")
    return {
        **_way(scene),
        "reply_cause": topic["cause"],
        "reply_solution": solution,
        "reply_compensation": topic["compensation"],
        "reply_prevention": topic["prevention"],
        "reply_schedule": topic["schedule"],
    }


def _explain(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    return {
        **_way(scene),
        "reject_reason": topic["refused"],
        "reject_apology": topic["apology"],
        "reject_objection_how": scene.words("如有不同意见，请在五个工作日内来信或来电。", "Please write or call us."),
    }


def _confirm_refusal(_scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    return {"reject_decision": "confirm"}


def _execute(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    return {
        "executed_on": scene.today.isoformat(),
        "voucher": f"SF{scene.today:%y%m%d}{scene.story.key}",
        "execution_result": scene.words("已按方案完成，客户签收。", "Done as planned, the customer has signed."),
    }


def _order(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    return {"order_slip_no": f"NX{scene.today:%y%m%d}{scene.story.key}"}


def _remedy(topic: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    return next(remedy for remedy in topic["remedies"] if remedy["kind"] == kind)


def _take_back(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    return {"taken_back_on": scene.today.isoformat(), "taken_back_quantity": _remedy(topic, "return")["quantity"]}


def _refund(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    voucher, amount = f"TK{scene.today:%y%m%d}{scene.story.key}", _remedy(topic, "return")["amount"]
    return {"refunded_on": scene.today.isoformat(), "refund_amount": amount, "refund_voucher": voucher}


def _send_new(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    return {
        "sent_on": scene.today.isoformat(),
        "sent_quantity": _remedy(topic, "exchange")["quantity"],
        "consignment_no": f"SF{scene.today:%y%m%d}{scene.story.key}",
    }


def _cut_price(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    number, amount = f"HZ{scene.today:%y%m%d}{scene.story.key}", _remedy(topic, "price_cut")["amount"]
    return {"cut_on": scene.today.isoformat(), "cut_amount": amount, "credit_note_no": number}


def _repair(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    return {
        "repaired_on": scene.today.isoformat(),
        "repaired_quantity": _remedy(topic, "free_repair")["quantity"],
        "repair_result": scene.words("更换零件，试验合格。", "Part replaced, tested and found good."),
    }


def _send_back(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    number = f"SF{scene.today:%y%m%d}{scene.story.key}"
    return {"returned_on": scene.today.isoformat(), "return_consignment_no": number}


def _confirm_receipt(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    return {"customer_confirmed": "yes", "confirmed_on": scene.today.isoformat(), "confirmed_how": "receipt"}


def _new_date(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    why = scene.words("备货尚未到齐，到货即发。", "The stock is not complete yet; it is sent when it is.")
    return {"due_on": scene.day(2), "delay_reason": why}


def _delay(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    why = scene.words("经办人员外出，返回后即办。", "Whoever does it is away and does it upon return.")
    return {"new_date": scene.day(2), "delay_reason": why}


def _confirm_done(_scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    return {"remedy_done": True}


def _ask(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
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


def _close(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    outcome = "no_objection_closed" if scene.story.silent else topic.get("outcome", "upheld")
    return {
        "severity": "S1" if topic.get("injury") else topic.get("severity", "S3"),
        "responsible_unit": topic["unit"],
        "outcome": "unresolved" if scene.story.unresolved else outcome,
        "lesson": topic["prevention"],
    }


def _send_by_hand(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    return {"sent_manner": "phone" if scene.story.channel == "phone" else "letter"}


def _confirm_withdrawal(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    return {
        "withdrawal_identity": True,
        "withdrawal_free_will": True,
        "withdrawal_safety_open": False,
        "withdrawal_confirmed": True,
        "withdrawal_note": scene.words("电话核对身份，客户自愿撤回。", "Identity checked by telephone."),
    }


def _domestic_rule(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    return {
        "domestic_clause": scene.words("第 4.2 条", "Clause 4.2"),
        "domestic_opinion": scene.words("订单录入须两人核对，本案未核对。", "Two people check an order; nobody did."),
    }


def _root_cause(_scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    cause = topic.get("root", "") + topic.get("cause", topic["facts"])
    return {"root_cause": cause, "root_cause_category": topic.get("category", "misuse")}


def _actions(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    what = {"kind": "corrective", "owner_name": scene.words("孙伟", "Sun Wei"), "due": scene.day(10)}
    return {"actions": [{**what, "what": topic.get("prevention", topic["facts"])}], "effect_date": scene.day(15)}


def _effect(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    found = scene.words("三周内未再发生。", "It has not happened again in three weeks.")
    return {"effective": True, "effect_findings": found}


FORMS: Mapping[str, Callable[[Scene[Complaint], Mapping[str, Any]], Answers]] = {
    "UT_AcceptCase": _take_over,
    "UT_ConfirmDuplicate": _compare,
    "UT_Verify": _verify,
    "UT_FillSlip": _slip,
    "UT_QcInspect": _inspect,
    "UT_QcAttribute": _attribute,
    "UT_CmInvestigate": _investigate,
    "UT_QcSolution": _consolidate,
    "UT_ReviewCm": _review,
    "UT_SalesOpinion": _opinion,
    "UT_SupervisorRule": _rule,
    "UT_DomesticRule": _domestic_rule,
    "UT_StateDispute": _disputing_position,
    "UT_StateUnit": _unit_position,
    "UT_Mediate": _mediate,
    "UT_EndLetter": _end_letter,
    "UT_HeadConfirmEnd": _confirm_end,
    "UT_Convene": _convene,
    "UT_UnitOpinion": _unit_opinion,
    "UT_PartyPosition": _party_position,
    "UT_GmDecide": _shares,
    "UT_CoSign": _cosign,
    "UT_Claim": _claim,
    "UT_Recovered": _recovered,
    "UT_Duty": _duty,
    "UT_ReadLetter": _read_letter,
    "UT_DraftPlan": _plan,
    "UT_Approve": _approve,
    "UT_Compose": _compose,
    "UT_ExplainReject": _explain,
    "UT_HeadConfirmReject": _confirm_refusal,
    "UT_Order": _order,
    "UT_TakeBack": _take_back,
    "UT_Refund": _refund,
    "UT_SendNew": _send_new,
    "UT_CutPrice": _cut_price,
    "UT_Repair": _repair,
    "UT_SendBack": _send_back,
    "UT_ConfirmReceipt": _confirm_receipt,
    "UT_NewDate": _new_date,
    "UT_Delay": _delay,
    "UT_Execute": _execute,
    "UT_ConfirmDone": _confirm_done,
    "UT_Ask": _ask,
    "UT_Close": _close,
    "UT_ConfirmWithdrawal": _confirm_withdrawal,
    "UT_SendByHand": _send_by_hand,
    "UT_RootCause": _root_cause,
    "UT_Actions": _actions,
    "UT_Effect": _effect,
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
    "UT_QcInspect": 5,
    "UT_QcAttribute": 2,
    "UT_CmInvestigate": 7,
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
