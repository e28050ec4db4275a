"""The demo cases as they are told in the file: which patient is not content with what, and how far it gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from processes.demo.model import Story

FILE = Path(__file__).with_name("stories.yaml")


@dataclass(frozen=True, kw_only=True)
class Complaint(Story):
    """A case of the file: its topic, its patient, and what is special about it.

    It may also stop at the `patient` who answers.
    """

    topic: Mapping[str, Any]
    patient: Mapping[str, Any]
    enquire: bool = False
    """Somebody looks on the spot."""
    promise: bool = False
    """Something was promised in the first talk."""
    unreasonable: bool = False
    """The first opinion is a clear no."""
    refuse: int = 0
    """How often the patient refuses the reply or the no."""
    unsigned: int = 0
    """How often the patient refuses to sign."""
    silent: bool = False
    unhappy: bool = False
    """The first satisfaction check fails."""


def read() -> list[Complaint]:
    """The stories of the file, in its order; each has its number there as its key."""
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    complaints = []
    for number, story in enumerate(told["stories"], 1):
        topic, patient = told["topics"][story.pop("topic")], told["patients"][story.pop("patient")]
        complaints.append(Complaint(key=f"PT {number:02}", topic=topic, patient=patient, **story))
    return complaints
