"""Text to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from markupsafe import Markup

from forms.kit.field import Field
from forms.kit.kind import Kind, LookedAt
from forms.kit.source import Source
from forms.kit.view import View
from forms.kit.written import written
from forms.language.markdown import to_html
from forms.language.template import NO_TEXT, Template

NO_HTML = Markup()


@dataclass(frozen=True)
class StaticView(View):
    """The text as HTML."""

    html: Markup = NO_HTML


@dataclass(frozen=True)
class Static(Kind):
    """A text with a few marks."""

    name = "static"
    written = (written("text", {"text", "label"}, (), "text"),)  # by the label the editor alone calls it

    text: Template = NO_TEXT

    @classmethod
    def read(cls, source: Source) -> Self:
        """The text as the file says it."""
        return cls(source.template("text"))

    def looks_at(self) -> Iterator[LookedAt]:
        """The text."""
        yield self.text

    def view(self, field: Field) -> View:
        """The text with its marks."""
        return field.made(StaticView, "static", html=to_html(field.say(self.text)))
