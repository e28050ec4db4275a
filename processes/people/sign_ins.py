"""Who is signed in where: a row for each sign-in, and none once it has ended, whatever cookie comes back."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, delete, or_, select, update

from engine import Session, now
from processes.people.schema import DbOpenSignIn, DbPerson
from processes.settings import Settings

SEEN_EVERY = timedelta(minutes=5)
"""How often it is written down that somebody is there; reading pages is not to write each time."""

LONGEST = 400
"""Characters kept of what a browser says about itself."""


def begin(session: Session, login: str, settings: Settings, *, browser: str = "", address: str = "") -> str:
    """Somebody signs in; gives the token for the cookie, which is kept nowhere else. Clears away what is over."""
    moment, token = now(session), secrets.token_urlsafe(32)
    session.execute(update(DbPerson).where(DbPerson.login == login).values(last_seen_at=moment))
    session.execute(delete(DbOpenSignIn).where(_over(moment, settings)))
    session.add(
        DbOpenSignIn(
            token_hash=_hash(token),
            person=login,
            since=moment,
            last_seen_at=moment,
            browser=browser[:LONGEST],
            address=address[:LONGEST],
        )
    )
    session.flush()
    return token


def find(session: Session, token: str, settings: Settings) -> tuple[DbOpenSignIn, DbPerson] | None:
    """The sign-in with that token and whose it is, in one statement; None when it has ended or the person is gone."""
    query = select(DbOpenSignIn, DbPerson).join(DbPerson, DbPerson.login == DbOpenSignIn.person)
    still = (DbOpenSignIn.token_hash == _hash(token)) & DbPerson.active & ~_over(now(session), settings)
    row = session.execute(query.where(still)).one_or_none()
    return None if row is None else (row[0], row[1])


def seen(session: Session, sign_in_id: int) -> None:
    """Write down that somebody is there; a sign-in that ended meanwhile stays ended."""
    moment, mine = now(session), DbOpenSignIn.id == sign_in_id
    whose = select(DbOpenSignIn.person).where(mine).scalar_subquery()
    # the person first, as where passwords change: nobody waits for somebody who waits
    for statement in (update(DbPerson).where(DbPerson.login == whose), update(DbOpenSignIn).where(mine)):
        session.execute(statement.values(last_seen_at=moment).execution_options(synchronize_session=False))


def of_person(session: Session, login: str, settings: Settings) -> Sequence[DbOpenSignIn]:
    """Where somebody is signed in, the last seen first."""
    query = select(DbOpenSignIn).where(DbOpenSignIn.person == login, ~_over(now(session), settings))
    return session.scalars(query.order_by(DbOpenSignIn.last_seen_at.desc(), DbOpenSignIn.id.desc())).all()


def end(session: Session, sign_in_id: int) -> None:
    """Sign out on one browser."""
    session.execute(delete(DbOpenSignIn).where(DbOpenSignIn.id == sign_in_id))


def end_all(session: Session, login: str, *, besides: int | None = None) -> int:
    """Sign somebody out everywhere, or everywhere but on one browser; on how many it was."""
    wanted = DbOpenSignIn.person == login
    if besides is not None:
        wanted &= DbOpenSignIn.id != besides
    ended = session.scalars(delete(DbOpenSignIn).where(wanted).returning(DbOpenSignIn.id))
    return len(ended.all())


def _over(moment: datetime, settings: Settings) -> ColumnElement[bool]:
    """Not seen for too long, or simply too old."""
    idle, most = timedelta(hours=settings.sign_in_idle_hours), timedelta(hours=settings.sign_in_most_hours)
    return or_(DbOpenSignIn.last_seen_at <= moment - idle, DbOpenSignIn.since <= moment - most)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
