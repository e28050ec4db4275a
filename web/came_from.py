"""The page from which somebody began an act, to come back to when it is done."""

from urllib.parse import urlsplit

from flask import request

FIELD = "_from"
PLACES = ("/work", "/tasks/", "/cases/")


def address(default: str) -> str:
    """The page as the form carries it or the browser tells it, where it is one of ours to come back to.

    Args:
        default: where to otherwise.
    """
    carried = request.form.get(FIELD)
    if carried is not None:
        return carried if _ours(carried) else default
    parts = urlsplit(request.referrer or "")
    told = f"{parts.path}?{parts.query}" if parts.query else parts.path
    inside = parts.netloc == request.host and parts.path != request.path
    return told if inside and _ours(told) else default


def _ours(address: str) -> bool:
    plain = address.isprintable() and "\\" not in address and "//" not in address
    return plain and (address.split("?", maxsplit=1)[0] == PLACES[0] or address.startswith(PLACES[1:]))
