"""Whether two things can ever be the same, by their kinds; and what the kinds are called."""

from datetime import date, datetime
from functools import partial
from typing import Any

from engine.deploy.names.shapes import NUMERIC, TEXTUAL, Shape
from engine.language.readings import decimal_of, temporal_of
from engine.language.tokens import Problem
from engine.phrases import phrase

KIND_WORDS = {
    "number": phrase("a number"),
    "amount": phrase("an amount"),
    "flag": phrase("true or false"),
    "text": phrase("a text"),
    "words": phrase("a text"),
    "date": phrase("a date"),
    "moment": phrase("a date with time"),
    "time": phrase("a time of day"),
    "duration": phrase("a length of time"),
    "rhythm": phrase("a rhythm"),
    "list": phrase("a list"),
    "row": phrase("a group of fields"),
}


def which(shape: Shape) -> str:
    """The values that something has, where they are few."""
    shown = sorted(map(str, shape.values or ()))
    return (
        phrase(": it is {names}", names=phrase(" or ").join(shown))
        if 0 < len(shown) <= 8 and shape.kind == "text"
        else ""
    )


def numbers(shape: Shape) -> bool:
    """Whether a text may be one that stands for a number."""
    return shape.values is None or any(isinstance(each, str) and decimal_of(each) is not None for each in shape.values)


def no_days(shape: Shape) -> bool:
    """Whether a text is known and never a date."""
    return shape.kind == "text" and shape.values is not None and not any(map(is_day, shape.values))


def is_day(value: Any, *, moment: bool | None = None) -> bool:
    """Whether something is the text of a date: with time, without, or either."""
    try:
        found = temporal_of(value) if isinstance(value, str) and value else None
    except Problem:
        return False
    if moment is None:
        return isinstance(found, date)
    return isinstance(found, datetime) is moment and isinstance(found, date)


def apart(one: Shape, other: Shape) -> bool:
    """Whether two things are never the same."""
    kinds = {one.kind, other.kind}
    if kinds == {"text"} and one.values is not None and other.values is not None:
        return not one.values & other.values
    if len(kinds) == 1 or kinds <= NUMERIC or kinds <= TEXTUAL:
        return False
    text, there = (one, other) if one.kind in TEXTUAL else (other, one)
    if text.kind not in TEXTUAL or text.values is None:
        return text.kind not in TEXTUAL or there.kind in {"list", "row", "flag"}
    readings: dict[str, Any] = {
        **dict.fromkeys(NUMERIC, lambda _: numbers(text)),
        "date": partial(is_day, moment=False),
        "moment": partial(is_day, moment=True),
        "duration": lambda _: True,
        "time": lambda value: isinstance(value, str) and value[2:3] == ":",
    }
    return there.kind not in readings or not any(map(readings[there.kind], text.values))


def unsized(one: Shape, other: Shape) -> bool:
    """Whether two things of one kind cannot be compared by size."""
    return one.kind == other.kind and one.kind in {"list", "row", "flag"}
