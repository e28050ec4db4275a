"""The way of an instance through its diagrams: what was walked, how often, for how long, and where the tokens are."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property

from engine import Event, EventKind, Visit

KINDS = (
    EventKind.ENTERED,
    EventKind.LEFT,
    EventKind.CANCELLED,
    EventKind.FLOW,
    EventKind.INCIDENT,
    EventKind.RESOLVED,
)
"""The events that tell of it."""


@dataclass(frozen=True)
class Trail:
    """The part of the way that lies in one process; other diagrams may have elements of the same id."""

    stays: Sequence[Visit] = ()
    flows: frozenset[str] = frozenset()

    @cached_property
    def tokens(self) -> Mapping[str, int]:
        """How many tokens are in an element now."""
        return Counter(stay.element for stay in self.stays if stay.left is None)

    @cached_property
    def visits(self) -> Mapping[str, int]:
        """How often an element was entered."""
        return Counter(stay.element for stay in self.stays)

    def spent(self, element: str) -> timedelta:
        """How long tokens that have left were in an element."""
        return self._times.get(element, timedelta(0))

    @cached_property
    def _times(self) -> Mapping[str, timedelta]:
        found: dict[str, timedelta] = {}
        for stay in self.stays:
            if stay.left is not None:
                found[stay.element] = found.get(stay.element, timedelta(0)) + (stay.left - stay.entered)
        return found


@dataclass(frozen=True)
class Journey:
    """The way of an instance."""

    stays: Sequence[Visit]
    """In the order in which they began."""
    trails: Mapping[str, Trail]
    """By the key of the process, in the order in which the processes were entered."""
    homes: Mapping[int, str] = field(default_factory=dict)
    """The process of each token that was seen."""
    broken: Mapping[int, str] = field(default_factory=dict)
    """The elements of the tokens whose incident is not over."""

    def trail(self, process: str) -> Trail:
        """The part in one process."""
        return self.trails.get(process, Trail())

    def stay_of(self, token: int) -> Visit | None:
        """Where a token was or is; tokens stay in one element all their life."""
        return next((stay for stay in self.stays if stay.token == token), None)


def gather(visits: Iterable[Visit], flows: Iterable[tuple[str, str]]) -> Journey:
    """The same from what the database has put together, without who is broken: what most pages need."""
    taken: dict[str, set[str]] = defaultdict(set)
    for process, flow in flows:
        taken[process].add(flow)
    stays = list(visits)
    return Journey(stays, _trails(stays, taken), {stay.token: stay.process for stay in stays})


def follow(events: Iterable[Event]) -> Journey:
    """Put events together; they come in their order, those that tell nothing of the way are passed over."""
    stays: dict[int, Visit] = {}
    flows: dict[str, set[str]] = defaultdict(set)
    homes: dict[int, str] = {}
    broken: dict[int, str] = {}
    for event in events:
        if event.kind not in KINDS or event.process is None or event.element is None or event.token is None:
            continue
        token = event.token
        homes[token] = event.process
        if event.kind is EventKind.FLOW:
            flows[event.process].add(str(event.data.get("id")))
        elif event.kind is EventKind.ENTERED:
            stays[token] = Visit(token, event.process, event.element, event.at, None)
        elif event.kind is EventKind.INCIDENT:
            broken[token] = event.element
        else:
            broken.pop(token, None)
        if event.kind in (EventKind.LEFT, EventKind.CANCELLED) and token in stays:
            stay = stays[token]
            stays[token] = stay._replace(left=event.at)
    ordered = sorted(stays.values(), key=lambda stay: stay.entered)
    return Journey(ordered, _trails(ordered, flows), homes, broken)


def _trails(stays: Iterable[Visit], flows: Mapping[str, Collection[str]]) -> Mapping[str, Trail]:
    inside: dict[str, list[Visit]] = {}
    for stay in stays:
        inside.setdefault(stay.process, []).append(stay)
    return {process: Trail(part, frozenset(flows.get(process, ()))) for process, part in inside.items()}
