"""Regular expressions as RE2 reads them: their cost grows with the text only, however the pattern is written.

Python's own can take for ever on a pattern such as `(a+)+$`. RE2 follows all readings of the text side by side, which
is why there are no back references and no look-around.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import re2

from engine.language.tokens import Problem
from engine.phrases import phrase

MAX_PATTERN = 300
MAX_MEMORY = 2**20
"""Bytes that a pattern may take after its repetitions are written out."""
MAX_WORK = 50_000_000
"""Parts of a pattern times bytes of a text: a tenth of a second."""

# RE2's words for what a process owner may have meant, and ours
_REASONS = (
    ("invalid perl operator: (?P", phrase("the pattern refers back to what it found; write it without")),
    ("invalid perl operator", phrase("the pattern looks ahead or behind; write it without")),
    ("invalid escape sequence: \\k", phrase("the pattern refers back to what it found; write it without")),
    ("invalid repetition size", phrase("the pattern repeats too much")),
    ("pattern too large", phrase("the pattern repeats too much")),
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that has been read; immutable, shared between threads."""

    source: str
    compiled: Any = field(repr=False, compare=False)
    size: int = field(repr=False, compare=False)
    """In parts."""

    def found_in(self, text: str) -> bool:
        """Whether the pattern fits somewhere in the text.

        Raises:
            Problem: when text and pattern are too long together, or the text holds half of a character.
        """
        data = _encoded(text, "the text")
        if self.size * len(data) > MAX_WORK:
            raise Problem(phrase("the text is too long for this pattern"))
        return self.compiled.search(data) is not None


@lru_cache(maxsize=512)
def compile_pattern(source: str) -> Pattern:
    r"""Read a pattern; `\d`, `\w` and `\s` are ASCII, `.` is no line end, `^` and `$` are the ends of the text.

    Raises:
        Problem: says what is wrong with it.
    """
    if len(source) > MAX_PATTERN:
        raise Problem(phrase("the pattern is longer than {most} characters", most=MAX_PATTERN))
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False
    try:
        compiled = re2.compile(_encoded(source, "the pattern"), options)
    except re2.error as error:
        raise Problem(_reason(error)) from None
    return Pattern(source, compiled, compiled.programsize)


def _encoded(text: str, what: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Problem(phrase("{what} holds half of a character", what=what)) from None


def _reason(error: Exception) -> str:
    said = error.args[0]
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    if text.startswith("invalid escape sequence: \\") and text[-1].isdigit():
        return phrase(
            "the pattern refers back with {it} to what it found; write it without",
            it=text.rpartition(" ")[2],
        )
    return next(
        (reason for start, reason in _REASONS if text.startswith(start)),
        phrase("the pattern is not understood: {text}", text=text),
    )
