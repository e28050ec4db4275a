"""What can be read, and most likely means something else: refused when it is deployed, left alone where it runs."""

import ast
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from engine.errors import ExpressionError, UnknownFunction
from engine.language.evaluator import Evaluator
from engine.language.expressions import NO_FUNCTIONS, Expression, compile_template
from engine.language.nodes import Input, Interval
from engine.language.patterns import compile_pattern
from engine.language.readings import decimal_of
from engine.language.tokens import Problem
from engine.language.values import Value, alike, as_json, is_number, kind_of, order
from engine.phrases import phrase

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', re.DOTALL)
_DATE = re.compile(r"(?<![\w.])(?:\d{4}\s*([-/.])\s*\d{1,2}\s*\1\s*\d{1,2}|\d{1,2}\s*/\s*\d{1,2}\s*/\s*\d{4})(?![\w.])")
_DOTS = re.compile(r"[\[(\]]?[^\[\](),]*\.{3,}[^\[\](),]*[\])\[]?")
_ZERO_FIRST = re.compile(r"(?<![\w.])0\d+(?![\w.])")
_GROUPED = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])")
_PAIR = re.compile(r"[\[(]\s*(?P<low>-?\d+(?:\.\d+)?)\s*,\s*(?P<high>-?\d+(?:\.\d+)?)\s*[\])]", re.ASCII)
_CALCULATED = (ast.Call, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare)
_LITERAL = frozenset({"replace", "split"})
_PATTERN = re.compile(r"\\[dwsDWS]|\[[^\]]*\w-\w[^\]]*\]|\.[*+]|\A\^.|\)\||\(\.|[+*]\?")
_GROUP = re.compile(r"\$\d")
_NUMERIC = frozenset({"abs", "floor", "ceil", "ceiling", "round"})
_ANSWERS = frozenset({"any", "all", "contains"})
_COMMA_AFTER_SIZE = re.compile(r"[<>]=?\s*-?\d+(?:\.\d+)*,\d+")
_DOTS_AND_COMMA = re.compile(r"(?<![\w.,])\d{1,3}(?:\.\d{3})+,\d+(?![\w,])")


def doubts(expression: Expression, *, cell: bool = False, failing: bool = True) -> Iterator[str]:
    """Why an expression may not mean what it says; `cell` is an input cell, where commas stand between tests.

    Where it is not asked whether it is `failing`, see `failures`.
    """
    found = list(_of_text(expression.text, cell=cell))
    found += [*_of_calls(expression.tree), *_of_constants(expression.tree)]
    if not found and any(sign in expression.text for sign in ("..", "between", "-")):
        found = list(_of_tree(expression.tree, cell=cell))
    yield from found or (failures(expression) if failing else ())


def _of_text(text: str, *, cell: bool) -> Iterator[str]:
    bare = _QUOTED.sub(lambda quoted: " " * len(quoted.group()), text)
    for found in _DATE.finditer(bare):
        yield phrase('“{group}” is calculated as a number; a date is written date("2026-01-31")', group=found.group())
    bare = _DATE.sub(" ", bare)
    for found in _DOTS.finditer(bare):
        yield phrase(
            "“{group}” has three dots and reads as two and a fraction; an interval is written [1..9]",
            group=found.group().strip(),
        )
    commas = (_COMMA_AFTER_SIZE, _DOTS_AND_COMMA, _GROUPED) if cell else ()
    grouped = next((found.group() for each in commas for found in each.finditer(bare)), "")
    if grouped:
        told, joined = grouped, _joined(grouped)
        yield phrase(
            "“{told}” reads as two values with a comma between; write {joined}, or a blank after the comma",
            told=told,
            joined=joined,
        )
    elif cell and (pair := _PAIR.fullmatch(bare.strip())) and float(pair["low"]) < float(pair["high"]):
        yield phrase(
            "“{told}” reads as two values; an interval is written [{low}..{high}], two values {low}, {high}",
            told=pair.group(),
            low=pair["low"],
            high=pair["high"],
        )
    else:
        for found in _ZERO_FIRST.finditer(bare):
            yield phrase(
                '“{group}” reads as the number {int}; a text is written "{group}"',
                group=found.group(),
                int=int(found.group()),
            )


def _joined(number: str) -> str:
    """A number as it is written here: 1,000 is a thousand, and what stands behind the comma of 1.000,5 is a part."""
    whole, _, part = number.rpartition(",")
    return number.replace(",", "") if len(part) == 3 and "." not in whole else f"{whole.replace('.', '')}.{part}"


def _of_tree(tree: ast.expr, *, cell: bool) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, Interval) and _is_empty(node):
            yield phrase(
                "nothing lies between {low} and {high}; the smaller end comes first",
                low=_shown(node.low),
                high=_shown(node.high),
            )
        if cell and isinstance(node, ast.Compare) and isinstance(node.left, Input):
            for part in node.comparators:
                yield from _difference(part)
        if cell and isinstance(node, ast.Call):
            for part in node.args:
                yield from _difference(part)


def failures(expression: Expression) -> Iterator[str]:
    """What is written out and cannot be worked out, whatever the variables are: `date("2026-02-30")`, `1 / 0`."""
    return _of_failures(expression.tree)


def _of_failures(tree: ast.AST) -> Iterator[str]:
    if isinstance(tree, _CALCULATED) and not _depends(tree):
        try:
            Evaluator("", {}, NO_FUNCTIONS).result(tree)
        except UnknownFunction:  # one of the installation
            pass
        except ExpressionError as error:
            yield error.reason
            return
    for part in ast.iter_child_nodes(tree):
        yield from _of_failures(part)


def _of_calls(tree: ast.expr) -> Iterator[str]:
    """Patterns where the sign itself is looked for: FEEL would replace and split by them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _LITERAL:
            part = node.args[1] if len(node.args) > 1 else None
            last = node.args[2] if len(node.args) > 2 else None
            group = isinstance(last, ast.Constant) and isinstance(last.value, str) and _GROUP.search(last.value)
            if not (isinstance(part, ast.Constant) and isinstance(part.value, str)):
                continue
            if group or _PATTERN.search(part.value) or _only_as_pattern(node.args[0], part.value):
                yield phrase(
                    "{id} takes “{value}” as it stands, not as a pattern; write what is in the text",
                    id=node.func.id,
                    value=part.value,
                )


def _only_as_pattern(text: ast.expr, part: str) -> bool:
    """Whether something that is written out has a part as a pattern only, so that this must have been meant."""
    if not (isinstance(text, ast.Constant) and isinstance(text.value, str)) or part in text.value:
        return False
    try:
        return compile_pattern(part).found_in(text.value)
    except Problem:
        return False


def _of_constants(tree: ast.expr) -> Iterator[str]:
    """Texts that are calculated with, unlike things compared, and null where something must be: FEEL gives null."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp):
            yield from _of_sides(node)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            yield from _number_in_quotes(node.operand)
        elif isinstance(node, ast.BoolOp):
            yield from _no_answers(node.values)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from _of_arguments(node.func.id, node.args)
        elif isinstance(node, Interval):
            if _is_null(node.low) or _is_null(node.high):
                yield phrase("nothing lies in an interval with an end that is null")
        elif isinstance(node, ast.Compare) and len(node.ops) == 1:
            yield from _of_comparison(node.left, node.ops[0], node.comparators[0])


def _no_answers(sides: list[ast.expr]) -> Iterator[str]:
    """Texts and numbers beside `and` and `or`: `kind == "a" or "b"`."""
    for each in sides:
        if isinstance(each, ast.Constant) and not isinstance(each.value, bool | None):
            yield phrase(
                "“{value}” beside “and” or “or” is neither true nor false; write all of the comparison: x == {shown}",
                value=str(each.value),
                shown=json.dumps(each.value, ensure_ascii=False),
            )
            return


def _of_sides(node: ast.BinOp) -> Iterator[str]:
    sides = node.left, node.right
    if all(isinstance(each, ast.List) for each in sides) and isinstance(node.op, ast.Add):
        yield phrase("two lists are not added; write them as one")
    both = any(isinstance(each, ast.Constant) and type(each.value) in {int, float} for each in sides)
    if both or not isinstance(node.op, ast.Add):
        for each in sides:
            yield from _number_in_quotes(each)


def _of_arguments(name: str, written: list[ast.expr]) -> Iterator[str]:
    if name in _NUMERIC:
        yield from _number_in_quotes(written[0]) if written else ()
    items = written[0].elts if name == "join" and written and isinstance(written[0], ast.List) else []
    for each in items:
        if isinstance(each, ast.Constant) and type(each.value) in {int, float, bool}:
            number = str(each.value)
            yield phrase(
                '{name} takes texts; {number} is written "{number}" or string({number})',
                name=name,
                number=number,
            )
            break
    empty = any(map(_is_null, written))
    if name in _ANSWERS and written:
        items = written[0].elts if isinstance(written[0], ast.List) and name != "contains" else []
        in_list = name == "contains" and not isinstance(written[0], ast.Constant)
        if (empty and not in_list) or any(map(_is_null, items)):
            yield phrase("{name} is asked about null, which is neither true nor false", name=name)


def _of_comparison(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> Iterator[str]:
    if isinstance(operator, ast.Eq | ast.NotEq):
        yield from (said for side in (left, right) for said in _null_in_quotes(side))
    if isinstance(left, Input):
        return
    first, second = constant(left), constant(right)
    if isinstance(first, datetime) and isinstance(second, datetime) and first != second and _alike(first, second):
        yield phrase(
            "the two moments differ by less than a thousandth of a second, which FEEL leaves out; write three places"
        )
    if isinstance(operator, ast.Eq | ast.NotEq) and first is not None and second is not None:
        if any(isinstance(each, date | timedelta) for each in (first, second)):
            first, second = alike(first, second)
        one, other = (_kind(each) for each in (first, second))
        if one != other:
            yield phrase("{one} and {other} are compared, which are never the same", one=one, other=other)
    elif isinstance(operator, ast.In | ast.NotIn) and isinstance(right, ast.Constant):
        yield from _in_text(left, right)
    elif isinstance(left, ast.Dict) and isinstance(right, ast.Dict) and isinstance(operator, ast.In):
        yield phrase("a group is looked for in a group, not in a list")
    elif isinstance(operator, ast.In | ast.NotIn) and isinstance(right, Interval) and _is_null(left):
        yield phrase("null lies in no interval")


def _in_text(item: ast.expr, text: ast.Constant) -> Iterator[str]:
    """`kind in "a,b"`: a list was meant."""
    if isinstance(text.value, str) and not isinstance(item, ast.Constant):
        yield phrase(
            "“{value}” is one text, in which parts of words are found, too; a list is written {shown}",
            value=text.value,
            shown=json.dumps([each.strip() for each in text.value.split(",")], ensure_ascii=False),
        )


def _alike(first: datetime, second: datetime) -> bool:
    try:
        return abs(first - second) < timedelta(milliseconds=1)
    except TypeError:  # one of them says no offset
        return False


def _is_null(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _kind(value: Value) -> str:
    return phrase("a number") if is_number(value) else kind_of(value)


def _null_in_quotes(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and node.value == "null":
        yield phrase("“null” in quotation marks is a text; nothing is written null")


def _number_in_quotes(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and decimal_of(node.value) is not None:
        yield phrase("“{value}” in quotation marks is a text; a number is written {value}", value=node.value)


def _difference(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        low, high = constant(node.left), constant(node.right)
        if type(low) in {int, float} and type(high) in {int, float}:
            yield phrase(
                "“{low}-{high}” is calculated: {result}; an interval is written [{low}..{high}]",
                low=low,
                high=high,
                result=low - high,
            )


def _is_empty(node: Interval) -> bool:
    low, high = constant(node.low), constant(node.high)
    if low is None or high is None:
        return False
    try:
        size = order(low, high)
    except Problem:
        return False
    return size > 0 or (size == 0 and not (node.with_low and node.with_high))


def fixed_text(text: str) -> str | None:
    """What an expression without variables and functions of the installation gives, as text; None for all others."""
    try:
        parts = compile_template(text).parts
        value = None if len(parts) != 1 or isinstance(parts[0], str) else as_json(constant(parts[0].tree))
    except (ExpressionError, Problem):
        return None
    return None if value is None else str(value)


def constant(node: ast.expr) -> Value:
    """The value of what depends on nothing; None for the rest."""
    if _depends(node):
        return None
    try:
        return Evaluator("", {}, NO_FUNCTIONS).result(node)
    except ExpressionError:
        return None


def _depends(node: ast.expr) -> bool:
    """Whether a part asks for a variable, or for the value of the column."""
    return any(isinstance(part, ast.Name | Input) and not _is_function(part, node) for part in ast.walk(node))


def _is_function(name: ast.AST, tree: ast.expr) -> bool:
    return any(isinstance(part, ast.Call) and part.func is name for part in ast.walk(tree))


def _shown(node: ast.expr) -> str:
    """An end of an interval as people write it."""
    return f"{constant(node)}"
