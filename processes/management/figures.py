"""Figures of a period: complaints received, closed, open and late, in all and by kind, cause, product and so on."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from engine import Json, Session
from processes import procedures
from processes.cases.schema import DbCase, DbCaseFact
from processes.management.periods import Period

QUALITY = "quality"
"""The role of the fact that a complaint is about the quality of a product."""
MOST_GROUPS = 20
"""Of products and the like the most frequent are listed; the rest is added up."""
REST = "rest"


def complaints(session: Session) -> ColumnElement[bool]:
    """That a case is a complaint, and none that was taken back as a mistake.

    Of private procedures not even that there is a case may be told to who sits in a meeting.
    """
    private = {each.key for each in procedures.current(session) if each.readers.private}
    left_out = sorted(private | procedures.management(session))
    return DbCase.procedure.not_in(left_out) & (DbCase.status != "cancelled")


def of_period(session: Session, period: Period) -> Sequence[DbCase]:
    """The complaints that were received, closed or open in the period, with facts and clocks, the oldest first."""
    open_then = (DbCase.received_at < period.ends) & or_(DbCase.closed_at.is_(None), DbCase.closed_at >= period.begins)
    query = select(DbCase).where(complaints(session), open_then)
    query = query.options(joinedload(DbCase.facts), joinedload(DbCase.clocks))
    return session.scalars(query.order_by(DbCase.id)).unique().all()


def by_area(cases: Iterable[DbCase]) -> tuple[list[DbCase], list[DbCase]]:
    """Those of some complaints that are about the quality of products, and the others (KB-3.4.4-2, KB-3.4.4-3)."""
    quality: list[DbCase] = []
    other: list[DbCase] = []
    for case in cases:
        (quality if of_role(case, QUALITY) is not None else other).append(case)
    return quality, other


def table(cases: Iterable[DbCase], period: Period) -> list[Json]:
    """The figures as rows: `by` and `name` say what is counted; the total first, then areas, kinds, causes and so on.

    The numbers of each are received and closed in the period, open at its end, and late: a limit ran out in it.
    """
    every = list(cases)
    rows = [_row("total", "", every, period)]
    for by, name_of in GROUPS.items():
        groups: dict[str, list[DbCase]] = defaultdict(list)
        for case in every:
            name = name_of(case)
            if name and (by != "outcome" or is_in(case.closed_at, period)):
                groups[name].append(case)
        ordered = sorted(groups.items(), key=lambda each: (-len(each[1]), each[0]))
        rows += [_row(by, name, found, period) for name, found in ordered[:MOST_GROUPS]]
        rest = [case for _, found in ordered[MOST_GROUPS:] for case in found]
        rows += [_row(by, REST, rest, period)] if rest else []
    return rows


def is_late(case: DbCase, period: Period) -> bool:
    """Whether a limit of the case ran out in the period; targets are none."""
    return any(is_in(clock.breached_at, period) and not clock.soft for clock in case.clocks)


def is_in(moment: Any, period: Period) -> bool:
    """Whether a moment lies in the period."""
    return moment is not None and period.begins <= moment < period.ends


def units(cases: Iterable[DbCase]) -> list[str]:
    """The units that are responsible for any of the cases."""
    return sorted({case.unit for case in cases if case.unit})


def of_role(case: DbCase, role: str) -> DbCaseFact | None:
    """What a case knows in that role; None where it knows nothing."""
    return next((fact for fact in case.facts.values() if fact.role == role), None)


def _area(case: DbCase) -> str:
    fact = of_role(case, "area")
    return fact.text if fact is not None else ""


def _kind(case: DbCase) -> str:
    fact = of_role(case, "kind") or case.facts.get("complaint_type")
    return fact.text if fact is not None else ""


def _cause(case: DbCase) -> str:
    fact = of_role(case, "cause")
    return fact.text if fact is not None else ""


def _product(case: DbCase) -> str:
    fact = of_role(case, "product")
    return fact.text if fact is not None else ""


GROUPS: Mapping[str, Callable[[DbCase], str]] = {
    "area": _area,
    "kind": _kind,
    "cause": _cause,
    "product": _product,
    "unit": lambda case: case.unit or "",
    "outcome": lambda case: case.outcome or "",
}
"""By what is counted beside the total, and what each case counts as."""


def _row(by: str, name: str, cases: Sequence[DbCase], period: Period) -> dict[str, Json]:
    return {
        "by": by,
        "name": name,
        "received": sum(is_in(case.received_at, period) for case in cases),
        "closed": sum(is_in(case.closed_at, period) for case in cases),
        "open": sum(case.closed_at is None or case.closed_at >= period.ends for case in cases),
        "late": sum(is_late(case, period) for case in cases),
    }
