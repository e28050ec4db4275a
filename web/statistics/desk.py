"""What the reports are made with: the scope, the words, and numbers that lead to the cases behind them."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from engine import Session
from processes.clock.calendar import WorkingCalendar
from processes.statistics.counting import Count, Figure
from processes.statistics.scope import Scope
from processes.statistics.shares import rate
from web.cases import figures
from web.statistics.labels import Labels
from web.statistics.tables import Cell, Table

SHOWN = 15
"""So many rows of a table are on the page; the others are in its file."""
FEW = 5
"""Of fewer cases no percentages are told: one case more or less would move them by a fifth."""


@dataclass(frozen=True)
class Desk:
    """Everything that a report asks for."""

    session: Session
    scope: Scope
    labels: Labels
    calendar: WorkingCalendar
    procedure: str
    """The one that is asked for; empty: all that the reader may read."""

    def before(self) -> Scope:
        """The same for the period before."""
        return replace(self.scope, period=self.scope.period.moved(-1))

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


def money(amount: Decimal) -> Cell:
    """An amount."""
    return Cell(f"¥{amount:,.2f}", plain=f"{amount:.2f}")


def first_rows(table: Table) -> Table:
    """The table as the page has it: its first rows, and how many more there are."""
    return replace(table, rows=table.rows[:SHOWN], more=max(len(table.rows) - SHOWN, 0))
