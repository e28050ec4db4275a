"""Who is signed in where: a row for each sign-in, and none once it has ended, whatever cookie comes back."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, bindparam, delete, or_, select, update

from engine import Prepared, Session, now
from processes.people.schema import DbOpenSignIn, DbPerson
from processes.settings import Settings

SEEN_EVERY = timedelta(minutes=5)
"""How often it is written down that somebody is there; reading pages is not to write each time."""

LONGEST = 400
"""Characters kept of what a browser says about itself."""


@dataclass(frozen=True)
class Found:
    """A sign-in that has not ended, and whose it is."""

    id: int
    last_seen_at: datetime
    login: str
    name_zh: str
    name_en: str
    language: str | None
    theme: str | None
    must_change_password: bool


_FIND = Prepared(
    select(
        DbOpenSignIn.id,
        DbOpenSignIn.last_seen_at,
        DbPerson.login,
        DbPerson.name_zh,
        DbPerson.name_en,
        DbPerson.language,
        DbPerson.theme,
        DbPerson.must_change_password,
    )
    .join(DbPerson, DbPerson.login == DbOpenSignIn.person)
    .where(
        DbOpenSignIn.token_hash == bindparam("with_hash"),
        DbOpenSignIn.last_seen_at > bindparam("idle_since"),
        DbOpenSignIn.since > bindparam("begun_since"),
        DbPerson.active,
    )
)
"""Every page asks."""


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


def find(session: Session, token: str, settings: Settings) -> Found | None:
    """The sign-in with that token and whose it is, in one statement; None when it has ended or the person is gone."""
    idle, begun = _limits(now(session), settings)
    asked = {"with_hash": _hash(token), "idle_since": idle, "begun_since": begun}
    rows = _FIND.rows(session.connection(), asked)
    return Found(*rows[0]) if rows else None


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
    idle, begun = _limits(moment, settings)
    return or_(DbOpenSignIn.last_seen_at <= idle, DbOpenSignIn.since <= begun)


def _limits(moment: datetime, settings: Settings) -> tuple[datetime, datetime]:
    """Whoever was seen last before the first or has signed in before the second is signed out."""
    return moment - timedelta(hours=settings.sign_in_idle_hours), moment - timedelta(hours=settings.sign_in_most_hours)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
