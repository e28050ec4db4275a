"""Versions of folders that somebody proposes: kept while they are looked at, for who sent the files alone."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from engine import Actor, Json, Prepared, Session, now
from engine.errors import NotFound
from processes.desk.schema import DbProposal

MOST = 10
"""So many are kept of a person; the oldest goes first."""

_OLDER = Prepared(select(DbProposal.token).where(DbProposal.at < bindparam("before")).limit(1))


def keep(
    session: Session,
    by: Actor,
    files: bytes,
    *,
    folder: str | None = None,
    base: int | None = None,
    gone: Collection[str] = (),
    ignored: Sequence[str] = (),
) -> str:
    """Keep files that somebody has sent; the token by which they are found again.

    Args:
        session: of the transaction that keeps them.
        by: whose they are; others never see them.
        files: packed.
        folder: the one that they are to change; None while that is not known.
        base: the deployment that they are completed from; None for a new folder.
        gone: what runs and is left out.
        ignored: what was sent and is no file of a folder.
    """
    mine = select(DbProposal.token).where(DbProposal.person == by.id)
    for token in session.scalars(mine.order_by(DbProposal.at.desc(), DbProposal.token).offset(MOST - 1)).all():
        session.execute(delete(DbProposal).where(DbProposal.token == token))
    token = secrets.token_urlsafe(16)
    said = {"folder": folder, "base": base, "gone": sorted(gone), "ignored": list(ignored)}
    session.add(DbProposal(token=token, person=by.id, at=now(session), files=files, tried={}, **said))
    session.flush()
    return token


def find(session: Session, by: Actor, token: str) -> DbProposal:
    """What somebody proposes; NotFound for what is not kept any more, also for that of somebody else."""
    found = session.get(DbProposal, token)
    if found is None or found.person != by.id:
        raise NotFound(what="proposal", key=token)
    return found


def write_tried(session: Session, token: str, result: Json) -> bool:
    """Write what has come of its scenarios so far; False where that is over already, or it is not kept any more."""
    found = session.get(DbProposal, token, with_for_update=True)
    if found is None or found.tried.get("over"):
        return False
    found.tried = result
    session.flush()
    return True


def are_older(session: Session, before: datetime) -> bool:
    """Whether there are some that were sent before a moment."""
    return bool(_OLDER.rows(session.connection(), {"before": before}))


def purge(session: Session, before: datetime) -> int:
    """Forget all that were sent before a moment; how many they were."""
    gone = session.execute(delete(DbProposal).where(DbProposal.at < before).returning(DbProposal.token))
    return len(gone.all())
