"""The months that meetings, penalties and statistics are about, in the installation's zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, SQLColumnExpression

Moment = SQLColumnExpression[datetime] | SQLColumnExpression[datetime | None]
"""A column with moments."""


@dataclass(frozen=True)
class Period:
    """A month of the calendar, as moments."""

    begins: datetime
    ends: datetime
    """The first moment that does not belong to it."""

    @property
    def key(self) -> str:
        """As people name it: 2026-10."""
        return f"{self.begins:%Y-%m}"

    @property
    def days(self) -> tuple[str, str]:
        """Its first and its last day."""
        return self.begins.date().isoformat(), (self.ends.date() - timedelta(days=1)).isoformat()

    def covers(self, column: Moment) -> ColumnElement[bool]:
        """That a moment lies in it."""
        return (column >= self.begins) & (column < self.ends)


def last_month(moment: datetime, zone: ZoneInfo) -> Period:
    """The calendar month before the one of a moment."""
    first = moment.astimezone(zone).date().replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    return Period(_start(before, zone), _start(first, zone))


def _start(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
