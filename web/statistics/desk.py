"""What the reports are made with: the scope, the words, and numbers that lead to the cases behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from engine import Session
from processes.statistics import counting, milestones
from processes.statistics.counting import Count, Figure
from processes.statistics.durations import Spread
from processes.statistics.reading import Counts
from processes.statistics.scope import Scope
from processes.statistics.shares import rate
from web.cases import figures
from web.statistics.labels import Labels
from web.statistics.tables import Cell, Table

SHOWN = 15
"""So many rows of a table are on the page; the others are in its file."""
FEW = 5
"""Of fewer cases no percentages are told: one case more or less would move them by a fifth."""


HANDLED = ("late", "opened_again", "redone", "redone_often", "mediated", "blocked")
"""What was not well, or had to be done again (KB-2.1.1-1)."""

COUNTED = ("cases", "open", "in_time", "target_met", "target_missed", *HANDLED)
"""What several reports tell of the same cases, in all or by the responsible unit."""


@dataclass(frozen=True)
class Desk:
    """Everything that a report asks for; what several of them ask for is asked of the database once."""

    counts: Counts
    scope: Scope
    labels: Labels
    procedure: str
    """The one that is asked for; empty: all that the reader may read."""

    @property
    def session(self) -> Session:
        """Of the page."""
        return self.counts.session

    def before(self) -> Scope:
        """The same for the period before."""
        return replace(self.scope, period=self.scope.period.moved(-1))

    @cached_property
    def units(self) -> Sequence[Count]:
        """What is `COUNTED`, by the responsible unit."""
        return counting.count(self.counts, self.scope, "unit", COUNTED)

    @cached_property
    def sums(self) -> Mapping[str, int]:
        """The same of all cases: each has one unit, or none is known."""
        return added(self.units, COUNTED)

    @cached_property
    def times(self) -> Mapping[str, Spread]:
        """How long it took to each milestone."""
        return milestones.times(self.counts, self.scope)

    def number(self, count: int, measure: str = "cases", dimension: str = "all", value: str | None = "all") -> Cell:
        """A number that opens its cases; nought leads nowhere."""
        figure = Figure(measure, dimension, value)
        return Cell(str(count), figures.address(self.scope, figure, self.procedure) if count else "")

    def named(self, dimension: str, each: Count, label: str) -> Cell:
        """The head of a row."""
        address = figures.address(self.scope, Figure("cases", dimension, each.value), self.procedure)
        return Cell(label, address)

    def hours(self, length: timedelta | None) -> Cell:
        """Working hours, with one place; nothing where nothing was measured."""
        if length is None:
            return Cell("–")
        return Cell(f"{length.total_seconds() / 3600:.1f}")

    def share(self, part: int, whole: int) -> Cell:
        """A rate in per cent; nothing of nothing, and none of few."""
        found = rate(part, whole) if whole >= FEW else None
        return Cell("–" if found is None else f"{found} %", plain="" if found is None else str(found))


def added(counts: Sequence[Count], measures: Sequence[str]) -> Mapping[str, int]:
    """The counts of all values of a dimension together; noughts of nothing."""
    return {name: sum(each.counts[name] for each in counts) for name in measures}


def money(amount: Decimal) -> Cell:
    """An amount."""
    return Cell(f"¥{amount:,.2f}", plain=f"{amount:.2f}")


def first_rows(table: Table) -> Table:
    """The table as the page has it: its first rows, and how many more there are."""
    return replace(table, rows=table.rows[:SHOWN], more=max(len(table.rows) - SHOWN, 0))
