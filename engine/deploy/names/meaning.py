"""What an expression gives by the kinds of its variables, and what in it can never be because of them."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from engine.deploy.names.calling import Calling
from engine.deploy.names.relations import KIND_WORDS, numbers, which
from engine.deploy.names.shapes import NOTHING, NUMERIC, TEXTUAL, Find, Shape, of_values, one_of
from engine.language.nodes import Input, Interval
from engine.phrases import phrase
from engine.spelling import meant


class Meaning(Calling):
    """Reads one expression; `said` is what can never be, each as a sentence behind what reads it."""

    def __init__(
        self,
        find: Find,
        functions: Mapping[str, Callable[..., Any]],
        *,
        told: Callable[[ast.expr], bool] = lambda _: False,
        column: Shape | None = None,
        column_name: str = "",
    ) -> None:
        """Take what names stand for.

        Args:
            find: by name.
            functions: of the installation.
            told: whether a comparison of this with a text, true or false is told elsewhere.
            column: what `?` stands for in the cell of a table.
            column_name: what that is called.
        """
        self._find = find
        self._functions = functions
        self._told = told
        self._column, self._column_name = column, column_name
        self._bound: list[Mapping[str, Shape | None]] = []
        self.said: list[str] = []

    def of(self, node: ast.expr) -> Shape | None:
        """What a part of the expression gives; None where nobody can tell."""
        reader = getattr(self, f"_{type(node).__name__.lower()}", None)
        if reader is not None:
            found: Shape | None = reader(node)
            return found
        for each in ast.iter_child_nodes(node):
            if isinstance(each, ast.expr):
                self.of(each)
        return Shape("flag") if isinstance(node, ast.BoolOp) else None

    def _constant(self, node: ast.Constant) -> Shape | None:
        return NOTHING if node.value is None else of_values([node.value])

    def _name(self, node: ast.Name) -> Shape | None:
        for scope in reversed(self._bound):
            if node.id in scope:
                return scope[node.id]
        return self._find(node.id)

    def _input(self, _node: Input) -> Shape | None:
        return self._column

    def _ifexp(self, node: ast.IfExp) -> Shape | None:
        self.of(node.test)
        return one_of([self.of(node.body), self.of(node.orelse)])

    def _unaryop(self, node: ast.UnaryOp) -> Shape | None:
        found = self.of(node.operand)
        if isinstance(node.op, ast.Not):
            return Shape("flag")
        self._calculates(node.operand, found)
        return found

    def _list(self, node: ast.List) -> Shape:
        return Shape("list", item=one_of(map(self.of, node.elts)))

    def _dict(self, node: ast.Dict) -> Shape:
        names = (each.value if isinstance(each, ast.Constant) else "" for each in node.keys)
        return Shape("row", fields={str(name): self.of(value) for name, value in zip(names, node.values, strict=True)})

    def _attribute(self, node: ast.Attribute) -> Shape | None:
        owner = self.of(node.value)
        row = owner.item if owner is not None and owner.kind == "list" else owner
        if owner is None or row is None or row == NOTHING:
            return row
        written, name = self.write(node.value), node.attr
        if row.kind != "row":
            each = phrase("each item of {written}", written=written) if owner.kind == "list" else written
            self.said.append(
                phrase(
                    "asks for {it}, and {each} is {kind} without fields: write {written}",
                    it=self.write(node),
                    each=each,
                    kind=KIND_WORDS[row.kind],
                    written=written,
                )
            )
        if row.fields is None:
            return None
        if name not in row.fields:
            cure = meant(name, row.fields) or phrase(": it has {names}", names=", ".join(sorted(row.fields)))
            self.said.append(
                phrase(
                    "asks for {it}, and {written} has no field {name}{cure}",
                    it=self.write(node),
                    written=written,
                    name=name,
                    cure=cure,
                )
            )
            return None
        found = row.fields[name]
        return Shape("list", item=found) if owner.kind == "list" else found

    def _subscript(self, node: ast.Subscript) -> Shape | None:
        owner = self.of(node.value)
        self.of(node.slice)
        if owner is not None and owner.kind == "list":
            return owner.item
        if owner is not None and owner.kind not in {"", "row"}:
            self.said.append(
                phrase(
                    "asks for an item of {it}, which is {kind} and no list",
                    it=self.write(node.value),
                    kind=KIND_WORDS[owner.kind],
                )
            )
        return None

    def _listcomp(self, node: ast.ListComp) -> Shape:
        scope: dict[str, Shape | None] = {}
        self._bound.append(scope)
        for each in node.generators:
            source = self.of(each.iter)
            if source is not None and source.kind not in {"", "list"}:
                self.said.append(
                    phrase(
                        "goes through {it}, which is {kind} and no list",
                        it=self.write(each.iter),
                        kind=KIND_WORDS[source.kind],
                    )
                )
            item = source.item if source is not None and source.kind == "list" else None
            scope[getattr(each.target, "id", "")] = NOTHING if source == NOTHING else item
            for test in each.ifs:
                self.of(test)
        found = self.of(node.elt)
        self._bound.pop()
        return Shape("list", item=found)

    def _binop(self, node: ast.BinOp) -> Shape | None:
        left, right = self.of(node.left), self.of(node.right)
        pair = {each.kind for each in (left, right) if each is not None}
        if isinstance(node.op, ast.Add | ast.Sub):
            if pair & {"date", "moment"}:
                self._of_days(node, pair, known=None not in (left, right))
                return None
            if isinstance(node.op, ast.Add) and pair <= {"list", ""}:
                return None if None in (left, right) else one_of([left, right])
            if isinstance(node.op, ast.Add) and pair & TEXTUAL:
                return self._joins(node, left, right)
        for each, shape in ((node.left, left), (node.right, right)):
            self._calculates(each, shape)
        if "duration" in pair or (None in (left, right) and not isinstance(node.op, ast.Add | ast.Sub)):
            return None
        return Shape("number") if not isinstance(node.op, ast.Add | ast.Sub) or pair & NUMERIC else None

    def _of_days(self, node: ast.BinOp, pair: set[str], *, known: bool) -> None:
        """A date with something added or subtracted, which only a length of time can be."""
        if known and pair <= {"date", "moment"}:
            cure = phrase("write days_between({it}, {other})", it=self.write(node.right), other=self.write(node.left))
            self.said.append(
                phrase(
                    "calculates with two dates ({it}), which gives nothing: {cure}",
                    it=self.write(node),
                    cure=cure,
                )
            )
        if pair & TEXTUAL:
            first = self._quiet(node.left)
            length = node.left if first and first.kind in TEXTUAL else node.right
            self.said.append(
                phrase(
                    "adds a text to a date ({it}): write duration({length})",
                    it=self.write(node),
                    length=self.write(length),
                )
            )
        if pair & NUMERIC:
            first = self._quiet(node.left)
            day, days = (node.right, node.left) if first and first.kind in NUMERIC else (node.left, node.right)
            cure = phrase("write add_days({it}, {other})", it=self.write(day), other=self.write(days))
            self.said.append(phrase("adds a number to a date ({it}): {cure}", it=self.write(node), cure=cure))

    def _joins(self, node: ast.BinOp, left: Shape | None, right: Shape | None) -> Shape | None:
        """A text and something joined to it."""
        text, number = (node.left, node.right) if left is not None and left.kind in TEXTUAL else (node.right, node.left)
        shape, other = (left, right) if text is node.left else (right, left)
        if other is None or other.kind in TEXTUAL:
            return None if other is None else Shape("words")
        if other.kind in NUMERIC and shape is not None and (shape.kind == "words" or numbers(shape)):
            return None
        if other.kind == "number":
            cure = phrase("write string({it})", it=self.write(number))
            self.said.append(phrase("joins a text and a number ({it}): {cure}", it=self.write(node), cure=cure))
        elif other.kind != "amount":
            self._calculates(number, other)
        return Shape("words")

    def _calculates(self, node: ast.expr, shape: Shape | None) -> None:
        if shape is None or (shape.kind == "text" and (numbers(shape) or isinstance(node, ast.Constant))):
            return
        if shape.kind in {"flag", "list", "row", "time", "text"}:
            cure = {
                "list": phrase(": write count({it})", it=self.write(node)),
                "row": phrase(": name one of its fields"),
            }.get(shape.kind, "")
            self.said.append(
                phrase("calculates with {it}{cure}", it=self._side(node, shape), cure=cure or which(shape))
            )

    def _interval(self, node: Interval) -> Shape | None:
        return one_of([self.of(node.low), self.of(node.high)])
