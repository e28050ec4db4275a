"""What a review meeting should talk about: what was repeated, badly handled, without effect, or not done in time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from engine import Json, Session
from processes.cases.schema import DbCase, DbCaseEntry
from processes.management import figures
from processes.management.periods import Period

RESOLVED, RESULT, SUPERSEDED = "resolution", "resolution_result", "resolution_superseded"
"""Lines of a meeting's record: what it resolved, what came of it, what a later meeting put in its place."""
INEFFECTIVE = "improvement_ineffective"
"""The line in a complaint's record that its improvement had no effect: for the next meeting."""


def candidates(session: Session, cases: Sequence[DbCase], period: Period, *, repeated_from: int) -> list[Json]:
    """The complaints of a period that a meeting should look at, each with why.

    Args:
        session: as always.
        cases: of the period, with facts and clocks.
        period: the month that the meeting looks back at.
        repeated_from: so many complaints about one product count as repeated.
    """
    return [*_repeated(cases, period, repeated_from), *_badly_handled(session, cases, period)]


def ineffective(session: Session, since: datetime) -> list[Json]:
    """The improvements that were found to be without effect since a moment: since the agenda of the last meeting."""
    query = select(DbCaseEntry, DbCase).join(DbCase, DbCase.id == DbCaseEntry.case_id)
    query = query.where(DbCaseEntry.kind == INEFFECTIVE, DbCaseEntry.at > since, figures.complaints(session))
    query = query.order_by(DbCaseEntry.id)
    found: list[Json] = []
    for entry, case in session.execute(query):
        topic = _topic("ineffective", case, str(entry.data.get("root_cause") or ""))
        found.append({**topic, "unit": entry.data.get("unit") or case.unit})
    return found


def overdue(session: Session, today: date) -> list[Json]:
    """The resolutions of earlier meetings that are due and not done, or done without effect, the oldest first."""
    kinds = (RESOLVED, RESULT, SUPERSEDED)
    rows = session.scalars(select(DbCaseEntry).where(DbCaseEntry.kind.in_(kinds)).order_by(DbCaseEntry.id))
    left: dict[str, dict[str, Json]] = {}
    for entry in rows:
        data: dict[str, Any] = dict(entry.data)
        if entry.kind == RESOLVED:
            left[data["no"]] = {**data, "state": "open"}
        elif entry.kind == SUPERSEDED or data.get("effective"):
            left.pop(data["no"], None)
        elif data["no"] in left:
            left[data["no"]]["state"] = "no_effect"
    return [row for row in left.values() if row["state"] == "no_effect" or str(row["due"]) < today.isoformat()]


def resolution(session: Session, meeting: DbCase, number: str) -> dict[str, Json]:
    """A resolution of a meeting as it was written down; nothing where it has no such one."""
    rows = select(DbCaseEntry).where(DbCaseEntry.case_id == meeting.id, DbCaseEntry.kind == RESOLVED)
    return next((dict(entry.data) for entry in session.scalars(rows) if entry.data["no"] == number), {})


def last_agenda(session: Session, procedure: str, but: int) -> datetime | None:
    """When the agenda of the meeting before was drawn up."""
    query = select(DbCase.opened_at).where(DbCase.procedure == procedure, DbCase.id != but)
    return session.scalar(query.order_by(DbCase.id.desc()).limit(1))


def _repeated(cases: Sequence[DbCase], period: Period, least: int) -> Iterator[Json]:
    alike: dict[str, list[DbCase]] = defaultdict(list)
    for case in cases:
        product = figures.of_role(case, "product")
        if product is not None and figures.is_in(case.received_at, period):
            alike[product.folded].append(case)
    for found in alike.values():
        if len(found) >= least:
            yield _topic("repeated", found[-1], ", ".join(case.number for case in found))


def _badly_handled(session: Session, cases: Sequence[DbCase], period: Period) -> Iterator[Json]:
    again = select(DbCaseEntry.case_id).where(DbCaseEntry.kind == "reopened", period.covers(DbCaseEntry.at))
    reopened = set(session.scalars(again))
    for case in cases:
        redone, mediated = figures.of_role(case, "redone"), figures.of_role(case, "mediated")
        if case.id in reopened:
            yield _topic("reopened", case)
        if redone is not None and int(redone.text) > 1:
            yield _topic("redone", case, redone.text)
        if mediated is not None:
            yield _topic("mediated", case, mediated.text)
        if figures.is_late(case, period):
            yield _topic("late", case)


def _topic(why: str, case: DbCase, note: str = "") -> dict[str, Json]:
    return {"why": why, "case": case.number, "title": case.title, "unit": case.unit, "note": note}
