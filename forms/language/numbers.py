"""Numbers as people write them, exactly."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from forms.language.expressions import Broken, Json, Limit, Sight

NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})", re.ASCII)
MOST_DIGITS = 15
"""So many before the dot, and after it, are exact everywhere a number goes."""
_LONG = re.compile(r"[+-]?\d*+\.?\d*+", re.ASCII)


def decimal_of(raw: Json) -> Decimal | None:
    """The number that is meant, or None: digits and a dot, full-width ones too, no exponents, below 10 to the 15th."""
    if raw is None or isinstance(raw, bool):
        return None
    if isinstance(raw, int):
        return Decimal(raw) if abs(raw) < 10**15 else None
    if isinstance(raw, float):
        raw = repr(raw) if abs(raw) < 10**15 else ""
    if isinstance(raw, Decimal):
        raw = format(raw, "f") if raw.is_finite() and abs(raw.adjusted()) < 40 else ""
    if not isinstance(raw, str) or len(raw) > 60:
        return None
    text = _plain(raw)
    if not NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:  # pragma: no cover  the pattern allows none
        return None


def has_many_digits(raw: Json) -> bool:
    """Whether it is written as a number, with more digits than are taken."""
    text = _plain(raw) if isinstance(raw, str) else ""
    return len(text) > MOST_DIGITS and _LONG.fullmatch(text) is not None


def _plain(raw: str) -> str:
    return unicodedata.normalize("NFKC", raw).replace("\u2212", "-").strip()


def places(number: Decimal) -> int:
    """How many digits after the dot matter."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def digits_of(number: Decimal) -> str:
    """A number without zeros at its end, no minus before zero."""
    return format(number.normalize() + 0, "f")


def money_text(number: Decimal) -> str:
    """An amount as it is stored: exactly two decimals, no minus before zero."""
    return f"{number.quantize(Decimal('0.01')) + 0:.2f}"


def number_limit(limit: Limit, sight: Sight) -> Decimal | None:
    """The number that a limit is now; None without one. Raises Broken when its expression gives none."""
    value = limit.value if limit.expr is None else sight.limit(limit)
    if value is None:
        if limit.expr is not None:
            raise Broken(f"{limit.expr.text} is not known")
        return None
    number = decimal_of(value)
    if number is None:
        raise Broken(f"{value!r:.60} is not a number")
    return number
