"""Substitution: somebody does the work of an absent person on some days, of some of the person's units and roles.

What is done so is written down as done for that person. It does not go on to the substitute's own substitute, and
administration is never passed on.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select

from engine import Actor, Session, is_blank, now
from engine.errors import NotFound, ReasonMissing
from processes.errors import OwnSubstitute, SubstituteUnknown, SubstitutionDays, SubstitutionEmpty
from processes.people import accounts, organisation
from processes.people.absences import today
from processes.people.organisation import ADMIN
from processes.people.schema import DbPerson, DbSubstitution, DbUnit


def of_person(session: Session, login: str) -> Sequence[DbSubstitution]:
    """Who stands in for somebody now and later, the soonest first."""
    query = select(DbSubstitution).where(
        DbSubstitution.person == login,
        DbSubstitution.ended_at.is_(None),
        DbSubstitution.last_day >= today(session),
    )
    return session.scalars(query.order_by(DbSubstitution.first_day, DbSubstitution.id)).all()


def make(
    session: Session,
    person: str,
    substitute: str,
    *,
    units: Iterable[str],
    first_day: date,
    last_day: date,
    reason: str,
    by: Actor,
) -> DbSubstitution:
    """Let somebody do an absent person's work from the first day to the last.

    Args:
        session: of the request.
        person: who is absent.
        substitute: who does the work.
        units: of the person's units and roles, those whose work it is.
        first_day: in the zone of the installation.
        last_day: likewise; belongs to it.
        reason: why; for whoever has to account for it.
        by: the person, or an administrator.

    Raises:
        NotFound: an administrator is needed for somebody else.
        ReasonMissing: no reason.
        OwnSubstitute, SubstituteUnknown, SubstitutionEmpty, SubstitutionDays: what cannot be.
    """
    _may_change(person, by)
    if substitute == person:
        raise OwnSubstitute
    found = session.get(DbPerson, substitute)
    if found is None or not found.active:
        raise SubstituteUnknown
    chosen = sorted(set(units) - {ADMIN})
    if not chosen or not set(chosen) <= organisation.groups_of(session, person):
        raise SubstitutionEmpty
    if last_day < first_day or last_day < today(session):
        raise SubstitutionDays
    if is_blank(reason):
        raise ReasonMissing
    made = DbSubstitution(
        person=person,
        substitute=substitute,
        units=chosen,
        first_day=first_day,
        last_day=last_day,
        reason=reason.strip(),
        made_by=by.id,
        made_at=now(session),
        ended_at=None,
    )
    session.add(made)
    data = {"substitute": substitute, "days": [first_day.isoformat(), last_day.isoformat()], "units": chosen}
    accounts.write(session, person, "substituted", by, reason=made.reason, data=data)
    return made


def end(session: Session, number: int, *, by: Actor) -> DbSubstitution:
    """End a substitution before its last day; NotFound for one that is over or is no business of the actor's."""
    made = session.get(DbSubstitution, number)
    if made is None or made.ended_at is not None:
        raise NotFound(what="substitution", key=number)
    _may_change(made.person, by)
    made.ended_at = now(session)
    accounts.write(session, made.person, "substitution_ended", by, data={"substitute": made.substitute})
    return made


def choices(session: Session, person: str) -> Sequence[DbPerson]:
    """Who may stand in for somebody: everybody else who may sign in."""
    query = select(DbPerson).where(DbPerson.active, DbPerson.login != person)
    return session.scalars(query.order_by(DbPerson.login)).all()


def units_of(session: Session, person: str) -> list[DbUnit]:
    """The units and roles whose work somebody may pass on, units first."""
    return organisation.units_of(session, organisation.groups_of(session, person) - {ADMIN})


def _may_change(person: str, by: Actor) -> None:
    if by.id != person and not by.admin:
        raise NotFound(what="person", key=person)
