"""The demo cases as they are told in the file: who complains of what, and how far it gets."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from processes.demo.model import Story

FILE = Path(__file__).with_name("stories.yaml")


@dataclass(frozen=True, kw_only=True)
class Complaint(Story):
    """A case of the file: its topic, its customer, and what is special about it.

    It may also stop at the `customer` who answers, or at the `objection`.
    """

    topic: Mapping[str, Any]
    customer: Mapping[str, Any]
    channel: str = "phone"
    redo: int = 0
    dispute: bool = False
    returned: bool = False
    """The supervisor sends the opinion back once."""
    promise: bool = False
    """The first letter promises more than was approved."""
    refuse: int = 0
    """How often the customer refuses the reply."""
    silent: bool = False
    objection: bool = False
    unreached: int = 0
    unhappy: bool = False
    """The first satisfaction check fails."""

    @property
    def refused(self) -> bool:
        """Whether the complaint is not accepted."""
        return "refused" in self.topic

    def stays(self, element: str, done: Counter[str]) -> bool:
        """A letter that promises too much is written, and stays when it comes back."""
        comes_back = element == "UT_Compose" and self.promise and not done[element]
        return element == self.stop and not comes_back


def read() -> list[Complaint]:
    """The stories of the file, in its order; each has its number there as its key."""
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    complaints = []
    for number, story in enumerate(told["stories"], 1):
        topic, customer = told["topics"][story.pop("topic")], told["customers"][story.pop("customer")]
        language = customer["language"]
        complaints.append(Complaint(key=f"{number:02}", topic=topic, customer=customer, language=language, **story))
    return complaints
