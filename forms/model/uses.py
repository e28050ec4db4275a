"""Which variables a form writes and reads, for whoever checks that they exist."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace

from forms.kinds.choice import Choice
from forms.kinds.choices import Choices
from forms.kinds.flag import Flag
from forms.kinds.rows import Rows
from forms.kinds.table import Table
from forms.kit.choosing import Choosing
from forms.kit.options import Options
from forms.kit.said import said
from forms.language.expressions import Expr, Json
from forms.language.template import Template
from forms.model.component import Component, Level
from forms.model.form import Form

HERE = frozenset({"this"})
"""What expressions inside a row may name beside fields and variables."""
WHAT = {
    "hide": said("its condition"),
    "required_when": "requiredWhen",
    "readonly_when": "readonly",
    "read_from": "readFrom",
    "default": said("its default value"),
    "label": said("its label"),
    "help": said("its description"),
    "rules": said("its rule"),
}
"""What the parts of a component are called; those of its kind are called as in the file."""


@dataclass(frozen=True)
class Written:
    """A field that becomes a variable."""

    name: str
    """The first part of its key."""
    whole: bool
    """Whether it is the whole variable."""
    values: frozenset[Json] | None
    """All that it can be beside null; None where nobody can tell."""
    many: bool
    """Whether it is a list of such values."""
    kind: str
    """The name of its kind: text, number, date …"""
    path: tuple[str, ...] = ()
    """All parts of its key."""
    inside: tuple["Written", ...] = ()
    """The fields of its rows."""


@dataclass(frozen=True)
class Asked:
    """An expression, or the key of a field that only shows what the case has."""

    component: str
    label: str
    what: str
    text: str
    names: frozenset[str]
    """The variables of the case that it asks for."""
    fields: frozenset[str] = frozenset()
    """The fields of the form that it asks for, those of a row left out."""
    tested: frozenset[str] = frozenset()
    """The variables of the case that it only tests with is_defined."""


def written_by(form: Form) -> Iterator[Written]:
    """The fields that people fill in or that are computed, without those inside rows."""
    for each in form.level.valued:
        if each.path and not _shows(each):
            yield _written(each)


def added_by(form: Form) -> Iterator[Written]:
    """Rows of a variable that people fill in further and neither add nor remove."""
    for each in form.level.valued:
        if each.path and isinstance(each.kind, Rows) and each.kind.fixed:
            yield _written(each)


def _written(each: Component) -> Written:
    many, values = _values(each)
    inside = () if each.inside is None else tuple(_written(one) for one in each.inside.valued if one.path)
    return Written(each.path[0], len(each.path) == 1, values, many, each.kind.name, each.path, inside)


def asked_by(form: Form) -> Iterator[Asked]:
    """All that asks for fields or for variables of the case."""
    for expr in (*_expressions(form.title), *_expressions(form.rules)):
        yield _asked("", "", "the form", expr, frozenset(form.level.names), frozenset())
    yield from _asked_in(form.level, frozenset(), frozenset())


def _asked_in(level: Level, around: frozenset[str], rows: frozenset[str]) -> Iterator[Asked]:
    """What asks in a form or, with the names of the fields around it, in a row."""
    for each in level.all:
        label = each.label.source
        if each.path and not around and _shows(each):
            others = [one for one in level.names.get(each.path[0], ()) if one is not each and not _shows(one)]
            if not others:
                yield Asked(
                    each.id, label, said("its key, to show what is known,"), each.key, frozenset({each.path[0]})
                )
        if isinstance(each.kind, Table) and each.kind.source is not None:
            for column in each.kind.columns:
                expr = each.kind.source
                told = _asked(each.id, label, "its column", expr, around or frozenset(level.names), rows)
                yield replace(told, text=f"({told.text.lstrip('= ')}).{column.key}")
        for part, value in _parts(each):
            fields_seen = frozenset() if part == "default" else around or frozenset(level.names)
            for expr in _expressions(value):
                yield _asked(each.id, label, WHAT.get(part, part), expr, fields_seen, rows)
        if each.inside is not None:
            yield from _asked_in(each.inside, frozenset(level.names), frozenset(each.inside.names) | HERE)


def _parts(component: Component) -> Iterator[tuple[str, object]]:
    for part in WHAT:
        yield part, getattr(component, part)
    if isinstance(component.kind, Choosing):
        yield said("the list of its options"), component.kind.options.source
    if is_dataclass(component.kind):
        for each in fields(component.kind):
            found = getattr(component.kind, each.name)
            yield each.name, found.written if isinstance(found, Options) else found


def _asked(  # noqa: PLR0917 - an expression and all that stands around it
    component: str, label: str, what: str, expr: Expr, form: frozenset[str], row: frozenset[str]
) -> Asked:
    guarded: frozenset[str] = getattr(expr.compiled, "guarded", frozenset())
    tested: frozenset[str] = getattr(expr.compiled, "tested", frozenset())
    names = expr.names - row
    return Asked(component, label, what, expr.text, names - form - guarded, names & form, tested - form - row)


def _expressions(value: object) -> Iterator[Expr]:
    """The expressions in whatever a component is made of."""
    if isinstance(value, Expr):
        yield value
    elif isinstance(value, Template):
        yield from ([value.whole] if value.whole is not None else value.parts.values())
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _expressions(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _expressions(each)
    elif is_dataclass(value) and not isinstance(value, Component | Level | type):
        for part in fields(value):
            yield from _expressions(getattr(value, part.name))


def _shows(component: Component) -> bool:
    """Whether a field only shows the variable of its name, or its rows are those of the variable."""
    fixed = component.readonly or component.disabled
    plain = component.read_from is None and component.default.value is None and component.default.expr is None
    if isinstance(component.kind, Rows):
        return component.kind.fixed
    return component.input is not None and fixed and plain


def _values(component: Component) -> tuple[bool, frozenset[Json] | None]:
    kind = component.kind
    if component.read_from is not None:
        return False, None
    if isinstance(kind, Flag):
        return False, frozenset({True, False})
    if isinstance(kind, Choosing) and kind.options.source is None:
        found = frozenset(kind.stored(each.value) for each in kind.options.written)
        return isinstance(kind, Choices), found if isinstance(kind, Choice | Choices) else None
    return False, None
