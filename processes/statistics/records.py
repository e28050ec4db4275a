"""What a case counts as, as it is kept, and told apart into what reports add up."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

UNKNOWN = "\x1e"
"""Stands for a value that is not known."""
UNDATED, IN_TIME, LATE = range(3)

BY: Mapping[str, Sequence[str]] = {
    "area": ("open", "late"),
    "kind": ("open", "late"),
    "cause": ("open", "late"),
    "channel": ("open", "late", "closed", "first_contact"),
    "product": ("open", "late"),
    "lot": (),
    "same": (),
}
"""By what cases are told apart in sums, each a part of them, and what is counted beside all cases."""


Taken = tuple[str | None, str, str, int, int | None]
"""A step: unit, process, element; without a date, in time or late; the working time, in tenths of an hour."""


class Record(NamedTuple):
    """What a case counts as."""

    values: Mapping[str, str]
    """By role, as they are compared."""
    measures: Sequence[str]
    """Which of `measures.MEASURES` it fits, of those that reports tell."""
    times: Mapping[str, int]
    """The working time from the receipt to each of `milestones.MILESTONES` it has reached, in tenths of an hour."""
    costs: Sequence[str]
    """Amounts."""
    remedies: Sequence[str]
    steps: Sequence[Taken]


class Row(NamedTuple):
    """What is kept of a case, in the order of the columns of `counted_case`."""

    case_id: int
    procedure: str
    month: str
    known: str
    unit: str
    basis: str
    until: datetime | None
    last_at: datetime | None
    record: str | None


Entry = tuple[str, str, str]
"""A part of the sums, a name in it, a value."""


def entries(record: str) -> Iterator[Entry]:
    """All that a case adds one to."""
    values, measures, times, costs, remedies, steps = orjson.loads(record)
    yield "all", "all", "cases"
    for measure in measures:
        yield "all", "all", measure
    for amount in costs:
        yield "all", "costs", amount
    for kind in remedies:
        yield "all", "remedies", kind
    for dimension, told in BY.items():
        value = values.get(dimension, UNKNOWN)
        yield dimension, "cases", value
        for measure in told:
            if measure in measures:
                yield dimension, measure, value
    for milestone, took in times.items():
        yield "times", milestone, str(took)
    yield from _of_steps(steps)


def _of_steps(steps: Sequence[Taken]) -> Iterator[Entry]:
    been = set()
    for unit, process, element, state, took in steps:
        for part, where in (UNITS, UNKNOWN if unit is None else unit), (place_part(process), element):
            yield from _step(part, where, state, took)
            if (part, where) not in been:
                been.add((part, where))
                yield part, "cases", where


UNITS = "units"
"""The part of the sums in which the steps stand by the unit that takes them."""


def place_part(process: str) -> str:
    """The part of the sums in which the steps of a diagram stand."""
    return f"at {process}"


def _step(part: str, where: str, state: int, took: int | None) -> Iterator[Entry]:
    yield part, "steps", where
    if state != UNDATED:
        yield part, "dated", where
    if state == LATE:
        yield part, "late", where
    if took is not None:
        yield part, f"took {where}", str(took)
