"""The way to the database; the one place that commits."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

import orjson
import structlog
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, PendingRollbackError

from engine.connections import Connections
from engine.errors import DatabaseLost, DatabaseReadOnly, NotWritten, Passing, TablesChanged
from engine.line import Line
from engine.outages import Watch
from engine.runtime import Runtime
from engine.session import Session
from engine.store.columns import to_json
from engine.store.samples import forget_of_empty

log = structlog.get_logger(__name__)
T = TypeVar("T")

BUSY_SECONDS = 10
"""How long a step waits for another one on the same instance (PostgreSQL) or file (SQLite)."""
IDLE_SECONDS = 10
"""After this long without a statement PostgreSQL ends a step's transaction: it frees the lock of a frozen worker."""
CONNECT_SECONDS = 5
"""How long a new connection may take."""
ALIVE = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}
"""By which the driver of PostgreSQL notices that nobody is at the other end any more, where nobody has said so.

Without, a server without power or a forgetful firewall is waited for by the rules of the system, 15 minutes and more.
What stands in the address of the database comes first.
"""
NOTICED = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=20000"
"""By which the server notices the same: else it keeps connections of a machine that is gone for two hours."""
STATEMENTS = 400
"""So many statements are kept prepared on a connection: those of the steps."""
KEPT_BY_SERVER = 200
"""The same on PostgreSQL, where each takes up to 0.4 MB of the server's memory and each kind of step has its own.

Of 2,500 that the steps of all shipped scenarios write with 96 of 100 are of the 200 kinds that are most used.
"""
INSIST_SECONDS = (0.2, 0.5, 1, 2, 3, 5, 5, 5, 10, 10, 10, 10)
"""The waits between the tries to write down what cannot be taken back: a minute, beside the waits for a lock."""

_ONLY_READS = "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"
_READS = {"postgresql": {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}}
"""By which every statement of a transaction sees the state at its first one, and none writes."""
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",  # what was answered to a person is not lost when the power goes
    f"busy_timeout = {BUSY_SECONDS * 1000}",
    "foreign_keys = ON",
    "recursive_triggers = ON",  # or REPLACE would delete history past its trigger
)


class Database:
    """A database and the runtime that works on it; shared by all threads."""

    def __init__(self, url: str, runtime: Runtime) -> None:
        """Take the address as SQLAlchemy writes it; nothing is opened yet."""
        self.url = make_url(url)
        self.runtime = runtime
        self.watch = Watch(self.url)
        self.engine = make_engine(url, self.watch)
        self.reader = self.engine
        if self.engine.dialect.name == "sqlite":  # to let one write or not makes it forget what it has prepared
            self.reader = make_engine(url, self.watch, reading=True)
        self._writing = Connections(self.engine)
        self._reading = Connections(self.reader, self._writing, _READS.get(self.engine.dialect.name, {}))
        self._knows: Callable[[Connection], bool] = lambda _connection: True

    def expect(self, knows: Callable[[Connection], bool]) -> None:
        """Take what tells from a connection whether the tables have a form that this process knows.

        While they have another one, whatever the database refuses raises TablesChanged.
        """
        alone = make_engine(self.url.render_as_string(hide_password=False), reading=True, pooled=False)

        def are_other() -> bool:
            with alone.connect() as connection:
                return not knows(connection)

        self._knows, self.watch.tables_are_other = knows, are_other

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose work is kept when the block ends and undone when it raises.

        SQLite: the write lock is taken before the first statement, so that nobody works on rows that are out of date.
        Busy when a lock cannot be had in time. NotWritten when it is to be done again: see `do`.
        """
        with Session(self._writing, self.runtime) as session:
            try:
                yield session
                session.commit()
            except DBAPIError as error:
                session.find_out(error)
                raise
        session.share()
        for callback in session.after_commit:
            try:
                callback()
            except Exception:
                log.exception("what was to be done after a commit failed")

    def do(self, work: Callable[[Session], T]) -> T:
        """Do something in a transaction; again where what a service had left to be written at its end was not taken.

        The service writes at once then, so that what fails is an incident at its element, as any error of a service.
        """
        try:
            with self.transaction() as session:
                return work(session)
        except NotWritten:
            with self.transaction() as session:
                return work(session)

    def flush_seldom(self) -> None:
        """Let connections that are made from now on keep the file whole, but not each commit, when the power goes.

        For work that can be done again. PostgreSQL: as before.
        """
        if self.url.get_backend_name() == "sqlite":
            event.listen(self.engine, "connect", _flush_seldom)

    def insist(self, work: Callable[[Session], T]) -> T:
        """Do something in a transaction, as often as it takes while others hold what it needs.

        For writing down what has left the house already: to give up would let it be done once more. What it raises
        beside Passing is the caller's; so is that after the last try.
        """

        def in_a_transaction() -> T:
            with self.transaction() as session:
                return work(session)

        return self.persist(in_a_transaction)

    def persist(self, act: Callable[[], T]) -> T:
        """Do something that begins transactions of its own and may be done again, likewise."""
        for seconds in (*INSIST_SECONDS, None):
            try:
                return act()
            except Passing:
                if seconds is None or self.watch.changed:
                    raise
                time.sleep(seconds)
        raise AssertionError

    @contextmanager
    def trial(self) -> Iterator[Session]:
        """A session that may write and of whose work nothing stays; for finding out what an act would lead to.

        It holds what a transaction holds: on SQLite the write lock. Busy when a lock cannot be had in time.
        """
        with Session(self._writing, self.runtime) as session:
            session.trial = True
            try:
                yield session
                session.send()  # so that what the database refuses is seen
            except DBAPIError as error:
                session.find_out(error)
                raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on one state of the database that cannot write; DatabaseAway when it cannot be reached."""
        with Session(self._reading, self.runtime) as session:
            yield session
            session.expunge_all()  # nothing is written
            with suppress(DBAPIError, PendingRollbackError, Passing):  # what was to be read has been
                session.commit()  # undone, psycopg would forget every statement that the connection has prepared
        session.share()

    def check(self) -> None:
        """Answer a statement; DatabaseAway when that cannot be done or only be read, DatabaseLost when never again.

        TablesChanged where they have another form than this process knows.
        """
        if (lost := self.watch.find_loss()) is not None:
            raise DatabaseLost(reason=lost)
        if not self.watch.may_write():
            raise DatabaseReadOnly
        with self.reading() as session:
            connection = session.connection()
            only_reads = self.engine.dialect.name == "postgresql" and _ONLY_READS
            if connection.exec_driver_sql(only_reads or "SELECT 0").scalar():
                raise DatabaseReadOnly
            if not self._knows(connection):
                raise TablesChanged

    def keeps_checksums(self) -> bool:
        """Whether PostgreSQL notices a damaged page when it reads it; True for SQLite, whose file is looked through."""
        if self.engine.dialect.name == "sqlite":
            return True
        with self.reading() as session:
            return bool(session.connection().exec_driver_sql("SHOW data_checksums").scalar_one() == "on")

    def rewrite(self) -> None:
        """Write the files of the database anew, so that nothing of what was deleted is left in them."""
        if self.engine.dialect.name == "sqlite":
            alone = sqlite3.connect(self.url.database or "", timeout=BUSY_SECONDS, isolation_level=None)
            try:
                alone.execute("VACUUM")
                alone.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                alone.close()
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # plain VACUUM leaves the bytes in the pages, and samples of the values in the statistics of the planner
            forget_of_empty(connection)
            connection.exec_driver_sql("ANALYZE")
            connection.exec_driver_sql("VACUUM (FULL)")

    def close(self) -> None:
        """Close all connections."""
        for each in (self._writing, self._reading):
            each.close()
        self.engine.dispose()
        self.reader.dispose()


def make_engine(url: str, watch: Watch | None = None, *, reading: bool = False, pooled: bool = True) -> Engine:
    """SQLAlchemy's engine, set up as the steps need it.

    SQLite: write-ahead log, flushed at each commit, foreign keys. PostgreSQL: limits on waiting for a lock and idling
    in a transaction, without which the lock of a frozen worker is never freed. What is over by itself in a while is
    raised as Busy or DatabaseAway by the very statement, wherever it stands: in a service, in a form, in a page.
    With `reading` nothing can be written (SQLite). Where it is not pooled each connection is made for one use.
    """
    options: dict[str, Any] = {} if pooled else {"poolclass": NullPool}
    options |= {
        "json_serializer": to_json,
        "json_deserializer": orjson.loads,
        "hide_parameters": True,  # an error tells which statement it was, not whose name stood in it
    }
    parsed = make_url(url)
    watch = watch or Watch(parsed)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, connect_args={"cached_statements": STATEMENTS}, **options)
        event.listen(engine, "do_connect", watch.connect)
        event.listen(engine, "connect", partial(_prepare_sqlite, reading=reading))
        _begin_with(engine.dialect, watch, "BEGIN" if reading else "BEGIN IMMEDIATE")
        _hasten_savepoints(engine.dialect)
        if not reading:
            _stand_in_line(engine.dialect)
    else:
        limits = (
            f"-c lock_timeout={BUSY_SECONDS}s -c idle_in_transaction_session_timeout={IDLE_SECONDS}s -c timezone=UTC"
            " -c default_transaction_isolation=read\\ committed"
            " -c jit=off"  # compiling takes longer than any statement here may
        )
        connect = alive(parsed, limits)
        # the connection that was given back last is used first: it has its statements prepared
        if pooled:
            options["pool_use_lifo"] = True
        engine = create_engine(parsed, connect_args=connect, **options)
        event.listen(engine, "connect", _prepare_postgresql)
        _hasten_savepoints(engine.dialect)
        from engine.store.libpq import commit, rollback, rollback_to  # noqa: PLC0415 - there only where psycopg is

        engine.dialect.do_commit = commit  # type: ignore[method-assign, assignment]
        engine.dialect.do_rollback = rollback  # type: ignore[method-assign, assignment]
        engine.dialect.do_rollback_to_savepoint = rollback_to  # type: ignore[method-assign, assignment]
    event.listen(engine, "handle_error", watch.translate)
    return engine


def alive(url: URL, options: str = "") -> dict[str, Any]:
    """What a connection to PostgreSQL is given so that its loss is noticed at both ends, beside what its address says.

    Args:
        url: of the database; `options` of the server there are kept and come last.
        options: further ones, as libpq takes them.
    """
    told = " ".join((NOTICED, options, *url.normalized_query.get("options", ())))
    return {name: value for name, value in ALIVE.items() if name not in url.query} | {"options": told}


MOST_SAVEPOINTS = 20
"""So many are left for the commit to release; those that come after them in a transaction are released one by one."""


def _hasten_savepoints(dialect: Any) -> None:
    """Set savepoints without putting a statement together, and release the first ones with the commit alone.

    A step sets one for each service that writes; to release each costs a statement more, and nothing is gained by it
    while they are few. The names are counted in each transaction.
    """

    def release(connection: Connection, name: str) -> None:
        if int(name.rpartition("_")[2]) > MOST_SAVEPOINTS:
            connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")

    dialect.do_savepoint = lambda connection, name: connection.exec_driver_sql(f"SAVEPOINT {name}")
    dialect.do_rollback_to_savepoint = lambda connection, name: connection.exec_driver_sql(f"ROLLBACK TO {name}")
    dialect.do_release_savepoint = release


def _prepare_sqlite(connection: Any, _record: object, *, reading: bool) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    cursor = connection.cursor()
    for pragma in (*_PRAGMAS, f"query_only = {int(reading)}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql(connection: Any, _record: object) -> None:
    connection.prepared_max = KEPT_BY_SERVER


def _flush_seldom(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin_with(dialect: Any, watch: Watch, statement: str) -> None:
    """Begin transactions with a statement, once it is known that the file is still there.

    Told as an event it would cost several times as much: SQLAlchemy goes round by all its events then.
    """

    def begin(connection: Any) -> None:
        watch.look()
        connection.dbapi_connection.execute(statement)

    dialect.do_begin = begin


def _stand_in_line(dialect: Any) -> None:
    """Let the threads of this process write into a SQLite file in the order in which they ask for it."""
    line, begin, commit, rollback = Line(BUSY_SECONDS), dialect.do_begin, dialect.do_commit, dialect.do_rollback

    def do_begin(connection: Any) -> None:
        line.wait(connection.dbapi_connection)
        try:
            begin(connection)
        except BaseException:
            line.leave(connection.dbapi_connection)
            raise

    def do_commit(connection: Any) -> None:
        commit(connection)  # where it cannot, it is closed
        line.leave(connection.dbapi_connection)

    def do_rollback(connection: Any) -> None:
        try:
            rollback(connection)
        finally:
            line.leave(connection.dbapi_connection)

    def ended(close: Callable[[Any], None]) -> Callable[[Any], None]:
        def do_close(connection: Any) -> None:
            try:
                close(connection)
            finally:
                line.leave(connection)

        return do_close

    dialect.do_begin, dialect.do_commit, dialect.do_rollback = do_begin, do_commit, do_rollback
    dialect.do_close, dialect.do_terminate = ended(dialect.do_close), ended(dialect.do_terminate)
