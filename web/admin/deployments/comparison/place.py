"""A thing in a file that people know by a name, with all that is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Facts = dict[str, str]


@dataclass(frozen=True)
class Place:
    """An element, a flow, a table, a row or a field."""

    kind: str
    """`userTask`, `row`, `field`, …: what it is."""
    label: str
    mark: str = ""
    """What tells it from its like: the number of a row, the key of a field."""
    ends: tuple[str, ...] = ()
    """What a flow leads from and to."""
    facts: Facts = field(default_factory=dict)
    called: Facts = field(default_factory=dict)
    """What people call the elements that facts refer to by id, by aspect."""
    aspects: Mapping[str, str] = field(default_factory=dict)
    """What people call an aspect that has a name of its own, as the column of a table."""
    whole: str = ""
    """All of it in a line, for one that is new or gone."""
    told: str = ""
    """What it is about, for one of many that look alike, as the conditions of a row."""
    element: str = ""
    """Where it is in a drawing."""
    ordered: bool = False
    """Whether it matters what comes before it."""
