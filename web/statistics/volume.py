"""How many: by what they are about, in shares of all, and how often the same comes again (R01, R02, R04)."""

from collections.abc import Sequence
from dataclasses import replace

from processes.statistics import counting
from processes.statistics.measures import THIRD
from processes.statistics.periods import Period, months_until
from processes.statistics.scope import Scope
from processes.statistics.shares import percentages
from web.cases import figures
from web.cases.periods import month_text
from web.shell import here, language
from web.shell.dates import MONTHS_EN
from web.shell.language import gettext as _
from web.shell.words import word
from web.statistics.desk import FEW, Desk
from web.statistics.tables import Cell, Column, Report, Row, Table, bar

VOLUME = ("area", "kind", "cause", "unit", "product", "channel", "procedure")
MONTHS = 12
FEWEST_MONTHS = 3
"""So many months are shown at least."""


def volume(desk: Desk) -> Report:
    """R01: how many cases, by area (KB-2.1.1-3), kind, cause (GC-A3-6), unit, product and channel."""
    tables = [_by(desk, dimension) for dimension in VOLUME if dimension != "procedure" or not desk.procedure]
    return Report("R01", _("Volume"), [table for table in tables if table.rows])


def _by(desk: Desk, dimension: str) -> Table:
    measures = ("cases", "open", "late")
    found = desk.units if dimension == "unit" else counting.count(desk.counts, desk.scope, dimension, measures)
    if dimension != "unit" and all(each.value is None for each in found):
        return Table("", (), ())
    labels = desk.labels.of(dimension, found)
    most = max((each.counts["cases"] for each in found), default=0)
    rows = [
        Row(
            [
                desk.named(dimension, each, label),
                *(desk.number(each.counts[name], name, dimension, each.value) for name in measures),
            ],
            bar([("full", each.counts["cases"])], most),
        )
        for each, label in zip(found, labels, strict=True)
    ]
    head = word(figures.DIMENSIONS, dimension)
    return Table(head, [head, _("Cases"), _("Under way"), _("Late")], rows)


def kinds(desk: Desk) -> Report:
    """R02: the kinds of complaint with their shares, which add up to 100.00 (PW-2.1-1)."""
    found = counting.count(desk.counts, desk.scope, "kind", ("cases",))
    then = {each.value: each.counts["cases"] for each in counting.count(desk.counts, desk.before(), "kind", ())}
    counts = [each.counts["cases"] for each in found]
    all_cases = sum(counts)
    shares = [f"{share} %" if all_cases >= FEW else "–" for share in percentages(counts)]
    labels, most = desk.labels.of("kind", found), max(counts, default=0)
    rows = [
        Row(
            [
                desk.named("kind", each, label),
                desk.number(number, "cases", "kind", each.value),
                Cell(share, plain=share.removesuffix(" %")),
                Cell(str(then.get(each.value, 0))),
            ],
            bar([("full", number)], most),
        )
        for each, label, number, share in zip(found, labels, counts, shares, strict=True)
    ]
    total = Cell("100.00 %", plain="100.00") if all_cases >= FEW else Cell("–")
    foot = Row([Cell(_("Total")), desk.number(all_cases), total, Cell(str(sum(then.values())))])
    heads = [_("Kind"), _("Cases"), "%", _("Period before")]
    note = "" if all_cases >= FEW else _("Fewer than %(num)s cases: no percentages.", num=FEW)
    return Report("R02", _("Kinds with their shares"), [Table(_("Kinds of complaint"), heads, rows, foot, note)])


def recurrence(desk: Desk) -> Report:
    """R04: the same complaint in the same period, the third time marked (KB-2.1.1-4); and month by month."""
    tables = [_trend(desk)]
    for dimension, title in (("lot", _("The same lot")), ("same", _("The same product and kind"))):
        found = [each for each in counting.count(desk.counts, desk.scope, dimension, ()) if each.value is not None]
        again = [each for each in found if each.counts["cases"] > 1]
        labels = desk.labels.of(dimension, again)
        most = max((each.counts["cases"] for each in again), default=0)
        rows = [
            Row(
                [desk.named(dimension, each, label), desk.number(each.counts["cases"], "cases", dimension, each.value)],
                bar([("full", each.counts["cases"])], most),
                marked=_("third time") if each.counts["cases"] >= THIRD else "",
            )
            for each, label in zip(again, labels, strict=True)
        ]
        note = "" if rows else _("Nothing came more than once.")
        tables.append(Table(title, [title, _("Cases")], rows, note=note))
    return Report("R04", _("Frequency and recurrence"), tables)


def _trend(desk: Desk) -> Table:
    """The months from the first with cases to the one in which the period ends, as columns and as a table."""
    months = months_until(desk.scope.period.last, MONTHS)
    whole = _of(desk, Period("days", months[0].first, months[-1].last))
    told = {each.value: each.counts for each in counting.count(desk.counts, whole, "month", ("late",))}
    counts = [told.get(month.key, {"cases": 0, "late": 0}) for month in months]
    shown = since_the_first([each["cases"] for each in counts])
    months, counts = months[shown], counts[shown]
    most = max((each["cases"] for each in counts), default=0)
    cells, chart = [], []
    for month, each in zip(months, counts, strict=True):
        number = _month(desk, month, each["cases"], "cases")
        cells.append(Row([Cell(month_text(month)), number, _month(desk, month, each["late"], "late")]))
        within = desk.scope.period.first <= month.first <= desk.scope.period.last
        height = 100 * each["cases"] / most if most else 0.0
        chart.append(Column(narrow_month(month), each["cases"], number.address, round(height, 1), within))
    return Table(_("Month by month"), [_("Month"), _("Cases"), _("Late")], cells, chart=chart)


def since_the_first(counts: Sequence[object]) -> slice:
    """The months from the first that has anything, or all where none has."""
    begun = next((place for place, each in enumerate(counts) if each), 0)
    return slice(min(begun, len(counts) - FEWEST_MONTHS), None)


def _of(desk: Desk, month: Period) -> Scope:
    return replace(desk.scope, period=month)


def _month(desk: Desk, month: Period, count: int, measure: str) -> Cell:
    figure = counting.Figure(measure)
    return Cell(str(count), figures.address(_of(desk, month), figure, desk.procedure) if count else "")


def narrow_month(month: Period) -> str:
    """`Sep` or `9月`; of another year with it."""
    day = month.first
    if language.current() == "zh":
        return f"{day.month}月" if day.year == here.now().year else f"{day.year}/{day.month}"
    name = MONTHS_EN[day.month - 1]
    return name if day.year == here.now().year else f"{name} {day.year % 100:02}"
