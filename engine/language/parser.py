"""Reads the spellings of the expression language (JUEL, FEEL, plain) into one tree for the evaluator.

The tree is made of nodes of Python's `ast`, but Python's own parser is never asked: what these modules do not build
(lambdas, assignments, method calls, format strings …) cannot occur in a tree.
"""

import ast
from collections.abc import Callable, Collection

from engine.language.nodes import Both, Either, call, interval, limited, negation
from engine.language.operands import RESERVED, WORDS, Operands
from engine.language.tokens import Problem
from engine.phrases import phrase

COMPARISONS: dict[str, type[ast.cmpop]] = {
    "==": ast.Eq, "=": ast.Eq, "eq": ast.Eq, "!=": ast.NotEq, "<>": ast.NotEq, "ne": ast.NotEq,
    "<": ast.Lt, "lt": ast.Lt, "<=": ast.LtE, "le": ast.LtE, ">": ast.Gt, "gt": ast.Gt, ">=": ast.GtE, "ge": ast.GtE,
}  # fmt: skip
_SUMS: dict[str, type[ast.operator]] = {"+": ast.Add, "-": ast.Sub}
_PRODUCTS: dict[str, type[ast.operator]] = {
    "*": ast.Mult, "/": ast.Div, "div": ast.Div, "//": ast.FloorDiv, "%": ast.Mod, "mod": ast.Mod,
}  # fmt: skip


def parse(source: str, *, feel: bool = False, cell: bool = False, phrases: Collection[str] = ()) -> ast.expr:
    """Read one expression.

    Args:
        source: the expression without `${}` or the leading `=`.
        feel: whether the first item of a list has the number 1, as in FEEL, instead of 0.
        cell: whether `?` stands for the value of the column.
        phrases: names of more than one word that may stand in it.

    Raises:
        Problem: when it cannot be read.
    """
    parser = Parser(source, feel=feel, cell=cell, phrases=phrases)
    tree = parser.expression()
    parser.expect_end()
    return limited(tree)


class Parser(Operands):
    """Descends through the levels of precedence: choice, or, and, not, comparison, sum, product, sign, power, path."""

    def expression(self) -> ast.expr:
        """`a if c else b`, `c ? a : b`, or anything that binds closer."""
        return self.nested(self._choice)

    def _choice(self) -> ast.expr:
        value = self.disjunction()
        if self.accept("if"):
            test = self.disjunction()
            self.expect("else", "after “if”")
            return ast.IfExp(test=test, body=value, orelse=self.expression())
        if self.accept("?"):
            body = self.expression()
            self.expect(":", "after “?”")
            return ast.IfExp(test=value, body=body, orelse=self.expression())
        return value

    def disjunction(self) -> ast.expr:
        """`a or b`."""
        return self._series(self._conjunction, ("or", "||"), Either() if self._feel else ast.Or())

    def _conjunction(self) -> ast.expr:
        return self._series(self._negation, ("and", "&&"), Both() if self._feel else ast.And())

    def _series(self, part: Callable[[], ast.expr], signs: tuple[str, ...], operator: ast.boolop) -> ast.expr:
        parts = [part()]
        while self.accept(*signs):
            parts.append(part())
        return parts[0] if len(parts) == 1 else ast.BoolOp(op=operator, values=parts)

    def _negation(self) -> ast.expr:
        count = 0
        while self.accept("not"):
            count += 1
        value = self._comparison()
        for _ in range(count):
            value = negation(value, feel=self._feel)
        return value

    def _comparison(self) -> ast.expr:
        left = self.sum()
        operators: list[ast.cmpop] = []
        others: list[ast.expr] = []
        while self.token.kind in {"op", "name"}:
            word = self.token.text
            if word in COMPARISONS:
                self.take()
                operators.append(COMPARISONS[word]())
            elif self.accept("is"):
                operators.append(ast.NotEq() if self.accept("not") else ast.Eq())
            elif word == "in" or (word == "not" and self.ahead().text == "in"):
                self._next += 1 if word == "in" else 2
                operators.append(ast.In() if word == "in" else ast.NotIn())
            elif word == "between" and not others:
                return self._between(left)
            else:
                break
            others.append(self.sum())
        return ast.Compare(left=left, ops=operators, comparators=others) if others else left

    def _between(self, value: ast.expr) -> ast.expr:
        self.take()
        low = self.sum()
        self.expect("and", "after “between”")
        inside = interval(low, self.sum(), with_low=True, with_high=True)
        return ast.Compare(left=value, ops=[ast.In()], comparators=[inside])

    def sum(self) -> ast.expr:
        """`a + b`: what the two sides of a comparison and the ends of an interval are."""
        return self._chain(self._product, _SUMS)

    def _product(self) -> ast.expr:
        return self._chain(self._sign, _PRODUCTS)

    def _chain(self, part: Callable[[], ast.expr], operators: dict[str, type[ast.operator]]) -> ast.expr:
        value = part()
        while self.at(*operators):
            operator = operators[self.take().text]()
            value = ast.BinOp(left=value, op=operator, right=part())
        return value

    def _sign(self, *, exponent: bool = False) -> ast.expr:
        signs = []
        while self.at("-", "+", "!") or self._at_empty():
            signs.append(self.take().text)
        value = self._power(bare=not (exponent or set(signs) & {"-", "+"}))
        for sign in reversed(signs):
            value = self._signed(sign, value)
        return value

    def _at_empty(self) -> bool:
        after = self.ahead()
        starts = after.kind in {"number", "text"} or (after.kind == "name" and self._starts_value(after.text))
        return self.at("empty") and starts

    @staticmethod
    def _starts_value(word: str) -> bool:
        return word not in WORDS and (word not in RESERVED or word in {"not", "for", "some", "every"})

    @staticmethod
    def _signed(sign: str, value: ast.expr) -> ast.expr:
        if sign == "empty":
            return call("empty", value)
        if sign == "!":
            return negation(value)
        if isinstance(value, ast.Constant) and isinstance(value.value, int | float) and type(value.value) is not bool:
            return ast.Constant(value=-value.value if sign == "-" else value.value)
        return ast.UnaryOp(op=ast.USub() if sign == "-" else ast.UAdd(), operand=value)

    def _power(self, *, bare: bool) -> ast.expr:
        """`a ** b`; FEEL and Python read -3 ** 2 and 2 ** 3 ** 2 in different ways, so these need brackets."""
        value = self.path()
        if self.accept("**"):
            if not bare:
                raise Problem(phrase("“**” beside a sign or another “**” needs brackets, as in (-3) ** 2 or -(3 ** 2)"))
            value = ast.BinOp(left=value, op=ast.Pow(), right=self.nested(lambda: self._sign(exponent=True)))
        return value
