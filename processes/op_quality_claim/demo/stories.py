"""The demo cases as they are told in the file: which lot is complained of, and how far it gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from engine import SYSTEM, Session
from processes.demo.model import Story
from processes.shipments import listing

FILE = Path(__file__).with_name("stories.yaml")
LIST = Path(__file__).with_name("shipments.csv")


@dataclass(frozen=True, kw_only=True)
class Complaint(Story):
    """A case of the file: its topic, its customer, and what is special about it.

    It may also stop at the `customer` who answers, or at the `objection`.
    """

    topic: Mapping[str, Any]
    customer: Mapping[str, Any]
    lot: str | None = None
    """The lot that is registered at first, where it is the wrong one."""
    refuse: int = 0
    """How often the customer refuses the reply."""
    silent: bool = False
    unhappy: bool = False
    """The first satisfaction check fails."""
    changed: bool = False
    """The manager allows less at first."""


def read() -> list[Complaint]:
    """The stories of the file, in its order; each has its number there as its key."""
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    complaints = []
    for number, story in enumerate(told["stories"], 1):
        topic, customer = told["topics"][story.pop("topic")], told["customers"][story.pop("customer")]
        complaints.append(Complaint(key=f"OP {number:02}", topic=topic, customer=customer, **story))
    return complaints


def deliver(session: Session) -> None:
    """Enter what was delivered."""
    listing.import_csv(session, LIST.read_bytes(), by=SYSTEM)
