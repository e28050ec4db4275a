"""Looks through the file of a database, a table at a time, so that a damaged page is noticed before it is needed."""

import sqlite3
import time
from contextlib import closing
from urllib.parse import quote

import structlog

from engine.database import Database

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 20
"""Between two tables, so that the disk is there for others."""
RULES = ("NULL value in ", "CHECK constraint failed in ", "NUMERIC value in ", "TEXT value in ")
"""What is said of rows that break a rule of their table: no page is damaged by that."""


class Inspection:
    """Goes round the tables of one SQLite file; what it has seen is remembered as long as the process lives."""

    def __init__(self, database: Database, *, hours: int) -> None:
        """Take the file; a round begins so many hours after the one before, the first one with the first look."""
        self._database = database
        self._seconds = hours * 3600
        self._next = time.monotonic()
        self._left: list[str] = []

    def look_on(self) -> str | None:
        """Look through the next table, if its time has come, which one that was; a damaged page is the end of Kesu.

        A connection of its own only reads: it holds up nobody who writes.
        """
        try:
            with closing(self._connect()) as connection:
                if not self._left and time.monotonic() >= self._next:
                    self._next = time.monotonic() + self._seconds
                    self._left = _tables(connection)
                if not self._left:
                    return None
                name = self._left.pop()
                said = [str(row[0]) for row in connection.execute(f'PRAGMA quick_check("{name}")')]
        except sqlite3.Error as error:
            if self._database.watch.passing(error) is None:
                raise
            return None
        broken = [each for each in said if each.startswith(RULES)]
        damage = [each for each in said if each != "ok" and each not in broken]
        if broken:
            log.warning("rows break a rule of their table", table=name, rows=len(broken))
        if damage:
            self._database.watch.tell_damage(damage[0])
        return name

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{quote(str(self._database.url.database))}?mode=ro", uri=True)


def _tables(connection: sqlite3.Connection) -> list[str]:
    """The tables with pages of their own; the last one is looked at first."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY name DESC"
    return [row[0] for row in connection.execute(query)]
