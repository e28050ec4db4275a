"""The expression language as forms see it, and texts with expressions inside."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = Any
"""A value that JSON can carry."""

PART = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)


class CompiledExpression(Protocol):
    """An expression that was understood."""

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads."""

    def evaluate(self, names: Mapping[str, Json]) -> Json:
        """Its value; raises an exception with a plain message when it has none."""


class Language(Protocol):
    """What reads the expressions of a form; the caller brings it."""

    def compile(self, text: str) -> CompiledExpression:
        """Understand an expression, with or without its leading `=`; raises a ValueError with a plain message."""


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
        except Exception as error:
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


@dataclass(frozen=True)
class Template:
    """A text of a form: plain, with `{{ expression }}` inside, or as a whole an expression."""

    source: str = ""
    parts: Mapping[str, Expr] = field(default_factory=dict)
    whole: Expr | None = None

    def __bool__(self) -> bool:
        """Whether there is any text."""
        return bool(self.source)

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads."""
        expressions = [*self.parts.values(), *([self.whole] if self.whole else [])]
        return frozenset[str]().union(*(each.names for each in expressions))

    def values(self, lookup: Callable[[str], Json]) -> dict[str, Json]:
        """The values of the expressions inside, by their text; one that has none is null."""
        return {text: _value(each, lookup) for text, each in self.parts.items()}

    def render(
        self,
        lookup: Callable[[str], Json],
        *,
        translate: Callable[[str], str],
        show: Callable[[Json], str],
    ) -> str:
        """The text in the reader's language, its expressions replaced by what `show` makes of their values."""
        if self.whole is not None:
            return show(_value(self.whole, lookup))
        if not self.source:
            return ""
        return fill(translate(self.source), self.values(lookup), show)


NO_TEXT = Template()


def _value(expr: Expr, lookup: Callable[[str], Json]) -> Json:
    try:
        return expr.evaluate(lookup)
    except Broken:
        return None


def fill(text: str, values: Mapping[str, Json], show: Callable[[Json], str]) -> str:
    """`text` with each `{{ part }}` replaced that `values` knows."""
    return PART.sub(lambda found: show(values[found[1]]) if found[1] in values else found[0], text)
