"""The functions of the expression language that work on dates; none of them knows what time it is."""

import calendar
from datetime import date, datetime, timedelta

from engine.language.arithmetic import add
from engine.language.functions import documented
from engine.language.readings import temporal_of
from engine.language.tokens import Problem
from engine.language.values import Value, kind_of
from engine.phrases import phrase


def _moment(value: Value, name: str) -> date | datetime:
    found = temporal_of(value) if type(value) is str else value
    if not isinstance(found, date):
        raise Problem(phrase("{name} takes a date such as 2026-01-31, not {kind}", name=name, kind=kind_of(value)))
    return found


@documented("dates", "date(text) or date(year, month, day)", of_nothing=None)
def date_(value: Value, month: Value = None, day: Value = None) -> Value:
    """The date that a text such as "2026-01-31" stands for, or the date of a date with time."""
    if month is not None or day is not None:
        try:
            return date(value, month, day)
        except (TypeError, ValueError, OverflowError) as error:
            raise Problem(phrase("date(year, month, day) is no date of the calendar")) from error
    found = _moment(value, "date")
    return found.date() if isinstance(found, datetime) else found


@documented("dates", "datetime(text)", of_nothing=None)
def datetime_(value: Value) -> Value:
    """The moment of a text such as "2026-01-31T08:30:00+08:00"; also written date and time(text)."""
    found = _moment(value, "datetime")
    if not isinstance(found, datetime):
        raise Problem(phrase("datetime takes a date with time such as 2026-01-31T08:30:00+08:00"))
    return found


@documented("dates", "duration(text)", of_nothing=None)
def duration(value: Value) -> Value:
    """A length of time to add or compare, such as "P7D" or "PT36H"; months have no fixed length."""
    found = temporal_of(value) if type(value) is str else value
    if type(found) is not timedelta:
        raise Problem(phrase("duration takes a text such as P7D or PT36H; for months use add_months"))
    return found


def temporal(value: Value) -> Value:
    """What `@"…"` stands for."""
    found = temporal_of(value)
    if found is None:
        raise Problem(phrase("“{value}” is no date, date with time or duration", value=value))
    return found


@documented("dates", "days_between(start, end)", of_nothing=None)
def days_between(start: Value, end: Value) -> Value:
    """How many days of the calendar lie between two dates; negative if the second is earlier."""
    return None if end is None else (date_(end) - date_(start)).days


@documented("dates", "hours_between(start, end)", of_nothing=None)
def hours_between(start: Value, end: Value) -> Value:
    """How many hours lie between two dates with time, with a fraction."""
    if end is None:
        return None
    try:
        return (datetime_(end) - datetime_(start)).total_seconds() / 3600
    except TypeError as error:
        raise Problem(phrase("one of the two has an offset from UTC, the other has none")) from error


@documented("dates", "add_days(date, days)", of_nothing=None)
def add_days(value: Value, days: Value) -> Value:
    """The date so many days later; the time of day stays."""
    return add(_moment(value, "add_days"), _length("add_days", days, "days"))


@documented("dates", "add_hours(datetime, hours)", of_nothing=None)
def add_hours(value: Value, hours: Value) -> Value:
    """The date with time so many hours later."""
    return add(datetime_(value), _length("add_hours", hours, "hours"))


@documented("dates", "add_months(date, months)", of_nothing=None)
def add_months(value: Value, months: Value) -> Value:
    """The date so many months later, on the last day of the month if that is shorter."""
    found = _moment(value, "add_months")
    if type(months) is not int or abs(months) > 12_000:
        raise Problem(phrase("add_months counts whole months"))
    index = found.year * 12 + found.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if not 1 <= year <= 9999:
        raise Problem(phrase("the calendar ends before that date"))
    return found.replace(year=year, month=month, day=min(found.day, calendar.monthrange(year, month)[1]))


@documented("dates", "year(date)", of_nothing=None)
def year(value: Value) -> Value:
    """The year as a number."""
    return _moment(value, "year").year


@documented("dates", "month(date)", of_nothing=None)
def month(value: Value) -> Value:
    """The month, 1 to 12."""
    return _moment(value, "month").month


@documented("dates", "day(date)", of_nothing=None)
def day(value: Value) -> Value:
    """The day of the month."""
    return _moment(value, "day").day


@documented("dates", "weekday(date)", of_nothing=None)
def weekday(value: Value) -> Value:
    """The day of the week, 1 for Monday to 7 for Sunday."""
    return _moment(value, "weekday").isoweekday()


def _length(name: str, amount: Value, unit: str) -> timedelta:
    if type(amount) not in {int, float} or abs(amount) > 4_000_000:
        raise Problem(phrase("{name} counts {unit} as a number", name=name, unit=unit))
    return timedelta(**{unit: amount})
