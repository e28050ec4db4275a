"""What the demo people say where units or others disagree: mediation, joint liability, recourse, the last letter."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from processes.demo.model import Answers, Scene
from processes.kb_sales_quality.demo import replies
from processes.kb_sales_quality.demo.stories import Complaint


def disputing_position(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """Sales, which disputes."""
    return {"disputing_position": scene.words("客户停线，须一并处理其余产品。", "The customer's line stands still.")}


def unit_position(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """The unit, which stands by its measure."""
    return {"unit_position": scene.words("其余产品抽检合格，不必更换。", "The others passed the sampling test.")}


def mediate(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """The general manager's office mediates."""
    instruction = scene.words(
        "更换不良品，其余由品管派员全检。", "Exchange the bad ones, quality control sorts the others."
    )
    result = "no_agreement" if scene.story.unresolved else "set_plan"
    return {"mediation_result": result, "mediation_instruction": instruction}


def end_letter(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """How it ends without agreement."""
    return {
        **replies.way(scene),
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


def confirm_end(_scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """The head confirms it."""
    return {"end_decision": "confirm"}


def convene(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """The general manager calls units and the supplier together."""
    return {
        "heard_units": ["purchasing", "qc", topic["unit"]],
        "parties": [{"name": topic["party"], "kind": "supplier", "contact_note": "质量部"}],
        "joint_question": "原因何在，各方应承担多少责任？",
        "joint_meeting_on": scene.day(1),
    }


def unit_opinion(_scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """What a unit thinks."""
    return {"unit_cause": topic["cause"], "unit_opinion": "供应商应承担主要责任，进料检验亦有疏漏。"}


def party_position(scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """What the supplier says."""
    position = "承认该批原料不合格，愿承担材料损失。"
    return {"heard_on": scene.today.isoformat(), "party_position": position, "party_admits": "partly"}


def shares(_scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """Who bears how much."""
    return {
        "shares": [
            {"name": topic["party"], "kind": "supplier", "share": 70, "recourse": True},
            {"name": "本公司", "kind": "own", "share": 30, "recourse": False},
        ],
        "own_solution": topic["reply"] + "由本公司先行支付。",
        "share_basis": "原料为主因，进料检验亦有疏漏。",
        "joint_signature": True,
    }


def cosign(_scene: Scene[Complaint], _topic: Mapping[str, Any]) -> Answers:
    """A second person signs."""
    return {"cosign_result": "sign", "cosign_signature": True}


def claim(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """The share of the supplier is claimed."""
    total = Decimal(topic["claimed"]) * 7 / 10
    text = f"按责任分摊，{topic['party']}承担百分之七十。"
    return {"claimed_amount": f"{total:.2f}", "claimed_on": scene.today.isoformat(), "claim_text": text}


def recovered(scene: Scene[Complaint], topic: Mapping[str, Any]) -> Answers:
    """Part of it comes back."""
    total = Decimal(topic["claimed"]) * 6 / 10
    return {"recourse_result": "partly", "recourse_amount": f"{total:.2f}", "recovered_on": scene.today.isoformat()}
