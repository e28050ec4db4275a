"""Characters that a text may hold, and values as text."""

import unicodedata

from forms.language.expressions import Json

BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def has_controls(text: str, *, lines: bool = False) -> bool:
    """Whether there are characters that print nothing or turn the text around, or halves of characters."""
    allowed = "\n\t" if lines else ""
    return any(
        (unicodedata.category(each) in {"Cc", "Cs"} and each not in allowed) or each in BIDI
        for each in text
        if not " " <= each <= "~"
    )


def plain_text(value: Json) -> str:
    """Any value as text; a number with thousands of digits, which Python refuses to write, as an ellipsis."""
    try:
        return str(value)
    except ValueError:
        return "…"


def printable(name: Json) -> str:
    """A name that somebody sent, fit to be shown: short, without control characters."""
    text = plain_text(name)[:60] if isinstance(name, str | int | float) else type(name).__name__
    return "".join("�" if has_controls(each) else each for each in text)
