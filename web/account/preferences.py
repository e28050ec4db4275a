"""Language, theme, keys, notices by mail: chosen by the person, kept with them; before signing in, by the browser."""

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from processes.people import organisation
from web.shell import here, language

blueprint = Blueprint("preferences", __name__)

THEMES = ("light", "dark")
BROWSERS = "browser"
"""Chosen in place of a theme: whatever the browser prefers."""
KEYS = ("on", "off")
YEAR = 365 * 24 * 3600


@blueprint.post("/preferences")
def change() -> Response:
    """Keep what was chosen and go back to the page."""
    chosen = {
        "language": _one_of("language", language.LANGUAGES),
        "theme": _one_of("theme", (*THEMES, BROWSERS)),
        "keys": _one_of("keys", KEYS),
    }
    by_mail = _one_of("mail_notices", KEYS)
    if current_user.is_authenticated and (chosen["language"] or chosen["theme"] or by_mail):
        with here.transaction() as session:
            person = organisation.get_person(session, here.actor().id)
            person.language = chosen["language"] or person.language
            person.theme = None if chosen["theme"] == BROWSERS else chosen["theme"] or person.theme
            person.mail_notices = by_mail == "on" if by_mail else person.mail_notices
    answer = Response(status=204) if here.is_part() else redirect(_back(), 303)
    for name, value in chosen.items():
        if value:
            answer.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=here.is_secure())
    return answer


def theme() -> str | None:
    """The chosen theme; None follows the browser."""
    chosen = getattr(current_user, "theme", None) or request.cookies.get("theme")
    return chosen if chosen in THEMES else None


def keys_are_off() -> bool:
    """Whether the person has switched the single-letter keys off."""
    return request.cookies.get("keys") == "off"


def _one_of(name: str, allowed: tuple[str, ...]) -> str | None:
    value = request.form.get(name)
    return value if value in allowed else None


def _back() -> str:
    """The page on which the choice was made."""
    page = request.form.get("next", "")
    return page if here.is_page(page) else url_for("work.inbox")
