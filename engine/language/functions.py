"""How a function of the expression language is registered and called; its docstring is the line of the manual."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

from engine.language.tokens import Problem
from engine.language.values import Value, kind_of
from engine.phrases import phrase

F = TypeVar("F", bound=Callable[..., Value])


@dataclass(frozen=True)
class Documented:
    """A function as the manual shows it."""

    name: str
    group: str
    """dates, text, numbers, lists or conditions."""
    usage: str
    line: str


FUNCTIONS: dict[str, Callable[..., Value]] = {}
MANUAL: list[Documented] = []
"""What `documented` has registered, by name; engine.language.library makes sure that it is complete."""

_MISSING = object()


def documented(group: str, usage: str, *, of_nothing: Value = _MISSING) -> Callable[[F], F]:
    """Register a function under its name without the trailing underscore.

    Args:
        group: the heading of the manual it stands under.
        usage: how it is written, alternatives separated by ` or `.
        of_nothing: what it gives when its first argument is null; without this it gets the null.
    """

    def decorate(function: F) -> F:
        @wraps(function)
        def call(*arguments: Value) -> Value:
            if of_nothing is not _MISSING and arguments and arguments[0] is None:
                return of_nothing
            return function(*arguments)

        used = call if of_nothing is not _MISSING else function
        line = " ".join((function.__doc__ or "").split())
        for form in usage.split(" or "):
            FUNCTIONS[form.split("(")[0]] = used
        MANUAL.append(Documented(function.__name__.rstrip("_"), group, usage, line))
        return function

    return decorate


def check_arguments(name: str, count: int) -> None:
    """Refuse a call of a standard function with a number of arguments that it does not take.

    Raises:
        Problem: and says how it is written.
    """
    function = FUNCTIONS.get(name)
    if function is None:
        return
    try:
        inspect.signature(function).bind(*[None] * count)
    except TypeError as error:
        usage = next(entry.usage for entry in MANUAL if f" or {name}(" in f" or {entry.usage}")
        raise Problem(phrase("{name} is written {usage}", name=name, usage=usage)) from error


def text_argument(value: Value, name: str) -> str:
    """The argument, which must be text.

    Raises:
        Problem: when it is not.
    """
    if type(value) is not str:
        raise Problem(phrase("{name} takes text, not {kind}", name=name, kind=kind_of(value)))
    return value


def list_argument(values: tuple[Value, ...], name: str) -> list[Value]:
    """The items of the one list that is given, or the arguments themselves; null items are left out.

    Raises:
        Problem: when the one argument is neither a list nor null.
    """
    if len(values) != 1:
        return [value for value in values if value is not None]
    if values[0] is None:
        return []
    if type(values[0]) is not list:
        raise Problem(phrase("{name} takes a list, not {kind}", name=name, kind=kind_of(values[0])))
    return [value for value in values[0] if value is not None]
