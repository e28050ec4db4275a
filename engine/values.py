"""The plain values that the layers of the engine hand to each other."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

from engine.kinds import EventKind, Trigger

Json = Any
"""A value that JSON can carry: None, bool, int, float, str, list, dict with text keys."""
ZONE = "zone of the installation"
"""The function that gives it, among those that expressions are given; no name of an expression reaches it."""


def is_finite(value: Json) -> bool:
    """Whether there is neither an infinity nor a “not a number” in a value; JSON writers turn these into null."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Mapping):
        return all(map(is_finite, value.values()))
    return not isinstance(value, list | tuple) or all(map(is_finite, value))


def parted(text: str) -> list[str]:
    """The names in a text with commas or blanks between them."""
    return text.replace(",", " ").split()


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """The deployment is refused."""
    WARNING = "warning"
    """The deployment is taken; the message says what is not read."""


@dataclass(frozen=True)
class Finding:
    """One thing that a check of a diagram, table or form has found."""

    file: str
    message: str
    element: str | None = None
    label: str | None = None
    severity: Severity = Severity.ERROR
    code: str = ""
    line: int | None = None
    """Where the file is a text that people write."""
    about: str = ""
    """The name that it is about, where it is about one: what is not there, what nobody writes."""

    def __post_init__(self) -> None:
        """Put it on one line, whatever names and expressions it quotes."""
        if "\n" in self.message:
            object.__setattr__(self, "message", " ".join(self.message.split()))

    def __str__(self) -> str:
        """As `file:element: message` or `file:line: message`, the form that `kesu lint` prints."""
        place = self.element or self.line
        return f"{self.file}:{place}: {self.message}" if place else f"{self.file}: {self.message}"


@dataclass(frozen=True)
class Flow:
    """A sequence flow of a diagram."""

    id: str
    name: str
    source: str
    target: str


@dataclass(frozen=True)
class Element:
    """A flow node of a diagram, as drawn."""

    id: str
    kind: str
    """The BPMN tag without prefix: userTask, exclusiveGateway, boundaryEvent …"""
    name: str
    documentation: str
    lane: str | None
    """The name of the lane it lies in."""
    parent: str
    """The id of the process or sub-process that holds it."""
    event: str | None = None
    """For events: none, message, signal, timer, error, escalation, conditional, compensate, link, terminate."""
    event_name: str | None = None
    """The name of the message or signal, the code of the error or escalation."""
    attached_to: str | None = None
    interrupting: bool = True
    attributes: Mapping[str, str] = field(default_factory=dict)
    """The camunda: attributes by local name: assignee, candidateGroups, dueDate, formRef, topic …"""
    properties: Mapping[str, str] = field(default_factory=dict)
    """The camunda:properties by name."""
    group: str | None = None
    """The group of its lane: the lane's camunda:property `group`, else the lane's name."""
    called: str | None = None
    """For call activities: the process that is called, as written; may be an expression."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """The input parameters as drawn: texts with expressions, lists and maps of such."""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """The output parameters, likewise."""
    undoes: str | None = None
    """For events that throw compensation: the activity they name; None for all in their scope."""


@dataclass(frozen=True)
class StartPoint:
    """A start event of a process; all but `none` are for the durability to subscribe to or to put on its clock."""

    element: str
    kind: str
    """none, message, signal or timer; inside a scope also error, escalation or conditional."""
    name: str | None = None
    """Of the message or signal."""
    timer: str | None = None
    """date, duration or cycle; `engine.core.first_start` and `next_start` reckon with it."""
    expression: str | None = None
    """The timer's text as written."""


@dataclass(frozen=True)
class Contract:
    """What a called process takes and gives back, as its diagram declares it."""

    inputs: Mapping[str, bool]
    """By name, whether it has to be handed over; one that may be left out is null then."""
    outputs: Mapping[str, bool]
    """By name, whether it is always given; one that may be missing leaves the caller's value as it is then."""

    def missing(self, handed: "Handed") -> list[str]:
        """The inputs that a caller has to hand over and does not."""
        return sorted(name for name, needed in self.inputs.items() if needed and name not in handed.inputs)

    def unknown(self, handed: "Handed") -> list[str]:
        """The inputs that a caller hands over and nobody takes."""
        return sorted(handed.inputs - self.inputs.keys())

    def not_given(self, handed: "Handed") -> list[str]:
        """The outputs that a caller takes and nobody gives."""
        return sorted(handed.outputs - self.outputs.keys())

    def goes_with(self, handed: "Handed") -> bool:
        """Whether a caller hands over what is needed, and names nothing else."""
        return not (handed.everything or self.missing(handed) or self.unknown(handed) or self.not_given(handed))


@dataclass(frozen=True)
class Handed:
    """What a caller maps of a called process, by the names that this has for it."""

    inputs: frozenset[str]
    outputs: frozenset[str] = frozenset()
    everything: bool = False
    """It maps all variables, which nothing does that goes with a contract."""


@dataclass(frozen=True)
class Process:
    """A process of a diagram, as drawn."""

    key: str
    name: str
    documentation: str
    file: str
    version_tag: str | None
    executable: bool
    startable: bool
    candidate_starter_groups: tuple[str, ...]
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]
    properties: Mapping[str, str] = field(default_factory=dict)
    calls: tuple[str, ...] = ()
    """Keys of the processes it calls."""
    decisions: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    starts: tuple[StartPoint, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    """The camunda: attributes by local name: historyTimeToLive …"""
    contract: Contract | None = None
    """What it takes and gives when it is called; None where it declares nothing."""


@dataclass(frozen=True)
class StandIn:
    """Somebody whose work an actor does at this moment."""

    person: str
    groups: frozenset[str]
    """Of the groups the person is in now, those whose work it is."""


@dataclass(frozen=True)
class Actor:
    """Who acts: the person's id and the groups (roles and units) the person is in at this moment."""

    id: str
    groups: frozenset[str] = frozenset()
    admin: bool = False
    stands_in: tuple[StandIn, ...] = ()
    """For whom else the person works now; what is done for somebody is written down as that."""

    @property
    def reach(self) -> frozenset[str]:
        """The groups whose work the person may see: the own ones and those of whom the person stands in for."""
        return self.groups.union(*(each.groups for each in self.stands_in))


SYSTEM = Actor("system", admin=True)
"""The engine itself: timers, jobs, start-up."""


@dataclass(frozen=True)
class OpenTask:
    """A user or manual task that waits for a person, its attributes evaluated."""

    token: int
    element: str
    name: str
    form_ref: str | None
    assignee: str | None
    candidate_users: tuple[str, ...]
    candidate_groups: tuple[str, ...]
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int
    local: Mapping[str, Json]
    """The local variables of a multi-instance item: loopCounter and the element variable."""


@dataclass(frozen=True)
class ArmedTimer:
    """A timer that waits; `due_at` is aware, in UTC."""

    token: int
    element: str
    due_at: datetime


@dataclass(frozen=True)
class Subscription:
    """A message or signal that a token waits for."""

    token: int
    element: str
    kind: Trigger
    """message or signal."""
    name: str
    key: str | None = None
    """The correlation key of a message: it takes only those that are thrown with the same."""


@dataclass(frozen=True)
class Thrown:
    """A message or signal that has been thrown, for other instances."""

    kind: Trigger
    name: str
    payload: Mapping[str, Json]
    key: str | None = None
    """The correlation key of a message."""
    element: str | None = None
    """Which element threw it, and where that is drawn."""
    deployment: str | None = None
    process: str | None = None


@dataclass(frozen=True)
class WaitingJob:
    """A service task with effects outside the database, to be done after the commit."""

    token: int
    element: str
    topic: str
    inputs: Mapping[str, Json]
    retries: str | None
    """camunda:failedJobRetryTimeCycle as written, for example R3/PT10M."""


@dataclass(frozen=True)
class Incident:
    """A token that cannot go on until somebody mends the cause and retries."""

    token: int
    element: str
    message: str


class Address(NamedTuple):
    """An element of a diagram of some deployment; ids are unique within one diagram only."""

    deployment: str
    process: str
    element: str


@dataclass(frozen=True)
class Called:
    """A process that an instance has called, in the deployment that it was found in."""

    deployment_id: int
    process_key: str
    running: int
    """How many of the calls go on now."""


class Trace(NamedTuple):
    """One thing that happened while an instance ran, in order: a future row of the history.

    A tuple, as an address is: a step makes a dozen, and an object that nobody can change takes four times as long.
    """

    kind: EventKind
    element: str | None = None
    process: str | None = None
    """The key of the process that the element is drawn in; ids are unique within one diagram only."""
    token: int | None = None
    data: Mapping[str, Json] = MappingProxyType({})
    """variable: name, old, new, scope · flow: id · timer: scheduled_at · message and signal: name, payload · error and
    escalation: code, message, caught_by · decision: decision, rows, result · incident: message."""
    deployment: str | None = None
    """The deployment that the element is drawn in."""
    around: tuple[Address, ...] = ()
    """The calls and sub-processes that it happened in, the innermost first."""
