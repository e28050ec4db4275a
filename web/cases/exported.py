"""The list of cases as a file for spreadsheets, as it is filtered and sorted."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from flask import Blueprint, Response

from engine import Session
from processes.cases.schema import DbCase
from processes.cases.search import search
from processes.procedures.model import Fact
from web.cases import filters, looks
from web.cases.rows import fact_text
from web.shell import dates, here, spreadsheets
from web.shell.language import gettext as _
from web.shell.people import Names, names
from web.shell.words import STATES, Words, text_of, word

blueprint = Blueprint("exported_cases", __name__)

AT_A_TIME = 500
MOST = 20_000
"""Of more cases the file says that it is not whole."""


@blueprint.get("/cases.csv")
def export() -> Response:
    """All cases that are filtered, not only those of a page."""
    wanted = filters.asked()
    with here.reading() as session:
        facts = filters.listed(session, wanted)
        return spreadsheets.sheet("cases", [_heads(facts), *_rows(session, wanted, facts)])


def _heads(facts: Sequence[Fact]) -> list[str]:
    first = [_("Number"), _("Procedure"), _("Complaint"), _("Complainant"), *(text_of(fact.label) for fact in facts)]
    state = [_("State"), _("Phase"), _("Outcome"), _("Severity"), _("Unit"), _("Owner")]
    return [*first, *state, _("Received"), _("Due"), _("Late"), _("Closed")]


def _rows(session: Session, wanted: filters.Asked, facts: Sequence[Fact]) -> Iterator[list[str]]:
    words, called = Words(session), names(session)
    asked = replace(wanted.within(session), per_page=AT_A_TIME, thorough=True)
    for page in range(1, MOST // AT_A_TIME + 1):
        found = search(session, here.actor(), replace(asked, page=page)).cases
        looks.taken(session, found)
        yield from (_row(case, words, called, facts) for case in found)
        if len(found) < AT_A_TIME:
            return
    yield [_("Not all cases are here: narrow the list down.")]


def _row(case: DbCase, words: Words, called: Names, facts: Sequence[Fact]) -> list[str]:
    said, zone = words.of(case), here.zone()
    moments = [dates.record_text(at, zone) if at is not None else "" for at in (case.received_at, case.due_at)]
    late = case.status == "open" and case.due_at is not None and case.due_at <= here.now()
    first = [case.number, said.name, said.title(case), case.who, *(fact_text(case, fact, said) for fact in facts)]
    state = [
        word(STATES, case.status),
        said.phase(case.phase),
        said.outcome(case.outcome),
        said.severity(case.severity),
    ]
    who = [called.unit(case.unit), called.person(case.owner) if case.owner else ""]
    closed = dates.record_text(case.closed_at, zone) if case.closed_at is not None else ""
    return [*first, *state, *who, *moments, _("late") if late else "", closed]
