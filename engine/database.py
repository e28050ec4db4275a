"""The way to the database; the one place that commits."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from engine.errors import Busy
from engine.runtime import Runtime, Session

log = structlog.get_logger(__name__)

BUSY_SECONDS = 10
"""How long a step waits for another one on the same instance (PostgreSQL) or file (SQLite)."""
IDLE_SECONDS = 10
"""After this long without a statement PostgreSQL ends a step's transaction: it frees the lock of a frozen worker."""

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # what was answered to a person is not lost when the power goes
    f"busy_timeout = {BUSY_SECONDS * 1000}",
    "foreign_keys = ON",
    "recursive_triggers = ON",  # or REPLACE would delete history past its trigger
)
_LOCKED = {"55P03", "40P01", "25P03"}
"""PostgreSQL: lock not available, deadlock, idle in transaction for too long."""


class Database:
    """A database and the runtime that works on it; shared by all threads."""

    def __init__(self, url: str, runtime: Runtime) -> None:
        """Take the address as SQLAlchemy writes it; nothing is opened yet."""
        self.url = make_url(url)
        self.runtime = runtime
        self.engine = make_engine(url)
        self._reader = _reader(self.engine)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose work is kept when the block ends and undone when it raises.

        SQLite: the write lock is taken before the first statement, so that nobody works on rows that are out of date.
        Busy when a lock cannot be had in time.
        """
        session = self._session(self.engine)
        try:
            yield session
            session.commit()
        except DBAPIError as error:
            session.rollback()
            if is_busy(error):
                raise Busy from error
            raise
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()
        session.share()
        for callback in session.after_commit:
            try:
                callback()
            except Exception:
                log.exception("what was to be done after a commit failed")

    @contextmanager
    def trial(self) -> Iterator[Session]:
        """A session that may write and of whose work nothing stays; for finding out what an act would lead to.

        It holds what a transaction holds: on SQLite the write lock. Busy when a lock cannot be had in time.
        """
        session = self._session(self.engine)
        try:
            yield session
        except DBAPIError as error:
            if is_busy(error):
                raise Busy from error
            raise
        finally:
            session.rollback()
            session.close()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on one state of the database that cannot write."""
        session = self._session(self._reader)
        try:
            yield session
        finally:
            session.rollback()
            session.close()
        session.share()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _session(self, engine: Engine) -> Session:
        return Session(engine, self.runtime)


def is_busy(error: DBAPIError) -> bool:
    """Whether somebody else held a lock for too long, so that trying again helps."""
    return getattr(error.orig, "sqlstate", None) in _LOCKED or "database is locked" in str(error.orig)


def make_engine(url: str) -> Engine:
    """SQLAlchemy's engine, set up as the steps need it.

    SQLite: write-ahead log, flushed at each commit, foreign keys. PostgreSQL: limits on waiting for a lock and idling
    in a transaction, without which the lock of a frozen worker is never freed.
    """
    options: dict[str, Any] = {
        "json_serializer": to_json,
        "json_deserializer": orjson.loads,
        "hide_parameters": True,  # an error tells which statement it was, not whose name stood in it
    }
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    limits = (
        f"-c lock_timeout={BUSY_SECONDS}s -c idle_in_transaction_session_timeout={IDLE_SECONDS}s -c timezone=UTC"
        " -c default_transaction_isolation=read\\ committed"
    )
    return create_engine(parsed, connect_args={"options": limits}, **options)


def to_json(value: Any) -> str:
    """JSON text; TypeError for what JSON cannot carry."""
    return orjson.dumps(value).decode()


def _reader(engine: Engine) -> Engine:
    """The same engine for reading: every statement of a transaction sees the state at its first one."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(kesu_reading=True)
    return engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("kesu_reading", False)
    driver: Any = connection.connection.dbapi_connection
    if connection.info.get("reading", False) != reading:
        driver.execute("PRAGMA query_only = " + ("ON" if reading else "OFF"))
        connection.info["reading"] = reading
    try:
        driver.execute("BEGIN" if reading else "BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise Busy from error
        raise
