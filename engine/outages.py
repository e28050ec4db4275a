"""Whether the database can be used: locks that others hold, a server that is away, a file that is gone or damaged.

And tables that have another form than this process knows: they are for a process of another version to use.
"""

import os
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, ExceptionContext
from sqlalchemy.exc import DBAPIError

from engine.errors import Busy, DatabaseAway, DatabaseLost, DatabaseReadOnly, Passing, TablesChanged

if TYPE_CHECKING:
    from collections.abc import Callable

_LOCKED = frozenset({"55P03", "40P01", "40001", "25P03", "25P04"})
"""PostgreSQL: lock not available, deadlock, serialisation, idle in or at a transaction for too long."""
_READS_ONLY = "25006"
_AWAY = ("08", "57", "53", "58", _READS_ONLY)
"""Beginnings of its codes: no connection, shut down or a statement that took too long, out of connections, memory or
disk, trouble of its machine, or it only reads."""
_DAMAGED = ("XX001", "XX002")
_SQLITE_LOCKED = ("SQLITE_BUSY", "SQLITE_LOCKED")
_SQLITE_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_SQLITE_READS_ONLY = "SQLITE_READONLY"
_SQLITE_AWAY = ("SQLITE_IOERR", "SQLITE_FULL", "SQLITE_CANTOPEN", "SQLITE_READONLY_DBMOVED", "SQLITE_PROTOCOL")


class Watch:
    """Looks after one database: says what an error means, and remembers that it is lost."""

    def __init__(self, url: URL) -> None:
        """Take its address; a SQLite file is known again by its number."""
        self.lost: str | None = None
        """Why it cannot be used any more, whatever happens."""
        self.changed = False
        """Whether something was refused because the tables have another form than this process knows."""
        self.tables_are_other: Callable[[], bool] = bool
        """Asks whether they have, of a connection of its own."""
        named = url.database if url.get_backend_name() == "sqlite" and url.database != ":memory:" else None
        self._path = named
        self._file: tuple[int, int] | None = None

    def connect(self, _dialect: object, _record: object, _arguments: object, _options: object) -> None:
        """Before a connection to a SQLite file is opened: the driver would make an empty file where there is none."""
        self.look()

    def look(self) -> None:
        """Make sure that the SQLite file is the one that was opened first; DatabaseLost."""
        if self._path is None:
            return
        try:
            found = os.stat(self._path)  # noqa: PTH116 - each transaction on SQLite asks
        except OSError as error:
            if self._file is None:
                return  # the first connection makes it
            raise self._lose(f"the file {self._path} is not there any more ({error.strerror})") from None
        number = found.st_dev, found.st_ino
        if self._file is None:
            self._file = number
        elif self._file != number:
            raise self._lose(f"another file was put in the place of {self._path} while Kesu was running")

    def find_loss(self) -> str | None:
        """Why the database cannot be used any more; None while it can."""
        with suppress(DatabaseLost):
            self.look()
        return self.lost

    def translate(self, context: ExceptionContext) -> None:
        """Raise what an error of a statement means, where it is over by itself in a while; else leave it as it is.

        Who wanted to write and has reached a server that only reads, as after an exchange of servers, or a file that
        was closed to writing when the connection was made, looks anew. What is refused otherwise is our own mistake,
        unless another version has changed the tables: columns may be missing then, or there that have to be
        filled, and plans that were prepared do not fit any more.
        """
        error = context.original_exception
        if getattr(error, "sqlstate", None) == _READS_ONLY or _sqlite_name(error).startswith(_SQLITE_READS_ONLY):
            if self._was_to_read(context):
                return
            context.is_disconnect = True
        found = self.passing(error, gone=context.is_disconnect)
        if found is not None:
            raise found
        if isinstance(context.sqlalchemy_exception, DBAPIError) and self._tables_are_other():
            self.changed = True
            raise TablesChanged

    def _was_to_read(self, context: ExceptionContext) -> bool:
        """Whether it was not to write at all, so that trying to was our own mistake."""
        if context.connection is None:
            return False
        if not isinstance(context.original_exception, sqlite3.Error):
            return bool(context.connection.get_execution_options().get("postgresql_readonly"))
        if _sqlite_name(context.original_exception) != _SQLITE_READS_ONLY or not self.may_write():
            return False
        return bool(context.connection.connection.dbapi_connection.execute("PRAGMA query_only").fetchone()[0])  # type: ignore[union-attr]

    def _tables_are_other(self) -> bool:
        with suppress(DBAPIError):
            return self.tables_are_other()
        return False

    def passing(self, error: BaseException | None, *, gone: bool = False) -> Passing | None:
        """What an error of the driver means: Busy, DatabaseAway, DatabaseLost; None for all that is our own mistake."""
        if isinstance(error, sqlite3.Error):
            return self._of_sqlite(error)
        code = getattr(error, "sqlstate", None)
        if code in _DAMAGED:
            return self._lose(f"it is damaged, PostgreSQL says {code}")
        return of_postgresql(error, gone=gone)

    def _of_sqlite(self, error: sqlite3.Error) -> Passing | None:
        name = _sqlite_name(error)
        if name.startswith(_SQLITE_LOCKED):
            return Busy()
        if name.startswith(_SQLITE_DAMAGED):
            return self.tell_damage(str(error))
        if name.startswith(_SQLITE_AWAY):
            return DatabaseAway()
        return DatabaseReadOnly() if name.startswith(_SQLITE_READS_ONLY) else None

    def may_write(self) -> bool:
        """Whether the SQLite file may be written; it or its whole file system may have been closed to that."""
        return self._path is None or os.access(self._path, os.W_OK)

    def tell_damage(self, said: str) -> DatabaseLost:
        """Remember that the SQLite file is damaged; what to raise."""
        return self._lose(f"the file {self._path} is damaged ({' '.join(said.split())})")

    def _lose(self, reason: str) -> DatabaseLost:
        self.lost = reason
        return DatabaseLost(reason=reason)


def _sqlite_name(error: BaseException | None) -> str:
    """The name of an error of SQLite; empty for any other."""
    return str(getattr(error, "sqlite_errorname", ""))


def of_postgresql(error: BaseException | None, *, gone: bool = False) -> Passing | None:
    """What an error of PostgreSQL's driver means, where it is over by itself in a while: Busy, DatabaseAway."""
    code = getattr(error, "sqlstate", None)
    if code in _LOCKED:
        return Busy()
    if gone or (code is not None and code.startswith(_AWAY)) or (code is None and _is_operational(error)):
        return DatabaseAway()
    return None


def _is_operational(error: Any) -> bool:
    """Whether a driver says without a code that it has no connection."""
    return type(error).__name__ in ("OperationalError", "ConnectionTimeout", "InterfaceError")
