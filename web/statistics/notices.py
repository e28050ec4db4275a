"""The notices behind a number of rewards and penalties: as a page, and as a file for spreadsheets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select

from engine import Session
from engine.errors import NotFound
from processes.cases import access
from processes.cases.schema import DbCase
from processes.management import penalties
from processes.management.penalties import Penalty
from processes.statistics import periods
from web.cases import looks
from web.cases.periods import period_text
from web.shell import dates, here, numbers, spreadsheets
from web.shell.language import gettext as _
from web.shell.pages import show
from web.shell.people import Names, names
from web.shell.words import word
from web.statistics.desk import money
from web.statistics.rewards import NOBODY, WORDS
from web.statistics.tables import Cell

PER_PAGE = 50

blueprint = Blueprint("notices_behind", __name__, url_prefix="/statistics/rewards")


@dataclass(frozen=True)
class Found:
    """What an address asks for."""

    title: str
    key: str
    """Of the period."""
    penalties: Sequence[Penalty]


@blueprint.get("")
def page() -> Response:
    """The notices of a period, of a kind, of a unit: what the numbers of the report lead to."""
    with here.reading() as session:
        found, page = _found(session), numbers.page()
        first, given = (page - 1) * PER_PAGE, request.args.to_dict()
        shown, total = found.penalties[first : first + PER_PAGE], len(found.penalties)
        places = {"first": first + 1, "last": first + len(shown), "total": total}
        return show(
            "notices_behind.html",
            active="statistics",
            title=found.title,
            heads=_heads(),
            rows=_rows(session, shown),
            pages={
                "text": _("%(first)s–%(last)s of %(total)s", **places),
                "before": _address(given, page=page - 1) if page > 1 else "",
                "after": _address(given, page=page + 1) if first + PER_PAGE < total else "",
            },
            back=url_for("statistics.page", period=found.key, _anchor="R09"),
            file=_address(given, "export"),
        )


@blueprint.get("/notices.csv")
def export() -> Response:
    """The same as a table for a spreadsheet."""
    with here.reading() as session:
        found = _found(session)
        rows = [_heads(), *([cell.exported for cell in row] for row in _rows(session, found.penalties))]
        return spreadsheets.sheet(f"R09-{found.key}", rows)


def _heads() -> list[str]:
    heads = [_("Notice"), _("Recorded"), _("Case"), _("Severity"), _("Result"), _("Whose")]
    return [*heads, _("What for"), _("Amount"), _("Carried out")]


def _found(session: Session) -> Found:
    if not penalties.read_in(session, here.actor()):
        raise NotFound(what="page", key="rewards")
    given = {name: text.strip()[:100] for name, text in request.args.items()}
    today = here.now().astimezone(here.zone()).date()
    period = periods.read(given.get("period", "")) or periods.containing("month", today)
    unit, kind = given.get("unit", ""), given.get("kind", "")
    begins, ends = period.begins(here.zone()), period.ends(here.zone())
    asked = penalties.Asked(begins, ends, given.get("procedure", ""), "" if unit == NOBODY else unit)
    found = [
        each
        for each in penalties.of(session, here.actor(), asked)
        if kind in ("", each.kind) and not (unit == NOBODY and each.unit)
    ]
    title = " · ".join([period_text(period), *(said for key, said in WORDS.items() if key == kind)])
    return Found(title, period.key, found)


def _address(given: Mapping[str, str], endpoint: str = "page", page: int | None = None) -> str:
    """The same notices: another page of them, or as a file."""
    wanted: dict[str, Any] = {**given, "page": page}
    return url_for(f"notices_behind.{endpoint}", **wanted)


def _rows(session: Session, found: Sequence[Penalty]) -> list[list[Cell]]:
    """As they are shown, which is written down as a look at each."""
    looks.taken(session, session.scalars(select(DbCase).where(DbCase.id.in_({each.case_id for each in found}))))
    about = DbCase.number.in_({each.complaint for each in found})
    may, called = access.visible_to(session, here.actor()), names(session)
    seen = set(session.scalars(select(DbCase.number).where(about, may.condition), may.given))
    return [_row(each, called, linked=each.complaint in seen) for each in found]


def _row(each: Penalty, called: Names, *, linked: bool) -> list[Cell]:
    whose = " ".join(filter(None, [called.unit(each.unit) if each.unit else _("nobody"), each.person]))
    return [
        Cell(each.number),
        Cell(dates.record_text(each.at, here.zone())),
        Cell(each.complaint, url_for("cases.case", number=each.complaint) if linked else ""),
        Cell(each.severity),
        Cell(word(WORDS, each.kind)),
        Cell(whose),
        Cell(each.text),
        money(each.amount) if each.kind in ("bonus", "reward") else Cell(""),
        Cell(" ".join(filter(None, [each.done_on, each.done_with]))),
    ]
