"""What process variables say as people write it: an amount, a moment."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from engine import Json

PLACES = 16
"""An amount of so many places is none: written out, 1e999999999 is a text of a gigabyte."""


def moment_of(value: Json, zone: ZoneInfo) -> datetime | None:
    """An aware moment from ISO text, in the zone where it names none; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def money_of(value: Json) -> Decimal | None:
    """An amount from its decimal text; None for nothing or for what is no amount."""
    if value is None or isinstance(value, bool):
        return None
    try:
        amount = Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        return None
    return amount if is_short(amount) else None


def is_short(number: Decimal) -> bool:
    """Whether a number may be written out."""
    return number.is_finite() and -PLACES < number.adjusted() < PLACES
