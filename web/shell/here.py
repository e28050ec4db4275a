"""What a request works with: the installation, its database and clock, and who asks."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import date, datetime, time
from typing import TYPE_CHECKING, TypeVar, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app, g, request, url_for
from flask_login import current_user

from engine import Actor, Session, is_blank
from web.gate import Gate

if TYPE_CHECKING:
    from web.compose import Kesu
    from web.shell.people import SignedIn

T = TypeVar("T")


def kesu() -> "Kesu":
    """The installation that the application serves."""
    return cast("Kesu", current_app._get_current_object().extensions["kesu"])  # type: ignore[attr-defined] # noqa: SLF001 - werkzeug's


@contextmanager
def reading() -> Iterator[Session]:
    """A session that sees one state of the database and cannot write; within one it is the same."""
    around: Session | None = g.get("reading")
    if around is not None:
        yield around
        return
    session, stack = g.pop("begun", None) or _begin()
    with stack, _as_the_one(session):
        yield session


@contextmanager
def reading_on() -> Iterator[Session]:
    """The same to find out who asks: a page that is only looked at reads on in that session."""
    around: Session | None = g.get("reading")
    if around is not None:
        yield around
        return
    session, stack = _begin()
    with stack:
        with _as_the_one(session):
            yield session
        if request.method == "GET":  # whatever else is done is not to be done while something is read
            g.begun = session, stack.pop_all()


def end_reading() -> None:
    """Give back the session in which a page did not read on."""
    begun: tuple[Session, ExitStack] | None = g.pop("begun", None)
    if begun is not None:
        begun[1].close()


def _begin() -> tuple[Session, ExitStack]:
    stack = ExitStack()
    return stack.enter_context(kesu().database.reading()), stack


@contextmanager
def _as_the_one(session: Session) -> Iterator[None]:
    g.reading = session
    try:
        yield
    finally:
        del g.reading


def transaction() -> AbstractContextManager[Session]:
    """The one transaction of a request that changes something."""
    end_reading()
    return kesu().database.transaction()


def do(work: Callable[[Session], T]) -> T:
    """Do something in it that lets a case go on: again where what a service left to be written was not taken."""
    end_reading()
    return kesu().database.do(work)


def trial() -> AbstractContextManager[Session]:
    """A session in which something is tried out; nothing of it stays."""
    end_reading()
    return kesu().database.trial()


def gate() -> Gate:
    """What accepts the answers of forms."""
    return cast("Gate", kesu().runtime.forms)


def me() -> "SignedIn":
    """The signed-in person; pages without one do not ask."""
    return cast("SignedIn", current_user)


def actor() -> Actor:
    """Who acts, as the engine wants to know it."""
    return me().actor


def zone() -> ZoneInfo:
    """The zone of the installation."""
    return kesu().runtime.zone


def now() -> datetime:
    """The moment on the installation's clock, in its zone."""
    return kesu().runtime.clock.now().astimezone(zone())


def start_of(day: date) -> datetime:
    """The beginning of a day in the zone of the installation."""
    return datetime.combine(day, time(), zone())


def is_part() -> bool:
    """Whether a script asks for a part of a page, not the browser for a whole one."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def is_secure() -> bool:
    """Whether cookies go over HTTPS only: as the installation says, or as the request has come."""
    return bool(current_app.config["SESSION_COOKIE_SECURE"]) or request.is_secure


def is_from_elsewhere() -> bool:
    """Whether another site has made the browser ask, as the browser says in headers that no script can change."""
    by = request.headers.get("Sec-Fetch-Site")
    if by is not None:
        return by not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != request.host


def is_at_the_machine() -> bool:
    """Whether the pages are served to people at this machine only, and this request comes from one of them.

    The name that the browser has asked for counts, too: what a proxy passes on comes from this machine as well.
    """
    host = request.host.rpartition(":")[0] if request.host[-1:].isdigit() and ":" in request.host else request.host
    named = host.strip("[]") in ("localhost", "127.0.0.1", "::1")
    return bool(current_app.config["LOOPBACK"]) and named and request.remote_addr in ("127.0.0.1", "::1")


def caller() -> dict[str, str]:
    """What a browser says about itself, and where it calls from."""
    return {"browser": request.user_agent.string, "address": request.remote_addr or ""}


def reason() -> str:
    """Why something is done, as the form of the request says it; empty where nothing is to be seen."""
    text = request.form.get("reason", "").strip()
    return "" if is_blank(text) else text


def inside(address: str) -> str:
    """An address to go on to once signed in: the given one where it is of a page here, else the start page."""
    return address if is_page(address) and not address.startswith("/sign-in") else url_for("work.inbox")


def is_page(address: str) -> bool:
    """Whether a browser can open the address here, and only here."""
    path = address.partition("?")[0].partition("#")[0]
    plain = address.isprintable() and "\\" not in address and "//" not in path
    return plain and path.startswith("/") and opens(path)


def opens(path: str) -> bool:
    """Whether a browser can open that address as a page."""
    return current_app.url_map.bind("").test(path, method="GET")
