"""Functions on the working calendar for the expressions of diagrams and tables."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from engine import Json
from processes.clock import deadlines
from processes.clock.calendar import Roll, WorkingCalendar
from processes.office import Office
from processes.settings import working_time

Moment = str | date | datetime

MOST_DAYS = 4000
"""An expression may not count further."""


def functions(office: Office) -> Mapping[str, Callable[..., Any]]:
    """The functions by name; days and moments are taken and given as ISO texts (or as the dates of the language).

    Each gives null for null. A day gives a day, a moment gives a moment with the same clock time.
    """
    found = (
        _working_day,
        _add_working_days,
        _add_calendar_days,
        _working_days_between,
        _add_working_time,
        _end_of_day,
        _end_of_working_day,
        _at_time,
        _stage_due,
        _objection_ends,
        _silence_ends,
        _reminder_due,
        _reminder_to_customer,
        _setting,
    )
    return {function.__name__.lstrip("_"): _bound(function, office) for function in found}


def _bound(function: Callable[..., Any], office: Office) -> Callable[..., Any]:
    def call(first: Any, *rest: Any) -> Any:
        return None if first is None else function(office, first, *rest)

    call.__name__ = function.__name__.lstrip("_")
    call.__doc__ = function.__doc__
    return call


def _working_day(office: Office, day: Moment) -> bool:
    """Whether work is done on the day."""
    calendar = office.last_calendar
    return calendar.is_working(_day(day, calendar))


def _add_working_days(office: Office, start: Moment, count: int) -> Moment:
    """So many working days later (earlier when negative); the day itself is day 0."""
    calendar = office.last_calendar
    return _moved(start, calendar.add_working_days(_day(start, calendar), _count(count)), calendar)


def _add_calendar_days(office: Office, start: Moment, count: int, roll: Roll = "next") -> Moment:
    """So many days of the calendar later, moved to a working day: next, previous or none."""
    calendar = office.last_calendar
    return _moved(start, calendar.add_calendar_days(_day(start, calendar), _count(count), roll), calendar)


def _working_days_between(office: Office, first: Moment, last: Moment) -> int:
    """How many working days lie after the first day up to and including the last."""
    calendar = office.last_calendar
    return calendar.working_days_between(_day(first, calendar), _day(last, calendar))


def _add_working_time(office: Office, start: Moment, length: str) -> Moment:
    """When so much working time has passed: 4h, 30m or 0.5d, where d is an ordinary working day."""
    calendar = office.last_calendar
    return _like(start, calendar.add_working_time(_moment(start, calendar), _length(length, calendar)))


def _end_of_day(office: Office, day: Moment) -> Moment:
    """24:00 of the day, which is 00:00 of the next one."""
    calendar = office.last_calendar
    return _like(day, calendar.end_of(_day(day, calendar)))


def _at_time(office: Office, day: Moment, clock: str) -> Moment:
    """The moment of the day at which the clocks show 09:00, say."""
    calendar = office.last_calendar
    return _like(day, calendar.at(_day(day, calendar), time.fromisoformat(clock)))


def _end_of_working_day(office: Office, day: Moment) -> Moment:
    """When work ends on the day or, if it is a day of rest, on the next working day."""
    calendar = office.last_calendar
    return _like(day, calendar.closing(calendar.next_working(_day(day, calendar))))


def _stage_due(office: Office, stage: str, opened: Moment, severity: str | None = None) -> Moment:
    """Until when a step that opens at the moment should be done; the settings say how long each takes (KB-3.4.2-4)."""
    calendar = office.last_calendar
    due = deadlines.stage_due(stage, _moment(opened, calendar), calendar, office.settings, severity)
    return _like(opened, due)


def _objection_ends(office: Office, told: Moment) -> Moment:
    """The end of the window in which a customer may object to not being accepted (KB-3.3-1c)."""
    return _window(office, told, office.settings.objection_window_days)


def _silence_ends(office: Office, told: Moment) -> Moment:
    """When a customer who does not answer is taken to have no objection."""
    return _window(office, told, office.settings.silent_window_days)


def _reminder_due(office: Office, start: Moment) -> Moment:
    """When to remind of a case that was handed over and not taken over (KB-3.2-2)."""
    return _add_working_time(office, start, office.settings.hand_over_remind)


def _reminder_to_customer(office: Office, asked: Moment, reminded: int) -> Moment:
    """When to remind a customer who has not answered, or, after the last reminder, when the silence has lasted."""
    parts, window = office.settings.silent_reminders + 1, office.settings.silent_window_days
    if reminded >= parts - 1:
        return _silence_ends(office, asked)
    calendar = office.last_calendar
    day = calendar.add_working_days(_day(asked, calendar), max(1, round(window * (_count(reminded) + 1) / parts)))
    return _like(asked, calendar.at(day, office.settings.warn_at))


def _setting(office: Office, name: str) -> Json:
    """A number, text or truth of the settings by its name, such as max_redo."""
    value = getattr(office.settings, name, None) if not name.startswith(("_", "smtp", "mail")) else None
    if not isinstance(value, int | str | bool):
        raise ValueError(f"there is no setting {name} that a diagram may read")  # noqa: TRY004 - it is a wrong name
    return value


def _window(office: Office, told: Moment, days: int) -> Moment:
    calendar = office.last_calendar
    return _like(told, calendar.end_of(calendar.add_working_days(_day(told, calendar), days)))


def _moment(value: Moment, calendar: WorkingCalendar) -> datetime:
    """As a moment; without an offset it is the calendar's own time, a bare day is its 00:00."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(found, datetime):
        return calendar.at(found, time.min)
    return found if found.tzinfo is not None else found.replace(tzinfo=calendar.zone)


def _day(value: Moment, calendar: WorkingCalendar) -> date:
    return calendar.day_of(_moment(value, calendar))


def _moved(value: Moment, day: date, calendar: WorkingCalendar) -> Moment:
    """The day, with the clock time of a moment."""
    bare = len(value) == len("2026-11-09") if isinstance(value, str) else not isinstance(value, datetime)
    if bare:
        return day.isoformat() if isinstance(value, str) else day
    clock = _moment(value, calendar).astimezone(calendar.zone).time()
    return _like(value, calendar.at(day, clock))


def _like(value: Moment, found: datetime) -> Moment:
    return found.isoformat(timespec="seconds") if isinstance(value, str) else found


def _length(text: str, calendar: WorkingCalendar) -> timedelta:
    length = working_time(text, calendar.working_day_length())
    _count(length // calendar.working_day_length())
    return length


def _count(days: int) -> int:
    """The number of days, if it is one that can be counted off."""
    if not isinstance(days, int) or abs(days) > MOST_DAYS:
        raise ValueError(f"{days!r} is no number of days from -{MOST_DAYS} to {MOST_DAYS}")
    return days
