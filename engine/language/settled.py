"""Conditions that hold always or never, whatever their variables are: found by trying them."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise, product
from math import prod

from engine.errors import ExpressionError
from engine.language.doubts import constant
from engine.language.evaluator import Evaluator
from engine.language.expressions import NO_FUNCTIONS
from engine.language.nodes import Interval
from engine.language.values import Value, is_number

MOST = 512
"""Cases that a condition is tried with; one that needs more is not tried."""
OTHER = "\0"
"""Stands for whatever text a condition does not name."""
SIZES: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}
"""The signs that compare by size, each with the one for the two sides turned."""


class _Untold(Exception):
    """Nobody can say which values there are to try."""


@dataclass
class _Asked:
    """What a condition compares one thing with."""

    values: list[Value] = field(default_factory=list)
    sized: bool = False
    """Whether it is compared by size, which nothing that is null is."""

    def tried(self) -> list[Value]:
        """One value for each answer that there may be."""
        known = [each for each in self.values if each is not None]
        null = [] if self.sized and len(known) == len(self.values) else [None]
        if all(isinstance(each, bool) for each in known):
            return [True, False, *(null if self.values else [])]
        if all(map(is_number, known)):
            ordered = sorted(Decimal(str(each)) for each in known)
            between = [(low + high) / 2 for low, high in pairwise(ordered)]
            return [ordered[0] - 1, *ordered, *between, ordered[-1] + 1, *null]
        if all(isinstance(each, str) for each in known) and not self.sized:
            return [*known, OTHER, *null]
        raise _Untold


def settled(tree: ast.expr) -> bool | None:
    """Whether a condition holds whatever its variables are; None where that depends on them."""
    asked: dict[str, _Asked] = {}
    try:
        bare = _bare(tree, asked)
        cases = [each.tried() for each in asked.values()]
        if isinstance(bare, ast.Compare | ast.Name) or prod(map(len, cases)) > MOST:
            return None
        found = {_holds(bare, dict(zip(asked, case, strict=True))) for case in product(*cases)}
    except (_Untold, ExpressionError):
        return None
    return found.pop() if len(found) == 1 else None


def parts_of(tree: ast.expr | ast.comprehension) -> Iterator[tuple[ast.expr, bool | None]]:
    """The outermost conditions within an expression that are settled, each with whether it holds.

    None stands for one that asks the same twice.
    """
    if isinstance(tree, ast.BoolOp | ast.UnaryOp | ast.Compare) and (holds := settled(tree)) is not None:
        yield tree, holds
        return
    if isinstance(tree, ast.BoolOp) and len({*map(ast.dump, tree.values)}) < len(tree.values):
        yield tree, None
    for each in ast.iter_child_nodes(tree):
        if isinstance(each, ast.expr | ast.comprehension):
            yield from parts_of(each)


def _holds(tree: ast.expr, names: dict[str, Value]) -> bool:
    return Evaluator("", names, NO_FUNCTIONS).result(tree) is True


def _bare(tree: ast.expr, asked: dict[str, _Asked]) -> ast.expr:
    """A condition in which a name stands for all that is asked, however it is worked out."""
    if isinstance(tree, ast.BoolOp):
        return ast.BoolOp(tree.op, [_bare(each, asked) for each in tree.values])
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        return ast.UnaryOp(tree.op, _bare(tree.operand, asked))
    found = constant(tree)
    if isinstance(found, bool):
        return ast.Constant(found)
    if isinstance(tree, ast.Compare) and len(tree.ops) == 1:
        left, sign, right = tree.left, tree.ops[0], tree.comparators[0]
        if _fixed(left) is not None and type(sign) in {*SIZES, ast.Eq, ast.NotEq}:
            left, sign, right = right, SIZES.get(type(sign), type(sign))(), left
        if ast.dump(left) == ast.dump(right) and not isinstance(sign, ast.In | ast.NotIn):
            return ast.Constant(isinstance(sign, ast.Eq | ast.LtE | ast.GtE))
        among = isinstance(right, ast.List | Interval) if isinstance(sign, ast.In | ast.NotIn) else True
        values = _fixed(right)
        if values is not None and among and _fixed(left) is None:
            place = asked.setdefault(ast.dump(left), _Asked())
            place.values += values
            place.sized |= type(sign) in SIZES or isinstance(right, Interval)
            return ast.Compare(ast.Name(ast.dump(left)), [sign], [right])
    asked.setdefault(ast.dump(tree), _Asked())
    return ast.Name(ast.dump(tree))


def _fixed(tree: ast.expr) -> list[Value] | None:
    """The values that are written out: one, those of a list, the ends of an interval; None for all else."""
    parts: Iterable[ast.expr] = [tree]
    if isinstance(tree, ast.List):
        parts = tree.elts
    elif isinstance(tree, Interval):
        parts = tree.low, tree.high
    plain = all(isinstance(each, ast.Constant | ast.UnaryOp) for each in parts)
    found = [constant(each) for each in parts] if plain else []
    lost = any(each is None and not isinstance(part, ast.Constant) for each, part in zip(found, parts, strict=False))
    return found if found and not lost else None
