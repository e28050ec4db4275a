"""What would happen if a complaint were registered as it stands: played on the procedure itself, and taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import Session, instances
from engine.errors import KesuError
from processes.cases import register as cases
from processes.cases.schema import DbCase
from processes.clock.card import CaseClock
from web.cases import cards
from web.shell import dates, here, language
from web.shell.language import gettext as _
from web.shell.people import joined, names


@dataclass(frozen=True)
class Line:
    """A fact about what will happen."""

    name: str
    text: str
    note: str = ""


def foresee(register: Callable[[Session], str]) -> Sequence[Line]:
    """What registering leads to; nothing while the procedure refuses it as it stands, or is busy.

    Args:
        register: does it in the given session and gives the number of the case; whatever it does is taken back.
    """
    try:
        with here.trial() as session:
            return _lines(session, cases.get_case(session, register(session), here.actor()))
    except KesuError:
        return ()


def _lines(session: Session, case: DbCase) -> list[Line]:
    lines = []
    if case.severity:
        told = _told(session, case)
        lines.append(Line(_("Severity"), case.severity, _("told at once: %(units)s", units=told) if told else ""))
    calendar, now = here.kesu().office.calendar(session), here.now()
    for known, label in cards.clocks(session, case, calendar, now):
        lines += _due(known, label, now)
    return lines


def _told(session: Session, case: DbCase) -> str:
    """The units that the table of severities names."""
    groups = instances.get_variables(session, case.instance_id).get("notify")
    if not isinstance(groups, str):
        return ""
    called = names(session)
    return joined(called.unit(group.strip()) for group in groups.split(","))


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
