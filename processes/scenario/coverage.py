"""Which flow nodes and sequence flows the scenarios touched, read from the history."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.loading import load
from engine.schema import Event, Instance, ProcessDefinition
from engine.values import Process

CATCHING = "intermediateCatchEvent"


@dataclass(frozen=True)
class Touched:
    """What one play touched: ids of elements and flows, and the processes they may belong to."""

    elements: frozenset[str] = frozenset()
    flows: frozenset[str] = frozenset()
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
    passed: tuple[str, ...]
    """The same, but a catching event counts only when it has caught what it waited for."""
    end_events: tuple[str, ...]


def way(session: Session, instance_id: int) -> Way:
    """The way of one instance, that of the processes it called included."""
    kinds = {element.id: element.kind for process in _processes(session, [instance_id]).values()
             for element in process.elements.values()}  # fmt: skip
    query = select(Event.kind, Event.element).where(Event.instance_id == instance_id)
    rows = session.execute(query.where(Event.kind.in_(("entered", "left"))).order_by(Event.id)).all()
    steps = [(kind, element or "", kinds.get(element or "") == CATCHING) for kind, element in rows]
    return Way(
        arrived=tuple(element for kind, element, catching in steps if kind == "entered" or catching),
        passed=tuple(element for kind, element, catching in steps if (kind == "left") == catching),
        end_events=tuple(e for kind, e, _ in steps if kind == "entered" and kinds.get(e) == "endEvent"),
    )


def touched(session: Session, instance_id: int) -> Touched:
    """What the instance touched, and what the instances it started touched."""
    if not instance_id:
        return Touched()
    every = list(session.scalars(select(Instance.id)))  # the stage is the case's own
    elements = frozenset(element for each in every for element in way(session, each).passed)
    flows = frozenset(data["id"] for data in session.scalars(select(Event.data).where(Event.kind == "flow")))
    return Touched(elements, flows, _processes(session, every))


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
    elements: set[str] = set()
    flows: set[str] = set()
    for one in every:
        processes.update(one.processes)
        elements |= one.elements
        flows |= one.flows
    return [
        Coverage(
            key,
            nodes=len(process.elements),
            flows=len(process.flows),
            untouched_nodes=tuple(sorted(process.elements.keys() - elements)),
            untouched_flows=tuple(sorted(process.flows.keys() - flows)),
        )
        for key, process in sorted(processes.items())
    ]


def _processes(session: Session, instance_ids: Iterable[int]) -> dict[str, Process]:
    """The processes of the deployments that these instances run on."""
    query = select(ProcessDefinition.deployment_id).join(Instance, Instance.definition_id == ProcessDefinition.id)
    ids = set(session.scalars(query.where(Instance.id.in_(list(instance_ids)))))
    return {key: process for each in ids for key, process in load(session, each).compiled.processes.items()}
