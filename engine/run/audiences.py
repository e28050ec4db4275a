"""Sets of candidates: tasks open to the same people share one row."""

from collections.abc import Collection

import orjson
from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from engine.session import Session
from engine.store.schema import DbAudience, DbAudienceMember


def audience_key(users: Collection[str], groups: Collection[str]) -> str:
    """The one way to write a set of candidates."""
    return orjson.dumps([sorted(set(users)), sorted(set(groups))]).decode()


def audience_ids(session: Session, keys: Collection[str]) -> dict[str, int]:
    """The numbers of audiences, made where they do not exist yet; no statement for known ones."""
    known = session.runtime.audiences
    mine = session.audiences
    missing = sorted({key for key in keys if key not in known and key not in mine})
    if missing:
        mine.update(_find(session, missing))
    for key in missing:
        if key not in mine:
            mine[key] = _create(session, key)
    return {key: mine[key] if key in mine else known[key] for key in keys}


def _find(session: Session, keys: list[str]) -> dict[str, int]:
    rows = session.connection().execute(select(DbAudience.key, DbAudience.id).where(DbAudience.key.in_(keys)))
    return {row[0]: row[1] for row in rows}


def _create(session: Session, key: str) -> int:
    """A new audience; another transaction may make the same one meanwhile, then that one counts."""
    connection = session.connection()
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    made = connection.execute(
        dialect.insert(DbAudience).values(key=key).on_conflict_do_nothing().returning(DbAudience.id)
    ).scalar_one_or_none()
    if made is None:
        return _find(session, [key])[key]
    users, groups = orjson.loads(key)
    number = int(made)
    members = [("user", user) for user in users] + [("group", group) for group in groups]
    if members:
        rows = [{"audience_id": number, "kind": kind, "value": value} for kind, value in members]
        connection.execute(insert(DbAudienceMember), rows)
    return number
