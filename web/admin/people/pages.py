"""People: who they are, the units and roles they are in, and whether they may sign in."""

import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from engine import Session
from engine.errors import Refused
from forms import wrong_address
from processes.desk import assignments
from processes.errors import AddressWrong, NameMissing
from processes.people import accounts, organisation, passwords
from processes.people.schema import DbMembership, DbPerson, DbUnit
from web.absences.pages import card
from web.admin import show
from web.admin.entrance import blueprint
from web.admin.people.accounts import Account, account_of
from web.shell import here, language
from web.shell.errors import explain
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.pages import show as page
from web.shell.people import beside, joined


class OwnAccess(Refused):
    """You cannot take your own access away; somebody else has to."""


@dataclass(frozen=True)
class PersonRow:
    """Somebody who can sign in."""

    login: str
    name: str
    email: str
    groups: str
    active: bool
    seen: show.Moment | None
    """None for somebody who has never signed in."""
    address: str


@dataclass(frozen=True)
class Typed:
    """A person as the form has it."""

    login: str = ""
    name_zh: str = ""
    name_en: str = ""
    email: str = ""
    groups: frozenset[str] = frozenset()
    active: bool = True


@blueprint.get("/people")
def people() -> Response:
    """Everybody, the active ones first."""
    with here.reading() as session:
        units = _units(session)
        groups: dict[str, list[str]] = {}
        for login, unit in session.execute(select(DbMembership.person, DbMembership.unit).order_by(DbMembership.unit)):
            groups.setdefault(login, []).append(units.get(unit, unit))
        rows = [
            PersonRow(
                person.login,
                _name(person),
                person.email,
                joined(groups.get(person.login, ())),
                person.active,
                show.moment(person.last_seen_at),
                url_for("admin.person", login=person.login),
            )
            for person in session.scalars(select(DbPerson).order_by(DbPerson.active.desc(), DbPerson.login))
        ]
        return page("admin/people.html", active="admin", rows=rows, new=url_for("admin.new_person"))


@blueprint.route("/people/new", methods=["GET", "POST"])
def new_person() -> BaseResponse:
    """Somebody new; the first password is shown once."""
    if request.method == "GET":
        return _form(Typed(), new=True)
    typed, password = _typed(), secrets.token_urlsafe(9)
    try:
        if not typed.login:
            raise NameMissing
        _check(typed)
        hashed = passwords.hash_new(password, here.kesu().settings.password_cost)
        with here.transaction() as session:
            accounts.add(
                session,
                typed.login,
                by=here.actor(),
                name_zh=typed.name_zh,
                name_en=typed.name_en,
                password=hashed,
                email=typed.email,
                groups=typed.groups,
            )
    except Refused as error:
        return _form(typed, new=True, problem=explain(error), status=422)
    return _form(typed, new=False, password=password)


@blueprint.route("/people/<login>", methods=["GET", "POST"])
def person(login: str) -> BaseResponse:
    """Somebody's name, units and roles; they take effect with the next page that the person opens."""
    with here.reading() as session:
        known = _known(session, login)
    if request.method == "GET":
        return _form(known, new=False)
    typed = _typed(login)
    try:
        if login == here.actor().id and (not typed.active or organisation.ADMIN not in typed.groups):
            raise OwnAccess
        _check(typed)
        with here.transaction() as session:
            details = {"name_zh": typed.name_zh, "name_en": typed.name_en, "email": typed.email}
            lost = assignments.change_access(
                session, login, typed.groups, by=here.actor(), active=typed.active, **details
            )
    except Refused as error:
        return _form(typed, new=False, problem=explain(error), status=422)
    said = ngettext("%(num)s task went back to its unit.", "%(num)s tasks went back to their units.", lost)
    flash(" ".join([_("Kept."), said][: 2 if lost else 1]))
    return redirect(url_for("admin.people"), 303)


def with_password(login: str, password: str) -> Response:
    """Somebody's page with a password that is shown this once."""
    with here.reading() as session:
        known = _known(session, login)
    return _form(known, new=False, password=password)


def _known(session: Session, login: str) -> Typed:
    found = organisation.get_person(session, login)
    groups = organisation.groups_of(session, login)
    return Typed(found.login, found.name_zh, found.name_en, found.email, groups, found.active)


def _form(typed: Typed, *, new: bool, problem: str = "", password: str = "", status: int = 200) -> Response:
    with here.reading() as session:
        account: Account | None = None if new else account_of(session, typed.login)
        substitutes = None if account is None or account.own else card(session, typed.login)
        units = session.scalars(select(DbUnit).order_by(DbUnit.kind.desc(), DbUnit.key)).all()
        called = _units(session)
        times, kinds = Counter(called.values()), dict[str, list[tuple[str, str]]]()
        for unit in units:
            name = called[unit.key]
            told = beside(name, unit.key) if times[name] > 1 else name
            kinds.setdefault(unit.kind, []).append((unit.key, told))
    address = url_for("admin.new_person") if new else url_for("admin.person", login=typed.login)
    return page(
        "admin/person.html",
        status,
        active="admin",
        typed=typed,
        new=new,
        kinds=[(_("Units"), kinds.get("unit", [])), (_("Roles"), kinds.get("role", []))],
        problem=problem,
        password=password,
        address=address,
        account=account,
        substitutes=substitutes,
    )


def _typed(login: str | None = None) -> Typed:
    form = request.form
    zh, en = (form.get(name, "").strip()[:100] for name in ("name_zh", "name_en"))
    return Typed(
        organisation.normal_login(form.get("login", ""))[:60] if login is None else login,
        zh or en,
        en or zh,
        form.get("email", "").strip()[:200],
        frozenset(form.getlist("groups")),
        "active" in form,
    )


def _check(typed: Typed) -> None:
    if typed.email and wrong_address(typed.email) is not None:
        raise AddressWrong


def _units(session: Session) -> Mapping[str, str]:
    chinese = language.current() == "zh"
    return {unit.key: unit.name_zh if chinese else unit.name_en for unit in session.scalars(select(DbUnit))}


def _name(person: DbPerson) -> str:
    return person.name_zh if language.current() == "zh" else person.name_en
