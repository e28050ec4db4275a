"""The functions of the expression language that work on text and numbers."""

import math
from decimal import ROUND_HALF_UP, Decimal

from engine.language.arithmetic import checked
from engine.language.functions import documented, list_argument, text_argument
from engine.language.patterns import compile_pattern
from engine.language.readings import decimal_of
from engine.language.tokens import Problem
from engine.language.values import MAX_TEXT, Value, as_json, exact, is_number, kind_of
from engine.phrases import phrase

_CENT = Decimal("0.01")


@documented("text", "upper(text)", of_nothing=None)
def upper(text: Value) -> Value:
    """The text in capital letters; also written upper case(text)."""
    return text_argument(text, "upper").upper()


@documented("text", "lower(text)", of_nothing=None)
def lower(text: Value) -> Value:
    """The text in small letters; also written lower case(text)."""
    return text_argument(text, "lower").lower()


@documented("text", "trim(text)", of_nothing=None)
def trim(text: Value) -> Value:
    """The text without spaces and line ends before and after it."""
    return text_argument(text, "trim").strip()


@documented("text", "starts_with(text, start)", of_nothing=False)
def starts_with(text: Value, start: Value) -> Value:
    """Whether the text starts so; also written starts with(text, start)."""
    return text_argument(text, "starts_with").startswith(text_argument(start, "starts_with"))


@documented("text", "ends_with(text, end)", of_nothing=False)
def ends_with(text: Value, end: Value) -> Value:
    """Whether the text ends so; also written ends with(text, end)."""
    return text_argument(text, "ends_with").endswith(text_argument(end, "ends_with"))


@documented("text", "matches(text, pattern)", of_nothing=False)
def matches(text: Value, pattern: Value) -> Value:
    """Whether the regular expression fits somewhere in the text; ^ and $ tie it to the start and the end."""
    return compile_pattern(text_argument(pattern, "matches")).found_in(text_argument(text, "matches"))


@documented("text", "substring(text, start) or substring(text, start, length)", of_nothing=None)
def substring(text: Value, start: Value, length: Value = None) -> Value:
    """A part of the text; the first character has the number 1."""
    whole = text_argument(text, "substring")
    at = _whole(start, "substring")
    begin = at - 1 if at > 0 else len(whole) + at
    end = len(whole) if length is None else begin + _whole(length, "substring")
    return whole[max(begin, 0) : max(end, 0)]


@documented("text", "replace(text, old, new)", of_nothing=None)
def replace(text: Value, old: Value, new: Value) -> Value:
    """The text with every `old` replaced by `new`, letter by letter."""
    whole, part = text_argument(text, "replace"), text_argument(old, "replace")
    by = text_argument(new, "replace")
    if not part:
        return whole
    if len(whole) + whole.count(part) * len(by) > MAX_TEXT:
        raise Problem(phrase("the text becomes too long"))
    return whole.replace(part, by)


@documented("text", "join(list, separator) or join(list)", of_nothing=None)
def join(items: Value, separator: Value = "") -> Value:
    """The items as one text with the separator between them; empty ones are left out."""
    texts = [string(item) for item in list_argument((items,), "join")]
    between = text_argument(separator, "join")
    if sum(map(len, texts)) + len(between) * len(texts) > MAX_TEXT:
        raise Problem(phrase("the text becomes too long"))
    return between.join(texts)


@documented("text", "split(text, separator)", of_nothing=None)
def split(text: Value, separator: Value) -> Value:
    """The parts of the text between the separators, as a list."""
    between = text_argument(separator, "split")
    if not between:
        raise Problem(phrase("split needs a separator"))
    return text_argument(text, "split").split(between)


@documented("text", "string(value)")
def string(value: Value) -> str:
    """A number, date or truth value as text; nothing for an empty value."""
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) in {list, dict}:
        raise Problem(phrase("{kind} is no text; use join", kind=kind_of(value)))
    return "" if value is None else str(as_json(value))


@documented("numbers", "number(text)", of_nothing=None)
def number(value: Value) -> Value:
    """The number that a text such as "12" or "3.5" stands for."""
    found = decimal_of(value.strip()) if type(value) is str else value
    if not is_number(found):
        raise Problem(phrase("number cannot read {kind}", kind=kind_of(value)))
    return int(found) if found == math.floor(found) else float(found)


@documented("numbers", "money(amount)", of_nothing=None)
def money(value: Value) -> Value:
    """An amount such as "3600.00" to calculate with exactly, rounded to two places."""
    found = decimal_of(value.strip()) if type(value) is str else value
    if not is_number(found):
        raise Problem(phrase("money cannot read {kind}", kind=kind_of(value)))
    return exact(checked(found)).quantize(_CENT, ROUND_HALF_UP)


@documented("numbers", "round(number) or round(number, places)", of_nothing=None)
def round_(value: Value, places: Value = 0) -> Value:
    """Rounded to so many places, a half away from zero, as people do."""
    digits = _whole(places, "round")
    if not 0 <= digits <= 12:
        raise Problem(phrase("round takes 0 to 12 places"))
    rounded = exact(_numeric(value, "round")).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    if type(value) in {Decimal, str}:
        return rounded
    return float(rounded) if digits else int(rounded)


@documented("numbers", "floor(number)", of_nothing=None)
def floor(value: Value) -> Value:
    """The next whole number below."""
    return math.floor(_numeric(value, "floor"))


@documented("numbers", "ceil(number) or ceiling(number)", of_nothing=None)
def ceil(value: Value) -> Value:
    """The next whole number above."""
    return math.ceil(_numeric(value, "ceil"))


@documented("numbers", "abs(number)", of_nothing=None)
def abs_(value: Value) -> Value:
    """The number without its sign."""
    return abs(_numeric(value, "abs"))


def _numeric(value: Value, name: str) -> Value:
    found = decimal_of(value) if type(value) is str else value
    if not is_number(found):
        raise Problem(phrase("{name} takes a number, not {kind}", name=name, kind=kind_of(value)))
    return checked(found)


def _whole(value: Value, name: str) -> int:
    if type(value) is not int:
        raise Problem(phrase("{name} counts with whole numbers, not {kind}", name=name, kind=kind_of(value)))
    return value
