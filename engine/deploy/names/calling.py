"""Calls of functions: what they give by their arguments, and arguments of the wrong kind."""

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, get_args

from engine.deploy.names.comparing import Comparing
from engine.deploy.names.relations import no_days, numbers
from engine.deploy.names.shapes import NOTHING, Shape, one_of
from engine.language.nodes import TEXTS
from engine.language.operands import CELL_MATCHES, FILTER, FROM_ONE, ITEM
from engine.phrases import phrase

GIVEN = {
    **dict.fromkeys(["any", "all", "contains", "empty", "starts_with", "ends_with", "matches"], "flag"),
    **dict.fromkeys(
        ["number", "money", "round", "floor", "ceil", "ceiling", "abs", "count", "len", "length"], "number"
    ),
    **dict.fromkeys(["days_between", "hours_between", "year", "month", "day", "weekday"], "number"),
    **dict.fromkeys(TEXTS, "words"),
    "date": "date",
    "datetime": "moment",
    "now": "moment",
    "today": "date",
    "duration": "duration",
}
"""What functions give."""
KINDS = "kinds"
"""The attribute of a function that gives another thing for each name: by the name its kind, and all that it can be."""
ITEMS = frozenset({"first", "last", "min", "max"})
"""Functions that give an item of a list."""
SAME = frozenset({"sort", "reverse", "distinct"})
"""Functions that give the list itself in another order."""
OF_LISTS = frozenset({"sum", "flatten", "any", "all", "join", *ITEMS, *SAME})
SEVERAL = frozenset({"sum", "min", "max"})
"""Functions that take several values in place of a list."""
NO_LIST = frozenset({"number", "amount", "flag", "text", "words", "date", "moment", "time", "row"})
NO_NUMBER = frozenset({"flag", "list", "row", "date", "moment", "time"})
NO_DAY = frozenset({"number", "amount", "flag", "list", "row", "time"})
REFUSED = {
    **dict.fromkeys(OF_LISTS, (NO_LIST, phrase("a list"))),
    **dict.fromkeys(["count", "len", "length"], (frozenset({"number", "flag"}), phrase("a list or a text"))),
    "contains": (frozenset({"number", "flag"}), phrase("a list or a text")),
    **dict.fromkeys(
        ["upper", "lower", "trim", "starts_with", "ends_with", "matches", "substring", "replace", "split"],
        (frozenset({"number", "flag", "list", "row"}), phrase("a text")),
    ),
    **dict.fromkeys(["number", "money", "round", "floor", "ceil", "ceiling", "abs"], (NO_NUMBER, phrase("a number"))),
}
"""The kinds that the first argument of a function cannot have, and what it takes."""
OF_DAYS = frozenset({"add_days", "add_hours", "add_months", "year", "month", "day", "weekday"})
OF_TWO_DAYS = frozenset({"days_between", "hours_between"})


class Calling(Comparing):
    """Reads calls."""

    _functions: Mapping[str, Callable[..., Any]]
    _bound: list[Mapping[str, Shape | None]]

    def _call(self, node: ast.Call) -> Shape | None:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name == "is_defined":
            return Shape("flag")
        if name == FILTER:
            return self._filter(*node.args)
        given = [self.of(each) for each in node.args]
        if name == CELL_MATCHES:
            if isinstance(node.args[1], ast.List):
                self._within(node.args[0], given[0], node.args[1], given[1])
            return Shape("flag")
        if name == FROM_ONE:
            return given[0] if given else None
        self._arguments(name, node.args, given)
        return self._given_by(name, given)

    def _given_by(self, name: str, given: list[Shape | None]) -> Shape | None:
        """What a function gives, one of the installation by what it says."""
        first = given[0] if given else None
        if name == "coalesce":
            return one_of(given)
        if name in ITEMS and len(given) == 1:
            return first.item if first is not None else None
        if name in SAME:
            return first
        function = self._functions.get(name)
        if name in GIVEN:
            return Shape(GIVEN[name])
        told = getattr(function, KINDS, {})
        if told:
            names = [*(first.values or ())] if first is not None else []
            kind, values = told.get(names[0], ("", None)) if len(names) == 1 else ("", None)
            return Shape(kind, values, item=Shape("words") if kind == "list" else None) if kind else None
        says = None if function is None else inspect.signature(function).return_annotation
        kinds = {bool: "flag", int: "number", float: "number", date: "date", datetime: "moment"}
        return Shape(kinds[says]) if isinstance(says, type) and says in kinds else None

    def _filter(self, source: ast.expr, test: ast.expr) -> Shape | None:
        owner = self.of(source)
        item = owner.item if owner is not None and owner.kind == "list" else None
        item = None if item == NOTHING else item
        fields = item.fields if item is not None and item.kind == "row" else None
        if item is not None and (item.kind != "row" or fields is not None):
            self._bound.append({**(fields or {}), ITEM: item})
            self.of(test)
            self._bound.pop()
        return owner if owner is not None and owner.kind == "list" else None

    def _arguments(self, name: str, written: list[ast.expr], given: list[Shape | None]) -> None:
        """What a function is given and cannot take."""
        days = [*self._days(name)]
        for place, (node, shape) in enumerate(zip(written, given, strict=True)):
            if shape is None or shape == NOTHING:
                continue
            refused, wants = REFUSED.get(name, (frozenset(), "")) if place == 0 else (frozenset(), "")
            if name in SEVERAL and len(given) > 1:
                refused = frozenset()
            words = shape.kind == "text" and wants == "a number" and not numbers(shape)
            if place in days:
                refused, wants, words = NO_DAY, phrase("a date"), no_days(shape)
            if shape.kind in refused or words:
                self.said.append(
                    phrase("gives {name} {it}: it takes {wants}", name=name, it=self._side(node, shape), wants=wants)
                )

    def _days(self, name: str) -> Iterator[int]:
        """The places of the arguments that are dates."""
        if name in OF_DAYS | OF_TWO_DAYS:
            yield from (0, 1) if name in OF_TWO_DAYS else (0,)
            return
        function = self._functions.get(name)
        if function is not None:
            for place, each in enumerate(inspect.signature(function).parameters.values()):
                if date in get_args(each.annotation) or each.annotation in {date, datetime}:
                    yield place
