"""The statistics of `kesu demo`: those of the last two months, analysed and issued."""

from processes.demo.model import Answers, Demo, Figure, Scene, Story

OFFICE = (Figure("gao", "高峰", "Gao Feng", ("gm_office",)),)
STORIES = (Story(key="statistics-1", month=1), Story(key="statistics-0", month=0))


def answer(element: str, _scene: Scene[Story]) -> Answers:
    """What a unit concludes from its figures."""
    if element != "UT_Analyse":
        raise KeyError(element)
    return {
        "analysis": "外壳开裂与包装缺件占上月品质类抱怨的多数，其余分散；平均答复天数在时限以内。",
        "conclusion": "模温联锁继续推行，包装线加装称重；下月观察开裂件数是否下降。",
    }


DEMO = Demo(
    process="periodic_statistics",
    people=OFFICE,
    clerks=OFFICE,
    recorders=OFFICE,
    stories=lambda: STORIES,
    answer=answer,
    hours={"UT_Analyse": 5},
)
