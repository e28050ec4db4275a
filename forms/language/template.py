"""Texts of a form: plain, with `{{ expression }}` inside, or as a whole an expression."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from forms.language.characters import plain_text
from forms.language.expressions import Broken, Expr, Json, Sight
from forms.language.messages import Message

PART = re.compile(r"\{\{((?:(?!\{\{|\}\}).)*)\}\}", re.DOTALL)
"""One expression, with the blanks around it; none begins within another, so that a text is read but once."""


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


def told(code: str, template: Template, sight: Sight) -> Message:
    """A text of the form as a message, with the values it has now."""
    values = template.values(sight.lookup).items()
    return Message(code, template.source, {text: "" if value is None else plain_text(value) for text, value in values})


def _value(expr: Expr, lookup: Callable[[str], Json]) -> Json:
    try:
        return expr.evaluate(lookup)
    except Broken:
        return None


def fill(text: str, values: Mapping[str, Json], show: Callable[[Json], str]) -> str:
    """`text` with each `{{ part }}` replaced that `values` knows."""
    return PART.sub(lambda found: show(values[part]) if (part := found[1].strip()) in values else found[0], text)
