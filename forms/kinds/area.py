"""Several lines of text."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from forms.kit.field import Field
from forms.kit.kind import LookedAt
from forms.kit.source import Source
from forms.kit.texts import Texts, length_of, one_text
from forms.kit.view import View
from forms.kit.written import input_written
from forms.language.expressions import Json
from forms.language.template import NO_TEXT, Template


@dataclass(frozen=True)
class AreaView(View):
    """An input of several lines."""

    value: str = ""
    lines: int = 4
    placeholder: str = ""


@dataclass(frozen=True)
class Area(Texts):
    """A text of several lines."""

    name = "area"
    written = (
        input_written(
            "textarea", (), ("placeholder", "rows"), "properties.placeholder", checks=("minLength", "maxLength")
        ),
    )

    lines: int = 4
    placeholder: Template = NO_TEXT

    @classmethod
    def read(cls, source: Source) -> Self:
        """The field as the file says it."""
        rules, properties = source.within("validate"), source.within("properties")
        lengths = length_of(rules, "minLength", 0, 10_000), length_of(rules, "maxLength", 10_000, 100_000)
        rules.in_order("minLength", "maxLength", lengths)
        return cls(
            shortest=lengths[0],
            longest=lengths[1],
            lines=properties.whole("rows", 4, least=2, most=40),
            placeholder=properties.template("placeholder"),
        )

    def looks_at(self) -> Iterator[LookedAt]:
        """The text in the empty field."""
        yield self.placeholder

    def convert(self, raw: Json, zone: ZoneInfo) -> str:  # noqa: ARG002 it has no time
        """The text without spaces around it."""
        return one_text(raw, lines=True)

    def control(self, field: Field) -> View:
        """An input of some lines."""
        placeholder = field.say(self.placeholder)
        return field.made(AreaView, "area", value=field.text, lines=self.lines, placeholder=placeholder)
