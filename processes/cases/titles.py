"""A short title, where nobody gave a case one."""

import re

GREETING = re.compile(
    r"(?:您好|你好|尊敬的[^，。！,!\n]{0,20}|各位[^，。！,!\n]{0,10}|hello|hi|good (?:morning|afternoon|evening)"
    r"|dear [^,.!\n]{0,40}|to whom it may concern)[\s，,。.！!：:、]+",
    re.IGNORECASE,
)


SENTENCE = re.compile(r"[^。！？!?\n；;]+?(?=[。！？!?；;\n]|\.(?:\s|$)|$)")
WIDE = re.compile("[\u3000-\u9fff\uff00-\uffef]")
MOST_WIDE, MOST_NARROW = 40, 80
"""Signs of a short title in Chinese and in other languages."""


def short(description: str) -> str:
    """A short title from a description: its first sentence without a greeting, no longer than a line of a list."""
    text = description.strip()
    while (greeting := GREETING.match(text)) is not None:
        text = text[greeting.end() :].lstrip()
    found = SENTENCE.match(text)
    line = " ".join((found[0] if found is not None else text).split())
    most = MOST_WIDE if WIDE.search(line) else MOST_NARROW
    return line if len(line) <= most else line[: most - 1].rstrip("，, ") + "…"
