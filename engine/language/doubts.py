"""What can be read, and most likely means something else: refused when it is deployed, left alone where it runs."""

import ast
import re
from collections.abc import Iterator

from engine.errors import ExpressionError
from engine.language.evaluator import Evaluator
from engine.language.expressions import NO_FUNCTIONS, Expression
from engine.language.nodes import Input, Interval
from engine.language.tokens import Problem
from engine.language.values import Value, order

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', re.DOTALL)
_DATE = re.compile(r"(?<![\w.])(?:\d{4}\s*([-/.])\s*\d{1,2}\s*\1\s*\d{1,2}|\d{1,2}\s*/\s*\d{1,2}\s*/\s*\d{4})(?![\w.])")
_DOTS = re.compile(r"[\[(\]]?[^\[\](),]*\.{3,}[^\[\](),]*[\])\[]?")
_ZERO_FIRST = re.compile(r"(?<![\w.])0\d+(?![\w.])")
_GROUPED = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])")
_LITERAL = frozenset({"replace", "split"})
_PATTERN = re.compile(r"\\[dwsDWS]|\[[^\]]*\w-\w[^\]]*\]|\.[*+]|\A\^.|\)\||\(\.|[+*]\?")
_COMMA_AFTER_SIZE = re.compile(r"[<>]=?\s*-?\d+(?:\.\d+)?,\d+")


def doubts(expression: Expression, *, cell: bool = False) -> Iterator[str]:
    """Why an expression may not mean what it says; `cell` is an input cell, where commas stand between tests."""
    found = list(_of_text(expression.text, cell=cell))
    found += _of_calls(expression.tree)
    if not found and any(sign in expression.text for sign in ("..", "between", "-")):
        found = list(_of_tree(expression.tree, cell=cell))
    yield from found


def _of_text(text: str, *, cell: bool) -> Iterator[str]:
    bare = _QUOTED.sub(lambda quoted: " " * len(quoted.group()), text)
    for found in _DATE.finditer(bare):
        yield f'“{found.group()}” is calculated as a number; a date is written date("2026-01-31")'
    bare = _DATE.sub(" ", bare)
    for found in _DOTS.finditer(bare):
        yield f"“{found.group().strip()}” has three dots and reads as two and a fraction; an interval is written [1..9]"
    grouped = [*(_COMMA_AFTER_SIZE.finditer(bare) if cell else ()), *(_GROUPED.finditer(bare) if cell else ())]
    if grouped:
        told = grouped[0].group()
        joined = told.replace(",", "")
        yield f"“{told}” reads as two values with a comma between; write {joined}, or a blank after the comma"
    else:
        for found in _ZERO_FIRST.finditer(bare):
            yield f'“{found.group()}” reads as the number {int(found.group())}; a text is written "{found.group()}"'


def _of_tree(tree: ast.expr, *, cell: bool) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, Interval) and _is_empty(node):
            yield f"nothing lies between {_shown(node.low)} and {_shown(node.high)}; the smaller end comes first"
        if cell and isinstance(node, ast.Compare) and isinstance(node.left, Input):
            for part in node.comparators:
                yield from _difference(part)
        if cell and isinstance(node, ast.Call):
            for part in node.args:
                yield from _difference(part)


def _of_calls(tree: ast.expr) -> Iterator[str]:
    """Patterns where the sign itself is looked for: FEEL would replace and split by them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _LITERAL:
            part = node.args[1] if len(node.args) > 1 else None
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and _PATTERN.search(part.value):
                yield f"{node.func.id} takes “{part.value}” as it stands, not as a pattern; write what is in the text"


def _difference(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        low, high = _constant(node.left), _constant(node.right)
        if type(low) in {int, float} and type(high) in {int, float}:
            yield f"“{low}-{high}” is calculated: {low - high}; an interval is written [{low}..{high}]"


def _is_empty(node: Interval) -> bool:
    low, high = _constant(node.low), _constant(node.high)
    if low is None or high is None:
        return False
    try:
        size = order(low, high)
    except Problem:
        return False
    return size > 0 or (size == 0 and not (node.with_low and node.with_high))


def _constant(node: ast.expr) -> Value:
    """The value of what depends on nothing; None for the rest."""
    if any(isinstance(part, ast.Name | Input) and not _is_function(part, node) for part in ast.walk(node)):
        return None
    try:
        return Evaluator("", {}, NO_FUNCTIONS).result(node)
    except ExpressionError:
        return None


def _is_function(name: ast.AST, tree: ast.expr) -> bool:
    return any(isinstance(part, ast.Call) and part.func is name for part in ast.walk(tree))


def _shown(node: ast.expr) -> str:
    """An end of an interval as people write it."""
    return f"{_constant(node)}"
