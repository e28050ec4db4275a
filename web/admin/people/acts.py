"""What administrators can do to an account: a new password, unlocking, signing out; each asks for a reason."""

import secrets
from dataclasses import replace

from flask import request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine.errors import ReasonMissing, Refused
from processes.people import accounts, organisation, passwords
from web.admin.acts.confirm import carry_out_freely
from web.admin.entrance import blueprint
from web.admin.people.pages import with_password
from web.shell import here
from web.shell.errors import explain, status_of
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.pages import ask as question
from web.shell.parts import Confirm
from web.shell.people import names


@blueprint.route("/people/<login>/password", methods=["GET", "POST"])
def reset_password(login: str) -> BaseResponse:
    """Give somebody a new password, which is shown this once."""
    asked = _ask(
        login,
        title=_("Reset the password of %(name)s?", name=_name(login)),
        text=_("The new one is shown once, to be told to that person only, who has to change it at the next sign-in."),
        act=_("Reset the password"),
        address=url_for("admin.reset_password", login=login),
        icon="lock",
        dangerous=True,
    )
    if request.method == "GET":
        return question(asked, active="admin")
    reason, password = here.reason(), secrets.token_urlsafe(9)
    try:
        if not reason:
            raise ReasonMissing
        hashed = passwords.hash_new(password, here.kesu().settings.password_cost)
        with here.transaction() as session:
            accounts.reset_password(session, login, hashed, by=here.actor(), reason=reason)
    except Refused as error:
        return question(replace(asked, problem=explain(error), typed=reason), active="admin", status=status_of(error))
    return with_password(login, password)


@blueprint.route("/people/<login>/unlock", methods=["GET", "POST"])
def unlock(login: str) -> BaseResponse:
    """Let somebody try again at once after too many wrong passwords."""

    def ask() -> Confirm:
        return _ask(
            login,
            title=_("Unlock %(name)s?", name=_name(login)),
            text=_("The wrong passwords are forgotten: the next right one is taken at once."),
            act=_("Unlock"),
            address=url_for("admin.unlock", login=login),
            icon="refresh",
        )

    def do(reason: str) -> str:
        with here.transaction() as session:
            accounts.unlock(session, login, by=here.actor(), reason=reason)
        return _("%(name)s can sign in again.", name=_name(login))

    return carry_out_freely(ask, do)


@blueprint.route("/people/<login>/sign-out", methods=["GET", "POST"])
def sign_out(login: str) -> BaseResponse:
    """End all sign-ins of somebody."""

    def ask() -> Confirm:
        return _ask(
            login,
            title=_("Sign %(name)s out everywhere?", name=_name(login)),
            text=_("Drafts stay. The same password signs in again; reset it where somebody else may know it."),
            act=_("Sign out everywhere"),
            address=url_for("admin.sign_out", login=login),
            icon="logout",
        )

    def do(reason: str) -> str:
        with here.transaction() as session:
            ended = accounts.sign_out(session, login, by=here.actor(), reason=reason)
        return ngettext("Signed out on %(num)s browser.", "Signed out on %(num)s browsers.", ended)

    return carry_out_freely(ask, do)


def _name(login: str) -> str:
    with here.reading() as session:
        organisation.get_person(session, login)
        return names(session).person(login)


def _ask(login: str, *, title: str, text: str, act: str, address: str, icon: str, dangerous: bool = False) -> Confirm:
    return Confirm(
        title=title,
        text=text,
        address=address,
        act=act,
        leave=_("Leave it"),
        back=url_for("admin.person", login=login),
        icon=icon,
        dangerous=dangerous,
    )
