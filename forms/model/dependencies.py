"""Which fields a component looks at, so that a page knows what to ask for again when one changes."""

from collections.abc import Iterator

from forms.kit.kind import LookedAt
from forms.language.expressions import Limit
from forms.model.component import Component, Level


def names_of(component: Component) -> frozenset[str]:
    """The names that decide how a component looks: shown or not, its options, texts and limits."""
    found: frozenset[str] = frozenset()
    for each in _looked_at(component):
        looked = each.expr if isinstance(each, Limit) else each
        if looked is not None:
            found |= looked.names
    return found


def _looked_at(component: Component) -> Iterator[LookedAt]:
    yield from (component.hide, component.required_when, component.readonly_when, component.read_from)
    yield from (component.label, component.help)
    yield from component.kind.looks_at()


def triggers_of(level: Level) -> frozenset[str]:
    """The keys whose change can change how another component looks; `list.key` for those inside repeated groups."""
    found: set[str] = set()
    for each in level.all:
        found |= _keys(level, names_of(each))
        if each.inside is not None:
            for inner in each.inside.all:
                names = names_of(inner)
                found |= {f"{each.key}.{key}" for key in _keys(each.inside, names)}
                found |= _keys(level, names - each.inside.names.keys())
    return frozenset(found)


def _keys(level: Level, names: frozenset[str]) -> set[str]:
    return {each.key for name in names for each in level.names.get(name, ())}
