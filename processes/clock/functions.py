"""Functions on the working calendar for the expressions of diagrams and tables."""

import inspect
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

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
        reminder_at,
    )
    return {function.__name__.lstrip("_"): _bound(function, office) for function in found}


def _bound(function: Callable[..., Any], office: Office) -> Callable[..., Any]:
    def call(first: Any, *rest: Any) -> Any:
        return None if first is None else function(office, first, *rest)

    call.__name__ = function.__name__.lstrip("_")
    call.__doc__ = function.__doc__
    signature = inspect.signature(function)
    taken = list(signature.parameters.values())[1:]
    call.__signature__ = signature.replace(parameters=taken)  # type: ignore[attr-defined] # what a caller may write
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
    return like(start, calendar.add_working_time(moment_in(start, calendar), _length(length, calendar)))


def _end_of_day(office: Office, day: Moment) -> Moment:
    """24:00 of the day, which is 00:00 of the next one."""
    calendar = office.last_calendar
    return like(day, calendar.end_of(_day(day, calendar)))


def _at_time(office: Office, day: Moment, clock: str) -> Moment:
    """The moment of the day at which the clocks show 09:00, say."""
    calendar = office.last_calendar
    return like(day, calendar.at(_day(day, calendar), time.fromisoformat(clock)))


def _end_of_working_day(office: Office, day: Moment) -> Moment:
    """When work ends on the day or, if it is a day of rest, on the next working day."""
    calendar = office.last_calendar
    return like(day, calendar.closing(calendar.next_working(_day(day, calendar))))


def reminder_at(office: Office, start: Moment, window: int, reminders: int, sent: int) -> Moment:
    """When to remind of something, the reminders spread over a window of working days; after the last, its end.

    Args:
        office: for the calendar and the clock time of reminders.
        start: when the window begins.
        window: in working days.
        reminders: how many in all.
        sent: how many there were already.
    """
    calendar = office.last_calendar
    day, window, parts = _day(start, calendar), _count(window), _count(reminders) + 1
    if sent >= reminders:
        return like(start, calendar.end_of(calendar.add_working_days(day, window)))
    later = calendar.add_working_days(day, max(1, round(window * (_count(sent) + 1) / parts)))
    return like(start, calendar.at(later, office.settings.warn_at))


def moment_in(value: Moment, calendar: WorkingCalendar) -> datetime:
    """As a moment; without an offset it is the calendar's own time, a bare day is its 00:00."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(found, datetime):
        return calendar.at(found, time.min)
    return found if found.tzinfo is not None else found.replace(tzinfo=calendar.zone)


def _day(value: Moment, calendar: WorkingCalendar) -> date:
    return calendar.day_of(moment_in(value, calendar))


def _moved(value: Moment, day: date, calendar: WorkingCalendar) -> Moment:
    """The day, with the clock time of a moment."""
    bare = len(value) == len("2026-11-09") if isinstance(value, str) else not isinstance(value, datetime)
    if bare:
        return day.isoformat() if isinstance(value, str) else day
    clock = moment_in(value, calendar).astimezone(calendar.zone).time()
    return like(value, calendar.at(day, clock))


def like(value: Moment, found: datetime) -> Moment:
    """The moment as the kind of value that it was reckoned from: text or date."""
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
