"""The Python behind the service tasks: functions registered under the topic that a diagram names."""

import inspect
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from engine.errors import (
    BpmnError,
    DuplicateTopic,
    OutsideOfStep,
    UndeclaredCode,
    UndeclaredOutput,
    UndeclaredValue,
    UnknownTopic,
)
from engine.store.variables import check_text
from engine.values import Actor, Element, Json

Result = Mapping[str, Json] | None
F = TypeVar("F", bound=Callable[..., Result])

ANY = "*"
"""The name of an output that stands for all that the declaration beside the diagrams says."""
_NAME = re.compile(r"    ((?:[\w.-]+|\*)\??): (.*)")
"""A name of a section of a docstring, with what it means; a question mark says that it may be left out."""
_VALUES = re.compile(r"\b(?:one of|always) ([\w-]+(?:, [\w-]+)*)(?=[.:;]|$)")
"""In what an output means: all that it can be beside null."""
_COLUMNS = re.compile(r"\bwith the columns (\w+\??(?:, \w+\??)*)")
"""In what an input means that is a row of a table: what is read of it."""
_GROUPS = re.compile(r"\bwith groups in (\w+\??(?:, \w+\??)*)")
"""In the same: which of these name groups."""


@dataclass(frozen=True)
class Call:
    """What a service is told: plain values, and the one thing of its instance that it may change beside variables."""

    topic: str
    instance_id: int
    business_key: str | None
    deployment_id: int
    """Where the element is drawn: that of the called process, if it is in one."""
    root_deployment_id: int
    """Where the outermost process is drawn: the one that the instance was started with."""
    element: Element
    inputs: Mapping[str, Json]
    """The input parameters of the diagram or, where it names none, all visible variables."""
    variables: Mapping[str, Json]
    """All visible variables."""
    actor: Actor
    """Who made the step that led here; the system for timers."""
    now: datetime
    idempotency_key: str | None = None
    """For effects outside the database: the same at every attempt, never used for anything else.

    Not even by a database that was restored and has given the number of the job once more: the moment is part of it.
    """
    job_id: int | None = None
    """Of a service that is called after the commit; unique within one database."""
    keep_business_key: Callable[[str], None] | None = None
    """Of the step that calls; None for a service outside of one."""
    renew: Callable[[Mapping[str, Json]], None] | None = None
    """Likewise."""
    confirm: Callable[[], None] | None = None
    """Of a job: makes sure that it is still this worker's."""
    kept: dict[str, Any] = field(default_factory=dict, compare=False)
    """What the services and observers of a step keep for each other (`Kept`), so that it is read and written once."""
    begin_writing: Callable[[], None] | None = None
    """Of the step that calls; None for a service outside of one."""
    completed: tuple[str, str | None] | None = None
    """The element that a person completed in the step that calls, and for whom, if for somebody else."""

    def make_sure(self) -> None:
        """Call this right before something leaves the house: LeaseLost when another worker does it by now.

        A worker that was frozen, or a machine that slept, wakes up here and must not do again what others have done.
        """
        if self.confirm is not None:
            self.confirm()

    @property
    def in_step(self) -> bool:
        """Whether a step calls, which writes at its end what its services keep; outside of one nobody does."""
        return self.begin_writing is not None

    def will_write(self) -> None:
        """Call this before something is written by a service that is said to change only what the step keeps."""
        if self.begin_writing is None:
            raise OutsideOfStep(topic=self.topic)
        self.begin_writing()

    def set_business_key(self, business_key: str) -> None:
        """Give the instance the number people know it by; it is kept with the step, and undone with it.

        Raises VariablesRefused for a text that no database takes, OutsideOfStep in a service with effects outside.
        """
        if self.keep_business_key is None:
            raise OutsideOfStep(topic=self.topic)
        self.keep_business_key(check_text("business key", business_key))

    def renew_copies(self, values: Mapping[str, Json]) -> None:
        """Give variables new values in every process of the instance that has them: what waits may read a copy.

        Raises OutsideOfStep in a service with effects outside.
        """
        if self.renew is None:
            raise OutsideOfStep(topic=self.topic)
        self.renew(values)


@dataclass(frozen=True)
class Service:
    """A registered function."""

    topic: str
    outside: bool
    reads: bool
    """Whether it only reads: then nothing has to be undone when it fails."""
    keeps: bool
    """Whether it changes only what the step keeps (`Call.kept`), which is taken back in memory when it fails."""
    doc: str
    function: Callable[..., Result]
    inputs: Mapping[str, str]
    """What it reads and what each means, from the section `Inputs:` of its docstring; `name?` may be left out."""
    outputs: Mapping[str, str] | None
    """The variables it sets, from the section `Outputs:`; None where it has no such section."""
    errors: Mapping[str, str] | None
    """The codes of the errors it raises, from the section `Errors:`; None where it says nothing of outputs either."""
    takes: Mapping[str, frozenset[Json]]
    """By input all that it can be, where its meaning says so."""
    values: Mapping[str, frozenset[Json]]
    """By output all that it can be beside null, where its meaning says `one of a, b` or `always a`."""
    columns: Mapping[str, Sequence[str]]
    """By input that is a row of a table what is read of it, where its meaning says `with the columns a, b?`."""
    groups: Mapping[str, Sequence[str]]
    """By the same which of these name groups, where its meaning says `with groups in a, b`."""

    def check(self, result: Result) -> dict[str, Json]:
        """What it gave, if it said that it would; UndeclaredOutput, UndeclaredValue."""
        given = dict(result or {})
        known = self.outputs
        if known is None or ANY in known:
            return given
        if unknown := [name for name in given if name not in known and f"{name}?" not in known]:
            raise UndeclaredOutput(topic=self.topic, names=", ".join(unknown))
        for name, values in self.values.items():
            if given.get(name) is not None and not any(
                type(one) is type(given[name]) and one == given[name] for one in values
            ):
                said = ", ".join(sorted(map(str, values)))
                raise UndeclaredValue(topic=self.topic, name=name, value=str(given[name]), values=said)
        return given

    def check_error(self, error: BpmnError) -> None:
        """UndeclaredCode for an error that it does not name although it says what comes of it."""
        if self.errors is not None and error.error_code not in self.errors:
            raise UndeclaredCode(topic=self.topic, error_code=error.error_code) from error


class Services:
    """The topics that diagrams may name."""

    def __init__(self) -> None:
        """Start empty."""
        self._services: dict[str, Service] = {}

    def task(
        self, topic: str, *, outside: bool = False, reads: bool = False, keeps: bool = False, doc: str = ""
    ) -> Callable[[F], F]:
        """Register the decorated function; DuplicateTopic when the topic is taken.

        Args:
            topic: what `camunda:topic` says.
            outside: False: called as `f(session, call)` within the transaction of the step; it may read and write the
                database, and everything is undone together. True: for effects outside the database, called as `f(call)`
                after the commit, at least once, with an idempotency key; a second step writes the result.
            reads: that it writes nothing into the database, itself or by what it calls; inside only.
            keeps: that it changes only what the step keeps and writes at its end (`Call.kept`); inside only. What the
                database would refuse of that is refused when the service is done.
            doc: what it does and its sections `Inputs:`, `Outputs:` and `Errors:`, a name or code a line, for the
                person who draws; by default the function's docstring. The output `*` stands for what the declaration
                beside the diagrams says. An output that is `one of a, b` or `always a` is nothing else, beside null.

        The function gives back variables to set, or None. It raises BpmnError for what an error event of the diagram
        catches; anything else becomes an incident (outside: after three attempts).
        """

        def register(function: F) -> F:
            if topic in self._services:
                raise DuplicateTopic(topic=topic)
            text = inspect.cleandoc(doc or function.__doc__ or "")
            inputs, outputs = _section(text, "Inputs"), _section(text, "Outputs")
            errors = _section(text, "Errors")
            self._services[topic] = Service(
                topic,
                outside,
                reads,
                keeps,
                text.split("\n")[0],
                function,
                inputs or {},
                outputs,
                errors if outputs is None else errors or {},
                _known(inputs),
                _known(outputs),
                _columns(inputs, _COLUMNS),
                _columns(inputs, _GROUPS),
            )
            return function

        return register

    def add(self, others: "Services") -> None:
        """Take over all topics of another registry; DuplicateTopic when one is taken."""
        for service in others:
            if service.topic in self._services:
                raise DuplicateTopic(topic=service.topic)
            self._services[service.topic] = service

    def get_service(self, topic: str) -> Service:
        """The function of a topic; UnknownTopic when there is none."""
        try:
            return self._services[topic]
        except KeyError:
            raise UnknownTopic(topic=topic) from None

    def is_outside(self, topic: str) -> bool:
        """Whether the topic's effects lie outside the database; False for an unknown one, whose call then fails."""
        service = self._services.get(topic)
        return service is not None and service.outside

    def only_reads(self, topic: str) -> bool:
        """Whether the topic writes nothing into the database; False for an unknown one, whose call then fails."""
        service = self._services.get(topic)
        return service is not None and service.reads

    def only_keeps(self, topic: str) -> bool:
        """Whether the topic changes only what the step keeps; False likewise."""
        service = self._services.get(topic)
        return service is not None and service.keeps

    def outputs_of(self, topic: str) -> Collection[str]:
        """The names of what a service says that it sets; none for an unknown topic, or where it does not say."""
        service = self._services.get(topic)
        return [name for name in service.outputs or () if name != ANY] if service is not None else ()

    @property
    def topics(self) -> frozenset[str]:
        """All registered topics."""
        return frozenset(self._services)

    def __iter__(self) -> Iterator[Service]:
        return iter(self._services.values())


def call_inside(services: Services, session: Session, call: Call) -> dict[str, Any]:
    """Call a service within the step's transaction; errors are the caller's."""
    return _called(services.get_service(call.topic), session, call)


def call_outside(services: Services, call: Call) -> dict[str, Any]:
    """Call a service with effects outside the database, with no transaction open."""
    return _called(services.get_service(call.topic), call)


def _called(service: Service, *arguments: Any) -> dict[str, Any]:
    try:
        return service.check(service.function(*arguments))
    except BpmnError as error:
        service.check_error(error)
        raise


def _values(said: str) -> frozenset[Json] | None:
    """What a meaning says that an output can be beside null; None where it does not."""
    found = _VALUES.search(said)
    if found is None:
        return None
    words = {"true": True, "false": False}
    return frozenset(words.get(each, each) for each in found[1].split(", ") if each != "null")


def _section(text: str, title: str) -> dict[str, str] | None:
    """The names of a section of a docstring with what they mean; None where there is no such section."""
    _, begun, rest = text.partition(f"\n{title}:")
    if not begun:
        return None
    found: dict[str, str] = {}
    last = ""
    for line in rest.split("\n")[1:]:
        if line and not line.startswith(" "):
            break
        if match := _NAME.fullmatch(line):
            last = match[1]
            found[last] = match[2]
        elif line.strip():
            found[last] += f" {line.strip()}"
    return found


def _columns(section: Mapping[str, str] | None, named: re.Pattern[str]) -> dict[str, list[str]]:
    """The inputs that are rows of tables, with what their meaning names of them."""
    every = {name.rstrip("?"): named.search(said) for name, said in (section or {}).items()}
    return {name: found[1].split(", ") for name, found in every.items() if found is not None}


def _known(section: Mapping[str, str] | None) -> dict[str, frozenset[Json]]:
    """The names of a section whose meaning says all that they can be."""
    every = {name.rstrip("?"): _values(said) for name, said in (section or {}).items()}
    return {name: found for name, found in every.items() if found is not None}
