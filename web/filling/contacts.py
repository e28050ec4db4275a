"""Phone numbers and e-mail addresses on pages: veiled, until somebody asks for those of a case."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response

from engine import Json, Session
from forms import veiled
from processes import procedures
from processes.cases import contacts, register
from processes.cases.schema import DbCase
from web.shell import dates, here

blueprint = Blueprint("contacts", __name__, url_prefix="/cases/<number>/contact")


@dataclass(frozen=True)
class Veil:
    """The button that lifts it, or until when it is lifted."""

    address: str
    lifted_until: str


@blueprint.post("")
def lift(number: str) -> Response:
    """Show them to this person for a while; that is written into the case."""
    with here.transaction() as session:
        contacts.show(session, register.get_case(session, number, here.actor()), here.actor())
    return redirect(here.inside(request.form.get("next", "")), 303)


def look(session: Session, case: DbCase | None) -> Veil | None:
    """Lift the veil from this page where the person has asked for it; None for a case with nothing to veil.

    Whatever shows answers or a case is under the veil, unless the page has looked here first.
    """
    known = () if case is None else procedures.of_instance(session, case.instance_id).facts
    if case is None or not any(fact.personal and fact.name in case.facts for fact in known):
        return None
    until = contacts.shown_until(session, case, here.actor())
    g.veil_is_lifted = until is not None
    address = url_for("contacts.lift", number=case.number)
    return Veil(address, dates.clock_text(until, here.zone()) if until is not None else "")


def are_veiled() -> bool:
    """Whether this page shows them veiled."""
    return not g.get("veil_is_lifted", False)


def said(text: str | None) -> str:
    """A phone number or e-mail address as this page may show it."""
    return veiled(text or "") if are_veiled() else text or ""


def identity(text: str | None) -> str:
    """A number that tells who somebody is, as this page may show it: all but its last four signs are veiled."""
    plain = text or ""
    return f"{'*' * max(4, len(plain) - 4)}{plain[-4:] if len(plain) > 4 else ''}" if plain and are_veiled() else plain


def recipient(text: str) -> str:
    """To whom something went: an e-mail address or a number as this page may show it, a name as it is."""
    return said(text) if "@" in text or sum(sign.isdigit() for sign in text) >= 7 else text


def value(name: str, found: Json) -> Json:
    """The value of a process variable as this page may show it.

    Veiled is what the procedures veil under that name, and a telephone number or e-mail address under any name and
    within any list: a letter keeps to whom it goes, whatever the diagram calls that.
    """
    if not are_veiled():
        return found
    if isinstance(found, str):
        return veiled(found) if name in _veiled() or REACHES.fullmatch(found.strip()) else found
    if isinstance(found, Mapping):
        return {key: value(key, each) for key, each in found.items()}
    return [value(name, each) for each in found] if isinstance(found, list) else found


REACHES = re.compile(r"[^@\s]+@(?:[^@\s.]+\.)+[^@\s.]+|(\+86[ -]?)?1[3-9]\d{9}|0\d{2,3}[ -]?\d{7,8}|\+\d[\d ()-]{7,}")
"""An e-mail address or a telephone number: a mobile, one with its area, one of another country."""


def _veiled() -> frozenset[str]:
    """The variables that the procedures veil, asked for once a page."""
    if "veiled_names" not in g:
        with here.reading() as session:
            g.veiled_names = contacts.veiled_names(session)
    known: frozenset[str] = g.veiled_names
    return known
