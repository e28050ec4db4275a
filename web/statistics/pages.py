"""The page of the statistics: a period, a procedure, a unit; its reports, each also as a file for spreadsheets."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for

from engine import Session
from engine.errors import NotFound
from processes.cases import offered, own
from processes.procedures.model import Procedure, Role
from processes.statistics import counting, periods, scope
from processes.statistics.periods import Period
from processes.statistics.reading import Counts
from web.cases import figures
from web.cases.periods import kinds, period_text
from web.shell import dates, here, language, spreadsheets
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.pages import show
from web.shell.people import joined, names
from web.shell.words import Words, text_of
from web.statistics import handling, rewards, volume
from web.statistics.answers import answers
from web.statistics.desk import Desk, first_rows
from web.statistics.labels import Labels
from web.statistics.tables import Cell, Report, Row

blueprint = Blueprint("statistics", __name__, url_prefix="/statistics")

REPORTS: Mapping[str, Callable[[Desk], Report]] = {
    "R01": volume.volume,
    "R02": volume.kinds,
    "R03": handling.timeliness,
    "R04": volume.recurrence,
    "R05": handling.first_contact,
    "R06": handling.times,
    "R07": handling.quality,
    "R08": handling.made_good,
    "R09": rewards.rewards,
}
"""The reports of the measure, in its order."""


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    period: Period
    procedure: str
    unit: str

    @property
    def narrowed(self) -> bool:
        """Whether anything but the period is asked for, or days that are no month, quarter or year."""
        return bool(self.procedure or self.unit or self.period.kind == "days")

    def address(self, endpoint: str = "page", **changes: str) -> str:
        """The same page with something else asked for."""
        wanted = {"period": self.period.key, "procedure": self.procedure, "unit": self.unit, **changes}
        given: dict[str, Any] = {name: text or None for name, text in wanted.items()}
        return url_for(f"statistics.{endpoint}", **given)


@dataclass(frozen=True)
class Headline:
    """One of the figures above the reports."""

    label: str
    figure: Cell
    note: str


@blueprint.get("")
def page() -> Response:
    """The reports of a period, over the cases of which somebody is a reader."""
    with here.reading() as session:
        known = _readable(session)
        asked = _asked(known)
        desk = _desk(session, asked, known)
        reports = {key: _shortened(make(desk)) for key, make in REPORTS.items()}
        units = offered.used(session, here.actor(), ("unit",), own.few(session, here.actor()))["unit"]
        called = desk.labels.names
        return show(
            "statistics.html",
            active="statistics",
            asked=asked,
            title=period_text(asked.period),
            counted=_counted(asked.period),
            behind=figures.behind(desk.counts),
            shares=[_share(each, desk.scope.shares[each.key]) for each in desk.scope.parted],
            kinds=kinds(asked.period, lambda key: asked.address(period=key)),
            before=asked.address(period=asked.period.moved(-1).key),
            after=asked.address(period=asked.period.moved(1).key),
            procedures=[(each.key, text_of(each.name)) for each in known],
            units=sorted(((key, called.unit(key)) for key in units), key=lambda each: each[1]),
            headlines=_headlines(desk),
            answers=answers(reports),
            reports=reports.values(),
            total=desk.sums["cases"],
        )


@blueprint.get("/<key>.csv")
def export(key: str) -> Response:
    """One report with all its rows, as a table for a spreadsheet."""
    if key not in REPORTS:
        raise NotFound(what="report", key=key)
    with here.reading() as session:
        known = _readable(session)
        asked = _asked(known)
        desk = _desk(session, asked, known)
        said = figures.behind(desk.counts)
        rows = [*_lines(REPORTS[key](desk), asked, known), *([[], [said]] if said else [])]
        return spreadsheets.sheet(f"{key}-{asked.period.key}", rows)


def _readable(session: Session) -> Sequence[Procedure]:
    known = scope.readable(session, here.actor())
    if not known:
        raise NotFound(what="page", key="statistics")
    return known


def _asked(known: Sequence[Procedure]) -> Asked:
    given = {name: text.strip()[:100] for name, text in request.args.items()}
    today = here.now().astimezone(here.zone()).date()
    period = _days(given) or periods.read(given.get("period", "")) or periods.containing("month", today)
    procedure = given.get("procedure", "")
    return Asked(period, procedure if procedure in {each.key for each in known} else "", given.get("unit", ""))


def _days(given: Mapping[str, str]) -> Period | None:
    """The days that were typed, where both are days."""
    try:
        return periods.between(date.fromisoformat(given.get("first", "")), date.fromisoformat(given.get("last", "")))
    except ValueError:
        return None


def _desk(session: Session, asked: Asked, known: Sequence[Procedure]) -> Desk:
    counted = figures.scope_of(session, asked.period, asked.procedure, asked.unit)
    labels = Labels(session, counted, Words(session), names(session))
    procedure = asked.procedure or (known[0].key if len(known) == 1 else "")
    counts = Counts(session, here.kesu().office.calendar(session))
    return Desk(counts, counted, labels, procedure)


def _shortened(report: Report) -> Report:
    return replace(report, tables=[first_rows(table) for table in report.tables])


def _lines(report: Report, asked: Asked, known: Sequence[Procedure]) -> Iterator[list[str]]:
    """What the report is about, then its tables, one below the other."""
    yield [report.key, report.title]
    yield [_("Period"), asked.period.first.isoformat(), asked.period.last.isoformat()]
    yield [_("Procedure"), ", ".join(text_of(each.name) for each in known if asked.procedure in ("", each.key))]
    if asked.unit:
        yield [_("Responsible unit"), asked.unit]
    for table in report.tables:
        yield []
        yield [table.title]
        yield list(table.heads)
        rows: list[Row] = [*table.rows, *([table.total] if table.total else [])]
        yield from ([cell.exported for cell in row.cells] for row in rows)


def _counted(period: Period) -> str:
    """What is counted, as of when, by which calendar."""
    now = here.now()
    at = dates.moment_text(now, language.current(), here.zone(), this_year=now.year)
    so_far = period.first <= now.astimezone(here.zone()).date() <= period.last
    said = _("Cases received in the period, as they stand on %(at)s; times by the working calendar.", at=at)
    return _("The period is not over. %(said)s", said=said) if so_far else said


def _share(procedure: Procedure, roles: Collection[Role]) -> str:
    """Which cases of a procedure are counted for somebody who reads a share of them."""
    about = joined(text_of(fact.label) for fact in procedure.facts if fact.role in roles)
    return _(
        "Of “%(procedure)s” only the cases that you may read: %(about)s.",
        procedure=text_of(procedure.name),
        about=about,
    )


def _headlines(desk: Desk) -> list[Headline]:
    """Five figures, compared in words with the period before."""
    now, then = desk.sums, counting.total(desk.counts, desk.before(), ("cases", "late", "opened_again"))
    answered = desk.times["answered"]
    middle, ninth = desk.hours(answered.median), desk.hours(answered.ninth)
    kept = now["in_time"] + now["late"]
    return [
        Headline(_("Received"), desk.number(now["cases"]), _more(now["cases"], then["cases"])),
        Headline(
            _("Answered in time"),
            replace(desk.number(now["in_time"], "in_time"), text=desk.share(now["in_time"], kept).text),
            _("%(kept)s of %(all)s", kept=now["in_time"], all=kept),
        ),
        Headline(
            _("Time to the answer, median / P90"),
            Cell(f"{middle.text} / {ninth.text}"),
            ngettext("working hours, %(num)s case", "working hours, %(num)s cases", answered.number),
        ),
        Headline(_("Late"), desk.number(now["late"], "late"), _more(now["late"], then["late"])),
        Headline(
            _("Opened again"),
            desk.number(now["opened_again"], "opened_again"),
            _more(now["opened_again"], then["opened_again"]),
        ),
    ]


def _more(now: int, then: int) -> str:
    if now == then:
        return _("as many as in the period before")
    if now > then:
        return _("%(num)s more than in the period before", num=now - then)
    return _("%(num)s fewer than in the period before", num=then - now)
