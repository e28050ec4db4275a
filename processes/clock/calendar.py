"""Which days and hours are worked: statutory holidays, the yearly notice, the company's own closures."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

import holidays

from processes.errors import NoWorkingDays

Roll = Literal["next", "none", "previous"]
"""What becomes of a calendar-day limit that ends on a day of rest."""

HORIZON_DAYS = 3660
"""How far a search for a working day goes before it gives up."""

LONG_DAYS = 60
"""From so many days on they are counted by the year."""

MOVED_DAYS = frozenset({"CN"})
"""Countries whose yearly notice moves working days to week-ends; before the notice a year is provisional."""


@dataclass(frozen=True, order=True)
class Period:
    """One stretch of working time of a day, as wall-clock times; `end` may be 24:00, written as `time.min`."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.end != time.min and self.end <= self.start:
            raise ValueError(f"a working period ends at {self.end:%H:%M}, before it starts at {self.start:%H:%M}")

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{'24:00' if self.end == time.min else format(self.end, '%H:%M')}"


OFFICE_HOURS = (Period(time(9), time(12)), Period(time(13), time(18)))
"""The default hours of a working day: 09:00 to 12:00 and 13:00 to 18:00."""


@dataclass(frozen=True)
class Override:
    """A day that the yearly notice names: worked or not, whatever the library says; no hours means the usual ones."""

    day: date
    works: bool
    hours: tuple[Period, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class _Year:
    rest: Mapping[date, str]
    make_up: frozenset[date]


LANGUAGES = {"zh": "zh_CN", "en": "en_US"}
"""In which language the library names holidays, by ours."""
AMERICAN = re.compile(r"\b(\d\d)/(\d\d)/(\d{4})\b")
"""A day as the library writes it in English names."""


@lru_cache(maxsize=256)
def _year(country: str, year: int, language: str = "en") -> _Year:
    # The library lists some make-up days of other years whichever year it is asked for.
    known = holidays.country_holidays(country, years=year, language=LANGUAGES.get(language))
    make_up = {day for day in getattr(known, "weekend_workdays", ()) if day.year == year}
    rest = {day: AMERICAN.sub(r"\3-\1-\2", name) for day, name in known.items() if day.year == year}
    return _Year(MappingProxyType(rest), frozenset(make_up))


def _default_week() -> Mapping[int, tuple[Period, ...]]:
    return MappingProxyType(dict.fromkeys(range(5), OFFICE_HOURS))


@dataclass(frozen=True)
class WorkingCalendar:
    """The working days and hours of one place, in three layers: library, notice, closures; the later layer wins.

    Days are plain dates in the calendar's own zone. Moments are aware, in any zone; answers are in the calendar's.
    """

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    country: str | None = "CN"
    week: Mapping[int, tuple[Period, ...]] = field(default_factory=_default_week)
    """Periods by weekday, Monday is 0; a weekday without an entry is a day of rest."""
    overrides: Mapping[date, Override] = field(default_factory=dict)
    closures: Mapping[date, str] = field(default_factory=dict)
    """Days on which the company is closed, with the reason."""
    _years: dict[int, Sequence[int]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_working(self, day: date) -> bool:
        """Whether work is done on the day."""
        if day in self.closures:
            return False
        if (override := self.overrides.get(day)) is not None:
            return override.works
        if self.country is not None:
            year = _year(self.country, day.year)
            if day in year.make_up:
                return True
            if day in year.rest:
                return False
        return bool(self.week.get(day.weekday()))

    def is_make_up(self, day: date) -> bool:
        """Whether the day is worked although its weekday usually is not."""
        return self.is_working(day) and not self.week.get(day.weekday())

    def reason(self, day: date, language: str = "en") -> str | None:
        """Why the day is not worked as its weekday usually is: name of the holiday, of the closure, of the notice."""
        if day in self.closures:
            return self.closures[day]
        if (override := self.overrides.get(day)) is not None:
            return override.name or None
        return _year(self.country, day.year, language).rest.get(day) if self.country is not None else None

    def periods(self, day: date) -> tuple[Period, ...]:
        """The working periods of the day, in order; a make-up day has the hours of the first worked weekday."""
        if not self.is_working(day):
            return ()
        override = self.overrides.get(day)
        if override is not None and override.hours:
            return override.hours
        usual = self.week.get(day.weekday())
        return usual or next((hours for _, hours in sorted(self.week.items()) if hours), OFFICE_HOURS)

    def is_provisional(self, year: int) -> bool:
        """Whether the notice for the year is not known yet, so that its dates may still move."""
        if self.country not in MOVED_DAYS:
            return False
        return not _year(self.country, year).make_up and not any(day.year == year for day in self.overrides)

    def touches_provisional(self, first: date, last: date) -> bool:
        """Whether a span of days reaches into a provisional year."""
        return any(self.is_provisional(year) for year in range(first.year, last.year + 1))

    def next_working(self, day: date) -> date:
        """The day itself when it is worked, else the first worked day after it."""
        return next(self._walk(day, 1))

    def previous_working(self, day: date) -> date:
        """The day itself when it is worked, else the last worked day before it."""
        return next(self._walk(day, -1))

    def add_working_days(self, day: date, count: int) -> date:
        """The count-th working day after the day (before it when negative); the day itself is day 0, worked or not."""
        if count == 0:
            return day
        step = 1 if count > 0 else -1
        walk = self._walk(day + timedelta(days=step), step)
        for _ in range(abs(count) - 1):
            next(walk)
        return next(walk)

    def add_calendar_days(self, day: date, count: int, roll: Roll = "next") -> date:
        """The day that many calendar days later, moved to a working day as `roll` says; the day itself is day 0."""
        due = day + timedelta(days=count)
        if roll == "next":
            return self.next_working(due)
        return self.previous_working(due) if roll == "previous" else due

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days lie after `first` up to and including `last`; negative when `last` is earlier."""
        if last < first:
            return -self.working_days_between(last, first)
        if (last - first).days < LONG_DAYS:
            return sum(self.is_working(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
        years = sum(self._worked(year)[-1] for year in range(first.year, last.year))
        return years + self._worked(last.year)[int(f"{last:%j}")] - self._worked(first.year)[int(f"{first:%j}")]

    def _worked(self, year: int) -> Sequence[int]:
        """How many days of a year are worked up to each of its days; counted once, what is late may be so for years."""
        if year not in self._years:
            days = (date(year, 1, 1) + timedelta(days=n) for n in range(int(f"{date(year, 12, 31):%j}")))
            self._years[year] = tuple(accumulate((self.is_working(day) for day in days), initial=0))
        return self._years[year]

    def day_of(self, moment: datetime) -> date:
        """The calendar's own day of an aware moment."""
        return _aware(moment).astimezone(self.zone).date()

    def at(self, day: date, clock: time) -> datetime:
        """The moment at which the calendar's clocks show that time on that day."""
        return datetime.combine(day, clock, tzinfo=self.zone)

    def end_of(self, day: date) -> datetime:
        """24:00 of the day, which is 00:00 of the next one."""
        return self.at(day + timedelta(days=1), time.min)

    def closing(self, day: date) -> datetime:
        """When work ends on a working day; ValueError for a day of rest."""
        periods = self.periods(day)
        if not periods:
            raise ValueError(f"{day} is not worked")
        return self.end_of(day) if periods[-1].end == time.min else self.at(day, periods[-1].end)

    def is_working_time(self, moment: datetime) -> bool:
        """Whether work is being done at the moment; the end of a period no longer counts."""
        return any(start <= moment < end for start, end in self.stretches(self.day_of(moment)))

    def add_working_time(self, moment: datetime, amount: timedelta) -> datetime:
        """The moment when that much working time has passed; real elapsed time, also when the clocks change.

        Raises ValueError for a negative amount or a moment without a zone.
        """
        if amount < timedelta(0):
            raise ValueError("working time can only be added forwards")
        start, left = _aware(moment).astimezone(UTC), amount
        if not left:
            return start.astimezone(self.zone)
        for day in self._walk(self.day_of(moment), 1):
            for opens, closes in self.stretches(day):
                begin = max(opens, start)
                if begin < closes:
                    if begin + left <= closes:
                        return (begin + left).astimezone(self.zone)
                    left -= closes - begin
        raise NoWorkingDays(after=moment)  # pragma: no cover - the walk raises first

    def working_time_between(self, first: datetime, last: datetime) -> timedelta:
        """How much working time lies between two moments; negative when `last` is earlier."""
        if _aware(last) < _aware(first):
            return -self.working_time_between(last, first)
        day, end, total = self.day_of(first), self.day_of(last), timedelta(0)
        while day <= end:
            for opens, closes in self.stretches(day):
                total += max(min(closes, last) - max(opens, first), timedelta(0))
            day += timedelta(days=1)
        return total

    def working_day_length(self) -> timedelta:
        """The working time of an ordinary working day."""
        hours = next((hours for _, hours in sorted(self.week.items()) if hours), OFFICE_HOURS)
        return sum((_length(period) for period in hours), timedelta(0))

    def _walk(self, day: date, step: int) -> Iterator[date]:
        """The working days from the day on, forwards or backwards."""
        idle = 0
        while idle < HORIZON_DAYS:
            if self.is_working(day):
                idle = 0
                yield day
            idle += 1
            day += timedelta(days=step)
        raise NoWorkingDays(after=day)

    def stretches(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The periods of the day as moments in UTC, so that differences are real elapsed time."""
        closed = datetime.min.replace(tzinfo=UTC)
        for period in self.periods(day):
            end = self.end_of(day) if period.end == time.min else self.at(day, period.end)
            # Where the clocks skip an hour, a wall-clock end may lie after the next period's start.
            opens, closed = max(closed, self.at(day, period.start).astimezone(UTC)), end.astimezone(UTC)
            yield opens, closed


@lru_cache(maxsize=256)
def parse_hours(text: str) -> tuple[Period, ...]:
    """Working periods written as `09:00-12:00 13:00-18:00` (blank, comma, semicolon or plus between); ValueError."""
    for separator in ",;+，；":
        text = text.replace(separator, " ")
    periods = [_period(part) for part in text.split()]
    for before, after in pairwise(periods):
        if before.end == time.min or after.start < before.end:
            raise ValueError(f"the periods {before} and {after} overlap or are not in order")
    return tuple(periods)


def week_of(hours: Mapping[int, Iterable[Period]]) -> Mapping[int, tuple[Period, ...]]:
    """A week for `WorkingCalendar`, from periods by weekday; ValueError when no day of it is worked."""
    week = {weekday: tuple(periods) for weekday, periods in hours.items() if periods}
    if not week:
        raise ValueError("no weekday has working hours")
    return MappingProxyType(week)


def _period(text: str) -> Period:
    start, dash, end = text.replace("–", "-").partition("-")
    if not dash:
        raise ValueError(f"{text!r} is no period of the form 09:00-12:00")
    try:
        return Period(_clock(start), time.min if end == "24:00" else _clock(end))
    except ValueError as error:
        raise ValueError(f"{text!r} is no period of the form 09:00-12:00: {error}") from None


def _clock(text: str) -> time:
    return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a wall-clock time has no zone


def _length(period: Period) -> timedelta:
    minutes = (period.end.hour * 60 + period.end.minute) or 24 * 60
    return timedelta(minutes=minutes - period.start.hour * 60 - period.start.minute)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment
