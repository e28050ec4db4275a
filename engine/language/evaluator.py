"""Walks over the tree of an expression; every value on the way is checked and every step counted."""

import ast
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, ClassVar

from engine.errors import ExpressionError, Passing, UnknownFunction, UnknownName
from engine.language.arithmetic import joined
from engine.language.library import STANDARD_FUNCTIONS
from engine.language.nodes import Both, Either, Input, Interval, is_text
from engine.language.operands import CELL_MATCHES, FILTER, FROM_ONE, ITEM, is_condition
from engine.language.operators import INTERNAL, OPERATORS
from engine.language.tokens import Problem
from engine.language.values import Span, Value, kind_of, truth
from engine.language.zones import in_zone, zone_of
from engine.phrases import phrase, said_by
from engine.values import Json

Names = Mapping[str, Json] | Callable[[str], Json]
Functions = Mapping[str, Callable[..., Any]]

MAX_STEPS = 100_000
"""Parts of an expression that are looked at in one evaluation, items of lists included."""
MAX_SECONDS = 2.0
"""A second limit for steps that are large themselves; on an idle machine the first one comes earlier."""

MEASURES = frozenset({"hours_between", "min", "max", "sort", CELL_MATCHES})
"""Functions that compare moments, and so must know where those without an offset are meant."""
_ALLOWED = frozenset(
    {type(None), bool, int, float, str, list, dict, Decimal, date, datetime, timedelta, Span},
)


def shortened(text: str) -> str:
    """The text as messages quote it."""
    return text if len(text) <= 200 else f"{text[:200]}…"


class Evaluator:
    """Evaluates one tree once."""

    def __init__(self, text: str, names: Names, functions: Functions, value: Value = None) -> None:
        """Take where names come from, functions beside the standard ones, and what `?` stands for."""
        self._text = text
        self._find = names if callable(names) else names.__getitem__
        self._functions = functions
        self._input = value
        self._scopes: list[dict[str, Value]] = []
        self._steps = 0
        self._deadline = time.monotonic() + MAX_SECONDS

    def result(self, tree: ast.expr) -> Value:
        """The value of the tree, not yet JSON.

        Raises:
            ExpressionError: for everything that goes wrong.
            Passing: a function found the database busy or away, which says nothing about the expression.
        """
        try:
            return self._eval(tree)
        except (ExpressionError, Passing):
            raise
        except Exception as error:
            raise failure(self._text, error) from error

    def _eval(self, node: ast.AST) -> Value:
        value = self._HANDLERS[type(node)](self, node)
        if type(value) not in _ALLOWED:
            value = self._allowed(value)
        self._steps += 1
        if self._steps > MAX_STEPS:
            self._charge(0)
        return value

    @property
    def _zone(self) -> tzinfo | None:
        """Where moments without an offset are meant; most expressions have none."""
        return zone_of(self._functions)

    def _allowed(self, value: Value) -> Value:
        if type(value) is tuple:
            return list(value)
        for plain in (str, int, float):  # values of enumerations
            if isinstance(value, plain):
                return plain(value)
        if isinstance(value, Mapping):
            return dict(value)
        raise Problem(phrase("{kind} is no value of the language", kind=kind_of(value)))

    def _charge(self, steps: int) -> None:
        self._steps += steps
        if self._steps > MAX_STEPS:
            raise Problem(phrase("it takes too many steps"))

    def _watch(self) -> None:
        if time.monotonic() > self._deadline:
            raise Problem(phrase("it takes longer than {count} seconds", count=round(MAX_SECONDS)))

    def _eval_constant(self, node: ast.Constant) -> Value:
        return node.value

    def _eval_list(self, node: ast.List) -> Value:
        return [self._eval(item) for item in node.elts]

    def _eval_dict(self, node: ast.Dict) -> Value:
        # the parser writes a key for each value
        return {self._eval(key): self._eval(value) for key, value in zip(node.keys, node.values, strict=True) if key}

    def _eval_unaryop(self, node: ast.UnaryOp) -> Value:
        return OPERATORS[type(node.op)](self._eval(node.operand))

    def _eval_binop(self, node: ast.BinOp) -> Value:
        left, right = self._eval(node.left), self._eval(node.right)
        self._weigh((left, right))
        if type(left) is str and type(right) is str and (is_text(node.left) or is_text(node.right)):
            return self._joined(node.op, left, right)
        return OPERATORS[type(node.op)](left, right)

    @staticmethod
    def _joined(operator: ast.operator, left: str, right: str) -> Value:
        """Two texts, one of which is written as a text: `+` joins them, digits or not."""
        return joined(left, right) if isinstance(operator, ast.Add) else OPERATORS[type(operator)](left, right)

    def _eval_compare(self, node: ast.Compare) -> Value:
        right, zone = self._eval(node.left), zone_of(self._functions)
        for operator, comparator in zip(node.ops, node.comparators, strict=True):
            left, right = right, self._eval(comparator)
            self._weigh((left, right))
            if not OPERATORS[type(operator)](in_zone(left, zone), in_zone(right, zone)):
                return False
        return True

    def _weigh(self, values: Iterable[Value]) -> None:
        for value in values:
            if type(value) is list or type(value) is dict:
                self._charge(len(value))
                self._watch()
            elif type(value) is str:
                self._charge(len(value) >> 6)

    def _eval_boolop(self, node: ast.BoolOp) -> Value:
        if isinstance(node.op, Both | Either):
            return self._unsure(node, isinstance(node.op, Either))
        if isinstance(node.op, ast.And):
            return all(truth(self._eval(value)) for value in node.values)
        return any(truth(self._eval(value)) for value in node.values)

    def _unsure(self, node: ast.BoolOp, decisive: Value) -> Value:
        """The value that decides, when one side has it; null, when one has none; else its opposite."""
        unknown = False
        for part in node.values:
            value = self._eval(part)
            if value is None:
                unknown = True
            elif truth(value) is decisive:
                return decisive
        return None if unknown else not decisive

    def _eval_ifexp(self, node: ast.IfExp) -> Value:
        return self._eval(node.body if truth(self._eval(node.test)) else node.orelse)

    def _eval_name(self, node: ast.Name) -> Value:
        for scope in reversed(self._scopes):
            if node.id in scope:
                return scope[node.id]
        try:
            return self._find(node.id)
        except UnknownName as error:
            raise UnknownName(text=shortened(self._text), name=node.id) from error
        except LookupError as error:
            raise UnknownName(text=shortened(self._text), name=node.id) from error

    def _eval_input(self, _node: Input) -> Value:
        return self._input

    def _eval_interval(self, node: Interval) -> Value:
        return Span(self._eval(node.low), self._eval(node.high), node.with_low, node.with_high)

    def _eval_attribute(self, node: ast.Attribute) -> Value:
        owner = self._eval(node.value)
        if type(owner) is list:
            self._weigh((owner,))
            return [self._field(item, node.attr) for item in owner]
        return self._field(owner, node.attr)

    @staticmethod
    def _field(owner: Value, name: str) -> Value:
        if owner is None:
            return None
        if type(owner) is not dict:
            raise Problem(phrase("{kind} has no field {name}", kind=kind_of(owner), name=name))
        return owner.get(name)

    def _eval_subscript(self, node: ast.Subscript) -> Value:
        owner, index = self._eval(node.value), self._eval(node.slice)
        if owner is None or index is None:
            return None
        if type(owner) is dict and type(index) is str:
            return owner.get(index)
        if type(owner) is list and type(index) is int:
            return owner[index] if -len(owner) <= index < len(owner) else None
        raise Problem(phrase("{kind} has no item that {other} names", kind=kind_of(owner), other=kind_of(index)))

    def _eval_comprehension(self, node: ast.ListComp) -> Value:
        result: list[Value] = []
        scope: dict[str, Value] = {}

        def loop(number: int) -> None:
            generator = node.generators[number]
            assert isinstance(generator.target, ast.Name)
            for item in self._items(generator.iter):
                self._charge(1)
                scope[generator.target.id] = item
                if not all(truth(self._eval(test)) for test in generator.ifs):
                    continue
                if number + 1 < len(node.generators):
                    loop(number + 1)
                else:
                    result.append(self._eval(node.elt))

        self._scopes.append(scope)
        try:
            loop(0)
        finally:
            self._scopes.pop()
        return result

    def _items(self, node: ast.expr) -> list[Value]:
        items = self._eval(node)
        if items is None:
            return []
        if type(items) is not list:
            raise Problem(phrase("{kind} is no list to go through", kind=kind_of(items)))
        return items

    def _eval_call(self, node: ast.Call) -> Value:
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        if name == "is_defined":
            return self._is_defined(node.args[0])
        if name == FILTER:
            return self._filter(*node.args)
        function = STANDARD_FUNCTIONS.get(name) or INTERNAL.get(name) or self._functions.get(name)
        if function is None:
            raise UnknownFunction(text=shortened(self._text), name=name)
        self._watch()
        arguments = [self._eval(argument) for argument in node.args]
        self._weigh(arguments)
        if name in MEASURES:
            arguments = [in_zone(argument, self._zone) for argument in arguments]
        try:
            result = function(*arguments)
            return in_zone(result, self._zone) if type(result) is datetime else result
        except (ExpressionError, Passing, Problem):
            raise
        except Exception as error:
            raise Problem(phrase("{name}: {error}", name=name, error=said_by(error) or type(error).__name__)) from error

    def _filter(self, source: ast.expr, test: ast.expr) -> Value:
        """The items of a list that a condition holds for, which sees their fields; with a number, that item alone."""
        owner = self._eval(source)
        if owner is None:
            return None
        items = owner if type(owner) is list else [owner]
        self._weigh((items,))
        if not items:
            return None if not is_condition(test) and self._is_defined(test) and type(self._eval(test)) is int else []
        found = []
        for item in items:
            self._scopes.append({**item, ITEM: item} if type(item) is dict else {ITEM: item})
            try:
                value = self._eval(test)
            finally:
                self._scopes.pop()
            if type(value) is int:
                return self._picked(items, value)
            if type(value) is str and type(owner) is dict:
                return owner.get(value)
            if truth(value):
                found.append(item)
        return found

    @staticmethod
    def _picked(items: list[Value], number: int) -> Value:
        place = INTERNAL[FROM_ONE](number)
        return items[place] if -len(items) <= place < len(items) else None

    def _is_defined(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Attribute):
            owner = self._eval(node.value) if self._is_defined(node.value) else None
            return type(owner) is dict and node.attr in owner
        try:
            self._eval(node)
        except UnknownName:
            return False
        return True

    _HANDLERS: ClassVar[Mapping[type, Callable[[Any, Any], Value]]] = {
        ast.Constant: _eval_constant,
        ast.Name: _eval_name,
        ast.UnaryOp: _eval_unaryop,
        ast.BinOp: _eval_binop,
        ast.BoolOp: _eval_boolop,
        ast.Compare: _eval_compare,
        ast.IfExp: _eval_ifexp,
        ast.Call: _eval_call,
        ast.Subscript: _eval_subscript,
        ast.Attribute: _eval_attribute,
        ast.List: _eval_list,
        ast.Dict: _eval_dict,
        ast.ListComp: _eval_comprehension,
        Interval: _eval_interval,
        Input: _eval_input,
    }
    """Every node that the parser makes; what is not here cannot be evaluated."""


def failure(text: str, error: Exception) -> ExpressionError:
    """The error that tells a process owner what went wrong with the expression."""
    if isinstance(error, Problem):
        reason = said_by(error)
    elif isinstance(error, RecursionError):
        reason = phrase("it is nested too deeply")
    else:
        reason = f"{error or type(error).__name__}"
    return ExpressionError(text=shortened(text), reason=reason)
