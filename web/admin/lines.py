"""What is wrong with the lines of a file, in the reader's language."""

import re
from collections.abc import Sequence
from functools import lru_cache

from processes.spreadsheet import LineFinding
from web.shell import language
from web.shell.language import gettext as _
from web.shell.words import N_

KNOWN: Sequence[str] = (
    N_("the file is too large"),
    N_("no text has a null character"),
    N_("the first line must name the columns {columns}"),
    N_("unknown column {columns}"),
    N_("more cells than columns"),
    N_("no readable CSV: {why}"),
    N_("{text} is no date of the form 2027-02-20"),
    N_("{text} is neither work nor rest"),
    N_("a closure cannot be a working day"),
    N_("a day of rest has no hours"),
    N_("{day} was given in line {number} already"),
    N_("the file has no days"),
    N_("{key} stands in the file already"),
    N_("the file has no units"),
    N_("{key} is no key: up to {number} signs without blanks and commas, as diagrams name it"),
    N_("kind of {key} is {kind}: write unit or role"),
    N_("{key} needs a name of up to {number} signs, name_zh or name_en"),
)
"""What readers of files say, in which the braces stand for what they name."""


def told(found: Sequence[LineFinding]) -> list[str]:
    """Each with its line; what is not known by its words stays as it is."""
    return [
        _("line %(number)s: %(message)s", number=each.line, message=message_of(each.message, language.current()))
        for each in found
    ]


def message_of(message: str, tongue: str) -> str:
    """What a reader of files says, in a language."""
    for pattern, template in _patterns():
        if match := pattern.fullmatch(message):
            return str(language.translations(tongue).ugettext(template)).format(**match.groupdict())
    return message


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(each))), each) for each in KNOWN]
