"""Counts what is asked of a database."""

from contextlib import contextmanager

import sqlalchemy as sa


def engines(database):
    """What has the connections of a database: SQLite has others for reading than for writing."""
    return {engine.pool: engine for engine in (database.reader, database.engine)}.values()


@contextmanager
def listening(database, event, note):
    """Let something be told of what happens on every connection of a database."""
    for engine in engines(database):
        sa.event.listen(engine, event, note)
    try:
        yield
    finally:
        for engine in engines(database):
            sa.event.remove(engine, event, note)


@contextmanager
def counting(database):
    """The statements and commits of the block, without BEGIN."""
    seen, commits = [], []

    def note(connection, cursor, statement, *others):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement.split("\n", maxsplit=1)[0])

    def committed(connection):
        commits.append(1)

    with listening(database, "before_cursor_execute", note), listening(database, "commit", committed):
        yield seen, commits
