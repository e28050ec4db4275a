"""One's own account: who one is here, how the pages look, where one is signed in, the password."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Session
from processes.errors import PasswordRefused, PasswordSame, PasswordUnlike
from processes.people import accounts, organisation, passwords, sign_ins
from processes.people.schema import DbPerson
from web.absences import pages as absences
from web.account import browsers
from web.account.sign_in import carry
from web.shell import dates, here, language, proving
from web.shell.errors import explain
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.pages import show
from web.shell.people import joined

blueprint = Blueprint("account", __name__, url_prefix="/account")


@dataclass(frozen=True)
class SignInRow:
    """A browser on which one is signed in."""

    browser: str
    address: str
    since: str
    seen: str
    here: bool


@blueprint.get("")
def page() -> Response:
    """Everything about oneself."""
    return _page()


@blueprint.get("/password")
def password() -> BaseResponse:
    """Where somebody whose password another one knows has to choose an own one."""
    return _page() if here.me().must_change_password else redirect(url_for("account.page", _anchor="password"))


@blueprint.post("/password")
def change_password() -> BaseResponse:
    """Choose another password; every other browser is signed out."""
    actor, settings = here.actor(), here.kesu().settings
    present, new, again = (
        request.form.get(name, "") for name in ("present_password", "new_password", "password_again")
    )
    verdict = proving.prove(actor.id, present)
    wrong = _refused(present, new, again) if not verdict.pause else {}
    hashed = None if wrong or verdict.proof is None else passwords.hash_checked(new, settings.password_cost)

    def change(session: Session, person: DbPerson) -> str:
        if hashed is None:
            return ""  # the present one was right, and that is all
        accounts.change_own_password(session, person, hashed, by=actor)
        return sign_ins.begin(session, actor.id, settings, **here.caller())

    verdict, token = proving.settled(actor.id, present, change, verdict)
    if token is None:
        wrong["present_password"] = verdict.pause or _("This is not your present password.")
    if not token:
        return _page(wrong, 422)
    first = here.me().must_change_password
    carry(token)
    flash(_("Your password is changed. Everywhere else you are signed out."))
    return redirect(here.inside(request.form.get("next", "")) if first else url_for("account.page"), 303)


@blueprint.post("/sign-out-elsewhere")
def end_others() -> BaseResponse:
    """Sign out on every browser but this one."""
    with here.transaction() as session:
        ended = sign_ins.end_all(session, here.actor().id, besides=here.me().sign_in)
    flash(ngettext("Signed out on %(num)s other browser.", "Signed out on %(num)s other browsers.", ended))
    return redirect(url_for("account.page", _anchor="sign-ins"), 303)


def _refused(present: str, new: str, again: str) -> dict[str, str]:
    """What is wrong with a new password, by the field that is to be filled in again."""
    person = here.me()
    try:
        if new == present:
            raise PasswordSame
        passwords.check_new(new, about=(person.actor.id, person.name_zh, person.name_en))
        if new != again:
            raise PasswordUnlike
    except PasswordRefused as error:
        return {"password_again" if isinstance(error, PasswordUnlike) else "new_password": explain(error)}
    return {}


def _page(wrong: Mapping[str, str] | None = None, status: int = 200) -> Response:
    if here.me().must_change_password:
        return show("first_password.html", status, wrong=wrong or {}, after=request.values.get("next", ""))
    login, tongue = here.actor().id, language.current()
    with here.reading() as session:
        person = organisation.get_person(session, login)
        units = organisation.units_of(session, here.actor().groups)
        rows = [
            SignInRow(
                browsers.in_words(each.browser),
                each.address,
                _moment(each.since),
                _moment(each.last_seen_at),
                each.id == here.me().sign_in,
            )
            for each in sign_ins.of_person(session, login, here.kesu().settings)
        ]
        by_mail = ("on" if person.mail_notices else "off") if person.email else ""
        facts = [(_("Name"), " · ".join(dict.fromkeys((person.name_zh, person.name_en)))), (_("Login"), login)]
        facts += [(_("E-mail"), person.email)] if person.email else []
        for kind, title in (("unit", _("Units")), ("role", _("Roles"))):
            named = [unit.name_zh if tongue == "zh" else unit.name_en for unit in units if unit.kind == kind]
            facts += [(title, joined(named))] if named else []
        card = absences.card(session, login)
    rows.sort(key=lambda row: not row.here)
    return show(
        "account.html",
        status,
        wrong=wrong or {},
        rows=rows,
        facts=facts,
        by_mail=by_mail,
        after="",
        substitutes=card,
    )


def _moment(at: datetime) -> str:
    return dates.moment_text(at, language.current(), here.zone(), this_year=here.now().year)
