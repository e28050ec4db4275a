"""The demo cases as they are told in the file: who complains of what, and how far it gets."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from processes.demo.model import Story
from processes.kb_sales_quality.demo import crowd

FILE = Path(__file__).with_name("stories.yaml")
SPECIAL: Sequence[str] = ("lot", "order", "product", "quantity")
"""What a story may tell otherwise than its topic."""


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
    unresolved: bool = False
    """The mediation ends without agreement."""
    duty: str = ""
    """Other work of sales, which is added while the unit investigates."""
    same_as: str = ""
    """The key of the story that tells of the same."""

    @property
    def refused(self) -> bool:
        """Whether the complaint is not accepted, already when it is verified."""
        return "refused" in self.topic and not self.topic.get("late")

    def stays(self, element: str, done: Counter[str]) -> bool:
        """A letter that promises too much is written, and stays when it comes back."""
        comes_back = element == "UT_Compose" and self.promise and not done[element]
        return element == self.stop and not comes_back


def read() -> list[Complaint]:
    """The stories of the file, in its order, and the many; each has its number as its key."""
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    drawn = crowd.draw(told["topics"], told["customers"])
    return [_complaint(told, key, story) for key, story in (*_numbered(told), *drawn)]


def _numbered(told: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The stories of the file: of most topics each is of a model and a lot of its own."""
    for number, story in enumerate(told["stories"], 1):
        topic = told["topics"][story["topic"]]
        if not topic.get("wave"):
            sign = crowd.MODELS[number % len(crowd.MODELS)]
            story.setdefault("product", topic["product"] + sign)
            if "lot" in topic:
                story.setdefault("lot", topic["lot"] + sign)
        yield f"{number:02}", story


def _complaint(told: Mapping[str, Any], key: str, given: Mapping[str, Any]) -> Complaint:
    story = dict(given)
    topic, customer = told["topics"][story.pop("topic")], told["customers"][story.pop("customer")]
    special = {name: story.pop(name) for name in SPECIAL if name in story}
    language, filled = customer["language"], fill({**topic, **special})
    return Complaint(key=key, topic=filled, customer=customer, language=language, **story)


def fill(topic: Mapping[str, Any]) -> Mapping[str, Any]:
    """A topic with its numbers in its texts."""
    pieces, of = topic.get("quantity", (0, 0))
    total = Decimal(pieces) * topic.get("price", 0)
    numbers = {"lot": "", **topic, "n": pieces, "of": of, "sum": f"{total:.2f}", "money": f"{total:,.2f}"}
    return {name: _filled(value, numbers) for name, value in topic.items() if name != "some"}


def _filled(value: Any, numbers: Mapping[str, Any]) -> Any:
    if value == "{n}":
        return numbers["n"]
    if isinstance(value, str):
        return value.format_map(numbers)
    if isinstance(value, list):
        return [_filled(each, numbers) for each in value]
    return {name: _filled(each, numbers) for name, each in value.items()} if isinstance(value, dict) else value
