"""What an engine is run with: clock, zone, services, forms, settings; made once, shared by all threads."""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from engine.clock import Clock, SystemClock, clock_functions
from engine.language.expressions import STANDARD_FUNCTIONS
from engine.loaded import FormFile, LoadedDeployment
from engine.seams import Alarm, Beside, Declarations, Dispatcher, FormGate, Function, Observer
from engine.services import Services

Place = tuple[int, str]
"""An element that a service is called for: the deployment that it is drawn in, and its id."""
MOST_DECLARED = 200
"""So many declarations are remembered with their functions; whatever is read anew is another one."""


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
    inspect_hours: int = 24
    """So often a SQLite file is looked through for damaged pages; 0: never."""
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
    beside: tuple[Beside, ...] = ()
    """What is asked together with the lock of an instance."""
    deployments: dict[int, LoadedDeployment] = field(default_factory=dict)
    """Parsed once; only committed ones are in here."""
    definitions: dict[Hashable, Any] = field(default_factory=dict)
    """Versions of processes that were read, which never change, by number and by key and version; likewise."""
    current: dict[int, Current] = field(default_factory=dict)
    """What was current when it was last read, by the number of the activation that made it so."""
    audiences: dict[str, int] = field(default_factory=dict)
    """The numbers of committed audiences by their key."""
    certain: dict[Hashable, None] = field(default_factory=dict)
    """What is known for ever to be in the database (`Session.make_certain`)."""
    forms_as_they_were: dict[tuple[str, str], FormFile] = field(default_factory=dict)
    """Forms of any deployment by id and digest, once they were asked for; what a digest stands for never changes."""
    at_once: set[Place] = field(default_factory=set)
    """The elements whose services write at once, and not with the step, the next time that they are called: something
    that one of them had left to be written then was not taken, and what fails is told at its element."""
    declared: dict[int, tuple[Any, Mapping[str, Function]]] = field(default_factory=dict)
    """The declarations whose functions were asked for last, by identity, and all that their expressions may call."""

    @property
    def topics(self) -> Collection[str]:
        """What service tasks may name."""
        return self.services.topics


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
    beside: Sequence[Beside] = (),
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
        beside: what is asked together with the lock of an instance; default nothing.
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
        beside=tuple(beside),
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
