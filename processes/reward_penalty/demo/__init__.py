"""Reward and penalty in `kesu demo`: last month's serious cases, a notice carried out and one under way."""

from collections.abc import Callable, Mapping, Sequence

from processes.demo.model import Answers, Demo, Figure, Scene, Story

OFFICE = (Figure("gao", "高峰", "Gao Feng", ("gm_office",)),)
PEOPLE = (
    *OFFICE,
    Figure("ma", "马建国", "Ma Jianguo", ("gm",)),
    Figure("hong", "洪霞", "Hong Xia", ("hr",)),
    Figure("cai", "蔡明", "Cai Ming", ("payroll",)),
)
STORIES = (
    Story(key="reward-1", month=1),
    Story(key="reward-0", month=0, stop="UT_GMApprove", waits_for_all=True),
)


CAUSES: Sequence[tuple[str, str, str]] = (
    ("work_error", "刀具到寿命后未更换，未按作业指导书首检。", "首检记录缺失，情节属实。"),
    ("rule_breach", "模温报警后未停机，班长未记录。", "设备联锁已补上，责任人已在班前会说明，本次不罚。"),
    ("supplier", "外购件来料不合格，进料检验未抽到。", "责任在供应商，已另行追偿。"),
    ("design", "结构设计余量不足，同一缺陷多次发生。", "已列入改善，由设计单位限期完成，不另行处分。"),
)
"""Kind of the cause, the cause, and why it is decided so, of one case after the other; only the first is punished."""


def _attribute(scene: Scene[Story]) -> Answers:
    kind, text, _why = CAUSES[scene.done["UT_Attribute"] % len(CAUSES)]
    impact = "整批换货，客户停线半天，商誉受损。"
    return {"penalty_cause": kind, "cause_text": text, "impact": "S2", "impact_text": impact}


def _decide(scene: Scene[Story]) -> Answers:
    _kind, _text, why = CAUSES[scene.done["UT_Decide"] % len(CAUSES)]
    if scene.done["UT_Decide"]:
        return {"subject_kind": "none", "penalty_kind": "none", "decision_reason": why}
    return {
        "subject_kind": "person",
        "subject_unit": "manufacturing",
        "subject_name": "张强",
        "penalty_kind": "bonus",
        "decision_reason": why,
    }


def _notice(_scene: Scene[Story]) -> Answers:
    return {
        "notice_item": "罚扣当月绩效奖金",
        "notice_amount": "400.00",
        "notice_reason": "未按作业指导书更换刀具并首检，致产品不良流出。",
        "notice_signature": True,
    }


def _approve(_scene: Scene[Story]) -> Answers:
    return {"gm_decision": "approve", "gm_signature": True}


def _instruct(_scene: Scene[Story]) -> Answers:
    return {"discipline": "通报批评一次。", "instruct_signature": True}


def _publish(scene: Scene[Story]) -> Answers:
    return {"published_on": scene.today.isoformat(), "published_as": f"人字〔{scene.today.year}〕18 号"}


def _deduct(scene: Scene[Story]) -> Answers:
    return {"carried_out_on": scene.today.isoformat(), "carried_out_with": "当月薪资，凭证 G1102"}


FORMS: Mapping[str, Callable[[Scene[Story]], Answers]] = {
    "UT_Attribute": _attribute,
    "UT_Decide": _decide,
    "UT_Notice": _notice,
    "UT_GMApprove": _approve,
    "UT_Instruct": _instruct,
    "UT_HrPublish": _publish,
    "UT_Deduct": _deduct,
}


DEMO = Demo(
    process="reward_penalty",
    people=PEOPLE,
    clerks=OFFICE,
    recorders=OFFICE,
    stories=lambda: STORIES,
    answer=lambda element, scene: FORMS[element](scene),
    hours={"UT_Attribute": 6, "UT_Decide": 4, "UT_GMApprove": 5, "UT_Deduct": 10},
)
