"""What variables can be, as far as options, tables and constants say it."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeGuard

from engine.deploy.names.house import Street
from engine.deploy.names.scopes import Scope, Source, given_by, tables_of
from engine.errors import ExpressionError
from engine.language.expressions import Expression, Template, compile_template, is_expression
from engine.phrases import phrase
from engine.tables.decisions import Decision
from engine.uses import Spot
from engine.values import Finding, Json, Severity

Values = frozenset[Json] | None
"""All that something can be beside null; None where nobody can tell."""
NOTHING: frozenset[Json] = frozenset()
CONTAINS = frozenset({"contains", "list_contains"})
"""Functions that look for an item in a list."""


@dataclass
class Known:
    """What the variables of all processes can be; worked out when it is asked for, once."""

    scopes: Mapping[str, Scope]
    handed_elsewhere: frozenset[str] = frozenset()
    """The keys of processes that something else than a call starts: nobody calls them, or a parameter names them."""
    supposing: bool = False
    """Whether what somebody may bring from outside is taken to be of what the drawing gives."""
    _found: dict[tuple[str, str, str, bool], Values] = field(default_factory=dict)
    _passed: set[tuple[str, str, str, bool]] = field(default_factory=set)
    """What the present walk has come by: what comes back to itself adds nothing."""

    def of(self, scope: Scope, name: str, at: Spot | None, *, own: bool = True, many: bool = False) -> Values:
        """What a variable can be where it is seen; with `many`, what its items can be."""
        home, sources = scope.sources(name, at, own=own) or ("", ())
        contract, key = scope.process.contract, (scope.process.key, name, home, many)
        from_elsewhere = contract is not None and name in contract.inputs and scope.process.key in self.handed_elsewhere
        if not sources or (scope.open and not self.supposing) or scope.blind or from_elsewhere:
            return None
        if key in self._found or key in self._passed:
            return self._found.get(key, NOTHING)
        first = not self._passed
        self._passed.add(key)
        found = union(self._of_source(source, many=many) for source in sources)
        if first:  # what is found on the way may lack what the walk has come by already
            self._passed.clear()
            self._found[key] = found
        return found

    def of_tree(self, scope: Scope, tree: ast.expr, at: Spot | None, *, own: bool = True) -> Values:
        """What an expression can be."""
        if isinstance(tree, ast.Constant):
            return NOTHING if tree.value is None else frozenset({tree.value})
        if isinstance(tree, ast.Name):
            return self.of(scope, tree.id, at, own=own)
        if isinstance(tree, ast.IfExp):
            return union(self.of_tree(scope, each, at, own=own) for each in (tree.body, tree.orelse))
        if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "coalesce":
            return union(self.of_tree(scope, each, at, own=own) for each in tree.args)
        if isinstance(tree, ast.Attribute) and isinstance(tree.value, ast.Name):
            _, sources = scope.sources(tree.value.id, at, own=own) or ("", ())
            tables = [self.tables(source) for source in sources]
            if tables and all(tables):
                return union(given_by(table, tree.attr) for found in tables for table in found)
        return None

    def tables(self, source: Source) -> list[Decision]:
        """The tables that give a row; none where nobody can tell."""
        if source.decision is not None or not source.table:
            return [] if source.decision is None else [source.decision]
        scope = self.scopes.get(source.asked_in)
        keys = None if scope is None else self.of_text(scope, source.table, source.at)
        there = [self.decision(str(key)) for key in keys or ()]
        return [] if None in there else [each for each in there if each is not None]

    def asked(self, street: Street, scope: Scope) -> Iterator[tuple[Spot, Decision]]:
        """The tables that a process asks, also those whose names it is handed, each with the element that asks."""
        yield from tables_of(street, scope)
        yield from self.handed_tables(scope)

    def handed_tables(self, scope: Scope) -> Iterator[tuple[Spot, Decision]]:
        """The tables whose names a process is handed, as far as its callers are known."""
        for element in scope.process.elements.values():
            key, spot = element.attributes.get("decisionRef") or "", scope.uses.spots.get(element.id)
            if spot is not None and is_expression(key):
                for value in sorted(map(str, self.of_text(scope, key, spot) or ())):
                    decision = self.decision(value)
                    if decision is not None:
                        yield spot, decision

    def decision(self, key: str) -> Decision | None:
        """The table of that key, whichever folder has it."""
        houses = (scope.house for scope in self.scopes.values())
        return next((each.compiled.decisions[key] for each in houses if key in each.compiled.decisions), None)

    def cells(
        self, scope: Scope, tree: ast.expr, at: Spot | None, passed: frozenset[tuple[str, str]] = frozenset()
    ) -> set[tuple[str, str]]:
        """The tables that something comes from, each by its key with the output, through all names on the way."""
        if isinstance(tree, ast.Attribute) and isinstance(tree.value, ast.Name):
            _, sources = scope.sources(tree.value.id, at) or ("", ())
            return {(table.key, tree.attr) for source in sources for table in self.tables(source)}
        if not isinstance(tree, ast.Name) or (scope.process.key, tree.id) in passed:
            return set()
        found: set[tuple[str, str]] = set()
        _, sources = scope.sources(tree.id, at) or ("", ())
        for source in sources:
            home = self.scopes.get(source.asked_in)
            if home is not None and source.text and not source.item and not source.table:
                on = passed | {(scope.process.key, tree.id)}
                for inner in _inner(source.text):
                    found |= self.cells(home, inner, source.at, on)
        return found

    def of_text(self, scope: Scope, text: str | None, at: Spot | None, *, own: bool = True) -> Values:
        """What a text with expressions can be."""
        try:
            parts = compile_template(text or "").parts
        except ExpressionError:
            return None
        if not parts:
            return frozenset({""})
        if len(parts) > 1:
            return None
        if not isinstance(parts[0], Expression):
            return frozenset({parts[0].strip()})
        return self.of_tree(scope, parts[0].tree, at, own=own)

    def _of_source(self, source: Source, *, many: bool) -> Values:
        if source.values is not None:
            return source.values if source.many is many else None
        if source.text is None or source.decision is not None or many or source.item:
            return None
        scope = self.scopes.get(source.asked_in)
        return None if scope is None else self.of_text(scope, source.text, source.at, own=source.own)


def _inner(text: str) -> list[ast.expr]:
    try:
        parts = compile_template(text).parts
    except ExpressionError:
        return []
    return [part.tree for part in parts if isinstance(part, Expression)]


def trees_of(compiled: Expression | Template | None) -> list[ast.expr]:
    """The expressions in a text."""
    if compiled is None:
        return []
    parts = compiled.parts if isinstance(compiled, Template) else (compiled,)
    return [part.tree for part in parts if isinstance(part, Expression)]


def known_of(scopes: Mapping[str, Scope]) -> Known:
    """What the variables of some processes can be."""
    named = {
        value
        for scope in scopes.values()
        for element in scope.process.elements.values()
        for value in element.inputs.values()
        if isinstance(value, str)
    }
    called = {call.process for scope in scopes.values() for call in scope.uses.calls}
    return Known(scopes, frozenset(key for key in scopes if key in named or key not in called))


def supposed(known: Known) -> Known:
    """The same where what somebody may bring from outside is taken to be of what the drawing gives."""
    return Known(known.scopes, known.handed_elsewhere, supposing=True)


def as_far(scopes: Iterable[Scope], finding: Finding) -> Finding:
    """A finding of processes into which somebody may bring other things: it is only likely."""
    unless = next((scope.open for scope in scopes if scope.open), "")
    if not unless:
        return finding
    return replace(
        finding,
        message=phrase("{said} (unless {unless})", said=finding.message, unless=unless),
        severity=Severity.WARNING,
    )


def union(values: Iterator[Values]) -> Values:
    """What one of several can be."""
    found: frozenset[Json] = NOTHING
    for each in values:
        if each is None:
            return None
        found |= each
    return found


@dataclass(frozen=True)
class Compared:
    """A comparison with a constant."""

    tree: ast.expr
    value: Json
    many: bool = False
    """Whether the value is looked for among the items of the other side."""

    @property
    def said(self) -> str:
        """The other side as people write it."""
        return ast.unparse(self.tree)


@lru_cache(maxsize=4096)
def compared_in(tree: ast.expr) -> tuple[Compared, ...]:
    """The comparisons of variables with texts, true and false; what is bound by a loop is no variable."""
    every = [*ast.walk(tree)]
    bound = {getattr(each.target, "id", "") for each in every if isinstance(each, ast.comprehension)}
    compared = (found for each in every for found in _compared(each) if isinstance(found.value, str | bool))
    return tuple(found for found in compared if (name := _root(found.tree)) and name not in bound)


def _root(tree: ast.expr) -> str:
    root = tree.value if isinstance(tree, ast.Attribute) else tree
    return root.id if isinstance(root, ast.Name) else ""


def _compared(node: ast.AST) -> Iterator[Compared]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        left, right = node.left, node.comparators[0]
        if isinstance(node.ops[0], ast.Eq | ast.NotEq):
            yield from (Compared(this, other.value) for this, other in ((left, right), (right, left)) if _is_fix(other))
        if isinstance(node.ops[0], ast.In | ast.NotIn):
            among = right.elts if isinstance(right, ast.List | ast.Tuple) else ()
            yield from (Compared(left, each.value) for each in among if _is_fix(each))
            if _is_fix(left):
                yield Compared(right, left.value, many=True)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CONTAINS:
        yield from (Compared(node.args[0], each.value, many=True) for each in node.args[1:2] if _is_fix(each))


def _is_fix(node: ast.expr) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant)
