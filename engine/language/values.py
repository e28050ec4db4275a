"""How the values of expressions are compared, calculated with and turned into JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeGuard

from engine.language.readings import AMOUNT, MOMENT, STRETCH, decimal_of, lengths, temporal_of
from engine.language.tokens import Problem
from engine.phrases import phrase
from engine.values import Json

Value = Any
"""A JSON value, or a Decimal, date, datetime, timedelta or Span on the way to one."""

_BEGINS_TIME = frozenset("P-0123456789")
MAX_TEXT = 100_000
"""Characters of one text that an expression makes."""
MAX_NUMBER = 10**18
"""Beyond this, no number that an expression makes."""
MAX_VALUES = 100_000
"""Values inside one result, and steps of one comparison of lists."""


@dataclass(frozen=True, slots=True)
class Span:
    """The interval that `[1..5]` makes; nothing lies in one with an end that is null."""

    low: Value
    high: Value
    with_low: bool = True
    with_high: bool = True

    def holds(self, value: Value) -> bool:
        """Whether `value` lies in it; null lies in no interval."""
        if value is None:
            return False
        return self._above(value) and self._below(value)

    def _above(self, value: Value) -> bool:
        return self.low is not None and order(value, self.low) >= (0 if self.with_low else 1)

    def _below(self, value: Value) -> bool:
        return self.high is not None and order(value, self.high) <= (0 if self.with_high else -1)


def kind_of(value: Value) -> str:
    """What a message calls a value."""
    names = {
        bool: phrase("true or false"),
        str: phrase("text"),
        int: phrase("a number"),
        float: phrase("a number"),
        Decimal: phrase("an amount"),
    }
    others = {
        list: phrase("a list"),
        dict: phrase("a group of fields"),
        date: phrase("a date"),
        datetime: phrase("a date with time"),
    }
    last = {timedelta: phrase("a duration"), Span: phrase("an interval"), type(None): phrase("an empty value")}
    return {**names, **others, **last}.get(type(value), type(value).__name__)


def truth(value: Value) -> bool:
    """Whether a condition holds: true does, false and null do not.

    Raises:
        Problem: for anything else, because "false", 0 and [] would be taken for opposite things.
    """
    if value is True or value is False:
        return bool(value)
    if value is None:
        return False
    raise Problem(
        phrase("{kind} is neither true nor false; compare it, or ask whether it is empty", kind=kind_of(value))
    )


def is_number(value: Value) -> TypeGuard[int | float | Decimal]:
    """Whether `value` is an int, float or Decimal; true and false are not."""
    return type(value) in {int, float, Decimal}


def exact(value: Value) -> Decimal:
    """A number as the decimal that people read: 0.1 is 0.1."""
    return value if type(value) is Decimal else Decimal(str(value))


def equal(left: Value, right: Value) -> bool:
    """Whether two values mean the same: "3600.00" is 3600 and "3600.0", true is not 1, P7D is P1W."""
    return _equal(left, right, [MAX_VALUES])


def _equal(left: Value, right: Value, budget: list[int]) -> bool:
    budget[0] -= 1
    if budget[0] < 0:
        raise Problem(phrase("the values are too large to be compared"))
    if type(left) is type(right):
        if type(left) is list:
            same = len(left) == len(right)
            return same and all(_equal(a, b, budget) for a, b in zip(left, right, strict=True))
        if type(left) is dict:
            return left.keys() == right.keys() and all(_equal(left[key], right[key], budget) for key in left)
        return bool(left == right) or (type(left) is str and _same_meaning(left, right))
    if left is None or right is None or bool in {type(left), type(right)}:
        return False
    left, right = alike(left, right)
    if is_number(left) and is_number(right):
        return exact(left) == exact(right)
    return type(left) is type(right) and bool(left == right)


def _same_meaning(left: str, right: str) -> bool:
    """Whether two texts stand for the same amount, moment or length of time."""
    if not (left and right):
        return False
    if left[0] in AMOUNT and right[0] in AMOUNT:
        first, second = decimal_of(left), decimal_of(right)
        if first is not None and second is not None:
            return first == second
    if left[10:11] == "T" and MOMENT.fullmatch(left) and MOMENT.fullmatch(right):
        return bool(temporal_of(left) == temporal_of(right))
    if "P" in left[:2] and STRETCH.fullmatch(left) and STRETCH.fullmatch(right):
        both = lengths(left, right)
        return both is not None and bool(both[0] == both[1])
    return False


def alike(left: Value, right: Value) -> tuple[Value, Value]:
    """The two values, a text turned into what the other one is when it can stand for that."""
    if type(left) is str and type(right) is not str:
        return _as_kind_of(right, left), right
    if type(right) is str and type(left) is not str:
        return left, _as_kind_of(left, right)
    return left, right


def _as_kind_of(other: Value, text: str) -> Value:
    if is_number(other):
        number = decimal_of(text)
        return text if number is None else number
    if type(other) in {date, datetime, timedelta}:
        temporal = temporal_of(text)
        return text if temporal is None else temporal
    return text


def order(left: Value, right: Value) -> int:
    """-1, 0 or 1: whether `left` comes before, with or after `right`; neither may be null.

    Two texts that both stand for decimals are compared as numbers ("900.00" comes before "5000.00"), two that both
    stand for moments as moments, two that both stand for durations by their length.

    Raises:
        Problem: when the two cannot be ordered, as a date and a moment, or text and a number.
    """
    if type(left) is str and type(right) is str:
        left, right = _texts(left, right)
    left, right = alike(left, right)
    if is_number(left) and is_number(right):
        left, right = (left, right) if type(left) is type(right) else (exact(left), exact(right))
    elif type(left) is not type(right) or type(left) not in {str, date, datetime, timedelta}:
        raise Problem(phrase("{left} and {right} cannot be compared by size", left=_quoted(left), right=_quoted(right)))
    try:
        return int(left > right) - int(left < right)
    except TypeError as error:  # one moment with, one without an offset
        raise Problem(phrase("a moment without an offset from UTC cannot be compared with one that has it")) from error


def _texts(left: str, right: str) -> tuple[Value, Value]:
    if left[:1] in AMOUNT and right[:1] in AMOUNT:
        for reading in (decimal_of, temporal_of):
            first, second = reading(left), reading(right)
            if first is not None and second is not None:
                return first, second
    if "P" in left[:2] and "P" in right[:2] and STRETCH.fullmatch(left) and STRETCH.fullmatch(right):
        both = lengths(left, right)
        if both is None:
            raise Problem(
                phrase(
                    "“{left}” and “{right}” cannot be compared: a month has no fixed length in days",
                    left=left,
                    right=right,
                )
            )
        return both
    if left and right and _time_in(left) is not _time_in(right):
        raise Problem(phrase("{left} and {right} cannot be compared by size", left=_quoted(left), right=_quoted(right)))
    return left, right


def _time_in(text: str) -> type | None:
    """What of time a text stands for: a date, a moment, a length; None for others."""
    if text[0] not in _BEGINS_TIME:
        return None
    found = timedelta() if STRETCH.fullmatch(text) else temporal_of(text)
    return None if found is None else type(found)


def _quoted(value: Value) -> str:
    if type(value) not in {str, int, float, Decimal}:
        return kind_of(value)
    kinds = {str: phrase("text ({it})"), Decimal: phrase("an amount ({it})")}
    return phrase(kinds.get(type(value), phrase("a number ({it})")), it=str(value)[:40])


def before(left: Value, right: Value) -> bool:
    """`<`; null is neither before nor after anything."""
    return left is not None and right is not None and order(left, right) < 0


def not_after(left: Value, right: Value) -> bool:
    """`<=`; false with null, too."""
    return left is not None and right is not None and order(left, right) <= 0


def contains(container: Value, item: Value) -> bool:
    """`in`: whether a list, text, interval or group of fields has `item`; null has nothing.

    Raises:
        Problem: for containers of another kind.
    """
    if container is None:
        return False
    if type(container) is Span:
        return container.holds(item)
    if type(container) is list:
        budget = [MAX_VALUES]
        return any(entry.holds(item) if type(entry) is Span else _equal(entry, item, budget) for entry in container)
    if type(container) is str and type(item) is str:
        return item in container
    if type(container) is dict:
        return type(item) is str and item in container
    if item is None:
        return False
    raise Problem(phrase("{kind} does not contain {other}", kind=kind_of(container), other=kind_of(item)))


def duration_text(value: timedelta) -> str:
    """A duration as ISO 8601, in its largest units up to days: P7D, PT1H30M, -P1DT30S."""
    sign, value = ("-", -value) if value < timedelta() else ("", value)
    days = f"{value.days}D" if value.days else ""
    fraction = f".{value.microseconds:06}".rstrip("0") if value.microseconds else ""
    minutes, seconds = divmod(value.seconds, 60)
    parts = ((minutes // 60, "H"), (minutes % 60, "M"))
    clock = "".join(f"{number}{unit}" for number, unit in parts if number)
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    return f"{sign}P{days}{'T' if clock else ''}{clock}" if days or clock else "PT0S"


def as_json(value: Value) -> Json:
    """A value as JSON: decimals, dates and durations become text.

    Raises:
        Problem: for intervals, for numbers that are none, and beyond MAX_VALUES.
    """
    return _as_json(value, [MAX_VALUES])


def _as_json(value: Value, budget: list[int]) -> Json:
    budget[0] -= 1
    if budget[0] < 0:
        raise Problem(phrase("the result is too large"))
    kind = type(value)
    if kind in {str, bool, type(None)}:
        return value
    if kind is int:
        if abs(value) >= 2**63:
            raise Problem(phrase("the result is a number that is too large"))
        return value
    if kind is float:
        if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - only NaN differs from itself
            raise Problem(phrase("the result is no number"))
        return value
    if kind in {list, tuple}:
        return [_as_json(item, budget) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _as_json(item, budget) for key, item in value.items()}
    return _text_value(value)


def _text_value(value: Value) -> str:
    if type(value) is Decimal:
        return f"{value:f}"
    if type(value) in {date, datetime}:
        return str(value.isoformat())
    if type(value) is timedelta:
        return duration_text(value)
    raise Problem(phrase("{kind} cannot be a result", kind=kind_of(value)))
