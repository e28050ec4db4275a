"""Who is absent today, and who does the work of the absent."""

from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, Select, bindparam, func, select

from engine import Prepared, Session, StandIn, now
from processes.people.schema import DbMembership, DbPerson, DbSubstitution


def today(session: Session) -> date:
    """The day in the zone of the installation."""
    return now(session).astimezone(session.runtime.zone).date()


def groups_and_stand_ins(session: Session, login: str) -> tuple[frozenset[str], tuple[StandIn, ...]] | None:
    """The groups of somebody, and for whom they work today, with those of the person's groups whose work it is.

    None for somebody unknown or no longer active.
    One statement, since every page asks, and on most of them nobody stands in.
    """
    rows = _GROUPS.rows(session.connection(), {"of_person": login, "today": today(session)})
    if all(person != login for person, *_ in rows):
        return None
    own: set[str] = set()
    others: dict[str, set[str]] = {}
    for person, unit, chosen in rows:
        groups = own if person == login else others.setdefault(person, set())
        if unit is not None and (person == login or unit in chosen):
            groups.add(unit)
    return frozenset(own), tuple(StandIn(person, frozenset(groups)) for person, groups in sorted(others.items()))


def stand_ins(dialect: str, units: Select[str], day: BindParameter[date]) -> Select[str]:
    """The query for who works on a day for a member of one of some units in that unit."""
    kept: Any = DbSubstitution.units
    if dialect == "sqlite":
        theirs = select(func.json_each(kept).table_valued("value").c.value)
    else:
        theirs = select(func.json_array_elements_text(kept).column_valued("taken_over"))
    query = select(DbSubstitution.substitute).join(DbMembership, DbMembership.person == DbSubstitution.person)
    return query.where(
        _runs(day), DbMembership.unit.in_(units), DbMembership.unit.in_(theirs.correlate(DbSubstitution))
    )


def _runs(day: date | BindParameter[date]) -> ColumnElement[bool]:
    table = DbSubstitution
    return (table.first_day <= day) & (table.last_day >= day) & table.ended_at.is_(None)


def _groups() -> Select[str, str, Any]:
    me: BindParameter[str] = bindparam("of_person")
    runs = (DbSubstitution.substitute == me) & _runs(bindparam("today", type_=Date()))
    absent = select(DbSubstitution.person).where(runs)
    return (
        select(DbPerson.login, DbMembership.unit, DbSubstitution.units)
        .outerjoin(DbMembership, DbMembership.person == DbPerson.login)
        .outerjoin(DbSubstitution, (DbSubstitution.person == DbPerson.login) & runs)
        .where(DbPerson.active, (DbPerson.login == me) | DbPerson.login.in_(absent))
    )


_GROUPS = Prepared(_groups())
