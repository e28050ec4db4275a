"""Who is absent today, and who does the work of the absent."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, select

from engine import Session, StandIn, now
from processes.people.schema import DbMembership, DbPerson, DbSubstitution


def today(session: Session) -> date:
    """The day in the zone of the installation."""
    return now(session).astimezone(session.runtime.zone).date()


def stand_ins(session: Session, login: str) -> tuple[StandIn, ...]:
    """For whom somebody works today, with those of the person's groups whose work it is."""
    query = (
        select(DbSubstitution.person, DbSubstitution.units)
        .join(DbPerson, DbPerson.login == DbSubstitution.person)
        .where(DbSubstitution.substitute == login, DbPerson.active, _runs(today(session)))
    )
    units: dict[str, set[str]] = {}
    for person, chosen in session.execute(query):
        units.setdefault(person, set()).update(chosen)
    if not units:
        return ()
    held: dict[str, set[str]] = {}
    memberships = select(DbMembership.person, DbMembership.unit).where(DbMembership.person.in_(units))
    for person, unit in session.execute(memberships):
        held.setdefault(person, set()).add(unit)
    return tuple(
        StandIn(person, frozenset(chosen & held.get(person, set()))) for person, chosen in sorted(units.items())
    )


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
