"""What the customers of the demo cases say."""

from datetime import timedelta

from processes.demo.model import LOOK_AGAIN, Scene, Word
from processes.op_quality_claim.demo.stories import Complaint

ANSWERS = timedelta(hours=7)
"""Working time until a customer answers."""


def withdrawal(scene: Scene[Complaint]) -> Word:
    """The customer does not want it any more."""
    return Word("MsgWithdrawRequest", {"withdrawn_by": scene.story.customer["name"], "withdrawal_channel": "phone"})


def outside(scene: Scene[Complaint], awaited: frozenset[str]) -> Word | timedelta | None:
    """What the customer does: thinks for a while, answers the reply or names the right lot, or stays silent."""
    story, done = scene.story, scene.done
    asked = "customer" if "MsgAccept" in awaited else "objection" if "MsgObjection" in awaited else ""
    if asked and story.stop == asked:
        return None
    if asked and done[f"asked {asked}"] == done[f"answered {asked}"]:
        done[f"asked {asked}"] += 1
        return ANSWERS
    if asked == "objection" and story.lot is not None:
        done["answered objection"] += 1
        right = {"order_no": story.topic["order"], "lot_no": story.topic["lot"]}
        return Word("MsgObjection", {"answer_channel": "phone", "objection_note": "批号写错，已更正。", **right})
    if asked == "customer" and not story.silent:
        done["answered customer"] += 1
        if done["answered customer"] > story.refuse:
            return Word("MsgAccept", {"answer_channel": "phone", "answer_note": "同意。"})
        return Word("MsgReject", {"answer_channel": "email", "answer_note": "数量不对，请重新核对。"})
    return LOOK_AGAIN
