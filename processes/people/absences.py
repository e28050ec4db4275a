"""Who is absent today, and who does the work of the absent."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, select

from engine import Session, StandIn, now
from processes.people.schema import DbMembership, DbPerson, DbSubstitution


def today(session: Session) -> date:
    """The day in the zone of the installation."""
    return now(session).astimezone(session.runtime.zone).date()


def groups_and_stand_ins(session: Session, login: str) -> tuple[frozenset[str], tuple[StandIn, ...]]:
    """The groups of somebody, and for whom they work today, with those of the person's groups whose work it is.

    One statement, since every page asks, and on most of them nobody stands in.
    """
    runs = (DbSubstitution.substitute == login) & _runs(today(session))
    absent = select(DbSubstitution.person).where(runs)
    query = (
        select(DbPerson.login, DbMembership.unit, DbSubstitution.units)
        .outerjoin(DbMembership, DbMembership.person == DbPerson.login)
        .outerjoin(DbSubstitution, (DbSubstitution.person == DbPerson.login) & runs)
        .where((DbPerson.login == login) | (DbPerson.login.in_(absent) & DbPerson.active))
    )
    own: set[str] = set()
    others: dict[str, set[str]] = {}
    for person, unit, chosen in session.execute(query):
        groups = own if person == login else others.setdefault(person, set())
        if unit is not None and (person == login or unit in chosen):
            groups.add(unit)
    return frozenset(own), tuple(StandIn(person, frozenset(groups)) for person, groups in sorted(others.items()))


def substitutes_of(session: Session, groups: Collection[str]) -> frozenset[str]:
    """Who works today for a member of one of the groups in that group: they are told what the members are told."""
    query = (
        select(DbSubstitution.substitute, DbSubstitution.units, DbMembership.unit)
        .join(DbMembership, DbMembership.person == DbSubstitution.person)
        .where(DbMembership.unit.in_(groups), _runs(today(session)))
    )
    return frozenset(login for login, units, unit in session.execute(query) if unit in units)


def _runs(day: date) -> ColumnElement[bool]:
    table = DbSubstitution
    return (table.first_day <= day) & (table.last_day >= day) & table.ended_at.is_(None)
