"""Divides what can be asked of a table into classes that its cells do not tell apart, and looks which rows match which.

Every class is represented by one value, and the cells themselves say which values they take: so the findings cannot
disagree with what the table does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from engine.errors import ExpressionError
from engine.language.expressions import NO_FUNCTIONS
from engine.language.nodes import is_path
from engine.language.values import Value, is_number, temporal_of
from engine.tables.cells import Cell, is_decidable, literals
from engine.tables.model import Decision

_BUDGET = 20_000
"""Steps that looking for a gap may take."""
_WHOLE = {"integer", "int", "long"}
_HUGE = 1e300
"""Numbers beyond it are told apart by nobody: between them and the next there is nothing to calculate with."""


@dataclass(frozen=True)
class Dimension:
    """One question of a table; columns that ask the same share it."""

    label: str
    samples: tuple[Value, ...]
    masks: tuple[int | None, ...]
    """For each row, a bit for each sample that it takes; None when that depends on more than the sample."""
    free: tuple[bool, ...]
    """For each row, whether it takes every value there is."""

    @property
    def everything(self) -> int:
        """The bits of all samples."""
        return (1 << len(self.samples)) - 1

    def shown(self, bits: int) -> str:
        """A value that the bits stand for, as an example."""
        sample = self.samples[(bits & -bits).bit_length() - 1]
        return f"{self.label} = {_shown(sample)}"


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
            one, other = dimension.masks[first], dimension.masks[second]
            if one is None or other is None or not one & other:
                return ""
            if not (dimension.free[first] and dimension.free[second]):
                example.append(dimension.shown(one & other))
        return ", ".join(example) or "anything"

    def covers(self, first: int, second: int) -> bool:
        """Whether the first row takes all that the second takes, for certain."""
        return all(_covers(dimension, first, second) for dimension in self.dimensions)

    def gap(self) -> str | None:
        """An example that no row takes; empty when there is none, None when it cannot be said."""
        if not self.rows or any(mask is None for dimension in self.dimensions for mask in dimension.masks):
            return None
        budget = [_BUDGET]
        try:
            return self._gap(0, (1 << self.rows) - 1, (), budget) or ""
        except OverflowError:
            return None

    def _gap(self, level: int, rows: int, chosen: tuple[str, ...], budget: list[int]) -> str:
        budget[0] -= 1
        if budget[0] < 0:
            raise OverflowError
        if not rows:
            return ", ".join(chosen)
        if level == len(self.dimensions) or self._covered(level, rows):
            return ""
        dimension = self.dimensions[level]
        for place in range(len(dimension.samples)):
            left = sum(1 << row for row in _bits(rows) if (dimension.masks[row] or 0) >> place & 1)
            if found := self._gap(level + 1, left, (*chosen, dimension.shown(1 << place)), budget):
                return found
        return ""

    def _covered(self, level: int, rows: int) -> bool:
        """Whether one of the rows takes everything from this level on."""
        return any(all(dimension.free[row] for dimension in self.dimensions[level:]) for row in _bits(rows))


def _bits(rows: int) -> Iterable[int]:
    while rows:
        lowest = rows & -rows
        yield lowest.bit_length() - 1
        rows ^= lowest


def _covers(dimension: Dimension, first: int, second: int) -> bool:
    if dimension.free[first]:
        return True
    one, other = dimension.masks[first], dimension.masks[second]
    return one is not None and other is not None and not dimension.free[second] and not other & ~one


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
    masks = tuple(_mask(cells, samples) for cells in rows)
    return Dimension(column.label, samples, masks, tuple(all(cell.test is None for cell in cells) for cells in rows))


def _mask(cells: Sequence[Cell], samples: Sequence[Value]) -> int | None:
    if not all(is_decidable(cell) for cell in cells):
        return None
    mask = 0
    for place, sample in enumerate(samples):
        try:
            if all(cell.passes(sample, {}, NO_FUNCTIONS) for cell in cells):
                mask |= 1 << place
        except ExpressionError:
            return None
    return mask


def _samples(cells: Iterable[Cell], kind: str, allowed: tuple[Value, ...] | None) -> tuple[Value, ...]:
    """A value for each class of values that the cells tell apart."""
    found = [value for cell in cells for value in literals(cell)]
    if allowed is not None:
        return (*allowed, None) if None in found else allowed
    samples: list[Value] = [None] if any(value is None for value in found) else []
    if kind == "boolean" or any(type(value) is bool for value in found):
        samples += [True, False]
    numbers = sorted(value for value in {value for value in found if is_number(value)} if -_HUGE < value < _HUGE)
    samples += _around(numbers, whole=kind in _WHOLE)
    texts = sorted({value for value in found if type(value) is str})
    days = _days(texts)
    samples += days or texts
    return tuple(samples if not texts or days else [*samples, _other(texts)]) or ("anything",)


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
    """A text that is none of these."""
    return max(texts, key=len) + "…"


def _shown(value: Value) -> str:
    if type(value) is str:
        return "another text" if value.endswith("…") else f'"{value}"'
    return (
        {True: "true", False: "false", None: "null"}.get(value, "") if type(value) in {bool, type(None)} else f"{value}"
    )
