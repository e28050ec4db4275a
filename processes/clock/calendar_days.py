"""The days of the yearly notice and of the company's closures: kept in a table, imported from a CSV file."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select

from engine import Actor, Beside, Prepared, Session, now
from processes.clock.calendar import Override, WorkingCalendar, parse_hours
from processes.clock.schema import DbCalendarDay, DbCalendarEdition
from processes.errors import CalendarFileRefused
from processes.settings import Settings, calendar_of
from processes.spreadsheet import LineFinding, Unreadable, lines

Layer = Literal["notice", "closure"]

WORDS = {"work": True, "班": True, "上班": True, "补班": True, "rest": False, "休": False, "休息": False, "放假": False}
"""How a file may say that a day is worked or not."""


@dataclass(frozen=True)
class Day:
    """One line of a calendar file."""

    day: date
    works: bool
    hours: str
    name: str
    source: str


@dataclass(frozen=True)
class Imported:
    """What an import has changed; nothing at all when the same file comes again."""

    added: tuple[date, ...]
    changed: tuple[date, ...]
    unchanged: int

    @property
    def any_change(self) -> bool:
        """Whether open deadlines have to be computed again."""
        return bool(self.added or self.changed)


Row = tuple[date, str, bool, str, str]
_COLUMNS = (DbCalendarDay.day, DbCalendarDay.layer, DbCalendarDay.works, DbCalendarDay.hours, DbCalendarDay.name)
_DAYS = Prepared(select(*_COLUMNS).order_by(DbCalendarDay.day))


_EDITION = select(DbCalendarEdition.number)
_EDITIONS = Prepared(_EDITION)
BESIDE = Beside("calendar", lambda _instance, _key: _EDITION.scalar_subquery())
"""The edition of the calendar comes with the lock of an instance."""


def edition(session: Session) -> int | None:
    """Which edition of the days the database has; None in a session that has changed them."""
    if BESIDE.name in session.changed:
        return None
    known = session.beside.get(BESIDE.name)
    return int(known[1] if known is not None else _EDITIONS.rows(session.connection(), {})[0][0])


def rows(session: Session) -> list[Row]:
    """The days of the table: which, of which layer, whether it is worked, its hours and name."""
    return _DAYS.rows(session.connection(), {})


def calendar_with(settings: Settings, days: Iterable[Row]) -> WorkingCalendar:
    """The calendar of the installation: the settings' own, with the days of the table."""
    overrides: dict[date, Override] = {}
    closures: dict[date, str] = {}
    for day, layer, works, hours, name in days:
        if layer == "closure":
            closures[day] = name
        else:
            overrides[day] = Override(day, works, parse_hours(hours), name)
    return replace(calendar_of(settings), overrides=overrides, closures=closures)


def import_csv(session: Session, content: bytes, *, source: str, by: Actor, layer: Layer = "notice") -> Imported:
    """Enter the days of a file into the table; CalendarFileRefused with all findings and nothing entered on any error.

    Args:
        session: of the transaction that keeps it.
        content: CSV with the columns date (2027-02-20), kind (work or rest), and optionally hours, name and source;
            UTF-8 or, as Chinese spreadsheets write it, GB 18030.
        source: where the days come from, for lines that do not say: the number of the notice.
        by: who enters it.
        layer: the yearly notice, or the company's own closures, which may only rest.
    """
    days = read_csv(content, source=source, layer=layer)
    span = DbCalendarDay.day.between(min(days), max(days))
    rows = session.scalars(select(DbCalendarDay).where(DbCalendarDay.layer == layer, span))
    known = {row.day: row for row in rows}
    added, changed, moment = [], [], now(session)
    for day in days.values():
        row = known.get(day.day)
        if row is None:
            session.add(_row(day, layer, by, moment))
            added.append(day.day)
        elif Day(row.day, row.works, row.hours, row.name, row.source) != day:
            row.works, row.hours, row.name, row.source = day.works, day.hours, day.name, day.source
            row.entered_by, row.entered_at = by.id, moment
            changed.append(day.day)
    session.flush()
    if added or changed:
        session.changed.add(BESIDE.name)
    return Imported(tuple(added), tuple(changed), len(days) - len(added) - len(changed))


def read_csv(content: bytes, *, source: str = "", layer: Layer = "notice") -> dict[date, Day]:
    """The days of a calendar file; CalendarFileRefused with a finding for each wrong line."""
    findings: list[LineFinding] = []
    days: dict[date, Day] = {}
    first_line: dict[date, int] = {}
    try:
        for line, cells in lines(content, needed=("date", "kind"), also=("hours", "name", "source")):
            try:
                day = _day(cells, source, layer)
            except ValueError as error:
                findings.append(LineFinding(line, str(error)))
                continue
            if day.day in days:
                findings.append(LineFinding(line, f"{day.day} was given in line {first_line[day.day]} already"))
            days[day.day], first_line[day.day] = day, line
    except Unreadable as error:
        findings.append(error.finding)
    if not days and not findings:
        findings.append(LineFinding(1, "the file has no days"))
    if findings:
        raise CalendarFileRefused(findings="; ".join(map(str, findings)), lines=tuple(findings))
    return days


def _day(cells: dict[str, str], source: str, layer: Layer) -> Day:
    text = cells.get("date", "").replace("/", "-")
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise ValueError(f"{text!r} is no date of the form 2027-02-20") from None
    kind = cells.get("kind", "").lower()
    if kind not in WORDS:
        raise ValueError(f"{kind!r} is neither work nor rest")
    works = WORDS[kind]
    if layer == "closure" and works:
        raise ValueError("a closure cannot be a working day")
    periods = parse_hours(cells.get("hours", ""))
    if periods and not works:
        raise ValueError("a day of rest has no hours")
    hours = " ".join(map(str, periods))
    return Day(day, works, hours, cells.get("name", ""), cells.get("source") or source)


def _row(day: Day, layer: Layer, by: Actor, moment: datetime) -> DbCalendarDay:
    return DbCalendarDay(
        day=day.day,
        layer=layer,
        works=day.works,
        hours=day.hours,
        name=day.name,
        source=day.source,
        entered_by=by.id,
        entered_at=moment,
    )
