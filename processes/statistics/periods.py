"""Months, quarters and years, and what lies between two days: as they begin and end in the installation's zone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Kind = Literal["month", "quarter", "year", "days"]
MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "year": 12}
WRITTEN = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")
FIRST_YEAR, LAST_YEAR = 1970, 9000


@dataclass(frozen=True)
class Period:
    """A stretch of days, the last one included."""

    kind: Kind
    first: date
    last: date

    @property
    def key(self) -> str:
        """As addresses have it: 2026-09, 2026-Q3, 2026; of other days their first and last."""
        year = f"{self.first.year}"
        month, quarter = f"{year}-{self.first.month:02}", f"{year}-Q{(self.first.month + 2) // 3}"
        days = f"{self.first.isoformat()}..{self.last.isoformat()}"
        return {"month": month, "quarter": quarter, "year": year}.get(self.kind, days)

    def begins(self, zone: ZoneInfo) -> datetime:
        """The first moment of it."""
        return datetime.combine(self.first, time(), zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), zone)

    def moved(self, steps: int) -> "Period":
        """The period of the same kind so many before or after it."""
        if self.kind == "days":
            length = (self.last - self.first + timedelta(days=1)) * steps
            return Period("days", self.first + length, self.last + length)
        return starting(self.kind, _later(self.first, MONTHS[self.kind] * steps))

    def around(self, kind: Kind) -> "Period":
        """The period of another kind in which its last day lies."""
        return containing(kind, self.last)


def containing(kind: Kind, day: date) -> Period:
    """The period of a kind in which a day lies."""
    months = MONTHS[kind]
    return starting(kind, date(day.year, (day.month - 1) // months * months + 1, 1))


def starting(kind: Kind, first: date) -> Period:
    """The period of a kind that begins on a day."""
    return Period(kind, first, _later(first, MONTHS[kind]) - timedelta(days=1))


def read(text: str) -> Period | None:
    """A period as `key` writes it; None for anything else."""
    found = WRITTEN.fullmatch(text)
    if found is None:
        return _days(text)
    year = int(found["year"])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if found["month"]:
        return starting("month", date(year, int(found["month"]), 1))
    if found["quarter"]:
        return starting("quarter", date(year, int(found["quarter"]) * 3 - 2, 1))
    return starting("year", date(year, 1, 1))


def between(first: date, last: date) -> Period | None:
    """The days from one to another; None where the last one is before the first, or out of all reason."""
    inside = first.year >= FIRST_YEAR and last.year <= LAST_YEAR
    return Period("days", first, last) if first <= last and inside else None


def months_until(day: date, count: int) -> Sequence[Period]:
    """The last months up to the one in which a day lies, the oldest first."""
    last = containing("month", day)
    return [last.moved(step) for step in range(1 - count, 1)]


def _days(text: str) -> Period | None:
    first, dots, last = text.partition("..")
    try:
        return between(date.fromisoformat(first), date.fromisoformat(last)) if dots else None
    except ValueError:
        return None


def _later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)
