"""Reads the operands of an expression: constants, names, paths, calls, lists, intervals, loops."""

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection

from engine.language.nodes import Input, call, interval, negation
from engine.language.patterns import compile_pattern
from engine.language.tokens import Cursor, Problem, T, Token
from engine.phrases import phrase

PHRASES = {
    "list contains": "contains",
    "starts with": "starts_with",
    "ends with": "ends_with",
    "string length": "length",
    "string join": "join",
    "upper case": "upper",
    "lower case": "lower",
    "is defined": "is_defined",
    "is empty": "empty",
    "distinct values": "distinct",
    "date and time": "datetime",
}
"""Names of functions that FEEL writes with spaces, and what they are called here."""
WORDS = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "div", "mod"})
"""Words that are operators between two values and ordinary names elsewhere."""
RESERVED = frozenset(
    ("and", "or", "not", "in", "if", "then", "else", "for", "some", "every", "satisfies", "return", "between"),
)
"""Words that cannot be names."""
FROM_ONE = "feel index"
"""The function that turns the number of an item counted from 1 into one counted from 0."""
LITERAL_TIME = "@"
"""The function that reads the text of `@"…"`."""
CELL_MATCHES = "cell matches"
"""The function for a cell of a table that is neither constant nor a test of `?`."""
FILTER = "feel filter"
"""The function for `list[condition]`, whose second argument is worked out for each item."""
ITEM = "item"
"""What a condition of a filter calls the item itself."""

_CONSTANTS = {"true": True, "True": True, "false": False, "False": False, "null": None, "None": None}


_ANSWERS = frozenset({"any", "all", "contains", "empty", "is_defined", "starts_with", "ends_with", "matches"})
"""Functions whose result is true or false."""


def is_condition(tree: ast.expr) -> bool:
    """Whether a tree is true or false whatever its names stand for."""
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        return tree.func.id in _ANSWERS
    if isinstance(tree, ast.UnaryOp):
        return isinstance(tree.op, ast.Not)
    return isinstance(tree, ast.Compare | ast.BoolOp) or (isinstance(tree, ast.Constant) and type(tree.value) is bool)


def is_number(tree: ast.expr) -> bool:
    """Whether what stands between the brackets names one item: a number, a text, or something calculated."""
    return isinstance(tree, ast.Constant | ast.BinOp | ast.UnaryOp)


class Operands(Cursor, ABC):
    """What stands between the operators; the operators themselves are read by a subclass."""

    def __init__(self, source: str, *, feel: bool, cell: bool, phrases: Collection[str] = ()) -> None:
        super().__init__(source, phrases)
        self._feel = feel
        self._cell = cell
        self._in_interval = False

    @abstractmethod
    def expression(self) -> ast.expr:
        """Read anything."""

    @abstractmethod
    def disjunction(self) -> ast.expr:
        """Read anything but a choice."""

    @abstractmethod
    def sum(self) -> ast.expr:
        """Read anything but a choice, a comparison or what joins them."""

    def path(self) -> ast.expr:
        """Read a value and the fields and items taken from it."""
        value = self._value()
        while True:
            if self.accept("."):
                value = ast.Attribute(value=value, attr=self._name(phrase("after the dot")))
                if self.at("("):
                    raise Problem(
                        phrase(
                            "“.{attr}(…)” calls a method; there are only functions, as in upper(name)", attr=value.attr
                        )
                    )
            elif self.at("[") and not self._in_interval:
                self.take()
                value = self._picked(value)
            else:
                return value

    def _picked(self, value: ast.expr) -> ast.expr:
        """An item by its number, or those that a condition holds for."""
        index = self._inside(self.expression)
        self.expect("]", phrase("after the number of the item"))
        if is_condition(index) or (self._feel and not is_number(index)):
            return call(FILTER, value, index)
        return ast.Subscript(value=value, slice=call(FROM_ONE, index) if self._feel else index)

    def _inside(self, read: Callable[[], T]) -> T:
        """Read between brackets, where the end of an interval around them does not matter."""
        before, self._in_interval = self._in_interval, False
        value = read()
        self._in_interval = before
        return value

    def _name(self, where: str) -> str:
        token = self.take()
        if token.kind != "name":
            raise Problem(phrase("a name is missing {where}, before {shown}", where=where, shown=token.shown))
        if token.text.startswith("__"):
            raise Problem(phrase("“{text}”: names do not start with two underscores", text=token.text))
        return token.text

    def _value(self) -> ast.expr:
        token = self.token
        if token.kind == "number":
            self.take()
            return ast.Constant(value=int(token.text) if token.text.isdigit() else float(token.text))
        if token.kind == "text":
            self.take()
            return ast.Constant(value=token.text)
        if token.kind == "name":
            return self._word()
        if token.kind == "op" and token.text in "([]{?@":
            self.take()
            return self._bracket(token)
        raise Problem(phrase("a value is missing before {shown}", shown=token.shown))

    def _bracket(self, token: Token) -> ast.expr:
        if token.text == "?" and self._cell:
            return Input()
        if token.text == "@":
            return self._inside(self._literal_time)
        if token.text == "{":
            return self._inside(self._map)
        if token.text == "[":
            return self._inside(self._list)
        if token.text == "(":
            return self._inside(self._parentheses)
        if token.text == "]":
            return self._inside(lambda: self._interval(self.sum(), with_low=False))
        raise Problem(phrase("a value is missing before {shown}", shown=token.shown))

    def _literal_time(self) -> ast.expr:
        token = self.take()
        if token.kind != "text":
            raise Problem(phrase("a quoted date, time or duration is missing after @"))
        return call(LITERAL_TIME, ast.Constant(value=token.text))

    def _map(self) -> ast.expr:
        keys: list[ast.expr | None] = []
        values: list[ast.expr] = []
        while not self.accept("}"):
            if keys:
                self.expect(",", phrase("between two entries"))
            key = self.take().text if self.token.kind == "text" else self._name(phrase("as a key"))
            if any(isinstance(each, ast.Constant) and each.value == key for each in keys):
                raise Problem(phrase("the group has two entries called {key}", key=key))
            keys.append(ast.Constant(value=key))
            self.expect(":", phrase("after the key"))
            values.append(self.expression())
        return ast.Dict(keys=keys, values=values)

    def _list(self) -> ast.expr:
        if self.accept("]"):
            return ast.List(elts=[])
        first = self.expression()
        if self.at(".."):
            return self._interval(first, with_low=True)
        if self.at("for"):
            comprehension = self._comprehension(first)
            self.expect("]", phrase("at the end of the list"))
            return comprehension
        return ast.List(elts=self._items(first, "]"))

    def _parentheses(self) -> ast.expr:
        first = self.expression()
        if self.at(".."):
            return self._interval(first, with_low=False)
        if self.accept(")"):
            return first
        return ast.List(elts=self._items(first, ")"))

    def _items(self, first: ast.expr, closing: str) -> list[ast.expr]:
        items = [first]
        while not self.accept(closing):
            if not self.accept(","):
                raise Problem(
                    phrase("“{closing}” or a comma is missing before {shown}", closing=closing, shown=self.token.shown)
                )
            if not self.at(closing):
                items.append(self.expression())
        return items

    def _interval(self, low: ast.expr, *, with_low: bool) -> ast.expr:
        self.expect("..", phrase("in the interval"))
        self._in_interval = True
        high = self.sum()
        self._in_interval = False
        end = self.take()
        if end.text not in {"]", "[", ")"}:
            raise Problem(phrase("the interval is not closed before {shown}", shown=end.shown))
        return interval(low, high, with_low=with_low, with_high=end.text == "]")

    def _word(self) -> ast.expr:
        word = self.token.text
        if word in _CONSTANTS:
            self.take()
            return ast.Constant(value=_CONSTANTS[word])
        phrase = self._phrase()
        if phrase or (word not in RESERVED and self._before_bracket()):
            return self._call(phrase or self._name("here"))
        if word in RESERVED:
            return self._reserved(word)
        return ast.Name(id=self._name("here"))

    def _before_bracket(self, distance: int = 1) -> bool:
        after = self.ahead(distance)
        return after.kind == "op" and after.text == "("

    def _phrase(self) -> str:
        """The function that the next words name, read; empty when they do not."""
        for count in (3, 2):
            words = [self.ahead(n) for n in range(count)]
            name = PHRASES.get(" ".join(word.text for word in words))
            if name and all(word.kind == "name" for word in words) and self._before_bracket(count):
                self._next += count
                return name
        return ""

    def _call(self, name: str) -> ast.expr:
        self.expect("(", phrase("after the function"))
        arguments = self._inside(self._arguments)
        if name == "matches":
            self._check_pattern(arguments[1:2])
        return call(name, *arguments)

    @staticmethod
    def _check_pattern(written: list[ast.expr]) -> None:
        """A pattern that is written out is refused when the expression is read, not when it is first needed."""
        for each in written:
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                compile_pattern(each.value)

    def _arguments(self) -> list[ast.expr]:
        if self.accept(")"):
            return []
        first = self.expression()
        if self.at("for"):
            comprehension = self._comprehension(first)
            self.expect(")", phrase("after the arguments"))
            return [comprehension]
        return self._items(first, ")")

    def _comprehension(self, element: ast.expr) -> ast.expr:
        generators: list[ast.comprehension] = []
        while self.accept("for"):
            target = self._name("after “for”")
            self.expect("in", "after “for”")
            source = self.disjunction()
            tests = []
            while self.accept("if"):
                tests.append(self.disjunction())
            generators.append(ast.comprehension(target=ast.Name(id=target), iter=source, ifs=tests, is_async=0))
        return ast.ListComp(elt=element, generators=generators)

    def _reserved(self, word: str) -> ast.expr:
        self.take()
        if word == "if":
            test = self.expression()
            self.expect("then", "after “if”")
            body = self.expression()
            self.expect("else", "after “then”")
            return ast.IfExp(test=test, body=body, orelse=self.expression())
        if word in {"for", "some", "every"}:
            return self._quantified(word)
        if word == "not":  # an operand of something that binds closer, as in `a == not b`
            return negation(self.nested(self.path), feel=self._feel)
        raise Problem(phrase("“{word}” cannot stand here", word=word))

    def _quantified(self, word: str) -> ast.expr:
        generators: list[ast.comprehension] = []
        while not generators or self.accept(","):
            target = self._name(phrase("after “{word}”", word=word))
            self.expect("in", phrase("after “{word}”", word=word))
            source = self.disjunction()
            generators.append(ast.comprehension(target=ast.Name(id=target), iter=source, ifs=[], is_async=0))
        self.expect("return" if word == "for" else "satisfies", phrase("after “{word}”", word=word))
        items = ast.ListComp(elt=self.expression(), generators=generators)
        return items if word == "for" else call("any" if word == "some" else "all", items)
