"""How long it took: working time between what happened in cases, and how it is spread."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from processes.clock.calendar import WorkingCalendar

TENTH = timedelta(minutes=6)
"""Lengths are counted as they are shown: in tenths of an hour."""


class WorkingHours:
    """Working time between two moments of a stretch of days: the calendar is asked for each day once."""

    def __init__(self, calendar: WorkingCalendar) -> None:
        """Take a calendar."""
        self._calendar = calendar
        self._opens: list[datetime] = []
        self._worked: list[tuple[timedelta, timedelta]] = []

    def cover(self, moments: Iterable[datetime]) -> "WorkingHours":
        """Reckon all days between the first and the last of some moments."""
        known = [*moments]
        self._opens, self._worked = [], []
        if known:
            day, last, so_far = *map(self._calendar.day_of, (min(known), max(known))), timedelta(0)
            while day <= last:
                for opens, closes in self._calendar.stretches(day):
                    length = max(closes - opens, timedelta(0))
                    self._opens.append(opens)
                    self._worked.append((so_far, length))
                    so_far += length
                day += timedelta(days=1)
        return self

    def between(self, first: datetime, last: datetime) -> timedelta:
        """The working time between two covered moments; none where the last one is earlier."""
        return max(self._until(last) - self._until(first), timedelta(0))

    def _until(self, moment: datetime) -> timedelta:
        """Since the first day: what was worked before the period that has begun last, and in it."""
        place = bisect_right(self._opens, moment) - 1
        if place < 0:
            return timedelta(0)
        before, length = self._worked[place]
        return before + min(moment - self._opens[place], length)


def tenths(length: timedelta) -> int:
    """A length in tenths of an hour."""
    return round(round(length.total_seconds() / 3600, 1) * 10)


@dataclass(frozen=True)
class Spread:
    """How lengths are spread: how many, the one in the middle, the one that nine of ten do not exceed."""

    number: int
    median: timedelta | None
    ninth: timedelta | None


def spread(counts: Mapping[str, int]) -> Spread:
    """The spread of some lengths, given as how often there is each, in tenths of an hour."""
    found = sorted((int(length), number) for length, number in counts.items())
    whole = sum(counts.values())
    median, ninth = (_percentile(found, whole, per_cent) for per_cent in (50, 90))
    return Spread(whole, median, ninth)


def _percentile(counts: Sequence[tuple[int, int]], whole: int, per_cent: int) -> timedelta | None:
    """The smallest length that so many per cent do not exceed; None of none."""
    place = max(-(-whole * per_cent // 100), 1)
    for length, number in counts:
        place -= number
        if place <= 0:
            return length * TENTH
    return None
