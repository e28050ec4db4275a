"""A form that is sent twice does its work once: by a key of its page the second press gets what the first made."""

import secrets
from collections.abc import Callable

from flask import request

from engine import Session
from processes.desk import presses
from web.shell import here

FIELD = "_once"
"""The field of the key; a page that is read again has another one."""


def new_key() -> str:
    """What a page is known by when it is sent twice."""
    return secrets.token_urlsafe(12)


def find(session: Session) -> str | None:
    """What an earlier press of the same page with the same answers has made; None where there was none."""
    press = _press()
    return presses.find(session, here.actor(), press) if press else None


def act(session: Session, do: Callable[[], str]) -> str:
    """Do something, or give what the first press has made; without a key it is done each time.

    Args:
        session: the transaction in which it is done; a second press waits here for the first.
        do: does it and gives what the second press is told, a number or an address.
    """
    press = _press()
    if not press:
        return do()
    before = presses.first(session, here.actor(), press)
    if before is not None:
        return before
    made = do()
    presses.made(session, here.actor(), press, made)
    return made


def _press() -> str:
    key = request.form.get(FIELD, "")
    typed = ((name, text) for name, text in request.form.items(multi=True) if name not in ("csrf_token", "_next"))
    return presses.digest(key, typed) if key else ""
