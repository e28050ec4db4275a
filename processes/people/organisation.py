"""The people, and the units and roles they are in."""

import re
import unicodedata
from collections.abc import Collection, Iterable

from sqlalchemy import bindparam, delete, select

from engine import SYSTEM, Actor, Prepared, Session, is_blank, now
from engine.errors import NotFound
from processes.errors import LoginRefused, LoginTaken, NameMissing
from processes.people.absences import groups_and_stand_ins
from processes.people.passwords import Hashed
from processes.people.schema import DbMembership, DbPerson, DbUnit
from processes.rows import insert

ADMIN = "admin"
"""The role that may see and change everything."""

RESERVED = frozenset({SYSTEM.id, "reader", "owner", "customer", "new"})
"""Names that the engine and the diagrams use for somebody else, and what is another page."""

_LOGIN = re.compile(r"\w[\w.@-]{0,59}")


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
    password: Hashed,
    email: str = "",
    groups: Iterable[str] = (),
    must_change_password: bool = False,
) -> DbPerson:
    """A new person in the given units and roles; LoginRefused, LoginTaken."""
    login = normal_login(login)
    if login in RESERVED or not _LOGIN.fullmatch(login):
        raise LoginRefused(login=login)
    check_names(name_zh, name_en)
    new = insert(session, DbPerson).values(
        login=login,
        name_zh=name_zh,
        name_en=name_en,
        email=email,
        password=password,
        active=True,
        created_at=now(session),
        must_change_password=must_change_password,
    )
    # who adds the same login at the same time waits here
    if session.execute(new.on_conflict_do_nothing().returning(DbPerson.login)).first() is None:
        raise LoginTaken(login=login)
    set_groups(session, login, groups)
    return session.get_one(DbPerson, login)


def check_names(*names: str) -> None:
    """NameMissing where nothing is to be seen of a name."""
    if any(map(is_blank, names)):
        raise NameMissing


def is_anybody(session: Session) -> bool:
    """Whether there is somebody already, active or not."""
    return session.scalar(select(DbPerson.login).limit(1)) is not None


def get_person(session: Session, login: str, *, to_change: bool = False) -> DbPerson:
    """The person of that login, for whose change whoever else changes it waits; NotFound."""
    person = session.get(DbPerson, login, with_for_update=to_change or None)
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


_UNITS = Prepared(
    select(DbUnit.name_en, DbUnit.name_zh)
    .join(DbMembership, DbMembership.unit == DbUnit.key)
    .where(DbMembership.person == bindparam("of_person"))
    .order_by(DbUnit.kind.desc(), DbUnit.key)
)


def names_of_units(session: Session, login: str) -> list[tuple[str, str]]:
    """What the units and roles of somebody are called, in English and Chinese, units first."""
    return [(english, chinese) for english, chinese in _UNITS.rows(session.connection(), {"of_person": login})]


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
    found = groups_and_stand_ins(session, login)
    if found is None:
        raise NotFound(what="person", key=login)
    groups, stands_in = found
    return Actor(login, groups, admin=ADMIN in groups, stands_in=stands_in)


def set_password(session: Session, login: str, new: Hashed, *, must_change: bool) -> None:
    """Give a person a new password, which has to be changed at once where somebody else knows it."""
    person = get_person(session, login)
    person.password, person.must_change_password = new, must_change
    session.flush()


def normal_login(login: str) -> str:
    """A login as it is kept: no blanks around it, lower case, one way of writing each character."""
    return unicodedata.normalize("NFKC", login).strip().lower()
