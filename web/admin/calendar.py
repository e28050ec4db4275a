"""The calendar: the days of the yearly notice and the company's closures, imported with a look at what will move."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NoReturn, cast

from flask import Response, flash, redirect, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response as BaseResponse

from engine import Session
from engine.errors import ReasonMissing
from processes.cases.recompute import Moved, recompute_open
from processes.cases.schema import DbCase
from processes.clock import calendar_days
from processes.clock.calendar import WorkingCalendar
from processes.clock.calendar_days import Imported
from processes.clock.schema import DbCalendarDay
from processes.errors import CalendarFileRefused
from processes.mail import RecordingMail
from processes.office import Office
from processes.spreadsheet import MOST_BYTES, LineFinding
from web.admin.entrance import blueprint
from web.admin.lines import told
from web.shell import dates, here, language
from web.shell.errors import explain
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.pages import show as page
from web.shell.parts import Badge, Choice
from web.shell.people import names

Layer = Literal["notice", "closure"]
YEARS = 2
"""How many years before and after this one can be looked at."""


class _Undo(Exception):
    """Nothing of it is kept but what was found out."""

    def __init__(self, done: Imported, moved: list[Moved], open_cases: int) -> None:
        self.done, self.moved, self.open_cases = done, moved, open_cases


@dataclass(frozen=True)
class DayRow:
    """One day that is not as its weekday is."""

    day: str
    iso: str
    kind: Badge
    hours: str
    name: str
    source: str
    by: str


@dataclass(frozen=True)
class MovedRow:
    """A case whose deadline moves."""

    number: str
    address: str
    before: str
    after: str
    timers: int


@dataclass(frozen=True)
class Preview:
    """What an import would do."""

    added: int
    changed: int
    unchanged: int
    moved: Sequence[MovedRow]
    open_cases: int
    kept: str


@dataclass(frozen=True)
class Sent:
    """An import as it was asked for."""

    layer: Layer
    source: str
    content: bytes
    reason: str = ""


@blueprint.get("/calendar")
def calendar() -> Response:
    """The days of a year that somebody entered, and where a new notice is read in."""
    return _page()


@blueprint.post("/calendar")
def read_in() -> BaseResponse:
    """Look at what a file would change; enter it when that is asked for, with a reason."""
    sent = _sent()
    try:
        if request.form.get("act") != "apply":
            return _page(sent, preview=_preview(sent))
        if not sent.reason:
            return _page(sent, preview=_preview(sent), problem=explain(ReasonMissing()), status=422)
        done, moved = _apply(sent)
    except CalendarFileRefused as error:
        lines = cast("Sequence[LineFinding]", error.fields.get("lines", ()))
        return _page(sent, findings=lines, status=422)
    count = len(done.added) + len(done.changed)
    if not count:
        flash(_("Nothing is new: all %(num)s days of the file are entered already.", num=done.unchanged))
        return redirect(url_for("admin.calendar", year=_year_of(done)), 303)
    said = ngettext("%(num)s day is entered", "%(num)s days are entered", count)
    flash(_("%(days)s, %(cases)s.", days=said, cases=_cases_moved(len(moved))))
    return redirect(url_for("admin.calendar", year=_year_of(done)), 303)


def _page(
    sent: Sent | None = None,
    *,
    preview: Preview | None = None,
    findings: Sequence[LineFinding] = (),
    problem: str = "",
    status: int = 200,
) -> Response:
    this_year = here.now().year
    year = min(max(request.args.get("year", this_year, type=int), this_year - YEARS), this_year + YEARS)
    with here.reading() as session:
        working = here.kesu().office.calendar(session)
        return page(
            "admin/calendar.html",
            status,
            active="admin",
            year=year,
            years=[
                Choice(str(each), url_for("admin.calendar", year=each), each == year)
                for each in range(this_year - YEARS, this_year + YEARS + 1)
            ],
            provisional=working.is_provisional(year),
            rows=_rows(session, year, working),
            sent=sent or Sent("notice", "", b""),
            preview=preview,
            cases=_cases_moved(len(preview.moved)) if preview else "",
            findings=told(findings),
            problem=problem,
            layers={"notice": _("yearly notice"), "closure": _("the company's own closure")},
        )


def _rows(session: Session, year: int, working: WorkingCalendar) -> list[DayRow]:
    """Every day of a year that is not as its weekday is: entered ones, and those that the library knows."""
    called = names(session)
    first, last = date(year, 1, 1), date(year, 12, 31)
    query = (
        select(DbCalendarDay)
        .where(DbCalendarDay.day.between(first, last))
        .order_by(DbCalendarDay.day, DbCalendarDay.layer)
    )
    rows = [
        _row(row.day, _kind(row), row.name, hours=row.hours, source=row.source, by=called.person(row.entered_by))
        for row in session.scalars(query)
    ]
    entered = {row.iso for row in rows}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        usual = bool(working.week.get(day.weekday()))
        if day.isoformat() not in entered and working.is_working(day) != usual:
            kind = Badge(_("day of rest"), "", "calendar-event") if usual else Badge(_("workday"), "acc", "tool")
            rows.append(_row(day, kind, working.reason(day, language.current()) or "", source=_("library of holidays")))
    return sorted(rows, key=lambda row: row.iso)


def _row(day: date, kind: Badge, name: str, *, hours: str = "", source: str = "", by: str = "") -> DayRow:
    return DayRow(dates.day_text(day, language.current()), day.isoformat(), kind, hours, name, source, by)


def _kind(row: DbCalendarDay) -> Badge:
    if row.layer == "closure":
        return Badge(_("company closed"), "hold", "lock")
    return Badge(_("workday"), "acc", "tool") if row.works else Badge(_("day of rest"), "", "calendar-event")


def _sent() -> Sent:
    """What the form says; a file that was looked at before comes along with it."""
    layer: Layer = "closure" if request.form.get("layer") == "closure" else "notice"
    upload = request.files.get("file")
    content = upload.stream.read(MOST_BYTES + 1) if upload is not None and upload.filename else b""
    if not content:
        try:
            content = base64.b64decode(request.form.get("kept", ""), validate=True)
        except (ValueError, binascii.Error):
            content = b""
    source = request.form.get("source", "").strip()[:200]
    return Sent(layer, source, content, here.reason())


def _preview(sent: Sent) -> Preview:
    """What would be entered, and which deadlines would move."""
    try:
        _pretend(sent)
    except _Undo as found:
        kept = base64.b64encode(sent.content).decode()
        rows, done = [_moved_row(each) for each in found.moved], found.done
        return Preview(len(done.added), len(done.changed), done.unchanged, rows, found.open_cases, kept)


def _pretend(sent: Sent) -> NoReturn:
    """Do it all and undo it.

    In an office of its own, so that nobody else reckons with a calendar that may never come.
    """
    office = Office(here.kesu().settings, mail=RecordingMail())
    with here.transaction() as session:
        done, moved = _enter(session, office, sent, reason=_("preview"))
        open_cases = session.scalar(select(func.count()).select_from(DbCase).where(DbCase.closed_at.is_(None))) or 0
        raise _Undo(done, moved, open_cases)


def _apply(sent: Sent) -> tuple[Imported, list[Moved]]:
    office = here.kesu().office
    try:
        with here.transaction() as session:
            return _enter(session, office, sent, reason=sent.reason)
    finally:
        with here.reading() as session:
            office.calendar(session)


def _enter(session: Session, office: Office, sent: Sent, *, reason: str) -> tuple[Imported, list[Moved]]:
    actor = here.actor()
    done = calendar_days.import_csv(session, sent.content, source=sent.source, by=actor, layer=sent.layer)
    return done, recompute_open(session, office, by=actor, reason=reason) if done.any_change else []


def _moved_row(moved: Moved) -> MovedRow:
    return MovedRow(
        moved.number,
        url_for("cases.case", number=moved.number),
        _due(moved.before),
        _due(moved.after),
        len(moved.timers),
    )


def _due(moment: datetime | None) -> str:
    if moment is None:
        return "—"
    return dates.due_text(moment, language.current(), here.zone(), this_year=here.now().year)


def _cases_moved(count: int) -> str:
    return ngettext("the deadline of %(num)s open case moves", "the deadlines of %(num)s open cases move", count)


def _year_of(done: Imported) -> int:
    days = (*done.added, *done.changed)
    return days[0].year if days else here.now().year
