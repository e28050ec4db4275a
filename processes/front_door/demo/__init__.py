"""What comes to the front door for `kesu demo`: handed over at once, waiting for somebody to choose, no complaint."""

from dataclasses import dataclass
from datetime import timedelta

from processes.demo.model import Answers, Demo, Figure, Scene, Story

RECEPTION = (Figure("su", "苏晴", "Su Qing", ("reception",)),)
TRIAGE = (Figure("fan", "范立", "Fan Li", ("triage",)),)


@dataclass(frozen=True, kw_only=True)
class Caller(Story):
    """Somebody at the front door."""

    name: str
    phone: str
    email: str
    about: str
    description: str
    choice: str | None = None
    """Where it is moved to; nothing: it is no complaint."""


STORIES = (
    Caller(
        key="door-goods",
        day=1,
        name="韩梅",
        phone="13911110001",
        email="han@mail.example",
        about="goods",
        description="上周买的角磨机外壳有裂纹，想换一台。",
    ),
    Caller(
        key="door-care",
        day=2,
        name="丁国强",
        phone="13911110002",
        email="ding@mail.example",
        about="unknown",
        description="住院收费清单与说明不一致，要求解释。",
        choice="pt_patient",
    ),
    Caller(
        key="door-unclear",
        day=0,
        name="许文",
        phone="13911110003",
        email="xuwen@mail.example",
        about="unknown",
        description="打了三次电话都没有人回，不知道该找谁。",
        stop="UT_Triage",
    ),
    Caller(
        key="door-question",
        day=4,
        name="何建军",
        phone="13911110004",
        email="hejj@mail.example",
        about="other",
        description="询问周末是否可以到门店取修好的机器。",
    ),
)
"""Nobody and nothing in here exists."""


def stories() -> tuple[Caller, ...]:
    """What there is to tell."""
    return STORIES


def register(scene: Scene[Caller]) -> Answers:
    """The form of the reception."""
    told = scene.story
    return {
        "channel": "phone",
        "received_at": scene.now.isoformat(timespec="minutes"),
        "name": told.name,
        "phone": told.phone,
        "email": told.email,
        "customer_language": told.language,
        "about": told.about,
        "description": told.description,
    }


def answer(element: str, scene: Scene[Caller]) -> Answers:
    """The form of whoever chooses the procedure."""
    if element != "UT_Triage":
        raise KeyError(element)
    if scene.story.choice is None:
        return {"triage_decision": "close", "triage_reason": "只是询问，已当场答复。"}
    reason = "所述事项属于该流程，转交登记。"
    return {"triage_decision": "move", "target": scene.story.choice, "triage_reason": reason}


def outside(_scene: Scene[Caller], _waited_for: frozenset[str]) -> timedelta | None:
    """Nothing more is said to the reception."""
    return None


DEMO = Demo(
    process="front_door",
    people=(*RECEPTION, *TRIAGE),
    clerks=RECEPTION,
    recorders=RECEPTION,
    stories=stories,
    register=register,
    answer=answer,
    outside=outside,
    hours={"UT_Triage": 1},
)
