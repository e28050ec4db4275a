"""The weekly sweep of `kesu demo`: of two records one becomes a case, the other is dismissed."""

from collections.abc import Callable, Mapping

from processes.demo.model import Answers, Demo, Figure, Scene, Story

CLERKS = (Figure("zhou", "周敏", "Zhou Min", ("intake",)),)
STORIES = (Story(key="sweep-1", day=3),)


def _look(scene: Scene[Story]) -> Answers:
    seen = {"looked_from": scene.day(-5), "looked_to": scene.day(-1), "looked": True}
    if scene.done["UT_Look"]:
        return {**seen, "anything_found": False}
    found = {"ref": "FX-1124", "who": "宁波远航商行", "phone": "13805744021", "product": "GF-220", "lot": "L2648"}
    told = {**found, "happened_on": scene.day(-3), "text": "退货单注明外壳开裂，客户要求换货，未曾登记。"}
    asked = {"ref": "FX-1127", "text": "询问新品上市时间。"}
    return {**seen, "anything_found": True, "typed": [told, asked]}


def _decide(scene: Scene[Story]) -> Answers:
    if scene.done["UT_Decide"]:
        return {"record_result": "case"}
    return {"record_result": "dismiss", "dismiss_reason": "咨询，不属抱怨。"}


FORMS: Mapping[str, Callable[[Scene[Story]], Answers]] = {"UT_Look": _look, "UT_Decide": _decide}


DEMO = Demo(
    process="source_sweep",
    people=CLERKS,
    clerks=CLERKS,
    recorders=CLERKS,
    stories=lambda: STORIES,
    answer=lambda element, scene: FORMS[element](scene),
    hours={"UT_Look": 0.3, "UT_Decide": 0.5},
)
