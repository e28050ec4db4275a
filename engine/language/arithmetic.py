"""Calculates with the values of expressions: exactly where one side is a decimal, and never without a limit."""

import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import wraps

from engine.language.readings import decimal_of
from engine.language.tokens import Problem
from engine.language.values import (
    MAX_NUMBER,
    MAX_TEXT,
    MAX_VALUES,
    Value,
    alike,
    exact,
    is_number,
    kind_of,
)
from engine.phrases import phrase

Operation = Callable[[Value, Value], Value]


def checked(value: Value) -> Value:
    """A number that has been calculated.

    Raises:
        Problem: for one beyond MAX_NUMBER, and for what is no number.
    """
    if type(value) in {int, float, Decimal} and abs(value) <= MAX_NUMBER:
        return value
    raise Problem(phrase("the calculation gives a number that is too large, or none"))


def _calculation(sign: str) -> Callable[[Operation], Operation]:
    """Make an operation on two numbers one on values; fractions are calculated as people do: 0.1 + 0.2 is 0.3."""

    def decorate(operation: Operation) -> Operation:
        @wraps(operation)
        def calculate(left: Value, right: Value) -> Value:
            left, right = _number(left, sign), _number(right, sign)
            kinds = {type(left), type(right)}
            if kinds != {int}:
                left, right = exact(left), exact(right)
            try:
                result = checked(operation(left, right))
                return result if Decimal in kinds or kinds == {int} else float(result)
            except ArithmeticError as error:
                reason = phrase("divides by zero") if right == 0 else phrase("gives no number")
                raise Problem(phrase("the calculation with “{sign}” {reason}", sign=sign, reason=reason)) from error

        return calculate

    return decorate


def _number(value: Value, sign: str) -> Value:
    if is_number(value):
        return value
    number = decimal_of(value) if type(value) is str else None
    if number is None:
        raise Problem(phrase("“{sign}” cannot calculate with {kind}", sign=sign, kind=kind_of(value)))
    return number


@_calculation("+")
def _sum(left: Value, right: Value) -> Value:
    return left + right


@_calculation("-")
def _difference(left: Value, right: Value) -> Value:
    return left - right


@_calculation("*")
def multiply(left: Value, right: Value) -> Value:
    """`*` of two numbers."""
    return left * right


@_calculation("/")
def divide(left: Value, right: Value) -> Value:
    """`/` of two numbers."""
    return left / right


@_calculation("//")
def divide_whole(left: Value, right: Value) -> Value:
    """`//`: rounded down, for negative numbers and decimals, too."""
    return exact(math.floor(left / right)) if type(left) is Decimal else left // right


@_calculation("%")
def remainder(left: Value, right: Value) -> Value:
    """`%`: has the sign of the divisor, for decimals, too."""
    return left - right * math.floor(left / right) if type(left) is Decimal else left % right


@_calculation("**")
def power(left: Value, right: Value) -> Value:
    """`**`, refused before it becomes expensive."""
    if abs(right) > 1000 or (left and abs(float(right) * math.log10(abs(left))) > 20):
        raise Problem(phrase("the power is too large"))
    return left**right


def add(left: Value, right: Value) -> Value:
    """`+`: numbers, amounts, texts, lists, durations and dates; two amounts that are texts ("3600.00") are added up.

    Raises:
        Problem: for other pairs, and for two whole numbers that are texts, since nobody knows what is meant.
    """
    if type(left) is str and type(right) is str:
        first, second = decimal_of(left), decimal_of(right)
        if first is None or second is None:
            return joined(left, right)
        if "." not in left + right:
            raise Problem(
                phrase(
                    "“{left}” and “{right}” are texts: write number(a) + number(b), or join([a, b])",
                    left=left,
                    right=right,
                )
            )
        return _sum(first, second)
    if type(left) is list and type(right) is list:
        if len(left) + len(right) > MAX_VALUES:
            raise Problem(phrase("the list becomes too long"))
        return left + right
    moved = _moved(left, right, 1)
    return _sum(left, right) if moved is None else moved


def joined(left: str, right: str) -> str:
    """Two texts as one, whatever they stand for.

    Raises:
        Problem: beyond MAX_TEXT.
    """
    if len(left) + len(right) > MAX_TEXT:
        raise Problem(phrase("the text becomes too long"))
    return left + right


def subtract(left: Value, right: Value) -> Value:
    """`-`: numbers, durations, a duration from a date, two dates.

    Raises:
        Problem: for other pairs.
    """
    moved = _moved(left, right, -1)
    return _difference(left, right) if moved is None else moved


def _moved(left: Value, right: Value, sign: int) -> Value:
    """What a pair that has to do with time gives; None for other pairs."""
    left, right = alike(left, right)
    if timedelta not in {type(left), type(right)} and not (sign < 0 and type(left) in {date, datetime}):
        return None
    if sign > 0 and type(left) is timedelta and type(right) in {date, datetime}:
        left, right = right, left
    if type(left) is date and type(right) is timedelta and right % timedelta(days=1):
        raise Problem(phrase("a date moves by whole days; make it a date with time first"))
    fits = type(right) is timedelta or (sign < 0 and type(left) is type(right))
    if not fits or type(left) not in {date, datetime, timedelta}:
        raise Problem(
            phrase("{kind} and {other} cannot be added or subtracted", kind=kind_of(left), other=kind_of(right))
        )
    try:
        return left + right if sign > 0 else left - right
    except (OverflowError, TypeError) as error:
        raise Problem(phrase("the calculation with dates has no result")) from error


def negative(value: Value) -> Value:
    """`-x` of a number or duration."""
    return -value if type(value) is timedelta else _difference(0, value)


def positive(value: Value) -> Value:
    """`+x` of a number."""
    return _sum(0, value)
