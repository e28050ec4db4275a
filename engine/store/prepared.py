"""Statements of a step, worked out once: to prepare one costs more than to run it, and a step runs the same ones."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any] | None
Values = Mapping[str, Any]
Statement = Select[*tuple[Any, ...]] | Insert | Update | Delete


class Prepared:
    """A statement with its text and what turns values into those of the driver, by dialect.

    It takes values by the names of its bindparams, an insert by those of its columns. It takes no lists of values (IN)
    and fills in no defaults.
    """

    def __init__(self, statement: Statement) -> None:
        """Take a statement with a bindparam for whatever differs; an insert fills all columns but a counted number."""
        self._statement = statement
        self._known: dict[str, _Text] = {}

    def run(self, connection: Connection, values: Values) -> int:
        """Run it with some values; how many rows it changed."""
        text = self._text(connection)
        return int(_ask(connection, text.sql, text.given(values)).rowcount)

    def run_each(self, connection: Connection, rows: Sequence[Values]) -> int:
        """Run it for each of some rows; how many rows that changed."""
        text = self._text(connection)
        given = text.given(rows[0]) if len(rows) == 1 else [text.given(row) for row in rows]
        return int(_ask(connection, text.sql, given).rowcount)

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """What a query finds."""
        text = self._text(connection)
        return [text.taken(row) for row in _ask(connection, text.sql, text.given(values)).fetchall()]

    def _text(self, connection: Connection) -> "_Text":
        name = connection.dialect.name
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = _Text(self._statement, connection.dialect)
        return known


def _ask(connection: Connection, sql: str, given: Any) -> Any:
    """Let the driver itself run a statement in the transaction of a connection, once or for each of a list of values.

    SQLAlchemy is asked where somebody listens to statements, and says what an error means.
    """
    if connection.dispatch.before_cursor_execute:
        return connection.exec_driver_sql(sql, given)
    cursor = connection.connection.cursor()
    try:
        if isinstance(given, list):
            cursor.executemany(sql, given)
        else:
            cursor.execute(sql, given)
    except BaseException as error:  # noqa: BLE001 - it raises anew, and gives up a connection that was interrupted
        connection._handle_dbapi_exception(error, sql, given, cursor, None)  # noqa: SLF001 - nothing public does this
    return cursor


class _Text:
    """A statement as one driver takes it."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        columns = None
        if isinstance(statement, Insert):
            table: Any = statement.table
            columns = [each.name for each in table.c if each is not table.autoincrement_column]
            statement = statement.inline()  # the number of a new row is given to who asks for it only
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        self.sql = str(compiled)
        self._by_name = not compiled.positional
        names = compiled.binds if self._by_name else compiled.positiontup
        self._into = [(name, _into(compiled.binds[name].type, dialect)) for name in names]
        self._fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
        found = (each.type.dialect_impl(dialect) for each in statement.exported_columns)
        self._out_of = [kind.result_processor(dialect, None) for kind in found]

    def given(self, values: Values) -> dict[str, Any] | tuple[Any, ...]:
        """Values as the driver wants them."""
        known = {**self._fixed, **values} if self._fixed else values
        if self._by_name:
            return {name: known[name] if into is None else into(known[name]) for name, into in self._into}
        return tuple([known[name] if into is None else into(known[name]) for name, into in self._into])

    def taken(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """A row as the columns want it."""
        return tuple(
            [value if out_of is None else out_of(value) for value, out_of in zip(row, self._out_of, strict=True)]
        )


def _into(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).bind_processor(dialect)
