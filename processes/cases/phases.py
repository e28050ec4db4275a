"""The phases of a case: each time it comes into one is a further round."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, Integer, String, bindparam, cast, func, null, select, true, union_all

from engine import Gathered, Prepared, Session
from processes import rows
from processes.cases.held import row_of
from processes.cases.schema import DbCase, DbCasePhase

_NUMBER: BindParameter[int] = bindparam("number", type_=Integer())
_NAME: BindParameter[str] = bindparam("name", type_=String())
_MOMENT: BindParameter[datetime] = bindparam("moment", type_=DbCasePhase.__table__.c.entered_at.type)


def enter(session: Session, case: DbCase, phase: str, at: datetime) -> None:
    """Let a case come into a phase; each return is a further round."""
    case.phase = phase
    entering = _enter(session.connection().dialect.name)
    entering.run(session.connection(), {"number": row_of(session, case), "name": phase, "moment": at})


def follow(session: Session, number: int, entered: Sequence[str], at: datetime, written: Gathered) -> None:
    """Let the case of a number pass some phases into the last of them, together with what else is written.

    Each ends the one before it: SQLite is given them in order, of PostgreSQL's parts of one statement none sees what
    another writes.
    """
    entering = _enter(session.connection().dialect.name)
    rows = [{"number": number, "name": phase, "moment": at} for phase in entered]
    while len(rows) > 1 and session.connection().dialect.name == "postgresql":
        entering.run(session.connection(), rows.pop(0))
    written.add(entering, rows)


@cache
def _enter(dialect: str) -> Prepared:
    """One statement that leaves the phase in which a case is, if any, and begins the next round of another."""
    row, of_case = DbCasePhase, DbCasePhase.case_id == _NUMBER
    columns = ("case_id", "phase", "round", "entered_at", "left_at")
    left = select(row.case_id, row.phase, row.round, row.entered_at, _MOMENT).where(of_case, row.left_at.is_(None))
    counted = select(func.count() + 1).where(of_case, row.phase == _NAME).scalar_subquery()
    never = cast(null(), row.left_at.type)
    entered = select(_NUMBER, _NAME, counted, _MOMENT, never).where(true())  # or SQLite takes ON for that of a join
    both = rows.insert_on(dialect, row).from_select(columns, union_all(left, entered))
    ended = {"left_at": both.excluded.left_at}
    return Prepared(both.on_conflict_do_update(index_elements=["case_id", "phase", "round"], set_=ended))
