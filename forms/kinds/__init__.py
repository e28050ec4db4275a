"""The kinds of components: one module a kind, and beside it the template that shows it.

A module here is found by itself. It holds one class, which says how the kind is written in a file, reads it, takes and
checks its answers and shows its values; see docs/forms.md, "Adding a kind of field".
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from inspect import getattr_static
from pkgutil import iter_modules

from forms.kit.kind import Input, Kind, Valued
from forms.kit.source import Source
from forms.kit.written import Written


@cache
def all_kinds() -> tuple[type[Kind], ...]:
    """Every kind, by name; those that take only some components of a type first."""
    found = (kind for module in iter_modules(__path__) for kind in _kinds_in(f"{__name__}.{module.name}"))
    return tuple(sorted(found, key=lambda kind: (getattr_static(kind, "takes") is vars(Kind)["takes"], kind.name)))


def _kinds_in(module: str) -> Iterator[type[Kind]]:
    for each in vars(import_module(module)).values():
        if isinstance(each, type) and issubclass(each, Kind) and each.__module__ == module:
            yield each


@cache
def written_as(name: str) -> Written | None:
    """What a component of a type may say: all that the kinds of this type understand; None for an unknown type."""
    found = [written for kind in all_kinds() for written in kind.written if written.type == name]
    if not found:
        return None
    attributes = frozenset[str]().union(*(each.attributes for each in found))
    checks = frozenset[str]().union(*(each.checks for each in found))
    properties = tuple(dict.fromkeys(pattern for each in found for pattern in each.properties))
    return Written(name, attributes, properties, checks)


@cache
def known_types() -> frozenset[str]:
    """The types of the form editor that are understood."""
    return frozenset(written.type for kind in all_kinds() for written in kind.written)


def kind_of(source: Source) -> type[Kind]:
    """The kind of a component whose type is known."""
    name = source.data["type"]
    kinds = (kind for kind in all_kinds() if any(written.type == name for written in kind.written))
    return next(kind for kind in kinds if kind.takes(source))


__all__ = ["Input", "Kind", "Valued", "all_kinds", "kind_of", "known_types", "written_as"]
