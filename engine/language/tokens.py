"""Cuts the text of an expression into tokens; what stands between quotes is never touched."""

import re
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TypeVar

from engine.phrases import phrase

T = TypeVar("T")

MAX_LENGTH = 4000
"""Characters of one expression."""
MAX_DIGITS = 24
"""Digits of one number."""
MAX_NESTING = 24
"""Levels of brackets."""

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?)
  | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<name>[^\W\d]\w*)
  | (?P<op>\.\.|\*\*|//|==|!=|<=|>=|<>|&&|\|\||[-+*/%<>=!()\[\]{},:?.@])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(
    r"\\(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}
_TYPED_QUOTES = "“”‘’„«»「」"


class Problem(ValueError):
    """What is wrong, in plain words; becomes an ExpressionError that also quotes the expression."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, quoted text or sign, and where it starts (from 0)."""

    kind: str
    """name, number, text, op or end."""
    text: str
    """As written; of a quoted text, what it stands for."""
    at: int

    @property
    def shown(self) -> str:
        """How a message calls it."""
        return (
            phrase("the end")
            if self.kind == "end"
            else phrase("“{text}” (character {at})", text=self.text, at=self.at + 1)
        )


def tokenise(source: str) -> list[Token]:
    """Cut `source` into tokens, with one of the kind `end` last.

    Raises:
        Problem: for what no spelling of the language knows, and beyond MAX_LENGTH or MAX_DIGITS.
    """
    if len(source) > MAX_LENGTH:
        raise Problem(phrase("it is longer than {most} characters", most=MAX_LENGTH))
    return [*_tokens(source), Token("end", "", len(source))]


def _tokens(source: str) -> Iterator[Token]:
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        if match is None:
            raise Problem(_complaint(source, at))
        kind, text = str(match.lastgroup), match.group()
        if kind == "text":
            text = _unescape(text[1:-1])
        elif kind == "number":
            _check_number(source, match.end(), text)
        if kind != "space":
            yield Token(kind, text, at)
        at = match.end()


def _check_number(source: str, end: int, text: str) -> None:
    if len(text) > MAX_DIGITS:
        raise Problem(phrase("a number has more than {most} digits", most=MAX_DIGITS))
    if end < len(source) and (source[end].isalnum() or source[end] == "_"):
        raise Problem(phrase("“{text}{sign}” is neither a number nor a name", text=text, sign=source[end]))


def _complaint(source: str, at: int) -> str:
    sign = source[at]
    if sign in "\"'":
        return phrase("the text that starts at character {at} has no closing quote", at=at + 1)
    if sign in _TYPED_QUOTES:
        return phrase("{sign} at character {at} is a quotation mark of written text; use \" or '", sign=sign, at=at + 1)
    if sign in "$#":
        return phrase("one ${…} encloses the whole expression; leave the others out")
    return phrase("{sign} at character {at} is not understood", sign=sign, at=at + 1)


def _unescape(text: str) -> str:
    return _ESCAPE.sub(_escaped, text) if "\\" in text else text


def _escaped(match: re.Match[str]) -> str:
    code = match.group(1)
    if len(code) == 11:  # a sign as two halves
        return match.group().encode().decode("unicode_escape").encode("utf-16", "surrogatepass").decode("utf-16")
    if len(code) == 7 and int(code[1:], 16) <= sys.maxunicode:
        return chr(int(code[1:], 16))
    if len(code) == 5 and not 0xD800 <= int(code[1:], 16) <= 0xDFFF:  # half a character is no text
        return chr(int(code[1:], 16))
    return _ESCAPES.get(code, match.group())  # the backslashes of patterns such as \d stay


def merged(tokens: list[Token], phrases: Collection[str]) -> list[Token]:
    """The tokens with each name of several words as one, the longest that fits first."""
    if not phrases:
        return tokens
    parted = sorted(((_parted(each), each) for each in phrases), key=lambda each: -len(each[0]))
    texts = [token.text if token.kind in {"name", "op", "number"} else "" for token in tokens]
    found, at = [], 0
    while at < len(tokens):
        fits = (each for each in parted if each[0] == texts[at : at + len(each[0])])
        parts, name = next(fits, ([], ""))
        found.append(Token("name", name, tokens[at].at) if parts else tokens[at])
        at += len(parts) or 1
    return found


def _parted(name: str) -> list[str]:
    try:
        return [token.text for token in _tokens(name)]
    except Problem:
        return [name]


class Cursor:
    """Walks over the tokens of a text."""

    def __init__(self, source: str, phrases: Collection[str] = ()) -> None:
        """Take the text, and names of more than one word that may stand in it."""
        self._tokens = merged(tokenise(source), phrases)
        self._next = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self._tokens[self._next]

    def ahead(self, distance: int = 1) -> Token:
        """A later token; past the end, the end."""
        return self._tokens[min(self._next + distance, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Read one token."""
        token = self.token
        if token.kind != "end":
            self._next += 1
        return token

    def at(self, *texts: str) -> bool:
        """Whether a sign or word among `texts` comes next."""
        return self.token.kind in {"op", "name"} and self.token.text in texts

    def accept(self, *texts: str) -> bool:
        """Read the next token if it is among `texts`."""
        if not self.at(*texts):
            return False
        self._next += 1
        return True

    def expect(self, text: str, where: str) -> None:
        """Read `text` or refuse."""
        if not self.accept(text):
            raise Problem(
                phrase("“{text}” is missing {where}, before {shown}", text=text, where=where, shown=self.token.shown)
            )

    def expect_end(self) -> None:
        """Refuse whatever is left."""
        if self.token.kind != "end":
            raise Problem(phrase("{shown} is not expected here", shown=self.token.shown))

    def nested(self, read: Callable[[], T]) -> T:
        """What `read` reads, one level further in.

        Raises:
            Problem: beyond MAX_NESTING levels.
        """
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise Problem(phrase("it is nested deeper than {most} levels", most=MAX_NESTING))
        value = read()
        self._depth -= 1
        return value
