"""A change of the measure in `kesu demo`: drafted by the management department, checked, before the general manager."""

from collections.abc import Mapping

from processes import folders
from processes.demo.model import Answers, Demo, Figure, Scene, Story

DEPARTMENT = (Figure("wen", "温凯", "Wen Kai", ("mgmt_dept",)),)
STORIES = (Story(key="change-1", day=3, stop="UT_GMApprove"),)
CHANGED = "follow_up"
FILE = "rules.tsv"


def answer(element: str, _scene: Scene[Story]) -> Answers:
    """The draft; it is not put into force, so that the shipped procedures stay as they are."""
    if element != "UT_Draft":
        raise KeyError(element)
    return {
        "changed_key": CHANGED,
        "changed_clause": "2.1.1-2",
        "change_reason": "依 2.1.1-2，回访在补救完成后三个工作日内进行，条文说明一并修订。",
        "draft_signature": True,
    }


def attached(_element: str, _scene: Scene[Story]) -> Mapping[str, Mapping[str, bytes]]:
    """The file that is to be changed."""
    (folder,) = (each for each in folders.shipped() if each.key == CHANGED)
    return {"change_files": {FILE: folder.files[FILE]}}


DEMO = Demo(
    process="change_of_measure",
    people=DEPARTMENT,
    clerks=DEPARTMENT,
    recorders=DEPARTMENT,
    stories=lambda: STORIES,
    answer=answer,
    attached=attached,
    hours={"UT_Draft": 4},
)
