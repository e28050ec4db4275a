"""Counting: how many cases of a scope fit each measure, by the values of a dimension, in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, select

from engine import Session
from processes.cases.schema import DbCase
from processes.statistics.dimensions import DIMENSIONS
from processes.statistics.measures import MEASURES, at_place, step_of
from processes.statistics.remedies import has_remedy
from processes.statistics.scope import Scope, counted


@dataclass(frozen=True)
class Count:
    """What was counted for one value of a dimension."""

    value: str | None
    """As it is compared; None: not known."""
    procedure: str
    """One of the procedures in which it occurs, which has words for it."""
    case: int
    """One of the cases, which shows how it is written."""
    counts: Mapping[str, int]
    """By measure."""


def count(session: Session, scope: Scope, dimension: str = "all", measures: Sequence[str] = ("cases",)) -> list[Count]:
    """The counts by the values of a dimension, the most cases first; nothing where nothing was received."""
    fits = [case((MEASURES[name](session, scope), 1), else_=0).label(f"m_{name}") for name in measures]
    value = DIMENSIONS[dimension](scope).label("value")
    rows = select(DbCase.id, DbCase.procedure, value, *fits).where(counted(scope)).subquery()
    sums = [func.sum(rows.c[f"m_{name}"]) for name in measures]
    query = select(rows.c.value, func.min(rows.c.procedure), func.min(rows.c.id), func.count(), *sums)
    found = session.execute(query.group_by(rows.c.value)).all()
    found = sorted(found, key=lambda row: (row[0] is None, -row[3], str(row[0])))
    return [Count(row[0], row[1], row[2], dict(zip(measures, map(int, row[4:]), strict=True))) for row in found]


def total(session: Session, scope: Scope, measures: Sequence[str]) -> Mapping[str, int]:
    """The counts over the whole scope; noughts where nothing was received."""
    return next((each.counts for each in count(session, scope, "all", measures)), dict.fromkeys(measures, 0))


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


def behind(session: Session, scope: Scope, figure: Figure) -> ColumnElement[bool]:
    """The condition on cases under which they are counted in a figure."""
    base = counted(scope)
    if figure.dimension == STEP:
        late = figure.measure == "late_step"
        return and_(base, step_of(session, figure.value, late=late, whose=True))
    if figure.dimension == PLACE:
        process, _slash, element = (figure.value or "").partition("/")
        taken = at_place(session, process, element, late=figure.measure == "late_step")
        return and_(base, taken)
    if figure.dimension == REMEDY:
        return and_(base, has_remedy(scope, figure.value or ""))
    value = DIMENSIONS[figure.dimension](scope)
    same = value.is_(None) if figure.value is None else value == figure.value
    return and_(base, same, MEASURES[figure.measure](session, scope))
