"""What a clock card of a case shows: until when, why then, what is left, and the days in between."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from processes.cases.schema import DbCase, DbCaseClock
from processes.clock.calendar import WorkingCalendar
from processes.clock.deadlines import end_of_day_text

State = Literal["none", "running", "warned", "late", "stopped", "closed"]
"""none: no date yet · warned: the warning is over · stopped: done · closed: the case ended without it."""

WEEKS_FROM = 14
"""A ruler of more days than this is drawn in weeks."""

MOST_CELLS = 400
"""A ruler is never longer, however late the case is."""


@dataclass(frozen=True)
class Cell:
    """One day of the ruler; several kinds may hold at once."""

    day: date
    past: bool
    today: bool
    rest: bool
    make_up: bool
    """Worked although its weekday usually is not."""
    received: bool
    nominal: bool
    effective: bool
    warning: bool
    name: str | None
    """Of the holiday or closure."""


@dataclass(frozen=True)
class CaseClock:
    """A clock of a case at a moment; moments are aware, in the zone of the calendar."""

    name: str
    """As its declaration calls it."""
    soft: bool
    state: State
    provisional: bool
    """The year's notice is not known yet, the dates may move."""
    received: datetime
    due_at: datetime | None
    """The moment itself: 00:00 of the day after the last one."""
    nominal_day: date | None
    moved: bool
    """Nominal and effective day differ."""
    why_moved: str | None
    """The name of the holiday on the nominal day; None for a plain week-end."""
    warn_at: datetime | None
    stopped_at: datetime | None
    in_time: bool | None
    """Whether it was stopped in time; None while it was not."""
    days_left: int | None
    """Working days from today to the last day, today not counted: 0 on the last day, negative when late."""
    level: int
    cells: tuple[Cell, ...]
    weeks: bool


def clock(case: DbCase, row: DbCaseClock, now: datetime, calendar: WorkingCalendar, language: str = "en") -> CaseClock:
    """A clock of a case at a moment, without any statement to the database."""
    nominal, effective = _last_day(row.nominal_due_at, calendar), _last_day(row.due_at, calendar)
    ended = row.stopped_at or case.closed_at
    today = calendar.day_of(min(now, ended) if ended is not None else now)
    moved = nominal is not None and nominal != effective
    cells = _cells(case, row, today, nominal, effective, calendar, language) if effective is not None else ()
    return CaseClock(
        name=row.name,
        soft=row.soft,
        state=_state(case, row, now),
        provisional=row.provisional,
        received=case.received_at.astimezone(calendar.zone),
        due_at=_local(row.due_at, calendar),
        nominal_day=nominal,
        moved=moved,
        why_moved=calendar.reason(nominal, language) if moved and nominal is not None else None,
        warn_at=_local(row.warn_at, calendar),
        stopped_at=_local(row.stopped_at, calendar),
        in_time=None if row.stopped_at is None else row.due_at is None or row.stopped_at < row.due_at,
        days_left=calendar.working_days_between(today, effective) if effective is not None else None,
        level=row.level,
        cells=cells,
        weeks=len(cells) > WEEKS_FROM,
    )


def _state(case: DbCase, row: DbCaseClock, now: datetime) -> State:
    if row.stopped_at is not None:
        return "stopped"
    if case.closed_at is not None:
        return "closed"
    if row.due_at is None:
        return "none"
    if now >= row.due_at:
        return "late"
    return "warned" if row.warn_at is not None and now >= row.warn_at else "running"


def _cells(  # noqa: PLR0917 - the facts of one ruler
    case: DbCase,
    row: DbCaseClock,
    today: date,
    nominal: date | None,
    effective: date,
    calendar: WorkingCalendar,
    language: str,
) -> tuple[Cell, ...]:
    """One cell a day, from the start to the effective day or, when late, to today."""
    first = calendar.day_of(row.start_at or case.received_at)
    last = min(max(effective, nominal or effective, today), first + timedelta(days=MOST_CELLS))
    warning = calendar.day_of(row.warn_at) if row.warn_at is not None else None
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(
        Cell(
            day=day,
            past=day < today,
            today=day == today,
            rest=not calendar.is_working(day),
            make_up=calendar.is_make_up(day),
            received=day == first,
            nominal=day == nominal,
            effective=day == effective,
            warning=day == warning,
            name=calendar.reason(day, language),
        )
        for day in days
    )


def _last_day(moment: datetime | None, calendar: WorkingCalendar) -> date | None:
    return end_of_day_text(moment.astimezone(calendar.zone))[0] if moment is not None else None


def _local(moment: datetime | None, calendar: WorkingCalendar) -> datetime | None:
    return moment.astimezone(calendar.zone) if moment is not None else None
