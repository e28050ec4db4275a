"""What each operator of an expression does, by the node of the tree that stands for it."""

import ast
from collections.abc import Callable, Mapping
from types import MappingProxyType

from engine.language import arithmetic
from engine.language.dates import temporal
from engine.language.nodes import Other
from engine.language.operands import CELL_MATCHES, FROM_ONE, LITERAL_TIME
from engine.language.tokens import Problem
from engine.language.values import Span, Value, before, contains, equal, not_after, truth
from engine.phrases import phrase

Function = Callable[..., Value]

OPERATORS: Mapping[type, Function] = MappingProxyType(
    {
        ast.Add: arithmetic.add,
        ast.Sub: arithmetic.subtract,
        ast.Mult: arithmetic.multiply,
        ast.Div: arithmetic.divide,
        ast.FloorDiv: arithmetic.divide_whole,
        ast.Mod: arithmetic.remainder,
        ast.Pow: arithmetic.power,
        ast.USub: arithmetic.negative,
        ast.UAdd: arithmetic.positive,
        ast.Not: lambda value: not truth(value),
        Other: lambda value: None if value is None else not truth(value),
        ast.Eq: equal,
        ast.NotEq: lambda left, right: not equal(left, right),
        ast.Lt: before,
        ast.LtE: not_after,
        ast.Gt: lambda left, right: before(right, left),
        ast.GtE: lambda left, right: not_after(right, left),
        ast.In: lambda item, container: contains(container, item),
        ast.NotIn: lambda item, container: not contains(container, item),
    }
)


def _from_one(index: Value) -> Value:
    """The index from 0 of an item that FEEL counts from 1."""
    if type(index) is not int:
        return index
    if index == 0:
        raise Problem(phrase("items are counted from 1 here"))
    return index - 1 if index > 0 else index


def _cell_matches(value: Value, result: Value) -> bool:
    """Whether a cell that computes something fits the column: it is the value, has it, or is a condition that holds."""
    if type(result) is list:
        return contains(result, value) or equal(result, value)
    if type(result) is Span:
        return result.holds(value)
    if type(result) is bool and type(value) is not bool:
        return result
    return equal(value, result)


INTERNAL: Mapping[str, Function] = MappingProxyType(
    {FROM_ONE: _from_one, LITERAL_TIME: temporal, CELL_MATCHES: _cell_matches}
)
"""Functions that no name of an expression can reach."""
