"""Comparisons of things by their kinds: those that are never true, and those that cannot be made."""

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable

from engine.deploy.names.relations import KIND_WORDS, apart, unsized, which
from engine.deploy.names.shapes import NOTHING, TEXTUAL, Shape
from engine.language.nodes import Input, Interval, written
from engine.language.operands import FILTER
from engine.phrases import Phrase, phrase

CURES = {
    "number": phrase("compare it with a number"),
    "amount": phrase("compare it with a number"),
    "flag": phrase("compare it with true or false"),
    "date": phrase('a date is written "2026-01-31"'),
    "moment": phrase("compare it with a date with time, or date(…) of it with a date"),
    "time": phrase('a time is written "08:30"'),
    "row": phrase("name one of its fields"),
}
CONSTANTS = {"number": phrase("the number {it}"), "text": phrase("the text {it}")}
ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


class Comparing(ABC):
    """Reads comparisons; `said` is what can never be."""

    said: list[str]
    _told: Callable[[ast.expr], bool]
    _column_name: str

    @abstractmethod
    def of(self, node: ast.expr) -> Shape | None:
        """What a part of the expression gives; None where nobody can tell."""

    def _compare(self, node: ast.Compare) -> Shape:
        sides = [node.left, *node.comparators]
        shapes = [self.of(each) for each in sides]
        for place, operator in enumerate(node.ops):
            left, right = sides[place], sides[place + 1]
            one, other = shapes[place], shapes[place + 1]
            if isinstance(operator, ast.In | ast.NotIn):
                self._within(left, one, right, other)
            else:
                self._against(left, one, right, other, ordered=isinstance(operator, ORDERS))
        return Shape("flag")

    def _within(self, left: ast.expr, one: Shape | None, right: ast.expr, other: Shape | None) -> None:
        """`in`: an item among those of a list, or between the ends of an interval."""
        if isinstance(right, Interval):
            for end in (right.low, right.high):
                self._against(left, one, end, self._quiet(end), ordered=True)
            return
        if one is None or other is None or NOTHING in (one, other):
            return
        if other.kind == "list":
            self._in_list(left, one, right, other.item)
        elif other.kind in TEXTUAL:
            if one.kind not in TEXTUAL | {"amount", "date", "moment", "time"}:
                self.said.append(
                    phrase("looks for {it} in {other}", it=self._side(left, one), other=self._side(right, other))
                )
        elif other.kind != "row":
            cure = phrase("write {it} == {other}", it=self.write(left), other=self.write(right))
            self.said.append(
                phrase("looks into {it}, which is no list: {cure}", it=self._side(right, other), cure=cure)
            )

    def _in_list(self, left: ast.expr, one: Shape, right: ast.expr, item: Shape | None) -> None:
        if one.kind == "list" and item is not None and item.kind not in {"", "list"}:
            cure = phrase("write any(item in {it} for item in {other})", it=self.write(right), other=self.write(left))
            self.said.append(phrase("looks for {it} among single values: {cure}", it=self._side(left, one), cure=cure))
        elif isinstance(right, ast.List):
            self._among(left, one, right.elts)
        elif item not in (None, NOTHING) and apart(one, item) and not self._is_told(left, right):
            said = phrase(
                "looks for {it} among {other}, where it never is", it=self._side(left, one), other=self.write(right)
            )
            self.said.append(said + which(item))

    def _among(self, left: ast.expr, one: Shape, items: Iterable[ast.expr]) -> None:
        """A list that is written out: what of it can never be is one thing that is wrong."""
        before = len(self.said)
        for each in items:
            found = len(self.said)
            self._against(left, one, each, self._quiet(each))
            if found > before and len(self.said) > found:
                del self.said[found:]
                first = self.said[before]
                if isinstance(first, Phrase) and "other" in first.gaps:
                    either = phrase("{it} or {other}", it=first.gaps["other"], other=self.write(each))
                    self.said[before] = phrase(first.pattern, **{**first.gaps, "other": either})

    def _against(
        self, left: ast.expr, one: Shape | None, right: ast.expr, other: Shape | None, *, ordered: bool = False
    ) -> None:
        if one is None or other is None or NOTHING in (one, other):
            return
        if not ordered and (self._is_told(left, right) or self._is_told(right, left)):
            return
        if not (apart(one, other) or (ordered and unsized(one, other))):
            return
        first, second = (right, left) if isinstance(left, ast.Constant) else (left, right)
        here, there = (other, one) if isinstance(left, ast.Constant) else (one, other)
        never = phrase(" by size, which cannot be done") if ordered else phrase(", which it never is")
        cure = self._cure(first, here, second, there, ordered=ordered)
        self.said.append(
            phrase(
                "compares {it} with {other}{never}{cure}",
                it=self._side(first, here),
                other=self._side(second, there),
                never=never,
                cure=cure,
            )
        )

    def _is_told(self, fixed: ast.expr, asked: ast.expr) -> bool:
        """Whether a comparison with something that is written out is told elsewhere."""
        return isinstance(fixed, ast.Constant) and isinstance(fixed.value, str | bool) and self._told(asked)

    def _cure(self, node: ast.expr, shape: Shape, other: ast.expr, there: Shape, *, ordered: bool) -> str:
        if {shape.kind, there.kind} == {"date", "moment"}:
            moment = self.write(node if shape.kind == "moment" else other)
            return phrase(": write date({moment})", moment=moment)
        if "list" in {shape.kind, there.kind}:
            many, one = (node, other) if shape.kind == "list" else (other, node)
            counted, sought = f"count({self.write(many)})", f"contains({self.write(many)}, {self.write(one)})"
            return phrase(": write {what}", what=counted if ordered else sought)
        return phrase(": {cure}", cure=CURES[shape.kind]) if shape.kind in CURES else which(shape)

    def _quiet(self, node: ast.expr) -> Shape | None:
        """What something gives, told once already."""
        before = len(self.said)
        found = self.of(node)
        del self.said[before:]
        return found

    def _side(self, node: ast.expr, shape: Shape) -> str:
        """A part of the expression with its kind."""
        if isinstance(node, ast.Constant):
            return phrase(CONSTANTS[shape.kind], it=self.write(node)) if shape.kind in CONSTANTS else self.write(node)
        return phrase("{it} ({kind})", it=self.write(node), kind=KIND_WORDS[shape.kind])

    def write(self, node: ast.expr) -> str:
        """A part of the expression as people write it."""
        if isinstance(node, ast.Constant):
            return str(node.value).lower() if isinstance(node.value, bool) else str(node.value)
        if isinstance(node, Input):
            return self._column_name or "?"
        if isinstance(node, ast.Subscript):
            return f"{self.write(node.value)}[…]"
        if isinstance(node, ast.Attribute):
            return f"{self.write(node.value)}.{node.attr}"
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == FILTER:
            return f"{self.write(node.args[0])}[…]"
        return written(node) or "…"
