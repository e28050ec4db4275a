"""Values that lie inside objects, found and laid by the parts of a key."""

from collections.abc import Mapping
from typing import Any

from forms.language.expressions import Json

MISSING: Any = object()
"""No value was given, not even an empty one."""


def find(values: Json, path: tuple[str, ...]) -> Json:
    """What lies at a path; MISSING when nothing does."""
    for name in path:
        if not isinstance(values, dict | Mapping) or name not in values:
            return MISSING
        values = values[name]
    return values


def put(values: dict[str, Json], path: tuple[str, ...], value: Json) -> None:
    """Lay a value at a path, making the objects around it."""
    for name in path[:-1]:
        values = values.setdefault(name, {})
    values[path[-1]] = value


def put_copying(values: dict[str, Json], path: tuple[str, ...], value: Json) -> None:
    """Lay a value at a path, the objects around it copied, not changed."""
    for name in path[:-1]:
        inner = values.get(name)
        values[name] = dict(inner) if isinstance(inner, Mapping) else {}
        values = values[name]
    values[path[-1]] = value
