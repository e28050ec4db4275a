"""Conditions that hold always or never, whatever the variables are, and ways that an earlier one takes all from."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from engine.deploy.names.house import House, Street
from engine.deploy.names.scopes import Scope
from engine.deploy.names.unwritten import understood
from engine.deploy.names.values import Known, trees_of
from engine.errors import ExpressionError
from engine.language.doubts import constant
from engine.language.expressions import compile_expression
from engine.language.values import is_number
from engine.phrases import phrase, quoted
from engine.uses import Read
from engine.values import Finding, Severity

CODE = "no_question"
WAY = "the condition"
HIDES = "its condition"
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}


@dataclass(frozen=True)
class Fact:
    """A comparison of a variable with something that is written out."""

    name: str
    sign: type[ast.cmpop]
    value: object


def settled_in(street: Street, home: House, known: Known) -> Iterator[Finding]:
    """The conditions of the diagrams and forms of a folder that are no question."""
    for scope in known.scopes.values():
        if scope.house is home:
            for read in scope.uses.reads:
                for tree in trees_of(understood(read)) if read.what == WAY else ():
                    yield from _of_condition(read, tree)
            yield from _taken(scope)
    for key, form in home.forms.items():
        found = street.form(home, key)
        for asked in found[1].reads if found is not None and found[1] is not None else ():
            holds = None if asked.what != HIDES else _of_text(asked.text)
            if holds is not None:
                shown = phrase("it is never shown") if holds else phrase("it is always shown")
                message = phrase(
                    "{called}: its condition ({text}) holds {often}, so that {shown}",
                    called=quoted(asked.label),
                    text=asked.text,
                    often=_often(holds),
                    shown=shown,
                )
                cure = phrase("{said}: take out the one or the other", said=message)
                yield Finding(form.path, cure, asked.component, asked.label, Severity.WARNING, CODE)


def settled(tree: ast.expr) -> bool | None:
    """Whether a condition holds whatever its variables are; None where that depends on them."""
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        inner = settled(tree.operand)
        return None if inner is None else not inner
    if isinstance(tree, ast.BoolOp):
        joined = isinstance(tree.op, ast.And)
        parts = [settled(each) for each in tree.values]
        if (not joined) in parts:
            return not joined
        if all(each is joined for each in parts):
            return joined
        facts = [fact for each in tree.values if (fact := _fact(each)) is not None]
        pairs = [(one, other) for one, other in combinations(facts, 2) if one.name == other.name]
        if joined:
            return False if any(_apart(one, other) for one, other in pairs) else None
        both = any(one.sign is other.sign is ast.NotEq and one.value != other.value for one, other in pairs)
        return True if both else None
    value = constant(tree)
    return value if isinstance(value, bool) else None


def _of_condition(read: Read, tree: ast.expr) -> Iterator[Finding]:
    holds = settled(tree)
    if holds is None:
        return
    cure = (
        phrase("leave it out, or let the flow be the default one")
        if holds
        else phrase("change it, or take out what follows")
    )
    if isinstance(tree, ast.BoolOp):
        cure = phrase("write {what}, or change it", what="and" if isinstance(tree.op, ast.Or) else "or")
    spot = read.spot
    text = read.text.strip().removeprefix("${").removesuffix("}")
    said = phrase(
        "{called}: {what} {text} holds {often}, whatever the case is: {cure}",
        called=spot.called,
        what=read.what,
        text=text,
        often=_often(holds),
        cure=cure,
    )
    meant = holds or isinstance(tree, ast.Constant)  # a way that is shut by a false has been shut by somebody
    yield Finding(spot.file, said, spot.element, spot.label, Severity.WARNING if meant else Severity.ERROR, CODE)


def _taken(scope: Scope) -> Iterator[Finding]:
    """Of the ways behind an exclusive gateway those with the condition of an earlier one."""
    conditions: dict[tuple[str, str], Read] = {}
    reads = {read.spot.element: read for read in scope.uses.reads if read.what == WAY}
    for flow in scope.process.flows.values():
        source, read = scope.process.elements.get(flow.source), reads.get(flow.id)
        if source is None or source.kind != "exclusiveGateway" or read is None:
            continue
        for tree in trees_of(understood(read)):
            first = conditions.setdefault((flow.source, ast.dump(tree)), read)
            if first is not read:
                spot, other = read.spot, first.spot
                said = phrase(
                    "{called}: the condition is that of {other}, too, so that this way is never taken",
                    called=spot.called,
                    other=other.called,
                )
                yield Finding(
                    spot.file, phrase("{said}: change one of them", said=said), spot.element, spot.label, code=CODE
                )


def _of_text(text: str) -> bool | None:
    try:
        return settled(compile_expression(text).tree)
    except ExpressionError:
        return None


def _often(holds: bool) -> str:  # noqa: FBT001 - it is all that it is told
    return phrase("always") if holds else phrase("never")


def _fact(tree: ast.expr) -> Fact | None:
    if not (isinstance(tree, ast.Compare) and len(tree.ops) == 1):
        return None
    left, right, sign = tree.left, tree.comparators[0], type(tree.ops[0])
    if isinstance(left, ast.Constant):
        left, right, sign = right, left, TURNED.get(sign, sign)
    if isinstance(right, ast.Constant) and right.value is not None and isinstance(left, ast.Name | ast.Attribute):
        return Fact(ast.unparse(left), sign, right.value)
    return None


def _apart(one: Fact, other: Fact) -> bool:
    """Whether nothing is both."""
    signs = {one.sign, other.sign}
    if signs == {ast.Eq}:
        return type(one.value) is type(other.value) and one.value != other.value
    if signs == {ast.Eq, ast.NotEq}:
        return type(one.value) is type(other.value) and one.value == other.value
    if not (signs <= {ast.Eq, *TURNED} and is_number(one.value) and is_number(other.value)):
        return False
    ends = [_ends(each) for each in (one, other)]
    return max(each[0] for each in ends) > min(each[1] for each in ends)


def _ends(fact: Fact) -> tuple[tuple[Decimal, int], tuple[Decimal, int]]:
    """The lower and the upper end of what a comparison leaves, each with which side of its number it is on."""
    value, far = Decimal(str(fact.value)), Decimal("Infinity")
    if fact.sign is ast.Eq:
        return (value, 0), (value, 0)
    if fact.sign in {ast.Lt, ast.LtE}:
        return (-far, 0), (value, 0 if fact.sign is ast.LtE else -1)
    return (value, 0 if fact.sign is ast.GtE else 1), (far, 0)
