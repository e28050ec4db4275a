"""The few marks that texts in forms may carry: headings, lists, quotes, bold, italic, code, links; the rest is text."""

import re
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize
from markupsafe import Markup

RULES = ("heading", "list", "blockquote", "hr", "newline", "emphasis", "backticks", "link")
"""All other marks, raw HTML above all, are text."""
SAFE = re.compile(r"(https?://|mailto:|tel:|/(?!/))[^\s\"'<>\\]*", re.IGNORECASE)
CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
TOP = 3
"""The level of the heading that `#` and `##` give; most forms begin with `##`, for `#` is the title."""


@lru_cache(maxsize=256)
def to_html(text: str) -> Markup:
    """Marked text as HTML; nothing in it can become a tag or a script."""
    return Markup(READER.render(text).strip())  # noqa: S704 its reader knows no raw HTML and escapes the rest


class Reader(MarkdownIt):
    """Reads the marks that forms may carry."""

    def __init__(self) -> None:
        super().__init__("zero", {"breaks": True, "html": False})
        self.enable(list(RULES))
        self.core.ruler.push("levels", _lower_headings)
        self.inline.ruler.at("emphasis", _emphasis)

    def validateLink(self, url: str) -> bool:  # noqa: N802 as markdown-it calls it
        """Whether a link is one; otherwise its text stays as it was written."""
        return SAFE.fullmatch(url) is not None


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, TOP + max(0, int(token.tag[1]) - 2))}"


def _emphasis(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 as markdown-it calls it
    """Marks of bold and italic; beside Chinese, which has no spaces, punctuation does not keep them from closing."""
    before = len(state.delimiters)
    found = tokenize(state, silent)
    for each in state.delimiters[before:] if found else ():
        start, after = state.pos - each.length, state.src[state.pos : state.pos + 1]
        last = state.src[start - 1 : start]
        if each.marker == ord("*") and (CHINESE.match(after) or CHINESE.match(last)):
            each.open = each.open or not (after.isspace() or not after)
            each.close = each.close or not (last.isspace() or not last)
    return found


READER = Reader()
