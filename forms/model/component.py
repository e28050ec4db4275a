"""The components of a form: what all of them have, and how they stand together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from forms.kinds import Input, Kind, Valued
from forms.kinds.rows import Rows
from forms.language.expressions import NO_LIMIT, Expr, Limit
from forms.language.paths import put
from forms.language.template import NO_TEXT, Template


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
    kind: Kind
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
    """The components of a group."""
    inside: "Level | None" = None
    """The components of one row of a group that repeats."""

    @cached_property
    def key(self) -> str:
        """The path as one text."""
        return ".".join(self.path)

    @cached_property
    def input(self) -> Input | None:
        """Its kind, if people fill it in."""
        return self.kind if isinstance(self.kind, Input) else None

    @property
    def has_value(self) -> bool:
        """Whether an answer or a computed value belongs to it."""
        return self.kind.has_value


@dataclass(frozen=True)
class Level:
    """The components whose values lie side by side: a form, or one row of a repeated group."""

    components: tuple[Component, ...] = ()
    parents: Mapping[str, Component | None] = field(default_factory=dict)
    """The group around each component, by the component's id."""
    names: Mapping[str, tuple[Component, ...]] = field(default_factory=dict)
    """The components with a value, by the first part of their path."""

    @cached_property
    def all(self) -> tuple[Component, ...]:
        """All components in the order of the form, groups opened, repeated groups not."""
        return tuple(walk(self.components))

    @cached_property
    def hides(self) -> bool:
        """Whether any of them can be hidden."""
        return any(each.hide is not None for each in self.all)

    @cached_property
    def hangs(self) -> bool:
        """Whether what any of them shows, or whether it can be changed, hangs on others."""
        looks = ((each.hide, each.readonly_when, each.read_from) for each in self.all)
        return any(each.kind.computes or each.inside is not None for each in self.valued) or any(map(any, looks))

    @cached_property
    def valued(self) -> tuple[Component, ...]:
        """Those with a value."""
        return tuple(each for each in self.all if each.has_value)

    @cached_property
    def signed(self) -> tuple[Component, ...]:
        """Those that are signatures."""
        return tuple(each for each in self.valued if (kind := each.input) is not None and kind.signs)

    @cached_property
    def ruled(self) -> tuple[Component, ...]:
        """Those with rules, and those whose rows may have some."""
        return tuple(each for each in self.all if each.rules or each.inside is not None)

    @cached_property
    def declared(self) -> Mapping[str, Any]:
        """The components with a value, nested as their keys say."""
        found: dict[str, Any] = {}
        for each in self.valued:
            put(found, each.path, each)
        return found


def walk(components: tuple[Component, ...]) -> Iterator[Component]:
    """The components with those of their groups, in the order of the form."""
    for each in components:
        yield each
        if each.children:
            yield from walk(each.children)


def valued_of(component: Component) -> Valued:
    """The kind of a component with a value."""
    assert isinstance(component.kind, Valued)
    return component.kind


def rows_of(component: Component) -> Rows:
    """The kind of a component that repeats."""
    assert isinstance(component.kind, Rows)
    return component.kind
