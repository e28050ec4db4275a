"""Shares that add up."""

from collections.abc import Sequence
from decimal import Decimal


def percentages(counts: Sequence[int], places: int = 2) -> list[Decimal]:
    """What part of all each count is, in per cent, so that the parts add up to exactly 100 (PW-2.1-1).

    Each is rounded down, then those with the largest remainders go up by the last digit, of equal ones the first. All
    are 0 where nothing was counted.
    """
    total, units = sum(counts), 100 * 10**places
    if not total:
        return [Decimal(0).scaleb(-places) for _ in counts]
    parts = [count * units // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda place: -(counts[place] * units % total))
    for place in by_remainder[: units - sum(parts)]:
        parts[place] += 1
    return [Decimal(part).scaleb(-places) for part in parts]


def rate(part: int, whole: int, places: int = 1) -> Decimal | None:
    """One count as a part of another, in per cent; None where there is nothing to be a part of."""
    return None if not whole else round(Decimal(part * 100) / whole, places)
