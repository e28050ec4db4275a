"""The page from which somebody began an act, to come back to when it is done."""

from urllib.parse import urlsplit

from flask import request

from web.shell import here

FIELD = "_from"


def address(default: str) -> str:
    """The page as the form carries it or the browser tells it, where it is one of ours to come back to.

    Args:
        default: where to otherwise.
    """
    carried = request.form.get(FIELD)
    if carried is not None:
        return carried if here.is_page(carried) else default
    parts = urlsplit(request.referrer or "")
    told = f"{parts.path}?{parts.query}" if parts.query else parts.path
    inside = parts.netloc == request.host and parts.path != request.path
    return told if inside and here.is_page(told) else default
