"""Compares the rows of a table with each other: which overlap, which are hidden, what none of them takes.

The rows are divided question by question, each time by a walk over the ends of what they take, so that only rows are
looked at together that have all answers so far in common.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from engine.tables.space import Dimension, Space

BUDGET = 3_000_000
"""Rows that may be looked at, each as often as it is; a table that needs more is told about, not compared wholly."""


class TooMuch(Exception):
    """The rows of the table have so much in common that comparing them would take minutes."""


class _Walk:
    """What is shared by a whole comparison."""

    def __init__(self, space: Space, budget: int) -> None:
        self.dimensions: Sequence[Dimension] = sorted(space.dimensions, key=lambda each: -len(each.samples))
        self.left = budget

    def pay(self, steps: int) -> None:
        """Count; TooMuch when nothing is left."""
        self.left -= steps + 1
        if self.left < 0:
            raise TooMuch

    def classes(self, level: int, rows: Sequence[int]) -> Iterator[tuple[int, int, list[int]]]:
        """The stretches of samples in which the same rows stand: from, to, and the rows in order."""
        dimension = self.dimensions[level]
        changes: dict[int, tuple[list[int], list[int]]] = {0: ([], []), len(dimension.samples): ([], [])}
        for row in rows:
            for low, high in dimension.taken[row] or ():
                changes.setdefault(low, ([], []))[0].append(row)
                changes.setdefault(high, ([], []))[1].append(row)
        places = sorted(changes)
        inside: dict[int, None] = {}
        for place, after in pairwise(places):
            begins, ends = changes[place]
            for row in ends:
                inside.pop(row, None)
            inside.update(dict.fromkeys(begins))
            self.pay(len(inside))
            yield place, after, sorted(inside)


def overlaps(space: Space, *, budget: int = BUDGET) -> dict[int, int]:
    """For each row that has something in common with an earlier one, the first such row; TooMuch."""
    walk = _Walk(space, budget)
    known = [row for row in range(space.rows) if all(each.taken[row] is not None for each in space.dimensions)]
    found: dict[int, int] = {}
    todo = [(0, known)]
    while todo:
        level, rows = todo.pop()
        if level == len(walk.dimensions):
            for row in rows[1:]:
                found[row] = min(rows[0], found.get(row, rows[0]))
            continue
        todo += [(level + 1, inside) for _, _, inside in walk.classes(level, rows) if len(inside) > 1]
    return dict(sorted(found.items()))


def hidden(space: Space, *, budget: int = BUDGET) -> dict[int, int]:
    """For each row that one row above takes all of, the first such row; TooMuch.

    A row can only be hidden by rows that take one particular answer of it, so these alone are compared with it.
    """
    walk = _Walk(space, budget)
    found: dict[int, int] = {}
    everyone = list(range(space.rows))
    todo = [(0, everyone, everyone)]
    while todo:
        level, rows, asked = todo.pop()
        walk.pay(len(rows))
        if level == len(walk.dimensions):
            for row in asked:
                walk.pay(len(rows))
                first = next((other for other in rows if other < row and space.covers(other, row)), None)
                if first is not None:
                    found[row] = first
            continue
        dimension = walk.dimensions[level]
        free = [row for row in rows if dimension.free[row]]
        anything = [row for row in asked if dimension.free[row] or dimension.taken[row] is None]
        if anything and free:
            todo.append((level + 1, free, anything))
        points: dict[int, list[int]] = {}
        for row in asked:
            if not dimension.free[row] and dimension.taken[row]:
                points.setdefault((dimension.taken[row] or ())[0][0], []).append(row)
        todo += [
            (level + 1, inside, some)
            for place, after, inside in walk.classes(level, rows)
            if (some := [row for point in _between(points, place, after) for row in points[point]]) and len(inside) > 1
        ]
    return dict(sorted(found.items()))


def gap(space: Space, *, budget: int = BUDGET // 10) -> str | None:
    """An example that no row takes; empty when there is none, None when it cannot be said."""
    if not space.rows or any(taken is None for each in space.dimensions for taken in each.taken):
        return None
    walk = _Walk(space, budget)
    try:
        found = _gap(walk, 0, list(range(space.rows)), {})
    except TooMuch:
        return None
    return "" if found is None else ", ".join(found[each.label] for each in space.dimensions if each.label in found)


def _gap(walk: _Walk, level: int, rows: list[int], chosen: Mapping[str, str]) -> Mapping[str, str] | None:
    if not rows:
        return chosen
    if level == len(walk.dimensions) or any(
        all(each.free[row] for each in walk.dimensions[level:]) for row in reversed(rows)
    ):
        return None
    dimension = walk.dimensions[level]
    for place, _, inside in walk.classes(level, rows):
        found = _gap(walk, level + 1, inside, {**chosen, dimension.label: dimension.shown(place)})
        if found is not None:
            return found
    return None


def _between(points: Mapping[int, list[int]], low: int, high: int) -> list[int]:
    """The points in a stretch."""
    if high - low < len(points):
        return [point for point in range(low, high) if point in points]
    return sorted(point for point in points if low <= point < high)
