"""Statements of a step, worked out once: to prepare one costs more than to run it, and a step runs the same ones."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from sqlalchemy import JSON, CompoundSelect, Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.types import TypeEngine

from engine.store.columns import to_json

Convert = Callable[[Any], Any] | None
Values = Mapping[str, Any]
Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | Insert | Update | Delete


TOGETHER = 1000
"""So many rows go into one statement at most."""
OFTEN = 50
"""For up to so many rows the text is kept, one for each number of rows."""
_PLACE, _NUMBERED = re.compile(r"%\((\w+)\)s"), re.compile(r"\$(\d+)")


class Prepared:
    """A statement with its text and what turns values into those of the driver, by dialect.

    It takes values by the names of its bindparams, an insert by those of its columns. It takes no lists of values (IN)
    and fills in no defaults.
    """

    def __init__(self, statement: Statement) -> None:
        """Take a statement with a bindparam for whatever differs; an insert fills all columns but a counted number."""
        self._statement = statement
        self._known: dict[tuple[str, bool], _Text] = {}

    def run(self, connection: Connection, values: Values) -> int:
        """Run it with some values; how many rows it changed."""
        text = self._text(connection)
        return int(_ask(connection, text.sql, text.given(values)).rowcount)

    def run_each(self, connection: Connection, rows: Sequence[Values]) -> int:
        """Run it for each of some rows; how many rows that changed."""
        text = self._text(connection)
        if len(rows) == 1:
            return int(_ask(connection, text.sql, text.given(rows[0])).rowcount)
        if not text.together:
            return int(_ask(connection, text.sql, [text.given(row) for row in rows]).rowcount)
        parts = (rows[place : place + TOGETHER] for place in range(0, len(rows), TOGETHER))
        return sum(int(_ask(connection, *text.given_together(part)).rowcount) for part in parts)

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """What a query finds."""
        text = self._text(connection)
        return [text.taken(row) for row in _ask(connection, text.sql, text.given(values)).fetchall()]

    def _text(self, connection: Connection) -> "_Text":
        name = connection.dialect.name, bool(connection.dispatch.before_cursor_execute)
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = _Text(self._statement, connection.dialect, raw=not name[1])
        return known


def _ask(connection: Connection, sql: str, given: Any) -> Any:
    """Let the driver itself run a statement in the transaction of a connection, once or for each of a list of values.

    SQLAlchemy is asked where somebody listens to statements, and says what an error means.
    """
    if connection.dispatch.before_cursor_execute:
        return connection.exec_driver_sql(sql, given)
    cursor = connection.info.get(_CURSOR) or _open_cursor(connection)
    try:
        if isinstance(given, list):
            cursor.executemany(sql, given)
        else:
            cursor.execute(sql, given)
    except BaseException as error:  # noqa: BLE001 - it raises anew, and gives up a connection that was interrupted
        connection.info.pop(_CURSOR)  # which is closed then
        connection._handle_dbapi_exception(error, sql, given, cursor, None)  # noqa: SLF001 - nothing public does this
    return cursor


_CURSOR = "kesu_prepared"


def _open_cursor(connection: Connection) -> Any:
    """The one cursor for this on a connection: what it has found is taken at once. psycopg's raw one reads no texts."""
    driver: Any = connection.connection.dbapi_connection
    module: Any = connection.dialect.loaded_dbapi
    cursor = driver.cursor() if connection.dialect.name == "sqlite" else module.RawCursor(driver)
    connection.info[_CURSOR] = cursor
    return cursor


class _Text:
    """A statement as one driver takes it."""

    def __init__(self, statement: Statement, dialect: Dialect, *, raw: bool) -> None:
        """Take what to run; `raw` for a cursor that numbers the values, where the driver has one."""
        written: Dialect = dialect
        if raw and dialect.name == "postgresql":
            kind: Any = type(dialect)
            written = kind(paramstyle="numeric_dollar")
        columns: list[str] | None = None
        if isinstance(statement, Insert):
            table: Any = statement.table
            columns = [each.name for each in table.c if each is not table.autoincrement_column]
            statement = statement.inline()  # the number of a new row is given to who asks for it only
        compiled: Any = statement.compile(dialect=written, column_keys=columns)
        self.sql = str(compiled)
        self._by_name = not compiled.positional
        names = compiled.binds if self._by_name else compiled.positiontup
        self._into = [(name, _into(compiled.binds[name].type, dialect)) for name in names]
        self._fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
        found = (each.type.dialect_impl(dialect) for each in statement.exported_columns)
        self._out_of = [kind.result_processor(dialect, None) for kind in found]
        self.together = dialect.name != "sqlite" and columns is not None and set(columns) == set(compiled.binds)
        """Whether several rows go into one statement: psycopg takes three times as long for one after the other."""
        self._longer: dict[int, str] = {}

    def given_together(self, rows: Sequence[Values]) -> tuple[str, dict[str, Any] | tuple[Any, ...]]:
        """The statement for all of some rows, and their values."""
        sql = self._longer.get(len(rows)) or self._lengthen(len(rows))
        if len(rows) <= OFTEN:
            self._longer[len(rows)] = sql
        values = [row[name] if into is None else into(row[name]) for row in rows for name, into in self._into]
        if not self._by_name:
            return sql, tuple(values)
        names = (f"{name}__{number}" for number in range(len(rows)) for name, _ in self._into)
        return sql, dict(zip(names, values, strict=True))

    def _lengthen(self, count: int) -> str:
        """The statement for so many rows: what stands behind VALUES, so many times."""
        before, behind = self.sql.split(" VALUES ", 1)
        depths = accumulate({"(": 1, ")": -1}.get(sign, 0) for sign in behind)
        end = next(place for place, depth in enumerate(depths) if depth == 0) + 1
        groups = ", ".join(self._numbered(behind[:end], number) for number in range(count))
        return f"{before} VALUES {groups}{behind[end:]}"

    def _numbered(self, group: str, number: int) -> str:
        """The values of one row, as those of the row of a number."""
        if self._by_name:
            return _PLACE.sub(rf"%(\1__{number})s", group)
        size = number * len(self._into)
        return _NUMBERED.sub(lambda found: f"${int(found[1]) + size}", group)

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
    """What turns a value into the driver's; JSON goes as text, which the statement says is JSON."""
    return to_json if isinstance(kind, JSON) else kind.dialect_impl(dialect).bind_processor(dialect)
