"""psycopg's cursor, and how it ends a transaction, for what a step runs again and again: straight to libpq.

psycopg itself may wait for many connections at once and be interrupted while it waits; for a statement that the server
has prepared that costs our process more than all else that is done for it. Here libpq waits; other threads go on.
"""

from functools import lru_cache
from select import POLLIN, POLLOUT, poll
from typing import Any

from psycopg import Connection, OperationalError, RawCursor, errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

# ruff: noqa: SLF001 - psycopg tells nobody else what is prepared, and forgets it in ways of its own
_FORMATS = [[PyFormat.AUTO] * number for number in range(200)]
_COMMIT, _ROLLBACK = b"COMMIT", b"ROLLBACK"
_encoded = lru_cache(maxsize=1000)(str.encode)


class Cursor(RawCursor[Any]):
    """One that has psycopg prepare each statement, and libpq run it from then on.

    The server takes twice as long over one that it has to read first, and most steps are of a kind that is rare.

    An interruption (Ctrl-C) is seen when the server has answered, which it does at the latest when it has waited for a
    lock as long as it may.
    """

    def __init__(self, connection: "Connection[Any]") -> None:
        """Take the connection."""
        super().__init__(connection)
        self._tx = Transformer(connection)  # psycopg has one only once it has run something

    def execute(self, query: Any, params: Any = None, *, last: bool = False, **options: Any) -> "Cursor":
        """Run a statement; the last one of a transaction may be kept at once. Raises psycopg's errors."""
        connection, prepared = self._conn, self._conn._prepared._names
        if not prepared or options or len(params or ()) >= len(_FORMATS):
            return super().execute(query, params, prepare=True, **options)
        with connection.lock:
            given: Any = self._tx.dump_sequence(params, _FORMATS[len(params)])
            key = _encoded(query), self._tx.types or ()
            name = prepared.get(key)
            if name is not None:
                prepared.move_to_end(key)
                self._reset(reset_query=False)
                self._set_results([self._run(name, given, last=last)])
                return self
        return super().execute(query, params, prepare=True)

    def _run(self, name: bytes, given: Any, *, last: bool) -> PGresult:
        """What begins a transaction goes along with its first statement, what ends it with its last one."""
        connection, server, formats = self._conn, self._pgconn, self._tx.formats
        first = server.transaction_status == TransactionStatus.IDLE and not connection.autocommit
        if not (first or last):
            return _checked(connection, server.exec_prepared(name, given, formats))
        found: list[PGresult] = []
        server.enter_pipeline_mode()
        try:
            if first:
                server.send_query_params(connection._get_tx_start_command(), None)
            server.send_query_prepared(name, given, formats)
            if last:
                server.send_query_params(_COMMIT, None)  # not done where the statement fails
            server.pipeline_sync()
            while not found or found[-1].status != ExecStatus.PIPELINE_SYNC:
                self._wait()
                if result := server.get_result():
                    found.append(result)
                elif server.status == ConnStatus.BAD:
                    raise OperationalError(server.get_error_message())
        finally:
            server.exit_pipeline_mode()
        return [_checked(connection, result) for result in found[:-1]][int(first)]

    def _wait(self) -> None:
        """Wait for the next answer in a pipeline; to ask for it before it is there would hold up all other threads."""
        server = self._pgconn
        while (sending := server.flush()) or server.is_busy():
            ready = poll()
            ready.register(server.socket, POLLIN | POLLOUT if sending else POLLIN)
            ready.poll()
            server.consume_input()


def commit(connection: Any) -> None:
    """Keep what the transaction of a connection, which may be one of a pool, did; raises psycopg's errors."""
    connection = getattr(connection, "dbapi_connection", connection)
    with connection.lock:
        if connection.pgconn.transaction_status != TransactionStatus.IDLE:
            _checked(connection, connection.pgconn.exec_(_COMMIT))


def rollback(connection: Any) -> None:
    """Undo what the transaction of a connection, which may be one of a pool, did; raises psycopg's errors."""
    if not _undone(connection, _ROLLBACK):
        connection.rollback()


def rollback_to(connection: Any, savepoint: str) -> None:
    """Undo what was done since a savepoint on a connection of SQLAlchemy's; raises psycopg's errors."""
    command = f"ROLLBACK TO {savepoint}"
    if not _undone(connection.connection, command.encode()):
        connection.exec_driver_sql(command)


def _undone(connection: Any, command: bytes) -> bool:
    """Undo what only we want to have undone.

    psycopg would forget every statement that the connection has prepared, which the server keeps. It may where a
    statement has failed: what was prepared may not fit the tables any more.
    """
    connection = getattr(connection, "dbapi_connection", connection)
    with connection.lock:
        if connection.pgconn.transaction_status != TransactionStatus.INTRANS:
            return False
        _checked(connection, connection.pgconn.exec_(command))
        return True


def _checked(connection: "Connection[Any]", result: PGresult) -> PGresult:
    if result.status in {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}:
        return result
    if connection.pgconn.status == ConnStatus.BAD:
        raise OperationalError(connection.pgconn.get_error_message())
    raise errors.error_from_result(result, connection.info.encoding)
