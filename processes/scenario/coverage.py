"""Which flow nodes and sequence flows the scenarios touched, read from the history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from engine import EventKind, InstanceFilter, Process, Session, admin, drawings, history

CATCHING = "intermediateCatchEvent"
EVERY = InstanceFilter(per_page=100_000)
Place = tuple[str, str]
"""The key of a process and the id of an element or flow in it: several diagrams may have an element of the same id."""


@dataclass(frozen=True)
class Touched:
    """What one play touched: elements and flows, each as process and id, and the processes there are."""

    elements: frozenset[Place] = frozenset()
    flows: frozenset[Place] = frozenset()
    rows: frozenset[Place] = frozenset()
    """The rows of tables that decided, each as decision and number, from 1."""
    fields: frozenset[Place] = frozenset()
    """What was filled in, each as form and field; not what was hidden or left empty."""
    processes: Mapping[str, Process] = field(default_factory=dict)


@dataclass(frozen=True)
class Coverage:
    """What all plays together touched of one process."""

    process: str
    nodes: int
    flows: int
    untouched_nodes: tuple[str, ...]
    untouched_flows: tuple[str, ...]

    @property
    def flow_share(self) -> Fraction:
        """The touched part of the sequence flows, 0 to 1."""
        return 1 - Fraction(len(self.untouched_flows), self.flows) if self.flows else Fraction(1)


@dataclass(frozen=True)
class Way:
    """The elements that an instance passed, in order."""

    arrived: tuple[str, ...]
    """When a token arrived at each; a catching event stands here once more when it has caught."""
    places: tuple[Place, ...]
    """The same, but a catching event counts only when it has caught what it waited for; each with its process."""
    end_events: tuple[str, ...]

    @property
    def passed(self) -> tuple[str, ...]:
        """The elements of `places`."""
        return tuple(element for _, element in self.places)


def way(session: Session, instance_id: int) -> Way:
    """The way of one instance, that of the processes it called included."""
    kinds = {
        (key, element.id): element.kind
        for key, process in _processes(session, [instance_id]).items()
        for element in process.elements.values()
    }
    events = history.of(session, instance_id, kinds=(EventKind.ENTERED, EventKind.LEFT))
    visited = [(event.kind, (event.process or "", event.element or "")) for event in events]
    steps = [(kind, place, kinds.get(place)) for kind, place in visited]
    return Way(
        arrived=tuple(place[1] for kind, place, drawn in steps if kind is EventKind.ENTERED or drawn == CATCHING),
        places=tuple(place for kind, place, drawn in steps if (kind is EventKind.LEFT) == (drawn == CATCHING)),
        end_events=tuple(place[1] for kind, place, drawn in steps if kind is EventKind.ENTERED and drawn == "endEvent"),
    )


def touched(session: Session, instance_id: int) -> Touched:
    """What the instance touched, and what the instances it started touched."""
    if not instance_id:
        return Touched()
    every = [item.id for item in admin.search_instances(session, EVERY).items]  # the stage is the case's own
    elements = frozenset(place for each in every for place in way(session, each).places)
    taken = (event for each in every for event in history.of(session, each, kinds=(EventKind.FLOW,)))
    flows = frozenset((event.process or "", event.data["id"]) for event in taken)
    decided = (event.data for each in every for event in history.of(session, each, kinds=(EventKind.DECISION,)))
    rows = frozenset((data["decision"], str(row)) for data in decided for row in data["rows"])
    given = (submission for each in every for submission in history.submissions_of(session, each))
    fields = frozenset(
        (submission.form, key)
        for submission in given
        if submission.form is not None
        for key, answer in submission.answers.items()
        if answer not in (None, "", [])
    )
    return Touched(elements, flows, rows, fields, _processes(session, every))


def main_process(keys: Mapping[str, Process]) -> str:
    """The process a scenario's own diagrams start: the one with a plain start that no other calls.

    LookupError when that is not one.

    Processes beside it that begin with a message, signal or timer start by themselves.
    """
    called = {key for process in keys.values() for key in process.calls}
    found = [key for key, process in keys.items() if process.executable and key not in called and _is_plain(process)]
    if len(found) != 1:
        raise LookupError(f"which process starts? One must begin plainly and be called by no other: {_names(found)}")
    return found[0]


def _is_plain(process: Process) -> bool:
    return any(start.kind == "none" for start in process.starts)


def _names(keys: Iterable[str]) -> str:
    return f"here it is {', '.join(keys)}" if keys else "here there is none"


def join(every: Iterable[Touched]) -> list[Coverage]:
    """The coverage of each process over all plays, by key."""
    processes: dict[str, Process] = {}
    elements: set[Place] = set()
    flows: set[Place] = set()
    for one in every:
        processes.update(one.processes)
        elements |= one.elements
        flows |= one.flows
    return [
        Coverage(
            key,
            nodes=len(process.elements),
            flows=len(process.flows),
            untouched_nodes=tuple(sorted(each for each in process.elements if (key, each) not in elements)),
            untouched_flows=tuple(sorted(each for each in process.flows if (key, each) not in flows)),
        )
        for key, process in sorted(processes.items())
    ]


def _processes(session: Session, instance_ids: Iterable[int]) -> dict[str, Process]:
    """The processes that these instances have walked through, and those deployed with them."""
    found = [drawings.drawings_of(session, admin.get_instance(session, each)) for each in instance_ids]
    return {key: drawn.process for each in found for key, drawn in each.items()}
