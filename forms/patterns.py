"""Regular expressions that come from form files: understood, and unable to keep a server busy."""

import re

LONGEST = 300
OPEN = 3
"""Open quantifiers (`*`, `+`, `{n,}`) that one pattern may have: with more, a hostile text takes too long."""
TOKEN = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]))?|\)|[*+?]\??|\{(\d*)(,?)(\d*)\}\??|\||.",
    re.DOTALL,
)


def find_fault(pattern: str) -> str | None:
    r"""Why a pattern is not taken, in plain words; None when it is.

    Standard: ECMAScript regular expressions as far as Python reads them alike; `\d` and `\w` are ASCII, and the
    pattern may lie anywhere in the text.
    """
    if len(pattern) > LONGEST:
        return f"the pattern is longer than {LONGEST} characters"
    try:
        re.compile(pattern, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        return f"the pattern is not understood: {error}"
    if re.search(r"\\[1-9]|\(\?P?=|\(\?<(?![=!])|\(\?P<|\(\?\(", pattern):
        return "the pattern refers back to what it found; write it without"
    return _find_explosion(pattern)


def _find_explosion(pattern: str) -> str | None:
    """A repetition inside a repetition, alternatives inside one, or too many open ones."""
    risky: list[bool] = [False]
    closed = False
    count = 0
    for found in TOKEN.finditer(pattern):
        piece = found[0]
        if piece.startswith("(") and not piece.startswith("\\("):
            risky.append(False)
        elif piece == ")" and len(risky) > 1:
            closed = risky.pop()
            risky[-1] = risky[-1] or closed
            continue
        elif piece == "|":
            risky[-1] = True
        elif _repeats(found):
            count += _is_open(found)
            if closed and _repeats_often(found):
                return "the pattern repeats a group that repeats or has alternatives; write it without"
            risky[-1] = risky[-1] or _repeats_often(found)
        closed = False
    return f"the pattern has more than {OPEN} open repetitions; write it with fewer" if count > OPEN else None


def _repeats(found: re.Match[str]) -> bool:
    return found[0][0] in "*+?" or (found[0][0] == "{" and bool(found[1] or found[3]))


def _is_open(found: re.Match[str]) -> bool:
    return found[0][0] in "*+" or (found[0][0] == "{" and bool(found[2]) and not found[3])


def _repeats_often(found: re.Match[str]) -> bool:
    """More than once and not a fixed number of times."""
    if found[0][0] == "?":
        return False
    if found[0][0] == "{" and not found[2]:
        return int(found[1] or 0) > 20
    return True
