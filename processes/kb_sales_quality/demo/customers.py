"""What the customers of the demo cases say and send."""

from collections.abc import Mapping
from datetime import timedelta

from processes.demo.model import LOOK_AGAIN, Scene, Word
from processes.kb_sales_quality.demo.photo import draw
from processes.kb_sales_quality.demo.stories import Complaint

ANSWERS = timedelta(hours=7)
"""Working time until a customer answers."""


def enclosed(scene: Scene[Complaint]) -> Mapping[str, Mapping[str, bytes]]:
    """What the customer sent along, for topics that have a picture."""
    if not scene.story.topic.get("photo"):
        return {}
    return {"attachments": {f"IMG_{2100 + scene.number}.png": draw(scene.number)}}


def withdrawal(scene: Scene[Complaint]) -> Word:
    """The customer does not want it any more."""
    answers = {"withdrawn_by": scene.story.customer["name"], "withdrawal_channel": "phone"}
    return Word("MsgWithdrawRequest", answers)


def outside(scene: Scene[Complaint], awaited: frozenset[str]) -> Word | timedelta | None:
    """What the customer does: thinks for a while, answers the reply or objects to a refusal, or stays silent."""
    story, done = scene.story, scene.done
    asked = "customer" if "MsgAccept" in awaited else "objection" if "MsgObjection" in awaited else ""
    if asked and story.stop == asked:
        return None
    if asked and done[f"asked {asked}"] == done[f"answered {asked}"]:
        done[f"asked {asked}"] += 1
        return ANSWERS
    if asked == "customer" and not story.silent:
        done["answered customer"] += 1
        if done["answered customer"] > story.refuse:
            return Word("MsgAccept", {"answer_channel": "phone"})
        note = scene.words("数量不对，请重新核对。", "The quantity is wrong, please check.")
        return Word("MsgReject", {"answer_channel": "email", "answer_note": note})
    if asked == "objection" and story.objection and not done["answered objection"]:
        done["answered objection"] += 1
        reason = scene.words("电源由贵方人员接线，请再次查证。", "Your own people connected it.")
        return Word("MsgObjection", {"objection_channel": "phone", "objection_reason": reason})
    return LOOK_AGAIN
