"""The kinds of components, and what each carries beyond what all have."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from forms.language import NO_LIMIT, NO_TEXT, Expr, Limit, Template


class Kind(StrEnum):
    """What a component is to us; several types of the form editor may be one kind."""

    TEXT = "text"
    AREA = "area"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"
    TAGS = "tags"
    FILES = "files"
    SIGNATURE = "signature"
    COMPUTED = "computed"
    ROWS = "rows"
    GROUP = "group"
    TABLE = "table"
    STATIC = "static"
    SEPARATOR = "separator"
    SPACER = "spacer"


INPUTS = frozenset(
    {
        Kind.TEXT,
        Kind.AREA,
        Kind.NUMBER,
        Kind.MONEY,
        Kind.DATE,
        Kind.TIME,
        Kind.DATETIME,
        Kind.FLAG,
        Kind.CHOICE,
        Kind.CHOICES,
        Kind.TAGS,
        Kind.FILES,
        Kind.SIGNATURE,
    }
)
"""Kinds that a person fills in."""
VALUED = INPUTS | {Kind.COMPUTED, Kind.ROWS}
"""Kinds that have a value."""


@dataclass(frozen=True)
class TextSpec:
    """A text field or area; lengths in characters."""

    min_length: Limit = NO_LIMIT
    max_length: Limit = NO_LIMIT
    pattern: str | None = None
    validation: str | None = None
    prefix: Template = NO_TEXT
    suffix: Template = NO_TEXT
    placeholder: Template = NO_TEXT
    lines: int = 1
    autocomplete: str = ""
    personal: bool = False
    """Veiled to readers who have not asked for it."""


@dataclass(frozen=True)
class NumberSpec:
    """A number or an amount of money."""

    minimum: Limit = NO_LIMIT
    maximum: Limit = NO_LIMIT
    decimals: int | None = None
    increment: str | None = None
    as_text: bool = False
    currency: str = ""
    prefix: Template = NO_TEXT
    suffix: Template = NO_TEXT


@dataclass(frozen=True)
class DateSpec:
    """A date, a time of the day, or both."""

    not_before: Limit = NO_LIMIT
    not_after: Limit = NO_LIMIT


@dataclass(frozen=True)
class FlagSpec:
    """A single tick."""


@dataclass(frozen=True)
class Option:
    """One of the values a person can choose."""

    value: str
    label: Template
    next: Template = NO_TEXT
    """What happens when it is chosen."""
    disabled_when: Expr | None = None
    disabled_reason: Template = NO_TEXT


@dataclass(frozen=True)
class ChoiceSpec:
    """One or several of some options, written in the form or found in a variable."""

    options: tuple[Option, ...] = ()
    source: Expr | None = None
    look: str = "list"
    """list, select, cards, chips, segments."""
    value_type: str = "text"
    """text, boolean, integer."""
    min_items: int = 0
    max_items: int = 200
    free: bool = False


@dataclass(frozen=True)
class FileSpec:
    """Files; `max_size` of each in bytes."""

    accept: tuple[str, ...] = ()
    multiple: bool = False
    max_size: int = 20 * 1024 * 1024
    max_files: int = 1


@dataclass(frozen=True)
class SignatureSpec:
    """A signature: by password, drawn, or as the person likes."""

    modes: tuple[str, ...] = ("password", "drawn")
    signer: Template = NO_TEXT


@dataclass(frozen=True)
class ComputedSpec:
    """A value that the server computes from the other answers."""

    expression: Expr
    money: bool = False
    currency: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, the key of its values, and how they are shown."""

    label: Template
    key: str
    options: Mapping[str, Template] = field(default_factory=dict)
    """The words for values that are those of options, as in the form where they were chosen."""
    currency: str = ""
    """Of amounts; empty when the values are none."""


@dataclass(frozen=True)
class TableSpec:
    """Rows of the case, to read."""

    source: Expr
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True)
class StaticSpec:
    """Text to read."""

    text: Template = NO_TEXT


@dataclass(frozen=True)
class NoSpec:
    """Nothing to say: a group, a separator, a spacer."""


PlainSpec = (
    TextSpec
    | NumberSpec
    | DateSpec
    | FlagSpec
    | ChoiceSpec
    | FileSpec
    | SignatureSpec
    | ComputedSpec
    | TableSpec
    | StaticSpec
    | NoSpec
)
"""All that carry no components; a group that repeats carries a form of its own, see model."""
