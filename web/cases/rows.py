"""A case in one line of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from processes.cases.links import MERGED
from processes.cases.schema import DbCase, DbCaseClock
from processes.clock.calendar import WorkingCalendar
from processes.procedures.model import Fact
from web.cases.lines import KINDS
from web.filling import contacts
from web.shell import dates, here, language
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.parts import Badge, answered_badge, due_badge, severity_badge, stopped_badge
from web.shell.people import Names
from web.shell.words import Vocabulary, Words


@dataclass(frozen=True)
class Row:
    """A case in the list."""

    number: str
    title: str
    who: str
    phase: str
    state: Badge | None
    due: Badge | None
    severity: Badge | None
    stopped: Badge | None
    late: Badge | None
    """How many of its open steps are late."""
    received: str
    owner: str
    address: str
    facts: Sequence[str] = ()
    """What only its procedure knows of it, in the order of the columns."""


def case_row(
    case: DbCase,
    called: Names,
    calendar: WorkingCalendar,
    words: Words,
    facts: Sequence[Fact] = (),
    *,
    stopped: bool = False,
    late: int = 0,
) -> Row:
    """A case in one line."""
    now, tongue, said = here.now(), language.current(), words.of(case)
    state = _ended(case, said) if case.closed_at else None
    return Row(
        number=case.number,
        title=said.title(case) or _("(no title)"),
        who=case.who,
        phase=said.phase(case.phase),
        state=state,
        due=_reply_badge(case, now, calendar),
        severity=severity_badge(said.severity(case.severity)),
        stopped=stopped_badge() if stopped else None,
        late=_late_badge(late) if late else None,
        received=dates.moment_text(case.received_at, tongue, here.zone(), this_year=now.year),
        owner=called.person(case.owner) if case.owner else "",
        address=url_for("cases.case", number=case.number),
        facts=[fact_text(case, fact, said) for fact in facts],
    )


def _late_badge(late: int) -> Badge:
    return Badge(ngettext("%(num)s late step", "%(num)s late steps", late), "bad", "alert-triangle")


def _ended(case: DbCase, said: Vocabulary) -> Badge:
    """How a case has ended, or that it goes on in another one."""
    if case.status == MERGED:
        return Badge(_("merged"), "", "external-link")
    return Badge(said.outcome(case.outcome) or _("closed"), "good", "circle-check")


def fact_text(case: DbCase, fact: Fact, said: Vocabulary) -> str:
    """What is known of a case, as a list shows it."""
    text = case.fact(fact.name) or ""
    if fact.kind == "choice" and text:
        return said.fact(fact, text)
    if fact.kind in ("identity", "money") and text:
        return KINDS[fact.kind](text, Names())
    return contacts.said(text) if fact.personal else text


def _reply_badge(case: DbCase, now: datetime, calendar: WorkingCalendar) -> Badge | None:
    """When the next thing is due or, when nothing is any more, whether all was in time."""
    if case.due_at is not None:
        return due_badge(case.due_at, now, calendar)
    stopped = [row for row in case.clocks if row.stopped_at is not None and row.due_at is not None and not row.soft]
    return answered_badge(in_time=all(_in_time(row) for row in stopped)) if stopped else None


def _in_time(row: DbCaseClock) -> bool:
    return row.due_at is None or (row.stopped_at is not None and row.stopped_at < row.due_at)
