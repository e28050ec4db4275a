"""Numbers in addresses: those that a database can have, and no others."""

from flask import request
from werkzeug.routing import IntegerConverter

from engine.errors import NotFound

MOST = 2**63 - 1
"""The largest number that a database keeps; nothing has a larger one."""
MOST_PAGES = 1_000_000


class Number(IntegerConverter):
    """A number in an address; one that is too large leads nowhere, as any other that nothing has."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        """As Werkzeug calls it."""
        super().__init__(*args, **{"max": MOST, **kwargs})  # type: ignore[arg-type]


def number(text: str) -> int:
    """A number as `request.args.get(…, type=number)` asks for it; ValueError for what is none or too large."""
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MOST):
        raise ValueError(text)
    return int(text)


def page() -> int:
    """The page of a list that is asked for, the first where that is no number; NotFound beyond any list."""
    text = request.args.get("page", "")
    if text.isascii() and text.isdigit():
        if len(text) > 7 or int(text) > MOST_PAGES:
            raise NotFound(what="page", key=text[:30])
        return max(1, int(text))
    return 1
