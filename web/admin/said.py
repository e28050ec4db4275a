"""Flask-Babel's gettext with types."""

from flask_babel import gettext
from flask_babel import ngettext as numbered


def _(text: str, **gaps: object) -> str:
    """A text in the reader's language; `%(name)s` is filled."""
    return str(gettext(text, **gaps))


def ngettext(one: str, many: str, num: int, **gaps: object) -> str:
    """A text for a number of things; `%(num)s` is the number."""
    return str(numbered(one, many, num, **gaps))
