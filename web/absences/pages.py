"""Who does one's work while one is away: for oneself, and by administrators for somebody who cannot do it any more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Session
from engine.errors import NotFound, Refused
from processes.errors import SubstitutionDays
from processes.people import absences, substitutions
from web.shell import came_from, dates, here, language, once
from web.shell.errors import explain
from web.shell.language import gettext as _
from web.shell.pages import show
from web.shell.people import joined, names

blueprint = Blueprint("substitutes", __name__, url_prefix="/account/substitutes")


@dataclass(frozen=True)
class Row:
    """A substitution that runs or is to come."""

    who: str
    days: str
    units: str
    reason: str
    end: str
    """Where it is ended."""


@dataclass(frozen=True)
class Card:
    """Who stands in for somebody, and what is needed for another."""

    person: str
    own: bool
    rows: Sequence[Row]
    people: Sequence[tuple[str, str]]
    units: Sequence[tuple[str, str]]
    typed: Mapping[str, object] = field(default_factory=dict)
    problem: str = ""
    once: str = field(default_factory=once.new_key)
    """What its form is known by when it is sent twice."""


def card(session: Session, login: str, typed: Mapping[str, object] | None = None, problem: str = "") -> Card:
    """The card of a person's page."""
    called = names(session)
    units = {unit.key: called.unit(unit.key) for unit in substitutions.units_of(session, login)}
    rows = [
        Row(
            called.person(each.substitute),
            _days(each.first_day, each.last_day),
            joined(map(called.unit, each.units)),
            each.reason,
            url_for("substitutes.end", number=each.id),
        )
        for each in substitutions.of_person(session, login)
    ]
    people = sorted((called.person(each.login), each.login) for each in substitutions.choices(session, login))
    day = absences.today(session).isoformat()
    start = {"substitute": "", "reason": "", "first_day": day, "last_day": day, "units": list(units)}
    return Card(login, login == here.actor().id, rows, people, list(units.items()), typed or start, problem)


@blueprint.post("")
def make() -> BaseResponse:
    """Let somebody do the work of the person named in the form; one's own as a rule."""
    form = request.form
    login = form.get("person") or here.actor().id
    said = {name: form.get(name, "").strip() for name in ("substitute", "first_day", "last_day", "reason")}
    typed = {**said, "units": form.getlist("units")}
    try:
        with here.transaction() as session:
            once.act(session, lambda: _make(session, login))
            who = names(session).person(form.get("substitute", ""))
    except NotFound:
        raise
    except Refused as error:
        with here.reading() as session:
            asked = card(session, login, typed, explain(error))
        return show("substitutes.html", 422, active="", card=asked)
    flash(_("%(who)s stands in, %(days)s.", who=who, days=_days(_day(said["first_day"]), _day(said["last_day"]))))
    return redirect(_back(login), 303)


def _make(session: Session, login: str) -> str:
    """The number of a new one, from what was filled in."""
    form = request.form
    made = substitutions.make(
        session,
        login,
        form.get("substitute", ""),
        units=form.getlist("units"),
        first_day=_day(form.get("first_day", "")),
        last_day=_day(form.get("last_day", "")),
        reason=here.reason(),
        by=here.actor(),
    )
    return str(made.id)


@blueprint.post("/<int:number>/end")
def end(number: int) -> BaseResponse:
    """End one before its last day; what was taken meanwhile has to be handed back."""
    with here.transaction() as session:
        made = substitutions.end(session, number, by=here.actor())
        who = names(session).person(made.substitute)
    flash(_("%(who)s no longer stands in.", who=who))
    return redirect(_back(made.person), 303)


def _back(login: str) -> str:
    own = url_for("account.page", _anchor="substitutes")
    return own if login == here.actor().id else came_from.address(own)


def _day(text: str) -> date:
    """SubstitutionDays for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SubstitutionDays from None


def _days(first: date, last: date) -> str:
    year = here.now().year
    said = [dates.day_text(day, language.current(), this_year=year) for day in (first, last)]
    return said[0] if first == last else _("%(first)s to %(last)s", first=said[0], last=said[1])
