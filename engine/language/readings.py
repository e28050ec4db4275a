"""What texts stand for: amounts, dates, moments, lengths of time."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.language.tokens import Problem
from engine.phrases import phrase

AMOUNT = frozenset("-0123456789")
"""What a text begins with that may be an amount."""
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d{1,20})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,9}(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)
_MONTHS = re.compile(r"(?P<sign>-?)P(?:(?P<years>\d{1,6})Y)?(?:(?P<months>\d{1,6})M)?", re.ASCII)
STRETCH = re.compile(
    r"-?P(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:[.,]\d+)?S)?)?", re.ASCII
)
"""Every duration that ISO 8601 knows, those without a fixed length among them."""


FARTHEST = timedelta(hours=18)
"""The largest offset from UTC that FEEL knows."""


def decimal_of(text: str) -> Decimal | None:
    """The number that a text such as "3600.00" stands for; "007" and "1e5" are no numbers."""
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def temporal_of(text: str) -> date | datetime | timedelta | None:
    """The date, moment or duration that an ISO 8601 text stands for.

    Raises:
        Problem: for 30 February and the like.
    """
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
        if MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(text)
            if abs(moment.utcoffset() or timedelta()) > FARTHEST:
                raise Problem(phrase("“{text}”: no place is more than 18 hours from UTC", text=text))
            return moment
    except ValueError as error:
        raise Problem(phrase("“{text}” is no date of the calendar", text=text)) from error
    match = _DURATION.fullmatch(text) if "P" in text[:2] and text[-1] not in "PT" else None
    if match is None:
        return None
    parts = {name: int(match[name] or 0) for name in ("weeks", "days", "hours", "minutes")}
    try:
        length = timedelta(**parts, seconds=float(match["seconds"] or 0))
    except OverflowError as error:
        raise Problem(phrase("“{text}” is longer than the calendar", text=text)) from error
    return -length if match["sign"] else length


def months_of(text: str) -> int | None:
    """The months of a duration that is made of years and months alone; None for other texts."""
    match = _MONTHS.fullmatch(text) if len(text) > 2 else None
    if match is None:
        return None
    count = int(match["years"] or 0) * 12 + int(match["months"] or 0)
    return -count if match["sign"] else count


def lengths(left: str, right: str) -> tuple[Any, Any] | None:
    """Two durations as what can be compared: both of a fixed length, or both of whole months; None for other pairs."""
    for reading in (temporal_of, months_of):
        first, second = reading(left), reading(right)
        if first is not None and second is not None:
            return first, second
    return None
