"""How well: in time, how long, settled at once, done again, what it cost (R03, R05 to R08)."""

from collections.abc import Sequence

from processes.statistics import counting, remedies, steps
from processes.statistics.counting import REMEDY, STEP
from processes.statistics.shares import rate
from web.cases import figures
from web.shell.language import gettext as _
from web.shell.words import N_, word
from web.statistics.desk import HANDLED, Desk, added, money
from web.statistics.tables import Cell, Report, Row, Table, bar

MILESTONES = {
    "acknowledged": N_("First letter to the customer"),
    "taken_over": N_("Taken over by its owner"),
    "answered": N_("Answered"),
    "ended": N_("Closed"),
}


def timeliness(desk: Desk) -> Report:
    """R03: of each unit the steps in time and late, and the measures that were sent back; the worst first."""
    found = steps.by_unit(desk.counts, desk.scope)
    back = {each.value: each.counts["redone"] for each in desk.units}
    worst = sorted(
        found, key=lambda unit: (-(rate(found[unit].late, found[unit].dated) or 0), -found[unit].steps, unit or "")
    )
    rows = []
    for unit in worst:
        worked, returned = found[unit], back.get(unit, 0)
        whole = worked.dated + returned
        rows.append(
            Row(
                [
                    Cell(desk.labels.names.unit(unit) if unit else _("named persons")),
                    desk.number(worked.steps, "cases", STEP, unit),
                    Cell(str(worked.in_time)),
                    desk.share(worked.in_time, worked.dated),
                    desk.number(worked.late, "late_step", STEP, unit),
                    desk.number(returned, "redone", "unit", unit),
                    desk.hours(worked.took.median),
                    desk.hours(worked.took.ninth),
                ],
                bar([("full", worked.in_time), ("late", worked.late), ("back", returned)], whole),
            )
        )
    heads = [_("Unit, the worst first"), _("Steps"), _("In time"), "%", _("Late"), _("Sent back")]
    heads += [_("Median, h"), _("P90, h")]
    legend = [("full", _("in time")), ("late", _("late")), ("back", _("sent back as not good enough"))]
    note = _("Working hours. Steps without a date are neither in time nor late.")
    table = Table(_("Timeliness of the units"), heads, rows, note=note, legend=legend)
    return Report("R03", _("Timeliness of the units"), [table])


def first_contact(desk: Desk) -> Report:
    """R05: how many were settled where they came in (PW-2.2.1-1)."""
    measures = ("closed", "first_contact")
    found = counting.count(desk.counts, desk.scope, "channel", measures)
    rows = [
        Row(
            [
                desk.named("channel", each, label),
                *(desk.number(each.counts[name], name, "channel", each.value) for name in measures),
                desk.share(each.counts["first_contact"], each.counts["closed"]),
            ],
            bar([("full", each.counts["first_contact"])], each.counts["closed"]),
        )
        for each, label in zip(found, desk.labels.of("channel", found), strict=True)
    ]
    sums = added(found, measures)
    total = Row(
        [
            Cell(_("Total")),
            *(desk.number(sums[name], name) for name in measures),
            desk.share(sums["first_contact"], sums["closed"]),
        ]
    )
    heads = [_("Channel"), _("Closed"), _("On the day of receipt"), "%"]
    note = _("Closed with a result on the day of its receipt, and not opened again.")
    return Report("R05", _("Settled at first contact"), [Table(_("By channel"), heads, rows, total, note)])


def times(desk: Desk) -> Report:
    """R06: from the receipt to the first letter, owner, answer and end; whether limits and targets held."""
    found = desk.times
    most = max((spread.ninth.total_seconds() for spread in found.values() if spread.ninth), default=0.0)
    rows = [
        Row(
            [
                Cell(word(MILESTONES, name)),
                Cell(str(spread.number)),
                desk.hours(spread.median),
                desk.hours(spread.ninth),
            ],
            bar([("full", round(spread.median.total_seconds()))] if spread.median else [], round(most)),
        )
        for name, spread in found.items()
    ]
    heads = [_("From the receipt to"), _("Cases"), _("Median, h"), _("P90, h")]
    taken = Table(_("Working time"), heads, rows, note=_("Working hours of the calendar; 8 are a working day."))
    pairs = (("in_time", "late", _("Limits")), ("target_met", "target_missed", _("Targets")))
    sums = desk.sums
    held = [
        Row(
            [
                Cell(said),
                desk.number(sums[kept], kept),
                desk.number(sums[missed], missed),
                desk.share(sums[kept], sums[kept] + sums[missed]),
            ],
            bar([("full", sums[kept]), ("late", sums[missed])], sums[kept] + sums[missed]),
        )
        for kept, missed, said in pairs
    ]
    legend = [("full", _("kept")), ("late", _("missed"))]
    limits = Table(_("Limits and targets"), ["", _("Kept"), _("Missed"), "%"], held, legend=legend)
    return Report("R06", _("How long it took"), [taken, limits])


def quality(desk: Desk) -> Report:
    """R07: what was not handled well, in all and by the responsible unit (KB-2.1.1-1)."""
    sums, found = desk.sums, desk.units
    whole = sums["cases"]
    rows = [
        Row(
            [Cell(word(figures.MEASURES, name)), desk.number(sums[name], name), desk.share(sums[name], whole)],
            bar([("late", sums[name])], whole),
        )
        for name in HANDLED
    ]
    every = Table(_("Handling"), [_("What happened"), _("Cases"), "%"], rows)
    by_unit = [
        Row(
            [
                desk.named("unit", each, label),
                *(desk.number(each.counts[name], name, "unit", each.value) for name in ("cases", *HANDLED)),
            ]
        )
        for each, label in zip(found, desk.labels.of("unit", found), strict=True)
    ]
    heads = [_("Unit"), _("Cases"), *(word(figures.MEASURES, name) for name in HANDLED)]
    return Report("R07", _("Quality of handling"), [every, Table(_("By responsible unit"), heads, by_unit)])


def made_good(desk: Desk) -> Report:
    """R08: the remedies that were approved, and what they cost."""
    kinds = remedies.kinds(desk.counts, desk.scope)
    most = max((each.cases for each in kinds), default=0)
    rows = [
        Row(
            [
                Cell(desk.labels.said("remedies", each.procedure, each.kind)),
                desk.number(each.cases, "cases", REMEDY, each.kind),
            ],
            bar([("full", each.cases)], most),
        )
        for each in kinds
    ]
    costs = remedies.costs(desk.counts, desk.scope)
    highest = max((int(each.amount) for each in costs), default=0)
    by_unit = [
        Row(
            [
                Cell(desk.labels.one("unit", "", each.unit)),
                desk.number(each.cases, "with_cost", "unit", each.unit),
                money(each.amount),
            ],
            bar([("full", int(each.amount))], highest),
        )
        for each in costs
    ]
    total = Row([Cell(_("Total")), desk.number(sum(each.cases for each in costs), "with_cost"), _sum(costs)])
    tables = [
        Table(_("Remedies in approved plans"), [_("Remedy"), _("Cases")], rows),
        Table(_("Cost"), [_("Responsible unit"), _("Cases"), _("Amount approved")], by_unit, total),
    ]
    return Report("R08", _("Remedies and cost"), tables)


def _sum(costs: Sequence[remedies.Cost]) -> Cell:
    amounts = [each.amount for each in costs]
    return money(sum(amounts[1:], amounts[0])) if amounts else Cell("–")
