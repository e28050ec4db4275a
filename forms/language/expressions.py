"""The expression language as forms see it; the caller brings it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

Json = Any
"""A value that JSON can carry."""


class CompiledExpression(Protocol):
    """An expression that was understood."""

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads."""

    def evaluate(self, names: Mapping[str, Json]) -> Json:
        """Its value; raises a ValueError with a plain message when it has none, other errors are not the form's."""


class Pattern(Protocol):
    """A regular expression that was understood, and whose cost grows with the text only."""

    def found_in(self, text: str) -> bool:
        """Whether it fits somewhere in the text; raises a ValueError with a plain message when that takes too long."""


class Language(Protocol):
    """What reads the expressions of a form; the caller brings it."""

    def compile(self, text: str) -> CompiledExpression:
        """Understand an expression, with or without its leading `=`; raises a ValueError with a plain message."""

    def pattern(self, text: str) -> Pattern:
        """Understand a regular expression; raises a ValueError with a plain message."""


class Broken(ValueError):
    """An expression has no value."""


@dataclass(frozen=True)
class Expr:
    """An expression of a form, as written and as understood."""

    text: str
    compiled: CompiledExpression

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads."""
        return self.compiled.names

    def evaluate(self, lookup: Callable[[str], Json], *, strict: bool = False) -> Json:
        """The value, the names taken from `lookup`.

        Args:
            lookup: gives the value of a name; raises KeyError for a name nobody knows.
            strict: an unknown name is left unknown instead of null.

        Raises:
            Broken: it has no value; the message says why.
        """
        try:
            return self.compiled.evaluate(dict(self._known(lookup, strict=strict)))
        except (ValueError, RecursionError) as error:  # too deep is what conditions on conditions can be
            raise Broken(str(error) or type(error).__name__) from error

    def _known(self, lookup: Callable[[str], Json], *, strict: bool) -> Iterator[tuple[str, Json]]:
        # names that the expression itself tests for being defined stay undefined when nobody knows them
        guarded: frozenset[str] = getattr(self.compiled, "guarded", frozenset())
        for name in self.names | guarded:
            try:
                yield name, lookup(name)
            except KeyError:
                if not strict and name not in guarded:
                    yield name, None


@dataclass(frozen=True)
class Limit:
    """A bound of a field: a plain value or an expression."""

    value: Json = None
    expr: Expr | None = None


NO_LIMIT = Limit()


class Sight(Protocol):
    """What expressions see from one place of a form, and when and where that is."""

    @property
    def now(self) -> datetime:
        """The moment, aware."""

    @property
    def zone(self) -> ZoneInfo:
        """Of the installation."""

    def lookup(self, name: str) -> Json:
        """The value of a name; raises KeyError when nobody knows it."""

    def evaluate(self, expr: Expr, *, strict: bool = False) -> Json:
        """The value of an expression; raises Broken when it has none."""

    def limit(self, limit: Limit) -> Json:
        """The value of a limit; raises Broken when its expression has none."""
