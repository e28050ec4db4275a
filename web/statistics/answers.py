"""What a manager asks first, how often, how late and why: the head of a report each, which has the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from web.cases import figures
from web.shell.language import gettext as _
from web.shell.words import word
from web.statistics.tables import Report, Table

FIRST = 5
"""So many rows answer a question."""


@dataclass(frozen=True)
class Answer:
    """A question with the first rows of the table that answers it."""

    question: str
    table: Table
    anchor: str
    """Of the whole table in its report."""
    link: str


def answers(reports: Mapping[str, Report]) -> list[Answer]:
    """The questions, by the reports of the page; nothing is counted for them."""
    months, kinds, units = (reports[key].tables[0] for key in ("R04", "R02", "R03"))
    # a number leads somewhere where it is not nought
    late = replace(units, rows=[row for row in units.rows if row.cells[4].address], note="", legend=())
    often = replace(_first(kinds, kinds.heads[:3], (0, 1, 2)), chart=months.chart)
    found = [
        Answer(_("How often"), often, "R02-1", kinds.title),
        Answer(
            _("How late"),
            _first(late, [units.heads[0], _("Late"), _("In time, %")], (0, 4, 3), _("No step was late.")),
            "R03-1",
            units.title,
        ),
    ]
    return [*found, _why(reports["R01"])]


def _why(volume: Report) -> Answer:
    """The causes; of a procedure without any, what there is instead."""
    title = word(figures.DIMENSIONS, "cause")
    place = next((place for place, table in enumerate(volume.tables) if table.title == title), None)
    none = Table(title, (), (), note=_("No cause is known."))
    table = none if place is None else volume.tables[place]
    heads = [table.heads[0], table.heads[1], table.heads[3]] if table.heads else []
    shown = _first(table, heads, (0, 1, 3), table.note)
    return Answer(_("Why"), shown, f"R01-{(place or 0) + 1}", title if table.rows else volume.title)


def _first(table: Table, heads: Sequence[str], columns: Sequence[int], nothing: str = "") -> Table:
    """The first rows of some columns."""
    rows = [replace(row, cells=[row.cells[column] for column in columns]) for row in table.rows[:FIRST]]
    return replace(table, heads=heads, rows=rows, total=None, note="" if rows else nothing, more=0)
