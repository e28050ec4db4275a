"""The triggers by which the database keeps the record, and the one way around them: whoever owns the tables."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from engine import Session
from processes.errors import NotTheOwner

_OF_OTHERS = text(
    "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND NOT pg_has_role(tableowner, 'MEMBER')"
)
_TRIGGERS = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")


@contextmanager
def lifted(session: Session) -> Iterator[None]:
    """Let this transaction delete and change what is kept for ever; NotTheOwner.

    PostgreSQL: the triggers let the owner of the tables through who has said so for the transaction; the role that the
    application runs with owns none. SQLite: whoever has the file is the owner; the triggers are taken away and put back
    before anybody else sees them gone. What is deleted is overwritten with zeros.
    """
    if session.dialect == "postgresql":
        if session.scalar(_OF_OTHERS):
            raise NotTheOwner
        session.execute(text("SET LOCAL kesu.purging = 'on'"))
        yield
        session.flush()
        session.execute(text("SET LOCAL kesu.purging = 'off'"))
        return
    session.execute(text("PRAGMA secure_delete = ON"))
    triggers = session.execute(_TRIGGERS).all()
    for name, _sql in triggers:
        session.execute(text(f'DROP TRIGGER "{name}"'))
    yield
    session.flush()
    for _name, sql in triggers:
        session.execute(text(sql.replace(":", "\\:")))
