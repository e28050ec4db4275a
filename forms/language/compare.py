"""What changed between two texts, word by word; Chinese sign by sign."""

import re
from difflib import SequenceMatcher

from markupsafe import Markup, escape

WORD = re.compile(r"[^\W\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+|\s+|.", re.DOTALL)
LONGEST = 2000
"""Tokens beyond which a text is compared as a whole."""
ALIKE = 0.35


def marked(before: str, after: str, *, removed: str, added: str, whole: bool = False) -> Markup:
    """The new text with what was removed struck and what was added underlined.

    Args:
        before: the old text.
        after: the new text.
        removed: the word for screen readers before what was removed.
        added: the same before what was added.
        whole: the texts are single values (amounts, dates), not to be taken apart.
    """
    if before == after:
        return escape(after)
    old, new = WORD.findall(before), WORD.findall(after)
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    if whole or len(old) + len(new) > LONGEST or matcher.ratio() < ALIKE:
        return _joined(_gone(before, removed), _come(after, added))
    found = Markup()
    for what, low, high, start, end in matcher.get_opcodes():
        if what == "equal":
            found += escape("".join(new[start:end]))
        else:
            found += _joined(_gone("".join(old[low:high]), removed), _come("".join(new[start:end]), added))
    return found


def _joined(gone: Markup, come: Markup) -> Markup:
    return gone + (" " if gone and come else "") + come


def _gone(text: str, word: str) -> Markup:
    return Markup('<del><span class="vh">{} </span>{}</del>').format(word, text) if text else Markup()


def _come(text: str, word: str) -> Markup:
    return Markup('<ins><span class="vh">{} </span>{}</ins>').format(word, text) if text else Markup()
