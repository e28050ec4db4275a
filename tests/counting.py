"""Counts what is asked of a database."""

from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def counting(database):
    """The statements and commits of the block, without BEGIN."""
    seen, commits = [], []

    def note(connection, cursor, statement, *others):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement.split("\n", maxsplit=1)[0])

    def committed(connection):
        commits.append(1)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    sa.event.listen(database.engine, "commit", committed)
    try:
        yield seen, commits
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)
        sa.event.remove(database.engine, "commit", committed)
