"""Tables of figures: words and numbers for the page, the same for a spreadsheet, and the bars beside them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a table."""

    text: str
    address: str = ""
    """The cases behind it."""
    plain: str = ""
    """As a spreadsheet takes it, where that is not the text."""

    @property
    def exported(self) -> str:
        """For a spreadsheet."""
        return self.plain or self.text


@dataclass(frozen=True)
class Part:
    """A piece of a bar, in per cent of the whole width."""

    kind: str
    """full, late or back: each has a pattern of its own, so that colour is not needed."""
    start: float
    width: float


@dataclass(frozen=True)
class Row:
    """A line of a table; the first cell says what it is about."""

    cells: Sequence[Cell]
    bar: Sequence[Part] = ()
    marked: str = ""
    """A word that stands beside the first cell: the third time."""


@dataclass(frozen=True)
class Column:
    """One month of a chart of columns, in per cent of its size."""

    label: str
    number: int
    address: str
    height: float
    current: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under heads; the heads of numbers stand to the right."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Row]
    total: Row | None = None
    note: str = ""
    chart: Sequence[Column] = ()
    legend: Sequence[tuple[str, str]] = ()
    """Kinds of parts and what they mean."""
    more: int = 0
    """So many further rows are in the file for spreadsheets only."""

    @property
    def barred(self) -> bool:
        """Whether there are bars beside the rows."""
        return any(row.bar for row in self.rows)


@dataclass(frozen=True)
class Report:
    """One of the reports of the measure."""

    key: str
    """As the measure's list has it: R01 …"""
    title: str
    tables: Sequence[Table]
    note: str = ""

    @property
    def contents(self) -> str:
        """What its tables tell, for the line it is folded to; empty where that is its title."""
        return " · ".join(table.title for table in self.tables if table.title != self.title)


def bar(parts: Sequence[tuple[str, int]], most: int) -> list[Part]:
    """A bar of pieces one behind the other, against the longest one; nothing of nothing."""
    found, start = [], 0.0
    for kind, number in parts:
        width = 100 * number / most if most else 0.0
        if width:
            found.append(Part(kind, round(start, 2), round(width, 2)))
        start += width
    return found
