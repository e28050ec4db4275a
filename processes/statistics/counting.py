"""Counting: how many cases of a scope fit each measure, by the values of a dimension."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_

from engine import Session
from processes.rows import unindexed
from processes.statistics.dimensions import DIMENSIONS, rare_ones
from processes.statistics.measures import MEASURES, at_place, rare_in, step_of
from processes.statistics.reading import Counts, Place
from processes.statistics.records import UNKNOWN
from processes.statistics.remedies import has_remedy
from processes.statistics.scope import Scope, counted


@dataclass(frozen=True)
class Count:
    """What was counted for one value of a dimension."""

    value: str | None
    """As it is compared; None: not known."""
    procedure: str
    """One of the procedures in which it occurs, which has words for it."""
    counts: Mapping[str, int]
    """By measure."""


OF_PLACES: Mapping[str, Callable[[Place], str | None]] = {
    "all": lambda _: "all",
    "month": lambda place: place.month,
    "procedure": lambda place: place.procedure,
    "unit": lambda place: place.unit or None,
}
"""By what all measures are counted; by anything else those that `records.BY` names."""


def count(counts: Counts, scope: Scope, dimension: str, measures: Sequence[str]) -> list[Count]:
    """The counts by the values of a dimension, the most cases first; nothing where nothing was received."""
    found: dict[str | None, tuple[str, dict[str, int]]] = {}
    for value, procedure, name, number in _counted(counts, scope, dimension):
        first, sums = found.get(value, (procedure, {}))
        sums[name] = sums.get(name, 0) + number
        found[value] = min(first, procedure), sums
    every = [
        Count(value, procedure, {name: sums.get(name, 0) for name in {"cases", *measures}})
        for value, (procedure, sums) in found.items()
    ]
    return sorted(every, key=lambda each: (each.value is None, -each.counts["cases"], str(each.value)))


def _counted(counts: Counts, scope: Scope, dimension: str) -> Iterator[tuple[str | None, str, str, int]]:
    """How many of a value, in a procedure, by a measure."""
    if dimension in OF_PLACES:
        of = OF_PLACES[dimension]
        for (value, procedure), sums in counts.sums(scope, "all", lambda place: (of(place), place.procedure)).items():
            for name, number in sums.get("all", {}).items():
                yield value, procedure, name, number
        return
    for procedure, sums in counts.sums(scope, dimension, lambda place: place.procedure).items():
        for name, values in sums.items():
            for text, number in values.items():
                yield None if text == UNKNOWN else text, procedure, name, number


def total(counts: Counts, scope: Scope, measures: Sequence[str]) -> Mapping[str, int]:
    """The counts over the whole scope; noughts where nothing was received."""
    return next((each.counts for each in count(counts, scope, "all", measures)), dict.fromkeys(measures, 0))


@dataclass(frozen=True)
class Figure:
    """What a number is about, so that a list can show the cases behind it."""

    measure: str = "cases"
    dimension: str = "all"
    value: str | None = "all"

    @property
    def known(self) -> bool:
        """Whether there are such figures: anything can stand in an address."""
        return self.measure in MEASURES and self.dimension in (*DIMENSIONS, STEP, REMEDY, PLACE)


STEP = "step_unit"
"""The unit whose steps are counted, not the one that is responsible for the case."""
REMEDY = "remedies"
"""One kind of remedy; a case may have several."""

PLACE = "step"
"""A step of a diagram."""


def place_of(process: str, element: str) -> str:
    """The value of a step of a diagram."""
    return f"{process}/{element}"


def behind(counts: Counts, scope: Scope, figure: Figure) -> ColumnElement[bool]:
    """The condition on cases under which they are counted in a figure."""
    session, base = counts.session, counted(scope)
    rare = rare_in(counts, scope, figure.measure)
    if figure.value is not None:
        rare += rare_ones(session, scope, figure.dimension, figure.value)
    return and_(unindexed(base) if rare else base, *rare, *_fits(session, scope, figure))


def _fits(session: Session, scope: Scope, figure: Figure) -> Sequence[ColumnElement[bool]]:
    """That a case of a scope has the value, and is what is measured."""
    late = figure.measure == "late_step"
    if figure.dimension == STEP:
        return [step_of(session, figure.value, late=late, whose=True)]
    if figure.dimension == PLACE:
        process, _slash, element = (figure.value or "").partition("/")
        return [at_place(session, process, element, late=late)]
    if figure.dimension == REMEDY:
        return [has_remedy(scope, figure.value or "")]
    value = DIMENSIONS[figure.dimension](scope)
    is_it = value.is_(None) if figure.value is None else value == figure.value
    return [is_it, MEASURES[figure.measure](session, scope)]
