"""Who is signed in where: a row for each sign-in, and none once it has ended, whatever cookie comes back."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from engine.runtime import now
from processes.schema import OpenSignIn, Person
from processes.settings import Settings

SEEN_EVERY = timedelta(minutes=5)
"""How often it is written down that somebody is there; reading pages is not to write each time."""

LONGEST = 400
"""Characters kept of what a browser says about itself."""


def begin(session: Session, login: str, settings: Settings, *, browser: str = "", address: str = "") -> str:
    """Somebody signs in; gives the token for the cookie, which is kept nowhere else. Clears away what is over."""
    moment, token = now(session), secrets.token_urlsafe(32)
    session.execute(update(Person).where(Person.login == login).values(last_seen_at=moment))
    session.execute(delete(OpenSignIn).where(_over(moment, settings)))
    session.add(
        OpenSignIn(
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


def find(session: Session, token: str, settings: Settings) -> tuple[OpenSignIn, Person] | None:
    """The sign-in with that token and whose it is, in one statement; None when it has ended or the person is gone."""
    query = select(OpenSignIn, Person).join(Person, Person.login == OpenSignIn.person)
    still = (OpenSignIn.token_hash == _hash(token)) & Person.active & ~_over(now(session), settings)
    row = session.execute(query.where(still)).one_or_none()
    return None if row is None else (row[0], row[1])


def seen(session: Session, sign_in_id: int) -> None:
    """Write down that somebody is there; a sign-in that ended meanwhile stays ended."""
    moment, mine = now(session), OpenSignIn.id == sign_in_id
    whose = select(OpenSignIn.person).where(mine).scalar_subquery()
    # the person first, as where passwords change: nobody waits for somebody who waits
    for statement in (update(Person).where(Person.login == whose), update(OpenSignIn).where(mine)):
        session.execute(statement.values(last_seen_at=moment).execution_options(synchronize_session=False))


def of_person(session: Session, login: str, settings: Settings) -> Sequence[OpenSignIn]:
    """Where somebody is signed in, the last seen first."""
    query = select(OpenSignIn).where(OpenSignIn.person == login, ~_over(now(session), settings))
    return session.scalars(query.order_by(OpenSignIn.last_seen_at.desc(), OpenSignIn.id.desc())).all()


def end(session: Session, sign_in_id: int) -> None:
    """Sign out on one browser."""
    session.execute(delete(OpenSignIn).where(OpenSignIn.id == sign_in_id))


def end_all(session: Session, login: str, *, besides: int | None = None) -> int:
    """Sign somebody out everywhere, or everywhere but on one browser; on how many it was."""
    wanted = OpenSignIn.person == login
    if besides is not None:
        wanted &= OpenSignIn.id != besides
    ended = session.scalars(delete(OpenSignIn).where(wanted).returning(OpenSignIn.id))
    return len(ended.all())


def _over(moment: datetime, settings: Settings) -> ColumnElement[bool]:
    """Not seen for too long, or simply too old."""
    idle, most = timedelta(hours=settings.sign_in_idle_hours), timedelta(hours=settings.sign_in_most_hours)
    return or_(OpenSignIn.last_seen_at <= moment - idle, OpenSignIn.since <= moment - most)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
