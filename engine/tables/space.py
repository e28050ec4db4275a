"""Divides what can be asked of a table into classes that its cells do not tell apart, and looks which rows take which.

Every class is represented by one value, and the cells themselves say which values they take: so the findings cannot
disagree with what the table does. A cell is asked only at its own constants and once between each two of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from engine.errors import ExpressionError
from engine.language.expressions import NO_FUNCTIONS
from engine.language.nodes import is_path
from engine.language.readings import decimal_of, temporal_of
from engine.language.values import Value, exact, is_number
from engine.tables.cells import Cell, is_decidable, literals
from engine.tables.model import Decision

_WHOLE = {"integer", "int", "long"}
_HUGE = 1e300
"""Numbers beyond it are told apart by nobody: between them and the next there is nothing to calculate with."""

Taken = tuple[tuple[int, int], ...]
"""Which samples a row takes: ranges of their places, the end of each left out, in order and apart."""


@dataclass(frozen=True)
class Dimension:
    """One question of a table; columns that ask the same share it."""

    label: str
    samples: tuple[Value, ...]
    taken: tuple[Taken | None, ...]
    """For each row; None when what it takes depends on more than the sample."""
    free: tuple[bool, ...]
    """For each row, whether it takes every value there is."""

    def shown(self, place: int) -> str:
        """A sample as an example."""
        return f"{self.label} = {_shown(self.samples[place])}"

    def common(self, first: int, second: int) -> int | None:
        """The place of the first sample that both rows take; None when there is none."""
        for low, high in self.taken[first] or ():
            for start, end in self.taken[second] or ():
                if max(low, start) < min(high, end):
                    return max(low, start)
        return None

    def covers(self, first: int, second: int) -> bool:
        """Whether the first row takes all that the second takes, for certain."""
        if self.free[first]:
            return True
        one, other = self.taken[first], self.taken[second]
        if one is None or other is None or self.free[second]:
            return False
        return all(any(low <= start and end <= high for low, high in one) for start, end in other)


@dataclass(frozen=True)
class Space:
    """All questions of a table."""

    dimensions: tuple[Dimension, ...]
    rows: int
    independent: bool
    """Whether the columns are plain variables, so that any value can meet any other."""

    def common(self, first: int, second: int) -> str:
        """An example that both rows take; empty when there is none, or it cannot be said."""
        example = []
        for dimension in self.dimensions:
            place = dimension.common(first, second)
            if place is None:
                return ""
            if not (dimension.free[first] and dimension.free[second]):
                example.append(dimension.shown(place))
        return ", ".join(example) or "anything"

    def covers(self, first: int, second: int) -> bool:
        """Whether the first row takes all that the second takes, for certain."""
        return all(dimension.covers(first, second) for dimension in self.dimensions)


def space_of(decision: Decision) -> Space:
    """The questions of a table and which rows take which answers."""
    places: dict[str, list[int]] = {}
    for place, column in enumerate(decision.inputs):
        places.setdefault(column.expression.text, []).append(place)
    dimensions = tuple(_dimension(decision, found) for found in places.values())
    independent = all(is_path(column.expression.tree) for column in decision.inputs)
    return Space(dimensions, len(decision.rules), independent)


def _dimension(decision: Decision, places: Sequence[int]) -> Dimension:
    column = decision.inputs[places[0]]
    rows = [[rule.cells[place] for place in places] for rule in decision.rules]
    samples = _samples([cell for cells in rows for cell in cells], column.type, column.allowed)
    known: dict[str, Taken | None] = {}
    groups = _groups(samples)
    for cell in {cell.text: cell for cells in rows for cell in cells}.values():
        known[cell.text] = _taken(cell, samples, groups)
    taken = tuple(_all_of([known[cell.text] for cell in cells]) for cells in rows)
    return Dimension(column.label, samples, taken, tuple(all(cell.test is None for cell in cells) for cells in rows))


@dataclass(frozen=True)
class _Groups:
    """Where samples of a kind begin and end, and where those stand that mean the same as a constant."""

    bounds: tuple[int, ...]
    places: Mapping[object, list[int]]


def _groups(samples: Sequence[Value]) -> _Groups:
    bounds = [0]
    places: dict[object, list[int]] = {}
    for place, sample in enumerate(samples):
        places.setdefault(_meaning(sample), []).append(place)
        if place and (type(sample) is bool or _kind(sample) is not _kind(samples[place - 1])):
            bounds.append(place)
    return _Groups((*bounds, len(samples)), places)


def _kind(sample: Value) -> type:
    return float if is_number(sample) else type(sample)


def _meaning(value: Value) -> object:
    """What two constants share that a cell cannot tell apart."""
    if type(value) is bool or value is None:
        return (type(value), value)
    if is_number(value):
        return exact(value)
    found: object = decimal_of(value) if type(value) is str else None
    if found is None and type(value) is str:
        try:
            found = temporal_of(value) if value else None
        except ValueError:
            found = None
    if isinstance(found, datetime) and found.tzinfo is not None:
        found = found.astimezone(UTC)
    if found is None:
        return value if type(value) is str else repr(value)
    return found


def _taken(cell: Cell, samples: Sequence[Value], groups: _Groups) -> Taken | None:
    """What a cell takes: it is asked at its own constants, and once in each stretch between them."""
    if cell.test is None:
        return ((0, len(samples)),)
    if not is_decidable(cell):
        return None
    cuts = set(groups.bounds)
    for value in literals(cell):
        for place in groups.places.get(_meaning(value), ()):
            cuts.update((place, place + 1))
    found: list[tuple[int, int]] = []
    for low, high in pairwise(sorted(cuts)):
        try:
            passes = cell.passes(samples[low], {}, NO_FUNCTIONS)
            if high - low > 1 and passes is not cell.passes(samples[high - 1], {}, NO_FUNCTIONS):
                return None
        except ExpressionError:
            return None
        if passes and found and found[-1][1] == low:
            found[-1] = found[-1][0], high
        elif passes:
            found.append((low, high))
    return tuple(found)


def _all_of(sets: Sequence[Taken | None]) -> Taken | None:
    """What all cells of a row take that ask the same question."""
    first, *others = sets
    for other in others:
        if first is None or other is None:
            return None
        both = [(max(low, start), min(high, end)) for low, high in first for start, end in other]
        first = tuple(sorted((low, high) for low, high in both if low < high))
    return first


def _samples(cells: Iterable[Cell], kind: str, allowed: tuple[Value, ...] | None) -> tuple[Value, ...]:
    """A value for each class of values that the cells tell apart; those of one kind stand together, in order."""
    found = {_key(value): value for text in {cell.text: cell for cell in cells}.values() for value in literals(text)}
    values = list(found.values())
    nothing: list[Value] = [None] if None in values else []
    if allowed is not None:
        return (*nothing, *sorted((value for value in allowed if value is not None), key=_rank))
    samples = nothing
    if kind == "boolean" or any(type(value) is bool for value in values):
        samples += [True, False]
    numbers = sorted({value for value in values if is_number(value) and -_HUGE < value < _HUGE})
    samples += _around(numbers, whole=kind in _WHOLE)
    texts = sorted(value for value in values if type(value) is str)
    days = _days(texts)
    samples += days or texts
    return tuple(samples if not texts or days else [*samples, _other(texts)]) or ("anything",)


def _key(value: Value) -> tuple[type, Value]:
    return type(value), value


def _rank(value: Value) -> tuple[int, Value]:
    if type(value) is bool:
        return 0, not value
    return (1, value) if is_number(value) else (2, str(value))


def _around(numbers: Sequence[Value], *, whole: bool) -> list[Value]:
    """The numbers, one between each two, one below all and one above."""
    if not numbers:
        return []
    samples: list[Value] = [numbers[0] - 1]
    for number, after in zip(numbers, [*numbers[1:], numbers[-1] + 2], strict=True):
        between = (number + after) / 2
        samples.append(number)
        if not whole:
            samples.append(int(between) if between == int(between) else between)
        elif after - number > 1:
            samples.append(int(number) + 1)
    return samples


def _days(texts: Sequence[str]) -> list[Value]:
    """The dates and their neighbours, when all texts are dates."""
    found = {_day(text) for text in texts}
    if not texts or None in found:
        return []
    known = [day for day in found if day is not None]
    steps = {day: (0 if day == date.min else -1, 0, 0 if day == date.max else 1) for day in known}
    days = {day + timedelta(days=step) for day in known for step in steps[day]}
    return [day.isoformat() for day in sorted(days)]


def _day(text: str) -> date | None:
    try:
        found = temporal_of(text)
    except ValueError:
        return None
    return found if type(found) is date else None


def _other(texts: Sequence[str]) -> str:
    """A text that is none of these, and comes after them."""
    return max(texts, key=len) + "…"


def _shown(value: Value) -> str:
    if type(value) is str:
        return "another text" if value.endswith("…") else f'"{value}"'
    return (
        {True: "true", False: "false", None: "null"}.get(value, "") if type(value) in {bool, type(None)} else f"{value}"
    )
