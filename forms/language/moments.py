"""Moments as people and programs write them, in the zone of the installation."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from forms.language.characters import narrow
from forms.language.expressions import Broken, Json, Limit, Sight

DATETIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?\s?(Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)


def read_moment(raw: Json, zone: ZoneInfo) -> datetime | None:
    """A moment in `zone`, or None; one without an offset is meant in `zone`."""
    if isinstance(raw, str):
        text = narrow(raw).strip()
        if not DATETIME.fullmatch(text):
            return None
        try:
            raw = datetime.fromisoformat(text.replace(" ", "T", 1).replace(" ", ""))
        except ValueError:
            return None
    if not isinstance(raw, datetime) or not 1900 < raw.year < 2200:
        return None
    aware = raw if raw.tzinfo is not None else raw.replace(tzinfo=zone)
    # by way of UTC: a time that the change of the clocks skips becomes the one an hour later
    return aware.astimezone(UTC).astimezone(zone)


def moment_limit(limit: Limit, sight: Sight) -> datetime | None:
    """The moment that a limit is now; None without one. Raises Broken when its expression gives none."""
    value = limit.value if limit.expr is None else sight.limit(limit)
    if value is None:
        if limit.expr is not None:
            raise Broken(f"{limit.expr.text} is not known")
        return None
    now = sight.now.astimezone(sight.zone)
    if value == "now":
        return now
    if value == "today":
        return now.replace(hour=0, minute=0, second=0, microsecond=0)
    text = value.isoformat() if isinstance(value, date) else value
    if isinstance(text, str) and len(text) == 10:
        text += "T00:00"
    moment = read_moment(text, sight.zone)
    if moment is None:
        raise Broken(f"{value!r:.60} is not a date")
    return moment
