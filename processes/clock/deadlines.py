"""When something is due, warned of and escalated: the clocks of cases as moments on the working calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, cast

from processes.clock.calendar import Roll, WorkingCalendar
from processes.errors import DeadlineRefused
from processes.settings import Settings, working_time

Unit = Literal["calendar", "working"]
AGREED = "agreed_until"
"""Where the row of a clock keeps the day that the customer agreed to."""


@dataclass(frozen=True)
class DeadlineRule:
    """One row of a table of deadlines, for one clock; days are counted from the day of the start, which is day 0."""

    limit: int | str | None
    """Days in the rule's unit, or in words: `same_day`, `4h` of working time, `1d` for the end of a working day."""
    unit: Unit = "calendar"
    roll: Roll = "next"
    warn: int = 0
    """Days before the nominal due date, in the rule's unit."""
    agreed: date | None = None
    """The last day that the customer agreed to later; the nominal day stays that of the rule."""


@dataclass(frozen=True)
class Habits:
    """When people are told, and how long it takes to the next level."""

    warn_at: time = time(9)
    escalate_at: time = time(9)
    l2_days: int = 1
    """Working days after the effective due date until the second level is told."""
    l3_days: int = 3


@dataclass(frozen=True)
class Deadlines:
    """The moments of one clock, aware, in the calendar's zone; a day's end is 24:00, that is 00:00 of the next day."""

    nominal_due: datetime | None = None
    effective_due: datetime | None = None
    warn_at: datetime | None = None
    l2_at: datetime | None = None
    l3_at: datetime | None = None
    provisional: bool = False
    """The year's notice is not known yet, the dates may move."""


def read_rule(row: Mapping[str, Any], limit: str, settings: Settings) -> DeadlineRule:
    """The row that a table of deadlines gave, for one clock, with the setting's roll where it says nothing.

    Days may be whole numbers or their text; `warn` counts before the due date and may be written negative; `unit` is
    `calendar` or `working`, optionally followed by `, roll`. Raises DeadlineRefused.

    Args:
        row: as the table gave it.
        limit: the column that holds the clock's limit.
        settings: of the installation.
    """
    unit = str(row.get("unit") or "calendar").split(",")[0].strip()
    if unit not in ("calendar", "working"):
        raise DeadlineRefused(field="unit", value=unit)
    roll = row.get("roll") or settings.roll
    if roll not in ("next", "none", "previous"):
        raise DeadlineRefused(field="roll", value=roll)
    return DeadlineRule(
        limit=_limit(row, limit),
        unit=cast("Unit", unit),
        roll=cast("Roll", roll),
        warn=abs(days(row, "warn") or 0),
        agreed=date.fromisoformat(row[AGREED]) if row.get(AGREED) else None,
    )


def compute(rule: DeadlineRule, start: datetime, calendar: WorkingCalendar, habits: Habits) -> Deadlines:
    """The deadlines of a clock that starts at the moment (KB-3.6-3b, KB-3.6-2c).

    Seven calendar days are counted from the local day of the start; the nominal day stays what it is, the effective
    day moves to a working day as the roll says. The warning comes before the nominal day, moved back to a working
    day; escalations come on working days after the effective day.
    """
    if rule.limit is None:
        return Deadlines()
    if isinstance(rule.limit, str):
        due = _in_words(rule.limit, start, calendar)
        return Deadlines(nominal_due=due, effective_due=due)
    day = calendar.day_of(start)
    if rule.unit == "calendar":
        nominal = day + timedelta(days=rule.limit)
        effective = calendar.add_calendar_days(day, rule.limit, rule.roll)
        warn_day = calendar.previous_working(nominal - timedelta(days=rule.warn))
    else:
        nominal = effective = calendar.add_working_days(day, rule.limit)
        warn_day = calendar.add_working_days(effective, -rule.warn)
    if rule.agreed is not None:
        effective, warn_day = rule.agreed, calendar.add_working_days(rule.agreed, -max(rule.warn, 1))
    return Deadlines(
        nominal_due=calendar.end_of(nominal),
        effective_due=calendar.end_of(effective),
        warn_at=calendar.at(warn_day, habits.warn_at),
        l2_at=calendar.at(calendar.add_working_days(effective, habits.l2_days), habits.escalate_at),
        l3_at=calendar.at(calendar.add_working_days(effective, habits.l3_days), habits.escalate_at),
        provisional=calendar.touches_provisional(day, max(nominal, effective)),
    )


def stage_due(
    stage: str, length: str | None, opened: datetime, calendar: WorkingCalendar, *, hurried: bool = False
) -> datetime:
    """Until when a step opened at the moment should be done; half the time where it is hurried (KB-3.4.2-4).

    Raises DeadlineRefused for a stage without a length.
    """
    if length is None:
        raise DeadlineRefused(field="stage", value=stage)
    amount = working_time(length, calendar.working_day_length())
    return calendar.add_working_time(opened, amount / 2 if hurried else amount)


def followup_window(done: datetime, first: int, last: int, calendar: WorkingCalendar) -> tuple[date, date]:
    """The day on which the satisfaction check opens and the last day on which it is in time (G7-6a, G7-6b).

    Both are calendar days after the last remedy, each rolled to a working day.
    """
    day = calendar.day_of(done)
    return calendar.add_calendar_days(day, first), calendar.add_calendar_days(day, last)


def end_of_day_text(moment: datetime) -> tuple[date, str]:
    """Day and clock time as people write them: the end of a day is 24:00 of that day, not 00:00 of the next."""
    if moment.hour == moment.minute == moment.second == moment.microsecond == 0:
        return moment.date() - timedelta(days=1), "24:00"
    return moment.date(), f"{moment:%H:%M}"


def days(row: Mapping[str, Any], name: str) -> int | None:
    """The days that a column of a row says; None for nothing or a dash. Raises DeadlineRefused."""
    value = row.get(name)
    if value is None or value in ("", "-"):
        return None
    try:
        found = int(str(value))
    except ValueError:
        raise DeadlineRefused(field=name, value=value) from None
    if found < 0 and name != "warn":
        raise DeadlineRefused(field=name, value=value)
    return found


def _limit(row: Mapping[str, Any], name: str) -> int | str | None:
    value = row.get(name)
    words = isinstance(value, str) and (value == "same_day" or value[-1:] in ("d", "h", "m"))
    return str(value) if words else days(row, name)


def _in_words(text: str, start: datetime, calendar: WorkingCalendar) -> datetime:
    """A limit in words: of the day, of working days, of working time.

    `same_day` is 18:00 of a working day begun before 16:00, else of the next one (PT-T3c); `1d` is the end of the first
    working day after the start; `4h` are working hours.
    """
    day = calendar.day_of(start)
    try:
        if text == "same_day":
            if not calendar.is_working(day) or start > calendar.closing(day) - timedelta(hours=2):
                day = calendar.add_working_days(day, 1)
            return calendar.closing(day)
        if text.endswith("d"):
            return calendar.end_of(calendar.add_working_days(day, int(text[:-1])))
        return calendar.add_working_time(start, working_time(text, calendar.working_day_length()))
    except ValueError:
        raise DeadlineRefused(field="time limit", value=text) from None
