"""When a reply is due, warned of and escalated: the seven-day clock as moments on the working calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, cast

from processes.clock.calendar import Roll, WorkingCalendar
from processes.errors import DeadlineRefused
from processes.settings import Settings, working_time

Unit = Literal["calendar", "working"]


@dataclass(frozen=True)
class DeadlineRule:
    """One row of the table of deadlines (D04), read; days are counted from the day of receipt, which is day 0."""

    hard_reply: int | None
    unit: Unit = "calendar"
    roll: Roll = "next"
    warn: int = 0
    """Days before the nominal due date, in the rule's unit."""
    soft_reply: str | None = None
    first_contact: str | None = None
    followup_open: int | None = None
    followup_late: int | None = None


@dataclass(frozen=True)
class Deadlines:
    """The moments of one case, aware, in the calendar's zone; a day's end is 24:00, that is 00:00 of the next day."""

    nominal_day: date | None
    effective_day: date | None
    nominal_due: datetime | None
    effective_due: datetime | None
    warn_at: datetime | None
    l2_at: datetime | None
    l3_at: datetime | None
    soft_due: datetime | None
    contact_due: datetime | None
    provisional: bool
    """The year's notice is not known yet, the dates may move."""

    def variables(self) -> dict[str, str | bool | None]:
        """As process variables: ISO 8601 with offset."""
        return {
            "reply_nominal_due": _text(self.nominal_due),
            "reply_effective_due": _text(self.effective_due),
            "reply_warn_at": _text(self.warn_at),
            "esc_l2_at": _text(self.l2_at),
            "esc_l3_at": _text(self.l3_at),
            "reply_soft_due": _text(self.soft_due),
            "first_contact_due": _text(self.contact_due),
            "deadline_provisional": self.provisional,
        }


def read_rule(row: Mapping[str, Any], settings: Settings) -> DeadlineRule:
    """The row that the table of deadlines gave, with the setting's roll where it says nothing.

    Days may be whole numbers or their text; `warn` counts before the due date and may be written negative; `unit` is
    `calendar` or `working`, optionally followed by `, roll`. Raises DeadlineRefused.
    """
    unit = str(row.get("unit") or "calendar").split(",")[0].strip()
    if unit not in ("calendar", "working"):
        raise DeadlineRefused(field="unit", value=unit)
    roll = row.get("roll") or settings.roll
    if roll not in ("next", "none", "previous"):
        raise DeadlineRefused(field="roll", value=roll)
    return DeadlineRule(
        hard_reply=_days(row, "hard_reply"),
        unit=cast("Unit", unit),
        roll=cast("Roll", roll),
        warn=abs(_days(row, "warn") or 0),
        soft_reply=row.get("soft_reply") or None,
        first_contact=row.get("first_contact") or None,
        followup_open=_days(row, "followup_open"),
        followup_late=_days(row, "followup_late"),
    )


def compute(rule: DeadlineRule, start: datetime, calendar: WorkingCalendar, settings: Settings) -> Deadlines:
    """The deadlines of a case whose clock starts at the moment (KB-3.6-3b, KB-3.6-2c).

    Seven calendar days are counted from the local day of the start; the nominal day stays what it is, the effective
    day moves to a working day as the roll says. The warning comes before the nominal day, moved back to a working
    day; escalations come on working days after the effective day.
    """
    day = calendar.day_of(start)
    soft, contact = _soft(rule.soft_reply, start, calendar), _contact(rule.first_contact, start, calendar)
    if rule.hard_reply is None:
        return Deadlines(None, None, None, None, None, None, None, soft, contact, provisional=False)
    if rule.unit == "calendar":
        nominal = day + timedelta(days=rule.hard_reply)
        effective = calendar.add_calendar_days(day, rule.hard_reply, rule.roll)
        warn_day = calendar.previous_working(nominal - timedelta(days=rule.warn))
    else:
        nominal = effective = calendar.add_working_days(day, rule.hard_reply)
        warn_day = calendar.add_working_days(effective, -rule.warn)
    l2_day = calendar.add_working_days(effective, settings.escalation_l2_days)
    l3_day = calendar.add_working_days(effective, settings.escalation_l3_days)
    return Deadlines(
        nominal_day=nominal,
        effective_day=effective,
        nominal_due=calendar.end_of(nominal),
        effective_due=calendar.end_of(effective),
        warn_at=calendar.at(warn_day, settings.warn_at),
        l2_at=calendar.at(l2_day, settings.escalate_at),
        l3_at=calendar.at(l3_day, settings.escalate_at),
        soft_due=soft,
        contact_due=contact,
        provisional=calendar.touches_provisional(day, max(nominal, effective)),
    )


def stage_due(
    stage: str, opened: datetime, calendar: WorkingCalendar, settings: Settings, severity: str | None = None
) -> datetime:
    """Until when a step opened at the moment should be done; half the time for hurried severities (KB-3.4.2-4).

    Raises DeadlineRefused for a stage that the settings do not name.
    """
    if stage not in settings.stages:
        raise DeadlineRefused(field="stage", value=stage)
    amount = working_time(settings.stages[stage], calendar.working_day_length())
    if severity in settings.hurried:
        amount /= 2
    return calendar.add_working_time(opened, amount)


def followup_window(
    done: datetime, rule: DeadlineRule, calendar: WorkingCalendar, settings: Settings
) -> tuple[date, date]:
    """The day on which the satisfaction check opens and the last day on which it is in time (G7-6a, G7-6b).

    Both are calendar days after the last remedy, each rolled to a working day.
    """
    day = calendar.day_of(done)
    first = settings.followup_open_days if rule.followup_open is None else rule.followup_open
    last = settings.followup_late_days if rule.followup_late is None else rule.followup_late
    return calendar.add_calendar_days(day, first), calendar.add_calendar_days(day, last)


def end_of_day_text(moment: datetime) -> tuple[date, str]:
    """Day and clock time as people write them: the end of a day is 24:00 of that day, not 00:00 of the next."""
    if moment.hour == moment.minute == moment.second == moment.microsecond == 0:
        return moment.date() - timedelta(days=1), "24:00"
    return moment.date(), f"{moment:%H:%M}"


def _soft(text: str | None, start: datetime, calendar: WorkingCalendar) -> datetime | None:
    """`same_day` is 18:00 of a working day begun before 16:00, else of the next one; else working time (PT-T3c)."""
    if text is None:
        return None
    if text != "same_day":
        return _contact(text, start, calendar)
    day = calendar.day_of(start)
    if not calendar.is_working(day) or start > calendar.closing(day) - timedelta(hours=2):
        day = calendar.add_working_days(day, 1)
    return calendar.closing(day)


def _contact(text: str | None, start: datetime, calendar: WorkingCalendar) -> datetime | None:
    """`1d` is the end of the first working day after receipt, `4h` are working hours."""
    if text is None:
        return None
    try:
        if text.endswith("d"):
            return calendar.end_of(calendar.add_working_days(calendar.day_of(start), int(text[:-1])))
        return calendar.add_working_time(start, working_time(text, calendar.working_day_length()))
    except ValueError:
        raise DeadlineRefused(field="time limit", value=text) from None


def _days(row: Mapping[str, Any], name: str) -> int | None:
    value = row.get(name)
    if value is None or value in ("", "-"):
        return None
    try:
        days = int(str(value))
    except ValueError:
        raise DeadlineRefused(field=name, value=value) from None
    if days < 0 and name != "warn":
        raise DeadlineRefused(field=name, value=value)
    return days


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment is not None else None
