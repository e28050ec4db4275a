"""What the history tells about the elements of a diagram: walked, how often, for how long, and where the tokens are."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engine import history

KINDS = ("entered", "left", "cancelled", "flow")


@dataclass(frozen=True)
class Stay:
    """A token's stay in an element."""

    element: str
    token: int
    entered: datetime
    left: datetime | None


@dataclass(frozen=True)
class Journey:
    """The way of an instance through its diagrams."""

    stays: Sequence[Stay]
    flows: frozenset[str]

    @property
    def tokens(self) -> Mapping[str, int]:
        """How many tokens are in an element now."""
        return Counter(stay.element for stay in self.stays if stay.left is None)

    @property
    def visits(self) -> Mapping[str, int]:
        """How often an element was entered."""
        return Counter(stay.element for stay in self.stays)

    def spent(self, element: str) -> timedelta:
        """How long tokens that have left were in an element."""
        stays = (stay for stay in self.stays if stay.element == element)
        return sum((stay.left - stay.entered for stay in stays if stay.left is not None), timedelta(0))

    def element_of(self, token: int) -> str | None:
        """Where a token was or is; tokens stay in one element all their life."""
        return next((stay.element for stay in self.stays if stay.token == token), None)


def journey(session: Session, instance_id: int) -> Journey:
    """The way of an instance, in one statement."""
    return follow(history.of(session, instance_id, kinds=KINDS))


def follow(events: Iterable[history.Event]) -> Journey:
    """Events in their order, put together."""
    entered: dict[tuple[str, int], datetime] = {}
    stays: list[Stay] = []
    flows = set()
    for event in events:
        if event.kind == "flow":
            flows.add(str(event.data.get("id")))
            continue
        if event.element is None or event.token is None:
            continue
        place = (event.element, event.token)
        if event.kind == "entered":
            entered[place] = event.at
        elif place in entered:
            stays.append(Stay(*place, entered.pop(place), event.at))
    stays += [Stay(*place, at, None) for place, at in entered.items()]
    return Journey(sorted(stays, key=lambda stay: (stay.entered, stay.token)), frozenset(flows))
