"""What is done to somebody's account: written down with who and why, and signing out whom it must."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from engine import SYSTEM, Actor, Json, Session, is_blank, now
from engine.errors import ReasonMissing
from processes.errors import OwnAccount, SomebodyThere
from processes.people import attempts, organisation, sign_ins
from processes.people.passwords import Hashed
from processes.people.schema import DbPerson, DbPersonAct

DETAILS = ("name_zh", "name_en", "email", "active")
"""What is kept of a person beside the units and roles, as it is written down when it changes."""


def add(
    session: Session,
    login: str,
    *,
    name_zh: str,
    name_en: str,
    password: Hashed,
    by: Actor,
    email: str = "",
    groups: Iterable[str] = (),
) -> DbPerson:
    """Somebody new, whose first password has to be changed at the first sign-in; raises as `create_person`."""
    person = organisation.create_person(
        session,
        login,
        name_zh=name_zh,
        name_en=name_en,
        password=password,
        email=email,
        groups=groups,
        must_change_password=True,
    )
    write(session, person.login, "added", by, data={"groups": sorted(organisation.groups_of(session, person.login))})
    return person


def add_admin(session: Session) -> None:
    """Make the role of administrators, where it is missing."""
    organisation.create_unit(session, organisation.ADMIN, name_zh="系统管理员", name_en="Administrator", kind="role")


def add_first(session: Session, login: str, *, name_zh: str, name_en: str, password: Hashed) -> DbPerson:
    """The administrator of an installation in which there is nobody yet, with a password that stays; SomebodyThere."""
    add_admin(session)  # two at the same time wait for each other here
    if organisation.is_anybody(session):
        raise SomebodyThere
    person = organisation.create_person(
        session, login, name_zh=name_zh, name_en=name_en, password=password, groups=[organisation.ADMIN]
    )
    write(session, person.login, "added", SYSTEM, data={"groups": [organisation.ADMIN]})
    return person


def change(session: Session, login: str, groups: Iterable[str], *, by: Actor, **details: str | bool) -> None:
    """Change names, address, units and roles, or whether somebody may sign in; who no longer may is signed out.

    NameMissing.

    Args:
        session: of the request.
        login: whose account.
        groups: the units and roles from now on.
        by: who changes them.
        details: of those in DETAILS, what they are from now on.
    """
    person = organisation.get_person(session, login, to_change=True)
    organisation.check_names(*(str(details[name]) for name in ("name_zh", "name_en") if name in details))
    old = {name: getattr(person, name) for name in DETAILS} | {"groups": sorted(organisation.groups_of(session, login))}
    for name in DETAILS:
        setattr(person, name, details.get(name, old[name]))
    organisation.set_groups(session, login, groups)
    new = {name: getattr(person, name) for name in DETAILS} | {"groups": sorted(set(groups))}
    if not person.active:
        sign_ins.end_all(session, login)
    changed: dict[str, Json] = {name: [old[name], new[name]] for name in new if new[name] != old[name]}
    if changed:
        write(session, login, "changed", by, data=changed)


def reset_password(session: Session, login: str, new: Hashed, *, by: Actor, reason: str) -> None:
    """Give somebody a password that has to be changed at once; signs out everywhere and forgets wrong attempts.

    ReasonMissing; OwnAccount for one's own, which is changed by whoever knows the present one.
    """
    if login == by.id:
        raise OwnAccount
    organisation.get_person(session, login)
    organisation.set_password(session, login, new, must_change=True)
    attempts.forget(session, login)
    sign_ins.end_all(session, login)
    write(session, login, "password_reset", by, reason=_given(reason))


def unlock(session: Session, login: str, *, by: Actor, reason: str) -> None:
    """Let somebody sign in again at once after too many wrong passwords; ReasonMissing."""
    organisation.get_person(session, login)
    attempts.forget(session, login)
    write(session, login, "unlocked", by, reason=_given(reason))


def sign_out(session: Session, login: str, *, by: Actor, reason: str) -> int:
    """End all sign-ins of somebody; on how many browsers it was. ReasonMissing."""
    organisation.get_person(session, login)
    write(session, login, "signed_out", by, reason=_given(reason))
    return sign_ins.end_all(session, login)


def change_own_password(session: Session, person: DbPerson, new: Hashed, *, by: Actor) -> None:
    """Somebody chooses a new password, which ends all sign-ins, the present one included.

    Args:
        session: of the request, in which it was settled that the present one is known.
        person: as `attempts.settle` gave it.
        new: what is kept of the new one.
        by: the same person.
    """
    organisation.set_password(session, person.login, new, must_change=False)
    sign_ins.end_all(session, person.login)
    write(session, person.login, "password_changed", by)


def acts_of(session: Session, login: str) -> Sequence[DbPersonAct]:
    """Everything that was done to an account, the latest first."""
    query = select(DbPersonAct).where(DbPersonAct.person == login).order_by(DbPersonAct.id.desc())
    return session.scalars(query).all()


def _given(reason: str) -> str:
    if is_blank(reason):
        raise ReasonMissing
    return reason.strip()


def write(
    session: Session,
    login: str,
    kind: str,
    by: Actor,
    *,
    reason: str | None = None,
    data: Mapping[str, Json] | None = None,
) -> None:
    """Write down what was done to an account."""
    session.add(
        DbPersonAct(person=login, at=now(session), kind=kind, actor=by.id, reason=reason, data=dict(data or {}))
    )
    session.flush()
