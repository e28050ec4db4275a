"""The numbers of cases, without gaps: a counter for each prefix and year, locked until the commit."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, update

from engine import Prepared, Session
from engine.errors import NotFound
from processes import rows
from processes.cases.schema import DbCaseCounter

_GIVE_BACK = Prepared(
    update(DbCaseCounter)
    .where(DbCaseCounter.prefix == bindparam("of_prefix"), DbCaseCounter.year == bindparam("of_year"))
    .where(DbCaseCounter.last == bindparam("given_out"))
    .values(last=DbCaseCounter.last - 1)
)


def next_number(session: Session, prefix: str, moment: datetime, zone: ZoneInfo) -> str:
    """The next number of the prefix and year, as in KB-2026-000123; the counter's row stays locked until the commit."""
    year = moment.astimezone(zone).year
    connection = session.connection()
    ((counted,),) = _count(connection.dialect.name).rows(connection, {"prefix": prefix, "year": year})
    return f"{prefix}-{year}-{counted:06d}"


def give_back(session: Session, *, prefix: str, number: str) -> None:
    """Let a number be the next one again, which no case bears; its counter has been locked since it was given out."""
    _, year, counted = number.rsplit("-", 2)
    values = {"of_prefix": prefix, "of_year": int(year), "given_out": int(counted)}
    if _GIVE_BACK.run(session.connection(), values) != 1:
        raise NotFound(what="number to be given back", key=number)


@cache
def _count(dialect: str) -> Prepared:
    statement = rows.insert_on(dialect, DbCaseCounter).values(last=1)
    again = statement.on_conflict_do_update(index_elements=["prefix", "year"], set_={"last": DbCaseCounter.last + 1})
    return Prepared(again.returning(DbCaseCounter.last))
