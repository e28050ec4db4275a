"""The first person of a new installation, made by whoever sits at the machine, and only while there is nobody."""

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine.errors import NotFound, Refused
from processes.errors import PasswordRefused, PasswordUnlike
from processes.people import accounts, organisation, passwords
from web.shell import here
from web.shell.errors import explain
from web.shell.language import gettext as _

blueprint = Blueprint("first_run", __name__)


def is_open() -> bool:
    """Whether there is nobody yet, and the request comes from the machine itself."""
    if not here.is_at_the_machine():
        return False
    with here.reading() as session:
        return not organisation.is_anybody(session)


@blueprint.get("/first")
def form() -> Response:
    """Who the administrator is."""
    if not is_open():
        raise NotFound(what="page", key="first")
    return _page({}, 200)


@blueprint.post("/first")
def add() -> BaseResponse:
    """Make the administrator, who then signs in."""
    if not is_open():
        raise NotFound(what="page", key="first")
    form = {name: request.form.get(name, "").strip()[:100] for name in ("login", "name_zh", "name_en")}
    name = form["name_zh"] or form["name_en"] or form["login"]
    try:
        hashed = _chosen((form["login"], form["name_zh"], form["name_en"]))
        with here.transaction() as session:
            accounts.add_first(session, form["login"], name_zh=name, name_en=form["name_en"] or name, password=hashed)
    except PasswordUnlike as error:
        return _page({"password_again": explain(error)}, 422)
    except PasswordRefused as error:
        return _page({"new_password": explain(error)}, 422)
    except Refused as error:
        return _page({"login": explain(error)}, 422)
    flash(_("You are the administrator. Sign in, and add units and people under Administration."))
    return redirect(url_for("sign_in.form"), 303)


def _chosen(about: tuple[str, ...]) -> passwords.Hashed:
    new = request.form.get("new_password", "")
    hashed = passwords.hash_new(new, here.kesu().settings.password_cost, about=about)
    if new != request.form.get("password_again", ""):
        raise PasswordUnlike
    return hashed


def _page(wrong: dict[str, str], status: int) -> Response:
    return make_response(render_template("first_run.html", wrong=wrong, typed=request.form), status)
