"""The people, the units and roles they are in, and how they sign in."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from engine import SYSTEM, Actor, Session, now
from engine.errors import NotFound
from processes.errors import LoginRefused, LoginTaken, PasswordSame, PasswordWrong
from processes.people import passwords
from processes.people.absences import groups_and_stand_ins
from processes.people.schema import DbMembership, DbPerson, DbSignIn, DbUnit
from processes.settings import Settings

ADMIN = "admin"
"""The role that may see and change everything."""

RESERVED = frozenset({SYSTEM.id, "reader", "owner", "customer"})
"""Names that the engine and the diagrams use for somebody else."""

_LOGIN = re.compile(r"\w[\w.@-]{0,59}")


@dataclass(frozen=True)
class Verdict:
    """What came of an attempt to sign in; without a person it was refused, perhaps until a moment."""

    person: DbPerson | None
    pause_until: datetime | None = None


def create_unit(session: Session, key: str, *, name_zh: str, name_en: str, kind: str = "unit") -> DbUnit:
    """The unit or role with this key, made or renamed."""
    unit = session.get(DbUnit, key) or DbUnit(key=key)
    unit.name_zh, unit.name_en, unit.kind = name_zh, name_en, kind
    session.add(unit)
    session.flush()
    return unit


def create_person(
    session: Session,
    login: str,
    *,
    name_zh: str,
    name_en: str,
    password: str,
    email: str = "",
    groups: Iterable[str] = (),
    must_change_password: bool = False,
    cost: passwords.Cost = "high",
) -> DbPerson:
    """A new person in the given units and roles; LoginRefused, LoginTaken, PasswordRefused."""
    login = normal_login(login)
    if login in RESERVED or not _LOGIN.fullmatch(login):
        raise LoginRefused(login=login)
    if session.get(DbPerson, login) is not None:
        raise LoginTaken(login=login)
    person = DbPerson(
        login=login,
        name_zh=name_zh,
        name_en=name_en,
        email=email,
        password=passwords.hash_new(password, cost),
        active=True,
        language=None,
        theme=None,
        created_at=now(session),
        must_change_password=must_change_password,
        last_seen_at=None,
    )
    session.add(person)
    session.flush()
    set_groups(session, login, groups)
    return person


def get_person(session: Session, login: str) -> DbPerson:
    """The person of that login; NotFound."""
    person = session.get(DbPerson, login)
    if person is None:
        raise NotFound(what="person", key=login)
    return person


def set_groups(session: Session, login: str, groups: Iterable[str]) -> None:
    """Put a person into exactly these units and roles; NotFound for one that does not exist."""
    wanted = set(groups)
    known = set(session.scalars(select(DbUnit.key).where(DbUnit.key.in_(wanted))))
    if missing := wanted - known:
        raise NotFound(what="unit", key=", ".join(sorted(missing)))
    session.execute(delete(DbMembership).where(DbMembership.person == login))
    session.add_all(DbMembership(person=login, unit=key) for key in sorted(wanted))
    session.flush()


def groups_of(session: Session, login: str) -> frozenset[str]:
    """The units and roles a person is in at this moment."""
    return frozenset(session.scalars(select(DbMembership.unit).where(DbMembership.person == login)))


def units_of(session: Session, groups: Collection[str]) -> list[DbUnit]:
    """The units and roles with these keys, units first."""
    query = select(DbUnit).where(DbUnit.key.in_(groups)).order_by(DbUnit.kind.desc(), DbUnit.key)
    return list(session.scalars(query))


def members_of(session: Session, groups: Collection[str]) -> dict[str, frozenset[str]]:
    """The logins of the active people in each of the groups."""
    found: dict[str, set[str]] = {group: set() for group in groups}
    query = (
        select(DbMembership.unit, DbMembership.person)
        .join(DbPerson)
        .where(DbMembership.unit.in_(groups), DbPerson.active)
    )
    for unit, person in session.execute(query):
        found[unit].add(person)
    return {group: frozenset(people) for group, people in found.items()}


def actor_of(session: Session, login: str) -> Actor:
    """Who acts, with groups and for whom else resolved anew; NotFound for somebody unknown or no longer active."""
    person = session.get(DbPerson, login)
    if person is None or not person.active:
        raise NotFound(what="person", key=login)
    groups, stands_in = groups_and_stand_ins(session, login)
    return Actor(login, groups, admin=ADMIN in groups, stands_in=stands_in)


def authenticate(session: Session, login: str, password: str, settings: Settings) -> Verdict:
    """Check a password; the verdict is returned, never raised, so that the counter of failures is kept.

    An unknown name takes as long as a wrong password and slows down in the same way, so nothing tells them apart. After
    several failures in a row each further one doubles the pause, in which even the right password is refused.
    """
    login, moment = normal_login(login)[:60], now(session)
    attempts = session.get(DbSignIn, login)
    if attempts is not None and attempts.pause_until is not None and moment < attempts.pause_until:
        return Verdict(None, attempts.pause_until)
    person = session.get(DbPerson, login)
    kept = passwords.absent(settings.password_cost) if person is None else person.password
    if not passwords.matches(kept, password) or person is None or not person.active:
        return Verdict(None, _count_failure(session, login, moment, settings))
    if attempts is not None:
        session.delete(attempts)
    person.password = passwords.at_cost(person.password, password, settings.password_cost)
    session.flush()
    return Verdict(person)


def find_attempts(session: Session, login: str) -> DbSignIn | None:
    """The wrong passwords in a row for a login; None where the last one was right."""
    return session.get(DbSignIn, normal_login(login))


def unlock(session: Session, login: str) -> None:
    """Forget the wrong passwords, so that the right one is taken at once."""
    session.execute(delete(DbSignIn).where(DbSignIn.login == normal_login(login)))


def check_password(session: Session, login: str, password: str) -> bool:
    """Whether it is the person's password: for signatures of somebody who is signed in."""
    person = session.get(DbPerson, login)
    return person is not None and person.active and passwords.matches(person.password, password)


def change_password(session: Session, login: str, old: str, new: str, *, cost: passwords.Cost = "high") -> None:
    """Give a person a new password; PasswordRefused when the old one is wrong or the new one will not do."""
    person = get_person(session, login)
    if not passwords.matches(person.password, old):
        raise PasswordWrong
    if old == new:
        raise PasswordSame
    set_password(session, login, new, must_change=False, cost=cost)


def set_password(session: Session, login: str, new: str, *, must_change: bool, cost: passwords.Cost = "high") -> None:
    """Give a person a new password, which has to be changed at once where somebody else knows it; PasswordRefused."""
    person = get_person(session, login)
    person.password, person.must_change_password = passwords.hash_new(new, cost), must_change
    session.flush()


def normal_login(login: str) -> str:
    """A login as it is kept: no blanks around it, lower case, one way of writing each character."""
    return unicodedata.normalize("NFKC", login).strip().lower()


def _count_failure(session: Session, login: str, moment: datetime, settings: Settings) -> datetime | None:
    attempts = session.get(DbSignIn, login)
    if attempts is None:
        attempts = DbSignIn(login=login, failures=0, pause_until=None, last_at=moment)
        session.add(attempts)
    attempts.failures += 1
    attempts.last_at = moment
    beyond = attempts.failures - settings.sign_in_failures
    if beyond >= 0:
        seconds = min(settings.sign_in_pause_seconds * 2 ** min(beyond, 20), settings.sign_in_pause_most_seconds)
        attempts.pause_until = moment + timedelta(seconds=seconds)
    session.flush()
    return attempts.pause_until
