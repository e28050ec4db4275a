"""What came of severe complaints: discipline, bonuses cut, rewards, each number with the notices behind it (R09)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import url_for

from processes.management import penalties
from processes.management.penalties import KINDS, Penalty
from processes.statistics.periods import Period, months_until
from web.cases.periods import month_text
from web.shell import here
from web.shell.language import gettext as _
from web.shell.words import N_, word
from web.statistics.desk import Desk, money
from web.statistics.tables import Cell, Column, Report, Row, Table, bar
from web.statistics.volume import MONTHS, narrow_month, since_the_first

WORDS: Mapping[str, str] = {
    "discipline": N_("Discipline published"),
    "bonus": N_("Bonus cut"),
    "reward": N_("Rewarded"),
    "refused": N_("Notice refused"),
    "none": N_("Nothing followed"),
}
NOBODY = "-"
"""In an address: what is nobody's."""


def rewards(desk: Desk) -> Report:
    """R09: what came of severe complaints, by kind, unit and month (KB-3.5-1b, KB-3.5-2)."""
    title = _("Rewards and penalties")
    if not penalties.read_in(desk.session, here.actor()):
        return Report("R09", title, [], _("These figures are for those who read the notices of rewards and penalties."))
    found = _found(desk, desk.scope.period)
    note = _("Counted on the day on which it was recorded; the unit is the one whose reward or penalty it is.")
    return Report("R09", title, [_by_kind(desk, found), _by_unit(desk, found), _by_month(desk)], note)


def _by_kind(desk: Desk, found: Sequence[Penalty]) -> Table:
    counts = {kind: [each for each in found if each.kind == kind] for kind in KINDS}
    most = max(map(len, counts.values()))
    rows = [
        Row(
            [Cell(word(WORDS, kind)), _number(desk, desk.scope.period, some, kind=kind), _sum(some)],
            bar([("full", len(some))], most),
        )
        for kind, some in counts.items()
    ]
    total = Row([Cell(_("Total")), _number(desk, desk.scope.period, found), Cell("")])
    return Table(_("What came of severe complaints"), [_("Result"), _("Cases"), _("Amount")], rows, total)


def _by_unit(desk: Desk, found: Sequence[Penalty]) -> Table:
    units = sorted({each.unit for each in found}, key=lambda unit: (not unit, unit))
    most = max((sum(each.unit == unit for each in found) for unit in units), default=0)
    rows = []
    for unit in units:
        mine, whose = [each for each in found if each.unit == unit], unit or NOBODY
        some = {kind: [each for each in mine if each.kind == kind] for kind in KINDS}
        cells = [Cell(desk.labels.names.unit(unit) if unit else _("nobody"))]
        cells += [_number(desk, desk.scope.period, mine, unit=whose)]
        cells += [_number(desk, desk.scope.period, some[kind], unit=whose, kind=kind) for kind in KINDS]
        rows.append(Row([*cells, _sum(some["bonus"]), _sum(some["reward"])], bar([("full", len(mine))], most)))
    heads = [_("Unit"), _("Cases"), *(word(WORDS, kind) for kind in KINDS), _("Cut"), _("Given")]
    return Table(_("By unit"), heads, rows)


def _by_month(desk: Desk) -> Table:
    """The months up to the one in which the period ends, as columns and as a table."""
    months = months_until(desk.scope.period.last, MONTHS)
    every = _found(desk, Period("days", months[0].first, months[-1].last))
    parts = [[each for each in every if _within(each, month)] for month in months]
    shown = since_the_first(parts)
    months, parts = months[shown], parts[shown]
    most = max(map(len, parts))
    rows, chart = [], []
    for month, some in zip(months, parts, strict=True):
        number = _number(desk, month, some)
        kinds = ([each for each in some if each.kind == kind] for kind in KINDS)
        counts = (_number(desk, month, each, kind=kind) for kind, each in zip(KINDS, kinds, strict=True))
        rows.append(Row([Cell(month_text(month)), number, *counts]))
        within = desk.scope.period.first <= month.first <= desk.scope.period.last
        height = 100 * len(some) / most if most else 0.0
        chart.append(Column(narrow_month(month), len(some), number.address, round(height, 1), within))
    heads = [_("Month"), _("Cases"), *(word(WORDS, kind) for kind in KINDS)]
    return Table(_("Month by month"), heads, rows, chart=chart)


def _found(desk: Desk, period: Period) -> Sequence[Penalty]:
    begins, ends = period.begins(desk.scope.zone), period.ends(desk.scope.zone)
    asked = penalties.Asked(begins, ends, desk.procedure, desk.scope.unit)
    return penalties.of(desk.session, here.actor(), asked)


def _within(penalty: Penalty, period: Period) -> bool:
    return period.first <= penalty.at.astimezone(here.zone()).date() <= period.last


def _number(desk: Desk, period: Period, some: Sequence[Penalty], *, unit: str = "", kind: str = "") -> Cell:
    """A number that opens its notices; nought leads nowhere."""
    wanted = {"period": period.key, "procedure": desk.procedure, "unit": unit or desk.scope.unit, "kind": kind}
    given: dict[str, Any] = {name: text or None for name, text in wanted.items()}
    return Cell(str(len(some)), url_for("notices_behind.page", **given) if some else "")


def _sum(some: Iterable[Penalty]) -> Cell:
    return money(sum((each.amount for each in some), Decimal(0)))
