"""Parameters of activities and calls: what goes in, what comes out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.core.script_engine import fill_in, functions_of
from engine.core.tasks import Token
from engine.core.variables import plain
from engine.language.expressions import compile_template, interpolate
from engine.values import Handed, Json

Text = str
Value = Text | tuple["Value", ...] | Mapping[str, "Value"]
"""A parameter as drawn: a text with expressions, a list, or a map of such."""


@dataclass(frozen=True)
class Parameter:
    """An input or output parameter."""

    name: str
    value: Any


@dataclass(frozen=True)
class Transfer:
    """One `camunda:in` or `camunda:out`."""

    target: str | None = None
    source: str | None = None
    expression: str | None = None
    everything: bool = False


@dataclass(frozen=True)
class Parameters:
    """All parameters of an activity."""

    inputs: tuple[Parameter, ...] = ()
    outputs: tuple[Parameter, ...] = ()


@dataclass(frozen=True)
class Transfers:
    """What is handed to a called process, signal or message, and what is taken back."""

    into: tuple[Transfer, ...] = field(default=())
    back: tuple[Transfer, ...] = field(default=())

    @property
    def handed(self) -> Handed:
        """What is named of the process that is called."""
        taken = {entry.source for entry in self.back if entry.source is not None}
        taken.update(*(compile_template(entry.expression).names for entry in self.back if entry.expression is not None))
        everything = any(entry.everything for entry in (*self.into, *self.back))
        return Handed(frozenset(entry.target for entry in self.into if entry.target), frozenset(taken), everything)


def resolve(task: Token, value: Value) -> Json:
    """The JSON value of a parameter where a token stands."""
    if isinstance(value, str):
        return fill_in(task, value)
    if isinstance(value, Mapping):
        return {name: resolve(task, entry) for name, entry in value.items()}
    return [resolve(task, entry) for entry in value]


def take(task: Token, parameters: Iterable[Parameter]) -> dict[str, Json]:
    """The values of parameters by name."""
    return {entry.name: plain(entry.name, resolve(task, entry.value)) for entry in parameters}


def transfer(task: Token, transfers: Iterable[Transfer], source: Mapping[str, Json]) -> dict[str, Json]:
    """What is handed over.

    Args:
        task: the token whose functions are used.
        transfers: as drawn.
        source: the variables that are handed from; a source that is unknown gives null.
    """
    values: dict[str, Json] = {}
    for entry in transfers:
        if entry.everything:
            values.update(source)
        elif entry.target and entry.source is not None:
            values[entry.target] = source.get(entry.source)
        elif entry.target and entry.expression is not None:
            values[entry.target] = interpolate(entry.expression, source, functions_of(task))
    return {name: plain(name, value) for name, value in values.items()}
