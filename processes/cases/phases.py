"""The phases of a case: each time it comes into one is a further round."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Integer, String, bindparam, func, insert, select

from engine import Prepared, Session
from processes.cases.held import row_of
from processes.cases.schema import DbCase, DbCasePhase

LONGEST = 30
"""Of a longer name of a phase the beginning is kept."""


def enter(case: DbCase, phase: str, at: datetime) -> list[Mapping[str, Any]]:
    """Let a case come into a phase; give the one that it leaves, if any, for `leave`."""
    gone: list[Mapping[str, Any]] = []
    if case.phase is not None:
        gone = [{"name": case.phase, "since": case.phase_since, "moment": at}]
    case.phase, case.phase_since = phase, at
    return gone


def leave(session: Session, case: DbCase, left: Sequence[Mapping[str, Any]]) -> None:
    """Gather the phases that a case has left, in order; each return to one is a further round."""
    rows = [{**each, "number": row_of(session, case)} for each in left]
    session.gathered.add(_leaving(), rows)


@cache
def _leaving() -> Prepared:
    table = DbCasePhase.__table__.c
    number: BindParameter[int] = bindparam("number", type_=Integer())
    name: BindParameter[str] = bindparam("name", type_=String())
    moments = (bindparam(each, type_=table.entered_at.type) for each in ("since", "moment"))
    counted = select(func.count() + 1).where(table.case_id == number, table.phase == name).scalar_subquery()
    columns = ["case_id", "phase", "round", "entered_at", "left_at"]
    return Prepared(insert(DbCasePhase).from_select(columns, select(number, name, counted, *moments)))


def rounds(session: Session, case: DbCase) -> Mapping[str, int]:
    """How often a case has come into each phase."""
    found: dict[str, int] = dict(_ROUNDS.rows(session.connection(), {"of": case.id}))
    if case.phase is not None:
        found[case.phase] = found.get(case.phase, 0) + 1
    return found


_ROUNDS = Prepared(
    select(DbCasePhase.phase, func.max(DbCasePhase.round))
    .where(DbCasePhase.case_id == bindparam("of"))
    .group_by(DbCasePhase.phase)
)
