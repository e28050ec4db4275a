"""What an engine asks of others: who hands jobs on, reads declarations, checks forms, and what is told to them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import ColumnElement

from engine.kinds import EventKind, InstanceStatus, JobKind
from engine.loaded import FormFile
from engine.tables.decisions import Decision
from engine.uses import FormUses
from engine.values import Actor, Address, Contract, Finding, Json, OpenTask, Process, Trace

if TYPE_CHECKING:  # a session has a runtime, and what a runtime holds is asked with a session
    from engine.session import Session

Function = Callable[..., Any]
Signatures = Mapping[str, Any]
"""What whoever hands in a form has verified to be signed, by the path of the field; the gate knows what that is.

It never comes with the answers, which are what a client sends: a claim to have signed is not taken.
"""
NOT_SIGNED: Signatures = MappingProxyType({})


@dataclass(frozen=True, order=True)
class JobRow:
    """A job as it is handed over: its number and the instance it belongs to, if any."""

    id: int
    instance_id: int | None
    kind: JobKind


class Dispatcher(Protocol):
    """The seam to whatever runs jobs; our tables keep the truth, it only keeps the order of work."""

    def hand_over(self, session: "Session", jobs: Sequence[JobRow]) -> None:
        """Take new jobs within the step's transaction."""

    def run(self) -> None:
        """Work until stopped."""


@dataclass(frozen=True, eq=False)
class Beside:
    """What is asked in the statement that locks an instance, for those who follow its steps.

    It is known while nobody else has changed the instance since the statement began; else it has to be asked again.
    """

    name: str
    """Under which `Session.beside` has it."""
    ask: Callable[[Any, Any], ColumnElement[Any]]
    """Gives a scalar query about the number of an instance and the number that people know it by, both columns."""


@dataclass(frozen=True)
class Mention:
    """A name that a diagram, table or form uses and that only somebody else can know: a group or a stage, say."""

    name: str
    file: str
    element: str | None
    called: str
    """What people call the element, as the beginning of a sentence."""
    what: str
    """Where it stands: camunda:candidateGroups, or the function that it is given to."""


@dataclass(frozen=True)
class Handover:
    """A text that a call hands over as it is written."""

    file: str
    element: str
    called: str
    """What people call the element, as the beginning of a sentence."""
    process: str
    """The key of the called process."""
    name: str
    """What it is there."""
    text: str
    roles: frozenset[str]
    """What it is taken for: `camunda:decisionRef`, a property, or `topic:input` of a service."""


@dataclass(frozen=True)
class Deployable:
    """Files that are to be deployed together, read: what a declaration among them is checked against."""

    files: Mapping[str, bytes]
    processes: Mapping[str, Process]
    decisions: Mapping[str, Decision]
    forms: Collection[str]
    """The ids of its forms."""
    contracts: Mapping[str, Contract | None] = field(default_factory=dict)
    """What all processes that may be called declare to take and give, its own among them, by key."""
    others: Sequence[Any] = ()
    """The declarations beside it: those of what runs already, or is checked together with it."""
    session: "Session | None" = None
    """Where there is a database: for what only the installation knows."""
    names: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The variables that somebody writes, by the key of the process; without processes of which nobody can tell."""
    groups: Sequence[Mention] = ()
    """The groups that its diagrams name."""
    all_groups: Collection[str] = ()
    """The groups that the diagrams beside it name."""
    calls: Sequence[Mention] = ()
    """Texts that its expressions give to functions, by the name of the function."""
    form_texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What people read of its forms, by path."""
    all_elements: Collection[str] = ()
    """The ids of the elements of all folders."""
    all_files: Sequence[Mapping[str, bytes]] = ()
    """The files of all folders."""
    values: Callable[[str, str, str], Collection[Json] | None] = lambda _process, _element, _parameter: None
    """What an input parameter of an element can be, by the key of the process; None where nobody can tell."""
    in_tables: Callable[[str, str, str], Sequence[Mention]] = lambda _process, _element, _name: ()
    """What a variable gets from tables where an element reads it, by the key of the process: each text of a cell."""
    gives: Callable[[str, str], tuple[str, Sequence[str]]] = lambda _process, _text: ("", ())
    """What kind of thing an expression gives in a process (number, date, list, row …; empty where nobody can tell),
    and what in it can never be, each as a sentence behind what reads it."""
    unlike: Callable[[str, str, str, str], Sequence[str]] = lambda _process, _element, _parameter, _text: ()
    """What an expression asks of the wrong kind of thing, over the fields of a map that is an input parameter."""
    handed: Sequence[Handover] = ()
    """What its calls hand over as it is written."""
    all_decisions: Collection[str] = ()
    """The keys of the tables of all folders."""
    whole: bool = True
    """Whether all of its diagrams could be read; else nobody knows what is missing."""


@dataclass(frozen=True)
class Change:
    """A version of a folder that is to take the place of another."""

    name: str
    digest: str
    """By which its files are known again."""
    running: Any
    """The declaration of the version that runs."""
    by: Actor
    changed_by: str
    """What is named as the approval of it; empty: nothing."""


class Declarations(Protocol):
    """What may stand beside the diagrams and say more than they do; the engine keeps it and does not look into it."""

    def read(self, files: Mapping[str, bytes]) -> Any:
        """The declaration among some files; what stands for none where there is none."""

    def readable(self, files: Mapping[str, bytes]) -> bool:
        """Whether all that is declared among some files could be read; True where nothing is."""

    def check(self, given: Deployable) -> list[Finding]:
        """What is wrong with the declaration of a folder."""

    def sets(self, declaration: Any, topic: str) -> Mapping[str, str | None]:
        """The variables that a service with the output `*` sets for a declaration, with a text that gives the value."""

    def registers(self, declaration: Any) -> Collection[str]:
        """The keys of the processes that begin with their form and nothing else."""

    def functions(self, declaration: Any) -> Mapping[str, Function]:
        """What only the expressions of the declaration's own diagrams, tables and forms may call."""

    def admit(self, session: "Session", change: Change) -> None:
        """Refuse, by raising Refused, that a version of a folder takes the place of the one that runs."""


class FormGate(Protocol):
    """What the engine wants from forms: a check when they are deployed, a verdict whenever one is handed in."""

    def check(self, name: str, content: bytes) -> list[Finding]:
        """What is wrong with a form file."""

    def uses(self, name: str, content: bytes) -> FormUses | None:
        """The variables that a form writes and reads; None where nobody can tell."""

    def functions(self, declaration: Any) -> Mapping[str, Function]:
        """What the expressions of a folder's forms may call beside the standard functions."""

    def accept(
        self,
        form: FormFile,
        answers: Mapping[str, Json],
        variables: Mapping[str, Json],
        *,
        actor: Actor,
        now: datetime,
        signatures: Signatures,
    ) -> Mapping[str, Json]:
        """The values to keep for these answers, or FormRefused with a message for each field."""


class Mark(Protocol):
    """What something was at a moment."""

    def check(self) -> None:
        """VariablesRefused for what has changed since and no database takes."""

    def take_back(self) -> None:
        """Let it be as it was."""


class Kept(Protocol):
    """Something that the services of a step change in memory and that is written once, at its end."""

    def mark(self, session: "Session") -> "Mark":
        """What it is now."""

    def forget(self, session: "Session") -> None:
        """Take back all that changed since it came into the step, and what it took from others."""

    def check(self) -> None:
        """VariablesRefused for what no database takes."""

    def write(self, session: "Session") -> None:
        """Write what has changed since it was written last."""


@dataclass(frozen=True)
class StepResult:
    """What one step did to an instance, told to the observers within its transaction."""

    instance_id: int
    deployment_id: int
    process_key: str
    business_key: str | None
    status: InstanceStatus
    started: bool
    ended: bool
    end_elements: tuple[str, ...]
    actor: Actor
    at: datetime
    traces: Sequence[Trace]
    changed: Mapping[str, Json]
    """The variables of the instance (scope 0) that changed, with their new values."""
    variables: Mapping[str, Json]
    """All variables of the instance (scope 0) after the step."""
    opened: Sequence[OpenTask]
    recorders: frozenset[str]
    """The groups that may record a message which it waits for since this step."""
    closed: Sequence[int]
    """The tokens of the tasks that are no longer open."""
    standing: Callable[[], Sequence[tuple[Address, ...]]]
    """Where it is after the step: each element that has a token, then what is around it, the innermost first."""

    kept: dict[str, Kept]
    """What its services have kept for each other and for observers."""

    @property
    def faults(self) -> Sequence[str | None]:
        """The elements that it could not get through; an incident tells of each."""
        return [trace.element for trace in self.traces if trace.kind is EventKind.INCIDENT]


Observer = Callable[["Session", StepResult], None]


Alarm = Callable[["Session", JobRow], None]
