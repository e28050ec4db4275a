"""The few marks that texts in forms may carry: headings, lists, quotes, bold, italic, code, links; the rest is text."""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

INLINE = re.compile(
    r"\*\*(?P<bold>[^*\n]+)\*\*|(?<!\w)_(?P<italic>[^_\n]+)_(?!\w)|\*(?P<star>[^*\s][^*\n]*)\*|`(?P<code>[^`\n]+)`"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<address>[^)\s]+)\)"
)
SAFE = re.compile(r"(https?://|mailto:|tel:|/(?!/))[^\s\"'<>\\]*", re.IGNORECASE)
BULLET = re.compile(r"[-*] +(.*)")
NUMBERED = re.compile(r"\d{1,3}[.)] +(.*)")
HEADING = re.compile(r"(#{1,6}) +(.*)")


def to_html(text: str, *, top: int = 3) -> Markup:
    """Marked text as HTML; nothing in it can become a tag or a script.

    Args:
        text: the marked text.
        top: the level of the heading that `#` and `##` give; most forms begin with `##`, for `#` is the title.
    """
    return Markup("\n").join(_blocks(text.splitlines(), top))


def _blocks(lines: list[str], top: int) -> Iterator[Markup]:
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        heading = HEADING.fullmatch(line)
        if not line:
            at += 1
        elif heading:
            level = min(6, top + max(0, len(heading[1]) - 2))
            yield _tag(f"h{level}", inline(heading[2]))
            at += 1
        elif re.fullmatch(r"-{3,}|\*{3,}", line):
            yield Markup("<hr>")
            at += 1
        else:
            block = _same_kind(lines, at)
            yield _block(block)
            at += len(block)


def _kind(line: str) -> str:
    stripped = line.strip()
    if not stripped or HEADING.fullmatch(stripped):
        return ""
    for kind, pattern in (("ul", BULLET), ("ol", NUMBERED), ("quote", re.compile(r"> ?(.*)"))):
        if pattern.fullmatch(stripped):
            return kind
    return "p"


def _same_kind(lines: list[str], at: int) -> list[str]:
    kind, end = _kind(lines[at]), at
    while end < len(lines) and _kind(lines[end]) == kind:
        end += 1
    return lines[at:end]


def _block(lines: list[str]) -> Markup:
    kind, stripped = _kind(lines[0]), [line.strip() for line in lines]
    if kind == "quote":
        body = Markup("<br>").join(inline(line.removeprefix(">").strip()) for line in stripped)
        return _tag("blockquote", body)
    if kind in {"ul", "ol"}:
        items = Markup().join(_tag("li", inline(re.sub(r"^\S+ +", "", line))) for line in stripped)
        return _tag(kind, items)
    return _tag("p", Markup("<br>").join(inline(line) for line in stripped))


def _tag(name: str, body: Markup) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(name, body)


def inline(text: str) -> Markup:
    """The marks inside a line."""
    found, at = Markup(), 0
    for mark in INLINE.finditer(text):
        found += escape(text[at : mark.start()]) + _mark(mark)
        at = mark.end()
    return found + escape(text[at:])


def _mark(mark: re.Match[str]) -> Markup:
    if mark["bold"]:
        return Markup("<strong>{}</strong>").format(mark["bold"])
    if mark["italic"] or mark["star"]:
        return Markup("<em>{}</em>").format(mark["italic"] or mark["star"])
    if mark["code"]:
        return Markup("<code>{}</code>").format(mark["code"])
    if SAFE.fullmatch(mark["address"]):
        return Markup('<a href="{}">{}</a>').format(mark["address"], mark["label"])
    return escape(mark[0])
