"""What the patients of the demo cases say."""

from datetime import timedelta

from processes.demo.model import LOOK_AGAIN, Scene, Word
from processes.pt_patient.demo.stories import Complaint

ANSWERS = timedelta(hours=5)
"""Working time until a patient answers."""


def withdrawal(scene: Scene[Complaint]) -> Word:
    """The patient does not want it any more."""
    return Word("MsgWithdrawRequest", {"withdrawn_by": scene.story.patient["name"], "withdrawal_channel": "phone"})


def outside(scene: Scene[Complaint], awaited: frozenset[str]) -> Word | timedelta | None:
    """What the patient does: thinks for a while, then agrees or not, or stays silent."""
    story, done = scene.story, scene.done
    if "MsgAccept" not in awaited:
        return LOOK_AGAIN
    if story.stop == "patient":
        return None
    if done["asked"] == done["answered"]:
        done["asked"] += 1
        return ANSWERS
    if story.silent:
        return LOOK_AGAIN
    done["answered"] += 1
    if done["answered"] > story.refuse:
        return Word("MsgAccept", {"answer_channel": "phone", "answer_note": "同意。"})
    return Word("MsgReject", {"answer_channel": "counter", "answer_note": "不同意，希望再谈。"})
