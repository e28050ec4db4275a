"""Reads the cells of a decision table: S-FEEL unary tests on the left, expressions on the right."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeGuard

from engine.errors import ExpressionError
from engine.language.evaluator import Evaluator, Functions, Names, failure
from engine.language.expressions import Expression, compile_expression, read
from engine.language.nodes import Input, Interval, call, limited, negation
from engine.language.operands import CELL_MATCHES, LITERAL_TIME
from engine.language.operators import OPERATORS
from engine.language.parser import COMPARISONS, Parser
from engine.language.tokens import Problem
from engine.language.values import Value, truth
from engine.language.zones import in_zone, zone_of
from engine.phrases import phrase

EMPTY = frozenset({"", "-"})
"""Cells that say nothing: any value on the left, no value on the right."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Cell:
    """A test that a value passes or not; without a test, every value passes."""

    text: str
    test: Expression | None

    def passes(self, value: Value, names: Names, functions: Functions) -> bool:
        """Whether the value of the column passes.

        Raises:
            ExpressionError: when the test cannot be evaluated.
        """
        if self.test is None:
            return True
        tree = self.test.tree
        try:
            if _is_plain(tree):  # what most cells are, ten times faster
                constant = tree.comparators[0].value  # type: ignore[attr-defined] # _is_plain looked
                if type(constant) is str and constant[10:11] == "T":
                    value, constant = (in_zone(each, zone_of(functions)) for each in (value, constant))
                return bool(OPERATORS[type(tree.ops[0])](value, constant))
            return truth(Evaluator(self.text, names, functions, value).result(tree))
        except Problem as error:
            raise failure(self.text, error) from error


def _is_plain(tree: ast.expr) -> TypeGuard[ast.Compare]:
    """Whether a cell compares the value with one constant."""
    if type(tree) is not ast.Compare or len(tree.ops) > 1:
        return False
    return type(tree.left) is Input and type(tree.comparators[0]) is ast.Constant


class _Tests(Parser):
    """Reads what stands in an input cell."""

    def cell(self) -> ast.expr:
        """Tests joined by commas, or `not(…)` around them, up to the end."""
        if self._is_negated():
            self.take()
            self.take()
            value = negation(self._tests())
            self.expect(")", phrase("after the tests of “not”"))
        else:
            value = self._tests()
        self.expect_end()
        return limited(value)

    def _is_negated(self) -> bool:
        """Whether `not(` starts the cell and its bracket closes at the end."""
        if not self.at("not") or self.ahead().text != "(":
            return False
        depth, distance = 0, 1
        while self.ahead(distance).kind != "end":
            token = self.ahead(distance)
            if token.kind == "op" and token.text in "([{":
                depth += 1
            elif token.kind == "op" and token.text in ")]}":
                depth -= 1
            if depth <= 0:
                return self.ahead(distance + 1).kind == "end"
            distance += 1
        return False

    def _tests(self) -> ast.expr:
        tests = [self._test()]
        while self.accept(","):
            tests.append(self._test())
        return tests[0] if len(tests) == 1 else ast.BoolOp(op=ast.Or(), values=tests)

    def _test(self) -> ast.expr:
        for sign, operator in COMPARISONS.items():
            if not sign.isalpha() and self.accept(sign):
                return ast.Compare(left=Input(), ops=[operator()], comparators=[self.sum()])
        value = self.expression()
        if isinstance(value, Interval):
            return ast.Compare(left=Input(), ops=[ast.In()], comparators=[value])
        if isinstance(value, ast.Constant):
            return ast.Compare(left=Input(), ops=[ast.Eq()], comparators=[value])
        if any(isinstance(node, Input) for node in ast.walk(value)):
            return value
        return call(CELL_MATCHES, Input(), value)


@lru_cache(maxsize=8192)
def compile_cell(text: str, phrases: frozenset[str] = frozenset()) -> Cell:
    """Read an input cell; `phrases` are names of more than one word.

    Raises:
        ExpressionError: says what is wrong and where.
    """
    stripped = text.strip()
    if stripped in EMPTY:
        return Cell(stripped, None)
    try:
        return Cell(stripped, read(stripped, _Tests(stripped, feel=True, cell=True, phrases=phrases).cell()))
    except (Problem, RecursionError) as error:
        raise failure(stripped, error) from error


def compile_entry(text: str, phrases: frozenset[str] = frozenset()) -> Expression | None:
    """Read an output cell or the expression of a column; None when it says nothing; `phrases` as above.

    Raises:
        ExpressionError: says what is wrong and where.
    """
    stripped = text.strip()
    if stripped in EMPTY:
        return None
    return compile_expression(stripped if stripped.startswith(("${", "#{", "=")) else f"={stripped}", phrases)


def constants(text: str) -> tuple[Value, ...]:
    """The values of a list such as `"low","high"`, as allowed values are written.

    Raises:
        ExpressionError: when they are no constants.
    """
    expression = compile_entry(f"[{text}]")
    values = None if expression is None or expression.names else expression.evaluate({})
    if not isinstance(values, list):
        raise ExpressionError(text=text, reason=phrase("a list of values is expected"))
    return tuple(values)


def literals(cell: Cell) -> Iterator[Value]:
    """The constants that an input cell mentions."""
    if cell.test is not None:
        yield from (node.value for node in ast.walk(cell.test.tree) if isinstance(node, ast.Constant))


def is_decidable(cell: Cell) -> bool:
    """Whether which values pass is clear from the constants of the cell: comparisons, lists and intervals of them."""
    return cell.test is None or _decidable(cell.test.tree)


def _decidable(node: ast.AST) -> bool:
    if isinstance(node, Input):
        return True
    if isinstance(node, ast.Call):
        assert isinstance(node.func, ast.Name)
        if node.func.id in {LITERAL_TIME, "date"}:
            return _is_day(node)
        return node.func.id == CELL_MATCHES and all(map(_decidable, node.args))
    if isinstance(node, ast.Compare) and not _ordered(node):
        return False
    known = (ast.Constant, ast.List, Interval, ast.BoolOp, ast.boolop, ast.Compare, ast.cmpop)
    negated = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    if not negated and not isinstance(node, known):
        return False
    return all(_decidable(child) for child in ast.iter_child_nodes(node) if not isinstance(child, ast.Not))


def _is_day(node: ast.Call) -> bool:
    first = node.args[0] if len(node.args) == 1 else None
    return isinstance(first, ast.Constant) and type(first.value) is str and len(first.value) == 10


def _ordered(node: ast.Compare) -> bool:
    """Whether a comparison is by equality, or by a size that numbers and dates have."""
    if not any(isinstance(part, Interval) for part in ast.walk(node)) and all(
        isinstance(operator, (ast.Eq, ast.NotEq, ast.In, ast.NotIn)) for operator in node.ops
    ):
        return True
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and type(part.value) is str]
    return all(_DAY.fullmatch(text) for text in texts)


def bare_names(expression: Expression | None) -> list[str]:
    """The names that are all of an expression or of a test in it: often texts whose quotes were forgotten."""
    if expression is None:
        return []
    tree = expression.tree
    found = []
    for each in tree.values if isinstance(tree, ast.BoolOp) else [tree]:
        part = each
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == CELL_MATCHES:
            part = part.args[1]
        if isinstance(part, ast.Name):
            found.append(part.id)
    return found
