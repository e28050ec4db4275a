"""A form as it was understood: components, what they carry, and what reading and accepting give back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from forms.kinds import VALUED, ChoiceSpec, Kind, NoSpec, PlainSpec
from forms.language import NO_LIMIT, NO_TEXT, Expr, Json, Limit, Template
from forms.messages import Message


@dataclass(frozen=True)
class RowsSpec:
    """A group that repeats."""

    level: "Level"
    min_rows: int = 0
    max_rows: int = 50
    start_rows: int = 1
    fixed: bool = False
    """No rows are added or removed: they are those of the variable."""
    row_label: Template = NO_TEXT


Spec = PlainSpec | RowsSpec
NOTHING = NoSpec()


@dataclass(frozen=True)
class Rule:
    """An expression over several fields that must be true."""

    expr: Expr
    message: Template
    target: str = ""
    """The key of the field that shows the message; empty = the component that carries the rule."""


@dataclass(frozen=True)
class Component:
    """One component of a form."""

    id: str
    type: str
    kind: Kind
    spec: Spec = NOTHING
    path: tuple[str, ...] = ()
    """Where its value lies inside the form or the row; empty for what has no value."""
    label: Template = NO_TEXT
    help: Template = NO_TEXT
    required: bool = False
    required_when: Expr | None = None
    readonly: bool = False
    readonly_when: Expr | None = None
    disabled: bool = False
    read_from: Expr | None = None
    default: Limit = NO_LIMIT
    prefill: bool = True
    hide: Expr | None = None
    row: str | None = None
    columns: int | None = None
    rules: tuple[Rule, ...] = ()
    children: tuple["Component", ...] = ()

    @property
    def key(self) -> str:
        """The path as one text."""
        return ".".join(self.path)

    @property
    def has_value(self) -> bool:
        """Whether an answer or a computed value belongs to it."""
        return self.kind in VALUED


@dataclass(frozen=True)
class Level:
    """The components whose values lie side by side: a form, or one row of a repeated group."""

    components: tuple[Component, ...] = ()
    parents: Mapping[str, Component | None] = field(default_factory=dict)
    """The group around each component, by the component's id."""
    names: Mapping[str, tuple[Component, ...]] = field(default_factory=dict)
    """The components with a value, by the first part of their path."""

    def walk(self) -> Iterator[Component]:
        """All components in the order of the form, groups opened, repeated groups not."""
        yield from _walk(self.components)

    def valued(self) -> Iterator[Component]:
        """Those with a value."""
        return (each for each in self.walk() if each.has_value)


def _walk(components: tuple[Component, ...]) -> Iterator[Component]:
    for each in components:
        yield each
        if each.kind is Kind.GROUP:
            yield from _walk(each.children)


@dataclass(frozen=True)
class FieldInfo:
    """One field of a form, for programs."""

    path: str
    """`amount`, `product.lot`, `remedies[].amount`."""
    kind: Kind
    label: str
    """In English, as written in the form."""
    required: bool
    conditional: bool
    """Whether it can be hidden."""
    readonly: bool
    options: tuple[tuple[str, str], ...] = ()
    """Values and labels of the options written in the form."""


@dataclass(frozen=True)
class Form:
    """A form that can be filled in; immutable, to be shared between threads."""

    id: str
    title: Template
    file: str
    digest: str
    """SHA-256 of the file, in hexadecimal."""
    level: Level
    rules: tuple[Rule, ...] = ()
    triggers: frozenset[str] = frozenset()
    """Keys whose change can show, hide or change other fields."""

    @property
    def fields(self) -> tuple[FieldInfo, ...]:
        """All fields in the order of the form, those of repeated groups included."""
        return tuple(_infos(self.level, "", conditional=False))

    @property
    def needs_answers(self) -> bool:
        """Whether a field must be filled in, or may have to be."""
        return _needs(self.level)


def _needs(level: Level) -> bool:
    for each in level.valued():
        if each.required or each.required_when is not None:
            return True
        if isinstance(each.spec, RowsSpec) and (each.spec.min_rows > 0 or _needs(each.spec.level)):
            return True
    return False


def _infos(level: Level, prefix: str, *, conditional: bool) -> Iterator[FieldInfo]:
    for each in level.valued():
        parent, hidden = level.parents.get(each.id), conditional or each.hide is not None
        while parent is not None:
            hidden, parent = hidden or parent.hide is not None, level.parents.get(parent.id)
        options: tuple[tuple[str, str], ...] = ()
        if isinstance(each.spec, ChoiceSpec):
            options = tuple((option.value, option.label.source) for option in each.spec.options)
        fixed = each.readonly or each.disabled or each.kind is Kind.COMPUTED
        yield FieldInfo(prefix + each.key, each.kind, each.label.source, each.required, hidden, fixed, options)
        if isinstance(each.spec, RowsSpec):
            yield from _infos(each.spec.level, f"{prefix}{each.key}[].", conditional=hidden)


@dataclass(frozen=True)
class Problem:
    """Something in a form file that is not understood or not allowed."""

    file: str
    component: str | None
    message: str
    severity: str = "error"
    """error or warning."""

    def __str__(self) -> str:
        """As `file:component: message`."""
        where = f"{self.file}:{self.component}" if self.component else self.file
        return f"{where}: {self.message}"


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt to fill in a form."""

    values: dict[str, Json]
    """The answers in their types, nested as the keys say; not to be used when there are errors."""
    errors: dict[str, Message]
    """What is wrong, by path: `remedies.0.amount`; the empty path is the whole form."""

    @property
    def accepted(self) -> bool:
        """Whether nothing is wrong."""
        return not self.errors
