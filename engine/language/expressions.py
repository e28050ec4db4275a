"""The small safe language of conditions, timers, mappings, table cells and form rules.

Three spellings are read as one language: JUEL `${a == 'x' && !b}`, FEEL `=a = "x" and not(b)`, plain `a == "x"`.
Nothing of an expression ever reaches Python's `eval`; see docs/expressions.md for what process owners may write.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType

from engine.errors import ExpressionError, UnknownFunction, UnknownName
from engine.language.evaluator import Evaluator, Functions, Names, failure
from engine.language.functions import check_arguments
from engine.language.library import STANDARD_FUNCTIONS
from engine.language.operands import FILTER, ITEM
from engine.language.parser import parse
from engine.language.text import string
from engine.language.tokens import Problem
from engine.language.values import as_json, truth
from engine.phrases import phrase
from engine.values import Json

__all__ = [
    "STANDARD_FUNCTIONS",
    "Expression",
    "ExpressionError",
    "Template",
    "UnknownFunction",
    "UnknownName",
    "compile_expression",
    "compile_template",
    "interpolate",
    "is_expression",
]

NO_FUNCTIONS: Functions = MappingProxyType({})
_AS_THEY_ARE = frozenset({str, bool, type(None)})


@dataclass(frozen=True)
class Expression:
    """An expression that has been read; immutable, shared between threads."""

    text: str
    """As written."""
    names: frozenset[str]
    """The variables it asks for."""
    functions: frozenset[str]
    """The functions it calls; what is not in STANDARD_FUNCTIONS must be given to `evaluate`."""
    guarded: frozenset[str]
    """The variables it may ask for when they are unknown: tested with is_defined, or fields of what it filters."""
    tree: ast.expr = field(repr=False, compare=False)
    tested: frozenset[str] = frozenset()
    """Those of them that are tested with is_defined."""

    def evaluate(self, names: Names, functions: Functions = NO_FUNCTIONS) -> Json:
        """The value as JSON: decimals, dates and durations become text.

        Args:
            names: the variables, or a function that gives one by its name and raises LookupError or UnknownName.
            functions: beside the standard ones, which they cannot replace.

        Raises:
            UnknownName: for a variable that is not there.
            ExpressionError: for everything else that goes wrong, exceptions of `functions` included.
        """
        value = Evaluator(self.text, names, functions).result(self.tree)
        if type(value) in _AS_THEY_ARE:
            return value
        try:
            return as_json(value)
        except (Problem, RecursionError) as error:
            raise failure(self.text, error) from error

    def holds(self, names: Names, functions: Functions = NO_FUNCTIONS) -> bool:
        """Whether the condition is true; null is not.

        Raises:
            ExpressionError: as `evaluate`, and when the value is neither true, false nor null.
        """
        try:
            return truth(self.evaluate(names, functions))
        except Problem as error:
            raise failure(self.text, error) from error


@dataclass(frozen=True)
class Template:
    """A text with `${…}` in it."""

    text: str
    parts: tuple[str | Expression, ...]

    @cached_property
    def plain(self) -> str | None:
        """What it always gives, where no expression stands in it."""
        return None if any(isinstance(part, Expression) for part in self.parts) else "".join(map(str, self.parts))

    @property
    def names(self) -> frozenset[str]:
        """The variables it asks for."""
        return frozenset().union(*(part.names for part in self.parts if isinstance(part, Expression)))

    @property
    def guarded(self) -> frozenset[str]:
        """The variables it may ask for when they are unknown."""
        return frozenset().union(*(part.guarded for part in self.parts if isinstance(part, Expression)))

    @property
    def tested(self) -> frozenset[str]:
        """The variables it tests with is_defined."""
        return frozenset().union(*(part.tested for part in self.parts if isinstance(part, Expression)))

    @property
    def functions(self) -> frozenset[str]:
        """The functions it calls."""
        return frozenset().union(*(part.functions for part in self.parts if isinstance(part, Expression)))

    def evaluate(self, names: Names, functions: Functions = NO_FUNCTIONS) -> Json:
        """The text with the values in place; the value itself when the text is nothing but one expression.

        Raises:
            ExpressionError: as an expression, and for lists and groups inside a text.
        """
        if len(self.parts) == 1 and isinstance(self.parts[0], Expression):
            return self.parts[0].evaluate(names, functions)
        try:
            return "".join(
                part if isinstance(part, str) else string(part.evaluate(names, functions)) for part in self.parts
            )
        except Problem as error:
            raise failure(self.text, error) from error


@lru_cache(maxsize=4096)
def compile_expression(text: str, phrases: frozenset[str] = frozenset()) -> Expression:
    """Read an expression in any of the three spellings; `=` at the start makes it FEEL, which counts items from 1.

    Args:
        text: the expression.
        phrases: names of more than one word that may stand in it.

    Raises:
        ExpressionError: says what is wrong and where.
    """
    inner = text.strip()
    feel = inner.startswith("=")
    if feel:
        inner = inner[1:]
    elif inner.startswith(("${", "#{")) and inner.endswith("}"):
        inner = inner[2:-1]
    try:
        return read(text, parse(inner, feel=feel, phrases=phrases))
    except (Problem, RecursionError) as error:
        raise failure(text, error) from error


def read(text: str, tree: ast.expr) -> Expression:
    """An expression from its tree.

    Raises:
        Problem: when a standard function is called with a wrong number of arguments.
    """
    used: dict[str, set[str]] = {"name": set(), "function": set(), "guarded": set(), "tested": set()}
    for kind, name in _used(tree, frozenset()):
        used[kind].add(name)
    names, functions, guarded, tested = map(frozenset, used.values())
    return Expression(text, names, frozenset(filter(str.isidentifier, functions)), guarded, tree, tested)


def _used(node: ast.AST, bound: frozenset[str]) -> Iterator[tuple[str, str]]:
    """What a part of a tree asks for: name, function, guarded or tested, and which; `bound` are the loop variables."""
    if isinstance(node, ast.Name):
        if node.id not in bound:
            yield "name", node.id
    elif isinstance(node, ast.Call):
        yield from _used_by_call(node, bound)
    elif isinstance(node, ast.ListComp):
        for generator in node.generators:
            assert isinstance(generator.target, ast.Name)
            yield from _used(generator.iter, bound)
            bound |= {generator.target.id}
            for test in generator.ifs:
                yield from _used(test, bound)
        yield from _used(node.elt, bound)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _used(child, bound)


def _used_by_call(node: ast.Call, bound: frozenset[str]) -> Iterator[tuple[str, str]]:
    assert isinstance(node.func, ast.Name)
    name = node.func.id
    if name == "is_defined":
        if len(node.args) != 1 or not isinstance(_root(node.args[0]), ast.Name):
            raise Problem(phrase("is_defined is written is_defined(name)"))
        yield from ((kind, found) for _, found in _used(node.args[0], bound) for kind in ("guarded", "tested"))
        return
    if name == FILTER:
        yield from _used(node.args[0], bound)
        inside = _used(node.args[1], bound | {ITEM})
        yield from (("guarded" if kind == "name" else kind, found) for kind, found in inside)
        return
    check_arguments(name, len(node.args))
    yield "function", name
    for argument in node.args:
        yield from _used(argument, bound)


def _root(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node


def is_expression(text: str) -> bool:
    """Whether a text is written as an expression: it starts with `${`, `#{` or `=`."""
    return text.strip().startswith(("${", "#{", "="))


@lru_cache(maxsize=4096)
def compile_template(text: str) -> Template:
    """Read a text with any number of `${…}`; one that starts with `=` is one FEEL expression.

    Raises:
        ExpressionError: when one of the expressions cannot be read, or has no end.
    """
    if text.strip().startswith("="):
        return Template(text, (compile_expression(text),))
    pieces = list(_pieces(text))
    if (
        sum(isinstance(piece, Expression) for piece in pieces) == 1
        and not "".join(piece for piece in pieces if isinstance(piece, str)).strip()
    ):
        pieces = [piece for piece in pieces if isinstance(piece, Expression)]
    return Template(text, tuple(pieces))


def _pieces(text: str) -> Iterator[str | Expression]:
    at = 0
    while at < len(text):
        starts = [start for start in (text.find("${", at), text.find("#{", at)) if start >= 0]
        if not starts:
            yield text[at:]
            return
        start = min(starts)
        if start > at:
            yield text[at:start]
        end = _end_of(text, start + 2)
        yield compile_expression(text[start:end])
        at = end


def _end_of(text: str, at: int) -> int:
    """Where the expression ends whose `${` ends at `at`: after the `}` that is neither quoted nor part of a group."""
    depth, quote = 1, ""
    while at < len(text):
        sign = text[at]
        if quote:
            at += sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
            if not depth:
                return at + 1
        at += 1
    raise failure(text, Problem(phrase("an expression has no closing }")))


def interpolate(text: str, names: Names, functions: Functions = NO_FUNCTIONS) -> Json:
    """The text with its expressions replaced: "Reply to ${name}"; exactly one `${…}` gives the value itself.

    Raises:
        ExpressionError: as `compile_template` and `Template.evaluate`.
    """
    return compile_template(text).evaluate(names, functions)
