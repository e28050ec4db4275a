"""One component on a page, as its kind gets it to show it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar
from unicodedata import east_asian_width

from forms.kit.reader import Reader
from forms.kit.view import FixedView, Line, View
from forms.language.characters import plain_text
from forms.language.expressions import Json, Sight
from forms.language.template import Template

V = TypeVar("V", bound=View)
SHORT = 32
"""What is wider is broken into lines, not cut off in a narrow field; a Chinese character is as wide as two letters."""
NUMBER = "__i__"
"""What stands for the number of a row in the empty row that the page's script copies."""


class Row(Protocol):
    """One row of a repeated group, or the place for one."""

    @property
    def number(self) -> str:
        """Its number, from 0."""

    @property
    def sight(self) -> Sight:
        """What expressions see from it."""

    @property
    def error(self) -> str:
        """What is wrong with the row as a whole."""

    def lines(self) -> list[Line]:
        """Its fields."""


class Inside(Protocol):
    """What stands inside a component."""

    def lines(self) -> list[Line]:
        """The components of a group."""

    def rows(self, most: int) -> Iterator[Row]:
        """The rows of a repeated group."""

    def blank(self) -> Row:
        """An empty row."""


@dataclass(frozen=True)
class Field:
    """What a kind is given."""

    view: View
    """Its name, texts and state, as all components have them."""
    sight: Sight
    reader: Reader
    inside: Inside
    value: Json = None
    """In its type; None when that cannot be."""
    written: Json = None
    """What stands in it: the value, or what was typed when that is wrong."""
    known: Json = None
    """What the case knows under its name, or what it starts with."""
    fixed: bool = False
    """The form takes it from the case, whoever looks at it."""
    page_is_read: bool = False
    """The whole page is only read."""

    def say(self, template: Template) -> str:
        """A text of the form in the reader's language."""
        return self.reader.say(template, self.sight)

    @property
    def text(self) -> str:
        """What stands in a field of one text."""
        raw = self.written
        if isinstance(raw, str):
            return raw
        return "" if raw is None or isinstance(raw, bool | list | dict) else plain_text(raw)

    def made(self, cls: type[V], piece: str, **more: Json) -> V:
        """The view with what a kind adds."""
        return cls(**{**vars(self.view), "piece": piece, **more})

    def to_read(self, value: str) -> View:
        """The view of a value that cannot be changed."""
        width = sum(1 + (east_asian_width(each) in "WF") for each in value)
        lines = min(12, value.count("\n") + 1 + len(value) // 90 + (width > SHORT))
        return self.made(FixedView, "fixed", value=value, lines=lines, required=False)

    def plain(self, piece: str) -> View:
        """The view of a component that adds nothing."""
        return replace(self.view, piece=piece)
