"""What an engine is run with: clock, zone, services, forms, settings; made once, shared by all threads."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, orm

from engine.clock import Clock, SystemClock, clock_functions
from engine.kinds import EventKind, InstanceStatus, JobKind
from engine.language.expressions import STANDARD_FUNCTIONS
from engine.loaded import FormFile, LoadedDeployment
from engine.services import Services
from engine.tables.decisions import Decision
from engine.uses import FormUses
from engine.values import Actor, Address, Contract, Finding, Json, OpenTask, Process, Trace

Fact = TypeVar("Fact", bound=Hashable)
Function = Callable[..., Any]
Signatures = Mapping[str, Any]
"""What whoever hands in a form has verified to be signed, by the path of the field; the gate knows what that is.

It never comes with the answers, which are what a client sends: a claim to have signed is not taken.
"""
MOST_CERTAIN = 50_000
"""So many facts are remembered to be in the database, before one begins anew: a few MB."""
MOST_DECLARED = 200
"""So many declarations are remembered with their functions; whatever is read anew is another one."""
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
    all_elements: Collection[str] = ()
    """The ids of the elements of all folders."""
    all_files: Sequence[Mapping[str, bytes]] = ()
    """The files of all folders."""
    values: Callable[[str, str, str], Collection[Json] | None] = lambda _process, _element, _parameter: None
    """What an input parameter of an element can be, by the key of the process; None where nobody can tell."""
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
    standing: Sequence[tuple[Address, ...]]
    """Where it is after the step: each element that has a token, then what is around it, the innermost first."""

    kept: dict[str, Kept]
    """What its services have kept for each other and for observers."""

    @property
    def faults(self) -> Sequence[str | None]:
        """The elements that it could not get through; an incident tells of each."""
        return [trace.element for trace in self.traces if trace.kind is EventKind.INCIDENT]


Observer = Callable[["Session", StepResult], None]
Alarm = Callable[["Session", JobRow], None]


@dataclass(frozen=True)
class Limits:
    """What an installation may set about the engine: tries, what is caught up on, how much is too much."""

    catch_up: str = "one"
    """Missed cycles of a timer after an outage: one firing, or all."""
    retries: str = "R3/PT1M"
    """Attempts of a job and the wait between them, where the diagram does not say; ISO 8601."""
    most_messages: int = 1000
    """So many messages and signals may follow from one act of a person or timer; the next one is an incident."""
    step_seconds: float = 2.0
    """After so long a step is cut where it may be cut, and goes on as a job."""
    begin_by_date: bool = True
    """Whether start events with a timer wait for it; without, such processes begin by hand only."""
    message_wait: str = "P7D"
    """How long a thrown message is kept for one who waits for it before it becomes an incident; ISO 8601."""


@dataclass(frozen=True)
class Current:
    """What new instances, calls, tables and forms take."""

    folders: Mapping[str, int]
    """The current deployment of each folder, by its key."""
    processes: Mapping[str, tuple[int, int]]
    """By key the deployment of the current version of each process, and the version."""
    decisions: Mapping[str, int]
    """By key the deployment of the current version of each decision."""
    since: int
    """The number of the activation that made it so; the same number always stands for the same."""


@dataclass(frozen=True)
class Runtime:
    """All of the above; use `make_runtime`."""

    clock: Clock
    zone: ZoneInfo
    services: Services
    forms: FormGate | None
    functions: Mapping[str, Function]
    """Everything expressions may call, now() and today() included."""
    observers: Sequence[Observer]
    alarms: Sequence[Alarm]
    settings: Limits
    dispatcher: Dispatcher | None = None
    """None: the job table is the queue, and whoever polls it does the work."""
    declarations: Declarations | None = None
    """None: nothing stands beside the diagrams."""
    chores: Sequence[Callable[[Any], int]] = ()
    """What else has to be done from time to time with the database; each says how much it did."""
    deployments: dict[int, LoadedDeployment] = field(default_factory=dict)
    """Parsed once; only committed ones are in here."""
    current: dict[int, Current] = field(default_factory=dict)
    """What was current when it was last read, by the number of the activation that made it so."""
    audiences: dict[str, int] = field(default_factory=dict)
    """The numbers of committed audiences by their key."""
    certain: dict[Hashable, None] = field(default_factory=dict)
    """What is known for ever to be in the database (`Session.make_certain`)."""
    forms_as_they_were: dict[tuple[str, str], FormFile] = field(default_factory=dict)
    """Forms of any deployment by id and digest, once they were asked for; what a digest stands for never changes."""
    declared: dict[int, tuple[Any, Mapping[str, Function]]] = field(default_factory=dict)
    """The declarations whose functions were asked for last, by identity, and all that their expressions may call."""

    @property
    def topics(self) -> Collection[str]:
        """What service tasks may name."""
        return self.services.topics


class Session(orm.Session):
    """A transaction on the database of a runtime; made by `Database`."""

    def __init__(self, engine: Engine, runtime: Runtime) -> None:
        """Work on an engine for a runtime; nothing is read yet."""
        super().__init__(expire_on_commit=False, join_transaction_mode="rollback_only")
        self.runtime = runtime
        self._engine = engine
        self._opened: Connection | None = None
        self.trial = False
        """Whether nothing of its work stays: it is done to see what comes of it, and no job goes on with it."""
        self.deployments: dict[int, LoadedDeployment] = {}
        """Parsed in this transaction; shared with all threads once it is committed."""
        self.current: Current | None = None
        """What is current, once it was asked for; None again when something else becomes current."""
        self.activation: int | None = None
        """The last activation, where it was read together with something else; None again likewise."""
        self.forms_as_they_were: dict[tuple[str, str], FormFile] = {}
        """Forms that were looked up in this transaction, likewise."""
        self.roots: dict[int, int] = {}
        """The deployments of instances that were asked for in this transaction; an instance stays on its own."""
        self.audiences: dict[str, int] = {}
        """The numbers of audiences that were found or made in this transaction, likewise."""
        self.learned: dict[Hashable, None] = {}
        """What has been written in this transaction and stays for ever, likewise."""
        self.after_commit: list[Callable[[], None]] = []
        """What is to be done once it is safe, for example to wake a worker; nothing may depend on it."""

    # The transaction is the connection's. SQLAlchemy's session begins one of its own inside of it as soon as objects
    # are changed; what is asked of the database without objects does not pay for that.

    def get_bind(self, *_given: Any, **_options: Any) -> Connection:
        """The connection, in a transaction: SQLAlchemy's session works on it, too."""
        if self._opened is None:
            self._opened = self._engine.connect()
        if not self._opened.in_transaction():
            self._opened.begin()
        return self._opened

    def make_certain(self, facts: Collection[Fact]) -> list[Fact]:
        """Give those of some facts of which it is not known that they are in the database, where they stay for ever.

        They are about to be written; that they are there is remembered once that is safe.
        """
        new = [each for each in facts if each not in self.runtime.certain]
        if new and not self.in_nested_transaction():  # or it may be undone
            self.learned.update(dict.fromkeys(new))
        return new

    def connection(self, *given: Any, **options: Any) -> Connection:
        """The connection of the transaction; in a savepoint SQLAlchemy's session sets it first."""
        return super().connection(*given, **options) if self.in_nested_transaction() else self.get_bind()

    def commit(self) -> None:
        """Keep what was done."""
        if self.in_transaction():
            super().commit()
        if self._opened is not None:
            self._opened.commit()

    def rollback(self) -> None:
        """Undo what was not kept."""
        if self.in_transaction():
            super().rollback()
        if self._opened is not None:
            self._opened.rollback()

    def close(self) -> None:
        """Give the connection back."""
        super().close()
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def share(self) -> None:
        """Give what was learned to all threads, now that it is certain."""
        self.runtime.deployments.update(self.deployments)
        self.runtime.audiences.update(self.audiences)
        if len(self.runtime.certain) > MOST_CERTAIN:
            self.runtime.certain.clear()
        self.runtime.certain.update(self.learned)
        if self.current is not None and self.current.since > max(self.runtime.current, default=0):
            self.runtime.current.clear()
            self.runtime.current[self.current.since] = self.current
        self.runtime.forms_as_they_were.update(self.forms_as_they_were)


def make_runtime(
    *,
    clock: Clock | None = None,
    zone: ZoneInfo | None = None,
    services: Services | None = None,
    forms: FormGate | None = None,
    functions: Mapping[str, Function] | None = None,
    observers: Sequence[Observer] = (),
    alarms: Sequence[Alarm] = (),
    settings: Limits | None = None,
    dispatcher: Dispatcher | None = None,
    chores: Sequence[Callable[[Any], int]] = (),
    declarations: Declarations | None = None,
) -> Runtime:
    """Put a runtime together.

    Args:
        clock: default the machine's.
        zone: of the installation: naive dates, days and months of durations, today(); default Asia/Shanghai.
        services: the topics; default none.
        forms: None lets every answer pass unchecked, for tests of the engine alone.
        functions: for expressions, beside the standard ones, now() and today().
        observers: called within the transaction after each step, in order.
        alarms: called within the transaction that gives up a job of which no incident tells, in order.
        settings: default Limits().
        dispatcher: who is told of new jobs; default nobody, the job table is polled.
        chores: done with the database from time to time, by whoever does the work that is due; default nothing.
        declarations: reads what stands beside the diagrams of a folder; default nothing does.
    """
    clock = clock or SystemClock()
    zone = zone or ZoneInfo("Asia/Shanghai")
    return Runtime(
        clock=clock,
        zone=zone,
        services=services or Services(),
        forms=forms,
        functions={**STANDARD_FUNCTIONS, **clock_functions(clock, zone), **(functions or {})},
        observers=tuple(observers),
        alarms=tuple(alarms),
        settings=settings or Limits(),
        dispatcher=dispatcher,
        chores=tuple(chores),
        declarations=declarations,
    )


def functions_with(runtime: Runtime, declaration: Any) -> Mapping[str, Function]:
    """All that the expressions of a folder may call: the runtime's functions, and those that know its declaration."""
    if runtime.declarations is None or declaration is None:
        return runtime.functions
    known = runtime.declared.get(id(declaration))
    if known is None:
        if len(runtime.declared) >= MOST_DECLARED:
            runtime.declared.clear()
        every = {**runtime.functions, **runtime.declarations.functions(declaration)}
        known = runtime.declared[id(declaration)] = declaration, every
    return known[1]


def now(session: Session) -> datetime:
    """The engine's time, in UTC."""
    return session.runtime.clock.now()
