"""A whole form, and what came of filling it in."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from forms.kinds.signature import Signing
from forms.kit.choosing import Choosing
from forms.language.expressions import Json
from forms.language.messages import Message
from forms.language.template import Template
from forms.model.component import Level, Rule, rows_of


@dataclass(frozen=True)
class FieldInfo:
    """One field of a form, for programs."""

    path: str
    """`amount`, `product.lot`, `remedies[].amount`."""
    kind: str
    """The name of its kind: text, money, choice …"""
    label: str
    """In English, as written in the form."""
    required: bool
    conditional: bool
    """Whether it can be hidden."""
    readonly: bool
    signs: tuple[str, ...] = ()
    """The ways to sign, where it is a signature."""
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

    @cached_property
    def fields(self) -> tuple[FieldInfo, ...]:
        """All fields in the order of the form, those of repeated groups included."""
        return tuple(_infos(self.level, "", conditional=False))

    @cached_property
    def needs_answers(self) -> bool:
        """Whether a field must be filled in, or may have to be."""
        return _needs(self.level)


def _needs(level: Level) -> bool:
    for each in level.valued:
        if each.required or each.required_when is not None:
            return True
        if each.inside is not None and (rows_of(each).least > 0 or _needs(each.inside)):
            return True
    return False


def _infos(level: Level, prefix: str, *, conditional: bool) -> Iterator[FieldInfo]:
    for each in level.valued:
        parent, hidden = level.parents.get(each.id), conditional or each.hide is not None
        while parent is not None:
            hidden, parent = hidden or parent.hide is not None, level.parents.get(parent.id)
        kind, own = each.kind, each.input
        written = kind.options.written if isinstance(kind, Choosing) else ()
        yield FieldInfo(
            prefix + each.key,
            kind.name,
            each.label.source,
            each.required,
            hidden,
            readonly=each.readonly or each.disabled or (own is None and each.inside is None),
            signs=kind.modes if isinstance(kind, Signing) else (),
            options=tuple((option.value, option.label.source) for option in written),
        )
        if each.inside is not None:
            yield from _infos(each.inside, f"{prefix}{each.key}[].", conditional=hidden)


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
