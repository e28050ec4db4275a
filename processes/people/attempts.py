"""Attempts to prove who one is: counted before the password is looked at, by the name and the place they come from.

Three steps, so that no transaction waits for a hash: `begin` counts the attempt, `prove` compares outside of every
transaction, `settle` takes the count back. A place is a browser that is known, or an address: wrong passwords from
elsewhere keep nobody out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, select

from engine import Session, now
from processes.people import passwords
from processes.people.organisation import normal_login
from processes.people.passwords import Hashed
from processes.people.schema import DbPerson, DbSignIn
from processes.rows import insert
from processes.settings import Settings

ADDRESS = "address "
"""What the places begin with at which nobody is known."""

FORGOTTEN = timedelta(days=1)
"""After so long without another one, wrong passwords are forgotten, those for invented names, too."""

WITHIN = timedelta(minutes=10)
"""For how long the wrong passwords from one address are added up, whatever the names."""


@dataclass(frozen=True)
class Attempt:
    """An attempt that may be made: what the password is compared with."""

    login: str
    place: str
    kept: Hashed | None
    """None for somebody unknown, which takes as long."""
    then: datetime | None
    """Until when the next one is refused, if this one is wrong."""


@dataclass(frozen=True)
class Proof:
    """The password was right; what is to be kept of it from now on."""

    attempt: Attempt
    renewed: Hashed


def pause(session: Session, login: str, place: str, settings: Settings) -> datetime | None:
    """Until when no attempt is made from there, whatever the password; None when it may be. Writes nothing.

    What was counted by a clock that has been put back since, at a time that is still to come, keeps nobody out.
    """
    moment = now(session)
    mine = session.get(DbSignIn, (digest(login), place))
    if mine is not None and mine.pause_until is not None and mine.last_at <= moment < mine.pause_until:
        return mine.pause_until
    if place.startswith(ADDRESS):
        recent = (DbSignIn.place == place) & (DbSignIn.last_at > moment - WITHIN) & (DbSignIn.last_at <= moment)
        query = select(func.coalesce(func.sum(DbSignIn.failures), 0), func.max(DbSignIn.last_at)).where(recent)
        failures, last = session.execute(query).one()
        if failures >= settings.sign_in_address_failures:
            return last + WITHIN
    return None


def begin(session: Session, login: str, place: str, settings: Settings) -> Attempt:
    """Count an attempt, as if it were wrong: whoever sends many at a time has none for nothing."""
    login, name, moment = normal_login(login), digest(login), now(session)
    session.execute(delete(DbSignIn).where(DbSignIn.last_at < moment - FORGOTTEN))
    new = insert(session, DbSignIn).values(login=name, place=place, failures=0, pause_until=None, last_at=moment)
    session.execute(new.on_conflict_do_nothing())
    mine = session.get_one(DbSignIn, (name, place), with_for_update=True)
    mine.failures, mine.last_at = mine.failures + 1, moment
    beyond = mine.failures - settings.sign_in_failures
    if beyond >= 0:
        seconds = min(settings.sign_in_pause_seconds * 2 ** min(beyond, 20), settings.sign_in_pause_most_seconds)
        mine.pause_until = moment + timedelta(seconds=seconds)
    session.flush()
    person = session.get(DbPerson, login)
    active = person is not None and person.active
    return Attempt(login, place, Hashed(person.password) if person and active else None, mine.pause_until)


def prove(attempt: Attempt, password: str, cost: passwords.Cost) -> Proof | None:
    """Whether it is the right password; takes as long for names that do not exist. Not to be called in a transaction.

    None for a wrong one.
    """
    if attempt.kept is None:
        passwords.matches(passwords.absent(cost), password)
        return None
    if not passwords.matches(attempt.kept, password):
        return None
    return Proof(attempt, passwords.at_cost(attempt.kept, password, cost))


def settle(session: Session, proof: Proof) -> DbPerson | None:
    """Forget the wrong passwords before the right one; None when the account was changed since it was compared."""
    attempt = proof.attempt
    person = session.get(DbPerson, attempt.login, with_for_update=True)
    if person is None or not person.active or person.password != attempt.kept:
        return None
    mine = DbSignIn.login == digest(attempt.login), DbSignIn.place == attempt.place
    session.execute(delete(DbSignIn).where(*mine))
    person.password = proof.renewed
    session.flush()
    return person


def worst(session: Session, login: str) -> DbSignIn | None:
    """The wrong passwords for a login at the place where it has to wait the longest; None where there are none."""
    query = select(DbSignIn).where(DbSignIn.login == digest(login))
    return session.scalars(query.order_by(DbSignIn.failures.desc(), DbSignIn.place).limit(1)).first()


def forget(session: Session, login: str) -> None:
    """Forget the wrong passwords from everywhere, so that the right one is taken at once."""
    session.execute(delete(DbSignIn).where(DbSignIn.login == digest(login)))


def digest(login: str) -> str:
    """What is kept of a name: some people type their password where it is asked for."""
    return sha256(normal_login(login).encode(errors="replace")).hexdigest()[:60]
