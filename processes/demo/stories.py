"""The demo cases as they are told in the file: who complains of what, and how far it gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("cases.yaml")


@dataclass(frozen=True)
class Story:
    """One case: a topic, a customer, and what is special about it."""

    key: str
    """Its number in the file; kept as a variable of the instance, so that it is told once."""
    topic: Mapping[str, Any]
    customer: Mapping[str, Any]
    day: int
    """Received so many working days ago."""
    channel: str = "phone"
    pace: float = 1.0
    stop: str | None = None
    """The step before which it stays: an element, or the customer's answer or objection."""
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
    withdraw: str | None = None
    """The customer withdraws when the case is at this step."""
    unreached: int = 0
    unhappy: bool = False
    """The first satisfaction check fails."""
    note: str = ""
    """What the owner of the case comments when it is at its last step."""

    @property
    def refused(self) -> bool:
        """Whether the complaint is not accepted."""
        return "refused" in self.topic


def read() -> list[Story]:
    """The stories of the file, in its order."""
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return [
        Story(
            key=f"{number:02}",
            topic=told["topics"][story.pop("topic")],
            customer=told["customers"][story.pop("customer")],
            **story,
        )
        for number, story in enumerate(told["stories"], 1)
    ]
