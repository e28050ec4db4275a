"""Conditions that are no answer: a text, a number, a list taken for true or false."""

import ast
from collections.abc import Iterator

from engine.deploy.names.house import House
from engine.deploy.names.scopes import Scope
from engine.deploy.names.unwritten import of_read, understood
from engine.deploy.names.values import Known, as_far, trees_of
from engine.phrases import phrase
from engine.uses import Read
from engine.values import Finding

SINGLE = frozenset({"number", "money", "choice", "text", "area", "date", "datetime", "time", "signature"})
"""Kinds of form fields that hold one value which is neither true nor false."""
MANY = frozenset({"choices", "tags", "rows", "files"})
CONDITIONS = frozenset(
    ["the condition", "the completion condition", "the condition of the loop", "the activation condition"]
)


def kinds(home: House, known: Known) -> Iterator[Finding]:
    """What the diagrams of a folder take for true or false, and that is something else."""
    for scope in known.scopes.values():
        for read in scope.uses.reads if scope.house is home else ():
            for tree in trees_of(understood(read)):
                yield from (as_far([scope], found) for found in _of_tree(scope, read, tree, known))


def _of_tree(scope: Scope, read: Read, tree: ast.expr, known: Known) -> Iterator[Finding]:
    if read.what in CONDITIONS:
        for part in _parts(tree):
            found = _kinds(scope, read, part)
            values = known.of_tree(scope, part, read.spot, own=read.own)
            no_answer = values and not any(isinstance(each, bool) for each in values)
            if no_answer or (found and found <= SINGLE | MANY and not values):
                name = ast.unparse(part)
                cure = f"count({name}) > 0" if found and found <= MANY else f"{name} == …"
                yield of_read(
                    read,
                    phrase("takes {name} for true or false, which it never is: write {cure}", name=name, cure=cure),
                    "no_answer",
                )


def _parts(tree: ast.expr) -> Iterator[ast.expr]:
    """The variables that a condition takes for true or false."""
    if isinstance(tree, ast.BoolOp):
        for each in tree.values:
            yield from _parts(each)
    elif isinstance(tree, ast.UnaryOp):
        yield from _parts(tree.operand)
    elif isinstance(tree, ast.Name | ast.Attribute):
        yield tree


def _kinds(scope: Scope, read: Read, tree: ast.expr) -> frozenset[str]:
    """The kinds of the form fields that alone give a variable; nothing where something else may."""
    if not isinstance(tree, ast.Name):
        return frozenset()
    _, sources = scope.sources(tree.id, read.spot, own=read.own) or ("", ())
    contract = scope.process.contract
    from_outside = scope.blind or (contract is not None and tree.id in contract.inputs)
    kinds_of = frozenset(each.kind for each in sources)
    return frozenset() if from_outside or "" in kinds_of else kinds_of
