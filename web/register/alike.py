"""Cases that are like what is being registered: whoever is on the telephone sees it before there are two of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from engine import Json, Session, now
from processes.cases import facts, held, likeness
from processes.cases.likeness import Likeness
from web.register.intake import Intake
from web.shell import dates, here, language
from web.shell.language import gettext as _
from web.shell.people import joined
from web.shell.words import N_

AGREES: Mapping[str, str] = {
    likeness.CONTACT: N_("the contact"),
    likeness.PIECE: N_("the serial number"),
    likeness.LOT: N_("the lot"),
    likeness.ORDER: N_("the order"),
    likeness.CATEGORY: N_("the kind"),
    likeness.WORDS: N_("the words"),
}
FEW = 3
NAMED = "same_as"
"""The field of a registration in which the number of another case may be given."""
LEAST = 0.5
"""What is less alike is not worth a look in the middle of a call."""


@dataclass(frozen=True)
class Alike:
    """A case that tells of the same, perhaps."""

    number: str
    day: str
    title: str
    same: str
    """What agrees."""
    address: str


def is_asked(known: Intake) -> bool:
    """Whether the form of the registration asks whether it is known already."""
    return any(field.path == NAMED for field in here.gate().form(known.file).fields)


def find(session: Session, known: Intake, answers: Mapping[str, Json]) -> Sequence[Alike]:
    """The few most alike that the person may see; nothing is kept of the case that is tried out."""
    moment = now(session)
    case = held.cases().new(procedure=known.procedure.key, title="", description="", received_at=moment)
    values = facts.Values(session, known.procedure, answers)
    with session.no_autoflush:
        for fact in known.procedure.facts:
            facts.keep(case, fact, facts.text_of(values.get(fact.value)))
        case.description = facts.text_of(values.get(known.procedure.case.get("description", ""))) or ""
        found = likeness.compare(session, here.kesu().settings, case, here.actor())
    return [_shown(each, moment) for each in found[:FEW] if each.score >= LEAST or each.only_lot]


def _shown(found: Likeness, moment: datetime) -> Alike:
    day = found.received_at.astimezone(here.zone())
    return Alike(
        found.number,
        dates.day_text(day, language.current(), narrow=True, this_year=moment.year),
        found.title,
        joined([_(AGREES[each]) for each in found.agrees if each in AGREES]),
        url_for("cases.case", number=found.number),
    )
