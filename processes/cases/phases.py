"""The phases of a case: each time it comes into one is a further round."""

from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, Integer, String, bindparam, cast, func, null, select, true, union_all

from engine import Prepared, Session
from processes import rows
from processes.cases.held import row_of
from processes.cases.schema import DbCase, DbCasePhase

_NUMBER: BindParameter[int] = bindparam("number", type_=Integer())
_NAME: BindParameter[str] = bindparam("name", type_=String())
_MOMENT: BindParameter[datetime] = bindparam("moment", type_=DbCasePhase.__table__.c.entered_at.type)


def enter(session: Session, case: DbCase, phase: str, at: datetime) -> None:
    """Let a case come into a phase; each return is a further round."""
    case.phase = phase
    entering(session).run(session.connection(), {"number": row_of(session, case), "name": phase, "moment": at})


def entering(session: Session) -> Prepared:
    """The statement for the number of a case, the name of a phase and the moment."""
    return _enter(session.connection().dialect.name)


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
