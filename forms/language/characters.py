"""Characters that a text may hold, and values as text."""

import unicodedata

from forms.language.expressions import Json

BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def has_controls(text: str, *, lines: bool = False) -> bool:
    """Whether there are characters that print nothing or turn the text around, or halves of characters."""
    if text.isascii() and text.isprintable():
        return False
    allowed = "\n\t" if lines else ""
    return any(
        (unicodedata.category(each) in {"Cc", "Cs"} and each not in allowed) or each in BIDI
        for each in text
        if not " " <= each <= "~"
    )


SELECTORS = (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""What says how the sign before it is drawn."""
WITHOUT_INK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0").union(
    *(map(chr, each) for each in SELECTORS)
)
"""Letters and signs by their category, of which nothing is seen."""

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
"""Signs as wide as a Chinese character, as input methods write them, to those of ASCII."""
DIGITS = {wide: plain for wide, plain in FULL_WIDTH.items() if chr(plain).isalnum()}


def is_blank(text: str) -> bool:
    """Whether there is nothing to see in it; most texts begin with a letter or digit of ASCII."""
    return not (" " < text[:1] < "\x7f" or any(map(_is_seen, text)))


def visible(text: str) -> int:
    """How many characters are to be seen, blanks left out."""
    return sum(map(_is_seen, text))


def _is_seen(sign: str) -> bool:
    if sign < "\x7f":
        return sign > " "
    return sign not in WITHOUT_INK and unicodedata.category(sign) not in {"Cc", "Cf", "Zs", "Zl", "Zp"}


def narrow(text: str) -> str:
    """Full-width signs as those of ASCII."""
    return text.translate(FULL_WIDTH)


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
