"""The monthly meetings of `kesu demo`: last month's is over, this month's has resolutions, one of them overdue."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from processes.demo.model import Answers, Demo, Figure, Scene, Story

OFFICE = (Figure("gao", "高峰", "Gao Feng", ("gm_office",)),)


@dataclass(frozen=True, kw_only=True)
class Meeting(Story):
    """One month's; of its resolutions some are left alone."""

    left: int = 0

    def stays(self, element: str, done: Counter[str]) -> bool:
        """The last resolutions are not carried out."""
        return element == "UT_Improve" and done[element] >= len(RESOLUTIONS) - self.left


STORIES = (Meeting(key="meeting-1", month=1), Meeting(key="meeting-0", month=0, left=1, waits_for_all=True))

RESOLUTIONS = (
    ("注塑机模温与开模联锁，每班首件做跌落试验并记录。", "injection_workshop", 5),
    ("包装线加装整箱称重，缺件自动剔除。", "packaging_storage", 8),
    ("外购开关进料检验增加接触电阻一项。", "qc", 6),
)
"""What is resolved, by which unit, in how many working days."""

MEASURES = (
    ("供应商来料逐批检验接触电阻，不合格退货。", "检验规范已改版，两批退货。"),
    ("包装线末端加装称重秤，与装箱单比对。", "称重秤已投用，剔除缺件三箱。"),
    ("三台注塑机加装模温联锁。", "联锁已验收，低温无法开模。"),
)
"""What is done about the last, the second and the first of them."""


REPORTS = (
    ("逐件讨论上月品质类抱怨，外壳开裂居首，均已查明原因。", "开裂集中于 GF-220 夜班批次，模温联锁列为首要改善。"),
    ("上月缺件与受潮抱怨逐件讨论，换班清点与雨天装车是主因。", "包装线加装称重，雨天改用雨棚站台。"),
    ("设备点检与首检记录逐项核对，两台设备超期未检。", "点检表增列工装寿命，超期自动提醒。"),
    ("订单录入与交期变更通知逐件讨论。", "订单须两人核对，交期变更当日通知客户。"),
)
"""What the units say before a meeting, one after the other."""


def _report(scene: Scene[Meeting]) -> Answers:
    discussion, conclusion = REPORTS[scene.done["UT_Report"] % len(REPORTS)]
    return {"report_discussion": discussion, "report_conclusion": conclusion}


def _hold(scene: Scene[Meeting]) -> Answers:
    rows = [{"text": text, "unit": unit, "due": scene.day(days)} for text, unit, days in RESOLUTIONS]
    return {
        "meeting_on": scene.today.isoformat(),
        "attendees": "总经理室、品管单位、制造部、注塑车间、包装仓储、营业单位",
        "minutes": "逐件检讨上月抱怨案件；重复发生者列入改善，处理不当者通报。",
        "resolutions": rows,
    }


def _improve(scene: Scene[Meeting]) -> Answers:
    measure, note = MEASURES[scene.done["UT_Improve"] % len(MEASURES)]
    return {"measure": measure, "measure_done_on": scene.today.isoformat(), "measure_note": note}


def _supervise(scene: Scene[Meeting]) -> Answers:
    if scene.done["UT_Supervise"] == 1:
        return {"effective": False, "performance": "称重秤两次停用，仍有缺件发生，列入下次会议。"}
    return {"effective": True, "performance": "两周内未再发生。"}


FORMS: Mapping[str, Callable[[Scene[Meeting]], Answers]] = {
    "UT_Report": _report,
    "UT_HoldMeeting": _hold,
    "UT_Improve": _improve,
    "UT_Supervise": _supervise,
}


DEMO = Demo(
    process="review_meeting",
    people=OFFICE,
    clerks=OFFICE,
    recorders=OFFICE,
    stories=lambda: STORIES,
    answer=lambda element, scene: FORMS[element](scene),
    hours={"UT_Report": 6, "UT_HoldMeeting": 3, "UT_Improve": 16, "UT_Supervise": 10},
)
