"""Signing in and out; whoever lost the session while typing finds the text again after signing in."""

import json
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from engine import Session
from engine.errors import Passing
from processes.people import sign_ins
from processes.people.schema import DbPerson
from web.account import first_run
from web.account.kept import keep
from web.shell import here, known_browsers, proving
from web.shell.errors import Trouble, away, page, typed
from web.shell.language import gettext as _
from web.shell.people import SignedIn, signed_in

blueprint = Blueprint("sign_in", __name__)

MOST_KEPT = 400_000
"""Characters of typed text that are carried through a sign-in."""


def install(app: Flask) -> None:
    """Let every page but the sign-in ask who is there."""
    manager = LoginManager()
    manager.init_app(app)
    manager.session_protection = "basic"

    def load(token: str) -> SignedIn | None:
        with here.reading_on() as database:
            return signed_in(database, token, here.kesu().settings)

    def unauthorized() -> BaseResponse:
        if here.is_part():
            return make_response(_("You are signed out. Sign in again; what you typed is kept."), 401)
        if request.method == "GET":
            return redirect(url_for("sign_in.form", next=request.full_path.rstrip("?")))
        return _sign_in_page(
            401,
            after=_page_of_the_form(),
            kept=_kept(),
            notice=_("You were signed out. Sign in again; what you typed is kept."),
        )

    app.extensions["sign_in"] = manager
    manager.user_loader(load)
    manager.unauthorized_handler(unauthorized)
    app.before_request(_ask)
    app.teardown_request(lambda _error: here.end_reading())
    app.register_error_handler(CSRFError, _forged)


OPEN = frozenset(
    {
        "static",
        "sign_in.form",
        "sign_in.enter",
        "first_run.form",
        "first_run.add",
        "preferences.change",
        "health.alive",
        "verify.form",
        "verify.look",
    }
)
"""What needs nobody to be signed in."""


FIRST = frozenset({"account.password", "account.change_password", "sign_in.leave"})
"""What somebody can do whose password another one knows, before anything else."""


def _ask() -> BaseResponse | None:
    """Pages are for signed-in people, but for the few that say so."""
    if request.endpoint in OPEN:
        return None
    if not current_user.is_authenticated:
        return refuse()
    if not here.is_part():
        _notice()
    if here.me().must_change_password and request.endpoint not in FIRST:
        after = request.full_path.rstrip("?") if request.method == "GET" and not here.is_part() else None
        return redirect(url_for("account.password", next=after), 303)
    return None


def _notice() -> None:
    """Write down now and then that somebody is there; parts of a page and drafts do not count, nobody need be there."""
    me = here.me()
    if here.now() - me.last_seen_at < sign_ins.SEEN_EVERY:
        return
    try:
        with here.transaction() as database:
            sign_ins.seen(database, me.sign_in)
    except Passing:
        return  # the next page tries again; this one is not to fail for it


def refuse() -> BaseResponse:
    """The answer to somebody who is not signed in."""
    manager: Any = current_app.extensions["sign_in"]
    answer: BaseResponse = manager.unauthorized()
    return answer


def _forged(_error: CSRFError) -> BaseResponse:
    """The answer to what came without the token of this session: nothing is lost, nothing is changed."""
    try:
        known = current_user.is_authenticated
    except Passing as error:
        return away(error)
    if request.endpoint == "sign_in.enter":
        return _again()
    if not known:
        return refuse()
    text = _("This page was too old, or you signed in again elsewhere. Open it again and send it once more.")
    return page(Trouble(400, _("Nothing was changed"), text, icon="alert-triangle", typed=typed()))


@blueprint.get("/sign-in")
def form() -> BaseResponse:
    """The page on which people sign in."""
    if current_user.is_authenticated:
        return redirect(here.inside(request.args.get("next", "")))
    if first_run.is_open():
        return redirect(url_for("first_run.form"))
    return _sign_in_page(200, after=here.inside(request.args.get("next", "")))


@blueprint.post("/sign-in")
def enter() -> BaseResponse:
    """Check the password; then go on where the person was."""
    login, after, kept = (
        request.form.get("login", ""),
        here.inside(request.form.get("next", "")),
        request.form.get("kept", ""),
    )
    verdict, token = proving.settled(login, request.form.get("password", ""), _enter)
    if token is None:
        problem = verdict.pause or _("The name or the password is wrong.")
        return _sign_in_page(422, after=after, kept=kept, problem=problem, login=login)
    session.clear()
    carry(token)
    if kept and keep(after, _pairs(kept)):
        flash(_("Your text is back, as a draft."))
    answer = redirect(after, 303)
    known_browsers.remember(answer, login)
    return answer


@blueprint.post("/sign-out")
def leave() -> BaseResponse:
    """End the sign-in on this browser; a cookie that a late answer brings back opens nothing any more."""
    with here.transaction() as database:
        sign_ins.end(database, here.me().sign_in)
    logout_user()
    session.clear()
    return redirect(url_for("sign_in.form"), 303)


def carry(token: str) -> None:
    """Let the browser carry a sign-in from now on."""
    session.permanent = True
    with here.reading() as database:
        person = signed_in(database, token, here.kesu().settings)
    if person is not None:
        login_user(person)


def _enter(database: Session, person: DbPerson) -> str:
    """A new sign-in on this browser, in place of the one it may have."""
    if current_user.is_authenticated:
        sign_ins.end(database, here.me().sign_in)
    return sign_ins.begin(database, person.login, here.kesu().settings, **here.caller())


def _again() -> Response:
    """The answer to a sign-in page that was open for too long: once more, with everything that came along."""
    form = request.form
    text = _("This page was too old. Sign in once more.")
    return _sign_in_page(
        400,
        after=here.inside(form.get("next", "")),
        kept=form.get("kept", ""),
        problem=text,
        login=form.get("login", ""),
    )


def _sign_in_page(
    status: int, *, after: str, kept: str = "", problem: str = "", notice: str = "", login: str = ""
) -> Response:
    """The page, with what came along; of another site nothing is carried into the account of who signs in here."""
    if here.is_from_elsewhere():
        kept = notice = login = ""
    html = render_template("sign_in.html", after=after, kept=kept, problem=problem, notice=notice, login=login)
    return make_response(html, status)


def _page_of_the_form() -> str:
    """Where to go on after signing in: the address itself, or the page it was sent from where only that opens."""
    if here.opens(request.path):
        return request.path
    sender = urlsplit(request.referrer or "")
    return here.inside(sender.path if sender.netloc == request.host else "")


def _kept() -> str:
    """What was sent without a session, to be carried through the sign-in."""
    pairs = [pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token" and "password" not in pair[0]]
    text = json.dumps(pairs, ensure_ascii=False)
    return text if pairs and len(text) <= MOST_KEPT else ""


def _pairs(kept: str) -> MultiDict[str, str]:
    try:
        found = json.loads(kept)
        return MultiDict((str(name), str(value)) for name, value in found)
    except (ValueError, TypeError):
        return MultiDict()
