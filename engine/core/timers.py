"""When timers fall due: ISO 8601 durations as calendar steps in a zone, cycles, and cron expressions."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.core import cron
from engine.core.errors import WrongTime
from engine.phrases import phrase

_DURATION = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:[.,]\d+)?)S)?)?"
)
_MIDNIGHT = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})T24:00(?::00)?(?P<zone>.*)")


@dataclass(frozen=True)
class Duration:
    """A stretch of time: months and days are steps on the calendar of a zone, seconds are exact."""

    months: int = 0
    days: int = 0
    seconds: float = 0

    def times(self, count: int) -> "Duration":
        """The stretch that many times over, so that P1M thrice from 31 January is 30 April."""
        return Duration(self.months * count, self.days * count, self.seconds * count)

    def after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The moment that much later, in UTC.

        Months are clamped to the last day; days keep the wall-clock time of the zone; hours are real hours. A
        wall-clock time that summer time skips is taken as the instant it would have been without the change.
        """
        try:
            local = moment.astimezone(zone)
            if self.months:
                month = local.year * 12 + local.month - 1 + self.months
                year, month = month // 12, month % 12 + 1
                last = calendar.monthrange(year, month)[1]
                local = local.replace(year=year, month=month, day=min(local.day, last), fold=0)
            if self.days:
                local = (local + timedelta(days=self.days)).replace(fold=0)
            return local.astimezone(UTC) + timedelta(seconds=self.seconds)
        except (OverflowError, ValueError) as error:
            raise WrongTime(text=str(self), reason=phrase("it leads outside the calendar")) from error


@dataclass(frozen=True)
class Cycle:
    """A rhythm: R[n]/[start/]duration[/end], or a cron expression in `cron`."""

    count: int | None
    every: Duration | None
    start: datetime | None = None
    end: datetime | None = None
    cron: str | None = None


_MOST_DAYS = 2_000_000
"""Days of a duration, five thousand years: the calendar ends with the year 9999."""


@lru_cache(maxsize=512)
def parse_duration(text: str) -> Duration:
    """Read an ISO 8601 duration such as P3D, PT36H or P1Y2M; WrongTime when it is none, or has no length."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or text.strip().endswith("T"):
        raise WrongTime(
            text=text, reason=phrase("write a duration as in P3D, PT36H or P1DT12H; fractions only of seconds")
        )
    parts = found.groupdict()
    if not any(parts.values()):
        raise WrongTime(text=text, reason=phrase("a duration needs at least one number, as in P1D"))
    number = {name: int(value or 0) for name, value in parts.items() if name != "seconds"}
    seconds = float((parts["seconds"] or "0").replace(",", "."))
    exact = number["hours"] * 3600 + number["minutes"] * 60 + seconds
    months, days = number["years"] * 12 + number["months"], number["weeks"] * 7 + number["days"]
    if months * 30 + days + exact / 86_400 > _MOST_DAYS:
        raise WrongTime(text=text, reason=phrase("it leads outside the calendar"))
    return Duration(months, days, exact)


def parse_moment(text: str, zone: ZoneInfo) -> datetime:
    """Read an ISO 8601 date or date and time, in UTC; without an offset it is meant in the zone.

    A date alone is its first moment; 24:00 is the first moment of the next day. WrongTime when it is neither.
    """
    midnight = _MIDNIGHT.fullmatch(text.strip())
    try:
        if midnight:
            day = date.fromisoformat(midnight["day"]) + timedelta(days=1)
            moment = datetime.fromisoformat(f"{day.isoformat()}T00:00:00{midnight['zone']}")
        else:
            moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise WrongTime(
            text=text, reason=phrase("write a time as in 2026-01-31T18:00 or 2026-01-31T18:00+08:00")
        ) from error


def parse_cycle(text: str, zone: ZoneInfo) -> Cycle:
    """Read R3/PT1H, R/2026-01-01T08:00/P1D, R/P1D/2026-12-31 or a cron expression of six fields (seconds first)."""
    text = text.strip()
    if not text.startswith("R"):
        if len(text.split()) in {5, 6, 7}:
            cron.trigger_of(text)
            return Cycle(None, None, cron=text)
        raise WrongTime(
            text=text, reason=phrase("write a cycle as in R3/PT1H, or a cron expression as in 0 0 9 ? * MON-FRI")
        )
    first, *parts = text.split("/")
    if not re.fullmatch(r"R\d*", first) or not 1 <= len(parts) <= 3:
        raise WrongTime(text=text, reason=phrase("write a cycle as in R3/PT1H or R/2026-01-01T08:00/P1D"))
    count = int(first[1:]) if first[1:] else None
    if count == 0:
        raise WrongTime(text=text, reason=phrase("it would never fire"))
    spans = [index for index, part in enumerate(parts) if part.startswith("P")]
    if len(spans) != 1 or spans[0] > 1 or len(parts) - spans[0] > 2:
        raise WrongTime(
            text=text, reason=phrase("a cycle needs one duration, with at most one time before and one after it")
        )
    every = parse_duration(parts[spans[0]])
    if not (every.months or every.days or every.seconds):
        raise WrongTime(text=text, reason=phrase("a cycle needs a duration longer than nothing"))
    start = parse_moment(parts[0], zone) if spans[0] == 1 else None
    end = parse_moment(parts[-1], zone) if len(parts) - 1 > spans[0] else None
    return Cycle(count, every, start, end)


def check_cycle(text: str, zone: ZoneInfo) -> None:
    """WrongTime when a text is no cycle, or a cron expression that nobody should write: see `cron.check`."""
    cycle = parse_cycle(text, zone)
    if cycle.cron:
        cron.check(cycle.cron)


def cycle_due(cycle: Cycle, anchor: datetime, index: int, zone: ZoneInfo) -> datetime | None:
    """When the cycle fires for the time `index` (from 0), or None when it is over.

    Args:
        cycle: the rhythm; not a cron expression.
        anchor: when it was armed; firings are counted from its start, so they never drift.
        index: how many firings lie before, used or missed.
        zone: where calendar steps are taken.
    """
    if cycle.every is None or (cycle.count is not None and index >= cycle.count):
        return None
    due = (
        cycle.every.times(index).after(cycle.start, zone)
        if cycle.start
        else cycle.every.times(index + 1).after(anchor, zone)
    )
    return None if cycle.end and due > cycle.end else due


def skip_missed(cycle: Cycle, anchor: datetime, index: int, now: datetime, zone: ZoneInfo) -> int:
    """The number of the first firing that lies after now; those before it count as used."""
    every = cycle.every
    if every is not None and not every.months and not every.days:
        first = cycle_due(Cycle(None, every, cycle.start), anchor, 0, zone)
        if first is not None and now >= first:
            index = max(index, int((now - first).total_seconds() // every.seconds) + 1)
        return index
    while (due := cycle_due(cycle, anchor, index, zone)) is not None and due <= now:
        index += 1
    return index
