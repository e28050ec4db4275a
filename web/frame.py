"""What every page has around it: where the person may go, the words of the scripts, language and theme."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup

from engine import overview, pending
from engine.errors import Passing
from web.account import preferences
from web.shell import dates, here, language
from web.shell.language import gettext as _
from web.work import notices


@dataclass(frozen=True)
class Place:
    """Somewhere the rail leads to."""

    key: str
    letter: str
    """After `G`."""
    icon: str
    text: str
    address: str
    phone: bool = True
    """Whether the bar on phones has it; the others stand in the menu of the account there."""
    count: int = 0
    """What waits there and is shown beside the word."""


def places() -> list[Place]:
    """Only what the person may open."""
    found = [Place("work", "w", "inbox", _("My work"), url_for("work.inbox"))]
    if here.me().may_register:
        found.append(Place("register", "r", "phone", _("Register"), url_for("register.choose")))
    found.append(Place("cases", "c", "file-text", _("Cases"), url_for("cases.list_cases")))
    if here.me().may_count:
        found.append(Place("statistics", "s", "chart-bar", _("Statistics"), url_for("statistics.page")))
    address = url_for("procedures.choose")
    found.append(Place("procedures", "p", "sitemap", _("Procedures"), address, phone=False))
    if here.actor().admin:
        broken = _broken()
        address = url_for("admin.by_cause") if broken else url_for("admin.instances")
        found.append(Place("admin", "a", "adjustments", _("Admin"), address, count=broken))
    return found


def _broken() -> int:
    """How many incidents and failed jobs wait for an administrator; 0 where the database does not answer."""
    try:
        with here.reading() as session:
            return overview.count_incidents(session) + pending.count_failed_jobs(session)
    except Passing:  # the page that tells of it has a rail, too
        return 0


def words() -> dict[str, str]:
    """What the scripts say."""
    return {
        "signed_out": _("You are signed out. Your text is kept on this device; sign in again."),
        "closed": _("This is not open to you any more. Your text is kept on this device."),
        "offline": _("Offline. Your text is kept on this device."),
        "unreached": _("Kesu cannot be reached. Nothing was sent; what you typed stays here. Try again in a moment."),
        "health": url_for("health.alive"),
        "undrawn": _("The drawing cannot be shown: its file has none, or it could not be fetched."),
        "restored": _("Your text from this device is back."),
        "sign_here": _("Draw your signature here"),
        "clear": _("Clear"),
        "copied": _("Copied."),
        "fresh_one": _("1 new, show"),
        "fresh": _("{num} new, show"),
    }


@lru_cache(maxsize=4)
def _keys(_language: str) -> Markup:
    """What the keys do, in a language: the same on each page."""
    return Markup(render_template("keys.html"))  # noqa: S704 - a template of the house, which has escaped all


def install(app: Flask) -> None:
    """Give the templates what the shell shows."""

    @app.context_processor
    def around() -> dict[str, Any]:
        here_now = request.full_path.rstrip("?") if request.method == "GET" else request.path
        return {
            "me": current_user if current_user.is_authenticated else None,
            "places": places() if current_user.is_authenticated else [],
            "words": words(),
            "lang": language.tag(),
            "language": language.current(),
            "other_language": "en" if language.current() == "zh" else "zh",
            "language_names": language.NAMES,
            "theme": preferences.theme(),
            "unread": notices.unread,
            "keys_grid": lambda: _keys(language.current()),
            "keys_off": preferences.keys_are_off(),
            "here": here_now,
            "say": language.say,
        }

    app.jinja_env.filters["iso"] = lambda moment: dates.iso_text(moment, here.zone())
