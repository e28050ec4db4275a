"""What would happen if a complaint were registered as it stands: played on the procedure itself, and taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import Session
from engine.errors import KesuError
from processes.cases import register as cases
from processes.cases.card import CaseClock
from processes.procedures.model import Registration
from web.cases import cards
from web.cases.lines import shown
from web.shell import dates, here, language
from web.shell.language import gettext as _
from web.shell.people import joined, names
from web.shell.words import field_of, text_of


@dataclass(frozen=True)
class Line:
    """A fact about what will happen."""

    name: str
    text: str
    note: str = ""


def foresee(registration: Registration, register: Callable[[Session], str]) -> Sequence[Line]:
    """What registering leads to; nothing while the procedure refuses it as it stands, or is busy.

    Args:
        registration: of the procedure, which says what is looked at.
        register: does it in the given session and gives the number of the case; whatever it does is taken back.
    """
    try:
        with here.trial() as session:
            case = cases.get_case(session, register(session), here.actor())
            return _lines(registration, cards.know(session, case, names(session)))
    except KesuError:
        return ()


def _lines(registration: Registration, known: cards.Known) -> list[Line]:
    calendar, now = here.kesu().office.calendar(known.session), here.now()
    clocks = cards.clocks(known, calendar, now)
    dated = {variable for clock in known.words.procedure.clocks for variable in clock.sets.values()}
    found = []
    for line in registration.outlook:
        if field_of(line) in dated:
            continue  # a clock says more of its date than the line could
        text = shown(known.words, line, known.values.get(line.value), known.names)
        if text:
            found.append(Line(text_of(line.label), text, _note(known, line.note)))
    for each, label in clocks:
        found += _due(each, label, now)
    return found


def _note(known: cards.Known, expression: str) -> str:
    """What stands below a line; the units that it names are told at once."""
    text = known.values.get(expression)
    if not isinstance(text, str):
        return ""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if parts and all(part in known.names.units for part in parts):
        return _("told at once: %(units)s", units=joined(map(known.names.unit, parts)))
    return text


def _due(known: CaseClock, label: str, now: datetime) -> list[Line]:
    """Until when something is owed, and what the customer may be told of it."""
    tongue, zone, year = language.current(), here.zone(), now.year
    assert known.due_at is not None
    note = ""
    if known.moved and known.nominal_day is not None:
        nominal = dates.day_text(known.nominal_day, tongue, this_year=year)
        note = _("nominal %(day)s, %(why)s", day=nominal, why=known.why_moved or _("not a working day"))
    lines = [Line(label, dates.due_text(known.due_at, tongue, zone, this_year=year), note)]
    if not (known.provisional or known.soft):
        day = dates.day_text(dates.last_day(known.due_at, zone)[0], tongue, this_year=year)
        lines.append(Line(_("May be told"), _("“You have our written answer by %(day)s.”", day=day)))
    return lines
