"""Which fields a component looks at, so that a page knows what to ask for again when one changes."""

from collections.abc import Iterator

from forms.kinds import ChoiceSpec, ComputedSpec, DateSpec, NumberSpec, SignatureSpec, StaticSpec, TextSpec
from forms.language import Expr, Limit, Template
from forms.model import Component, Level, RowsSpec


def names_of(component: Component) -> frozenset[str]:
    """The names that decide how a component looks: shown or not, its options, texts and limits."""
    found: frozenset[str] = frozenset()
    for each in _looked_at(component):
        if each is not None:
            found |= each.names
    return found


def _looked_at(component: Component) -> Iterator[Expr | Template | None]:
    yield from (component.hide, component.required_when, component.readonly_when, component.read_from)
    yield from (component.label, component.help)
    spec = component.spec
    if isinstance(spec, ChoiceSpec):
        yield spec.source
        for option in spec.options:
            yield from (option.label, option.next, option.disabled_when, option.disabled_reason)
    elif isinstance(spec, ComputedSpec):
        yield spec.expression
    elif isinstance(spec, TextSpec):
        yield from (spec.prefix, spec.suffix, spec.placeholder)
    elif isinstance(spec, StaticSpec):
        yield spec.text
    elif isinstance(spec, SignatureSpec):
        yield spec.signer
    elif isinstance(spec, NumberSpec | DateSpec):
        yield from (each.expr for each in _limits(spec))


def _limits(spec: NumberSpec | DateSpec) -> tuple[Limit, Limit]:
    return (spec.minimum, spec.maximum) if isinstance(spec, NumberSpec) else (spec.not_before, spec.not_after)


def triggers_of(level: Level) -> frozenset[str]:
    """The keys whose change can change how another component looks; `list.key` for those inside repeated groups."""
    found: set[str] = set()
    for each in level.walk():
        found |= _keys(level, names_of(each))
        if isinstance(each.spec, RowsSpec):
            for inner in each.spec.level.walk():
                names = names_of(inner)
                found |= {f"{each.key}.{key}" for key in _keys(each.spec.level, names)}
                found |= _keys(level, names - each.spec.level.names.keys())
    return frozenset(found)


def _keys(level: Level, names: frozenset[str]) -> set[str]:
    return {each.key for name in names for each in level.names.get(name, ())}
