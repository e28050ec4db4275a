"""The nodes of an expression that Python's `ast` does not have, and the limits of a tree."""

import ast

from engine.language.tokens import Problem
from engine.phrases import phrase

MAX_DEPTH = 80
"""Levels of a tree; a sum of many terms needs one for each."""


TEXTS = frozenset({"string", "join", "substring", "upper", "lower", "trim", "replace"})
"""Functions whose result is a text and is meant to be one."""


class Interval(ast.expr):
    """`[low..high]`; a round or turned bracket leaves that end out."""

    _fields = ("low", "high", "with_low", "with_high")
    low: ast.expr
    high: ast.expr
    with_low: bool
    with_high: bool


def interval(low: ast.expr, high: ast.expr, *, with_low: bool, with_high: bool) -> Interval:
    """An interval; `ast` lets its own nodes alone be made with keywords."""
    node = Interval()
    node.low, node.high, node.with_low, node.with_high = low, high, with_low, with_high
    return node


class Input(ast.expr):
    """`?`: the value of the column, in the cell of a table."""

    _fields = ()


class Both(ast.And):
    """`and` as FEEL has it: null unless one side is false or all are true."""


class Either(ast.Or):
    """`or` as FEEL has it: null unless one side is true or all are false."""


class Other(ast.Not):
    """`not` as FEEL has it: null of null."""


def call(name: str, *arguments: ast.expr) -> ast.Call:
    """A node that calls a function by its name."""
    return ast.Call(func=ast.Name(id=name), args=list(arguments), keywords=[])


def negation(value: ast.expr, *, feel: bool = False) -> ast.expr:
    """A node that is true when `value` is not; what stands for null is told by `feel`: null, else true."""
    return ast.UnaryOp(op=Other() if feel else ast.Not(), operand=value)


def limited(tree: ast.expr) -> ast.expr:
    """The tree, when it is not nested deeper than MAX_DEPTH; counted without recursion.

    Raises:
        Problem: when it is.
    """
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return tree
    raise Problem(phrase("it has more than {most} levels", most=MAX_DEPTH))


def written(tree: ast.expr) -> str:
    """An expression as Python writes it; empty where it has something that Python does not know."""
    nodes = vars(ast).values()
    plain = all(type(each) in nodes and getattr(each, "id", "a").isidentifier() for each in ast.walk(tree))
    return ast.unparse(tree) if plain else ""


def is_path(tree: ast.expr) -> bool:
    """Whether a tree is a plain variable or a field of one."""
    while isinstance(tree, ast.Attribute):
        tree = tree.value
    return isinstance(tree, ast.Name)


def is_text(node: ast.expr) -> bool:
    """Whether an operand is a text as written: `"KB-"`, `string(n)`, or one joined to something."""
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        if is_text(node.right):
            return True
        node = node.left
    if isinstance(node, ast.Constant):
        return type(node.value) is str and "." not in node.value
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TEXTS
