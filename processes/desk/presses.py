"""A button that is pressed twice does its work once: the second press is shown what the first has made."""

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

import orjson
from sqlalchemy import delete, update

from engine import Actor, Session, now
from processes.desk.schema import DbPressed
from processes.rows import insert

KEPT = timedelta(days=1)


def digest(once: str, sent: Iterable[tuple[str, str]]) -> str:
    """What a second press has in common with the first: the page, and all that was typed there."""
    return sha256(orjson.dumps([once, sorted(sent)])).hexdigest()


def first(session: Session, by: Actor, press: str) -> str | None:
    """None for the first press, which is written down; for a second one, what the first has made.

    Who presses twice sends both at the same time: the second waits here until the first is kept or undone.
    """
    session.execute(delete(DbPressed).where(DbPressed.at < now(session) - KEPT))
    new = insert(session, DbPressed).values(person=by.id, press=press, at=now(session), result="")
    if session.execute(new.on_conflict_do_nothing().returning(DbPressed.press)).first() is not None:
        return None
    return session.get_one(DbPressed, (by.id, press)).result


def find(session: Session, by: Actor, press: str) -> str | None:
    """What an earlier press has made; None where there was none."""
    found = session.get(DbPressed, (by.id, press))
    return None if found is None else found.result


def made(session: Session, by: Actor, press: str, result: str) -> None:
    """Keep what a first press has made."""
    mine = (DbPressed.person == by.id) & (DbPressed.press == press)
    session.execute(update(DbPressed).where(mine).values(result=result))
