"""What a review meeting should talk about: what was repeated, badly handled, without effect, or not done in time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, literal, or_, select

from engine import Json, Session
from processes.cases.schema import DbCase, DbCaseEntry
from processes.management import figures
from processes.management.periods import Period

RESOLVED, RESULT, SUPERSEDED = "resolution", "resolution_result", "resolution_superseded"
"""Lines of a meeting's record: what it resolved, what came of it, what a later meeting put in its place."""
INEFFECTIVE = "improvement_ineffective"
"""The line in a complaint's record that its improvement had no effect: for the next meeting."""
REOPENED = "reopened"
"""The line in the record of a case that was opened again."""


@dataclass(frozen=True)
class Line:
    """A line of the record of a case."""

    kind: str
    at: datetime
    data: Mapping[str, Any]
    case_id: int
    number: str
    """Of the case."""
    title: str
    unit: str | None


def read(session: Session, meeting: DbCase, period: Period) -> list[Line]:
    """The lines that a meeting asks for, the oldest first; one look at the records.

    All resolutions of meetings and what came of them; which cases were opened again in the period; the improvements of
    complaints that were found to be without effect since the agenda of the meeting before, else since the period began.

    Args:
        session: as always.
        meeting: which asks; it may have no row yet.
        period: the month that it looks back at.
    """
    before = select(DbCase.opened_at).where(DbCase.procedure == meeting.procedure, DbCase.id != (meeting.id or 0))
    last = before.order_by(DbCase.id.desc()).limit(1).scalar_subquery()
    lines = DbCaseEntry
    since = func.coalesce(last, literal(period.begins, lines.at.type))
    wanted = or_(
        lines.kind.in_((RESOLVED, RESULT, SUPERSEDED)),
        (lines.kind == REOPENED) & period.covers(lines.at),
        (lines.kind == INEFFECTIVE) & (lines.at > since) & figures.complaints(session),
    )
    columns = (lines.kind, lines.at, lines.data, lines.case_id, DbCase.number, DbCase.title, DbCase.unit)
    query = select(*columns).join(DbCase, DbCase.id == lines.case_id).where(wanted).order_by(lines.id)
    return [Line(*row) for row in session.execute(query)]


def candidates(lines: Iterable[Line], cases: Sequence[DbCase], period: Period, *, repeated_from: int) -> list[Json]:
    """The complaints of a period that a meeting should look at, each with why.

    Args:
        lines: that were read for the meeting.
        cases: of the period, with facts and clocks.
        period: the month that the meeting looks back at.
        repeated_from: so many complaints about one product count as repeated.
    """
    reopened = {line.case_id for line in lines if line.kind == REOPENED}
    return [*_repeated(cases, period, repeated_from), *_badly_handled(reopened, cases, period)]


def ineffective(lines: Iterable[Line]) -> list[Json]:
    """The improvements among some lines that were found to be without effect."""
    found: list[Json] = []
    for line in lines:
        if line.kind == INEFFECTIVE:
            topic = _topic("ineffective", line, str(line.data.get("root_cause") or ""))
            found.append({**topic, "unit": line.data.get("unit") or line.unit})
    return found


def overdue(lines: Iterable[Line], today: date) -> list[Json]:
    """The resolutions of earlier meetings that are due and not done, or done without effect, the oldest first."""
    left: dict[str, dict[str, Json]] = {}
    for line in lines:
        data = dict(line.data)
        if line.kind == RESOLVED:
            left[data["no"]] = {**data, "state": "open"}
        elif line.kind == SUPERSEDED or (line.kind == RESULT and data.get("effective")):
            left.pop(data["no"], None)
        elif line.kind == RESULT and data["no"] in left:
            left[data["no"]]["state"] = "no_effect"
    return [row for row in left.values() if row["state"] == "no_effect" or str(row["due"]) < today.isoformat()]


def resolution(session: Session, meeting: DbCase, number: str) -> dict[str, Json]:
    """A resolution of a meeting as it was written down; nothing where it has no such one."""
    rows = select(DbCaseEntry).where(DbCaseEntry.case_id == meeting.id, DbCaseEntry.kind == RESOLVED)
    return next((dict(entry.data) for entry in session.scalars(rows) if entry.data["no"] == number), {})


def _repeated(cases: Sequence[DbCase], period: Period, least: int) -> Iterator[Json]:
    alike: dict[str, list[DbCase]] = defaultdict(list)
    for case in cases:
        product = figures.of_role(case, "product")
        if product is not None and figures.is_in(case.received_at, period):
            alike[product.folded].append(case)
    for found in alike.values():
        if len(found) >= least:
            yield _topic("repeated", found[-1], ", ".join(case.number for case in found))


def _badly_handled(reopened: Collection[int], cases: Sequence[DbCase], period: Period) -> Iterator[Json]:
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


def _topic(why: str, case: DbCase | Line, note: str = "") -> dict[str, Json]:
    return {"why": why, "case": case.number, "title": case.title, "unit": case.unit, "note": note}
