"""Statements of a step, worked out once: to prepare one costs more than to run it, and a step runs the same ones."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import JSON, CompoundSelect, Connection, Delete, Dialect, Insert, LargeBinary, Select, Update
from sqlalchemy.types import TypeEngine

from engine.store.base import AT_ONCE, is_kept
from engine.store.columns import to_json

Convert = Callable[[Any], Any] | None
Values = Mapping[str, Any]
Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]] | Insert | Update | Delete


_NUMBERED = re.compile(r"\$(\d+)")


class Prepared:
    """A statement with its text and what turns values into those of the driver, by dialect.

    It takes values by the names of its bindparams, an insert by those of its columns. It takes no lists of values (IN)
    and fills in no defaults.
    """

    def __init__(self, statement: Statement) -> None:
        """Take a statement with a bindparam for whatever differs.

        An insert fills all columns but a counted number and what triggers keep.
        """
        self._statement = statement
        self.inserts = isinstance(statement, Insert)
        table: Any = statement.table if isinstance(statement, Insert) and statement.select is None else None
        self.table: str | None = None if table is None else table.name
        """Into which it inserts the rows that it is given."""
        self.view: str | None = None if table is None else table.info.get(AT_ONCE)
        self._known: dict[str, Text] = {}

    def run(self, connection: Connection, values: Values) -> int:
        """Run it with some values; how many rows it changed."""
        text = self.text(connection)
        return int(ask(connection, text.sql, text.given(values)).rowcount)

    def run_each(self, connection: Connection, rows: Sequence[Values]) -> int:
        """Run it for each of some rows; how many rows that changed."""
        text = self.text(connection)
        if text.of_rows is not None:
            return int(ask(connection, text.of_rows, text.given_rows(rows)).rowcount)
        return int(ask(connection, text.sql, text.given_each(rows) if len(rows) > 1 else text.given(rows[0])).rowcount)

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """What a query finds."""
        text = self.text(connection)
        return [text.taken(row) for row in ask(connection, text.sql, text.given(values)).fetchall()]

    def text(self, connection: Connection) -> "Text":
        """The statement as the driver of a connection takes it."""
        known = self._known.get(connection.dialect.name)
        if known is None:
            known = self._known[connection.dialect.name] = Text(self._statement, connection.dialect)
        return known


def ask(connection: Connection, sql: str, given: Any, *, last: bool = False) -> Any:
    """Let the driver itself run a statement in the transaction of a connection, once or for each of a list of values.

    SQLAlchemy is asked where somebody listens to statements, and says what an error means. What is last in a
    transaction (PostgreSQL) may be kept at once, unless it fails.
    """
    if connection.engine._has_events:  # noqa: SLF001 - to ask for one of them takes twenty times as long
        return connection.exec_driver_sql(*_told(connection, sql, given))
    cursor = getattr(connection, _CURSOR, None) or _open_cursor(connection)
    try:
        if isinstance(given, list):
            cursor.executemany(sql, given)
        elif last:
            cursor.execute(sql, given, last=True)
        else:
            cursor.execute(sql, given)
    except BaseException as error:  # noqa: BLE001 - it raises anew, and gives up a connection that was interrupted
        delattr(connection, _CURSOR)  # which is closed then
        connection._handle_dbapi_exception(error, sql, given, cursor, None)  # noqa: SLF001 - nothing public does this
    return cursor


_CURSOR = "kesu_prepared"


def _open_cursor(connection: Connection) -> Any:
    """The one cursor for this on a connection: what it has found is taken at once. That for psycopg reads no texts."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite":
        cursor = driver.cursor()
    else:
        from engine.store.libpq import Cursor  # noqa: PLC0415 - there only where psycopg is

        cursor = Cursor(driver)
    setattr(connection, _CURSOR, cursor)
    return cursor


def _told(connection: Connection, sql: str, given: Any) -> tuple[str, Any]:
    """A statement and its values as SQLAlchemy's own cursor takes them: psycopg's wants names in place of numbers."""
    if connection.dialect.name == "sqlite":
        return sql, list(map(tuple, given)) if isinstance(given, list) else given
    rows = [{f"p{number}": value for number, value in enumerate(row, 1)} for row in _listed(given)]
    return _named(sql), rows if isinstance(given, list) else rows[0]


def _listed(given: Any) -> Sequence[Any]:
    return given if isinstance(given, list) else [given]


@lru_cache(maxsize=1000)
def _named(sql: str) -> str:
    return _NUMBERED.sub(r"%(p\1)s", sql.replace("%", "%%"))


class Text:
    """A statement as one driver takes it."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        """Take what to run."""
        written: Dialect = dialect
        if dialect.name == "postgresql":
            kind: Any = type(dialect)
            written = kind(paramstyle="numeric_dollar")
        columns: list[str] | None = None
        if isinstance(statement, Insert):
            table: Any = statement.table
            columns = [each.name for each in table.c if each is not table.autoincrement_column and not is_kept(each)]
            statement = statement.inline()  # the number of a new row is given to who asks for it only
        compiled: Any = statement.compile(dialect=written, column_keys=columns)
        self.sql = str(compiled)
        names = compiled.positiontup or ()
        self._get = _getter(names)
        self._into = _converting([_into(compiled.binds[name].type, dialect) for name in names])
        self._json = [place for place, convert in self._into if convert is to_json]
        """The places of JSON, most of what is converted: so many rows have it that a call for each value is seen."""
        self._other = [each for each in self._into if each[1] is not to_json]
        self._fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
        found = (each.type.dialect_impl(dialect) for each in statement.exported_columns)
        self._out_of = _converting([kind.result_processor(dialect, None) for kind in found])
        self.of_rows: str | None = None
        """What writes any number of rows, given as one text of JSON: psycopg takes twice as long for their values."""
        if dialect.name == "postgresql" and columns and not self._fixed and set(columns) == set(compiled.binds):
            kinds = {name: bind.type for name, bind in compiled.binds.items()}
            if not any(isinstance(each, LargeBinary) for each in kinds.values()):
                self.of_rows = _of_rows(self.sql, [kinds[name] for name in names], dialect)
                self._rows_into = [
                    (name, str(place), None if isinstance(kinds[name], JSON) else _into(kinds[name], dialect))
                    for place, name in enumerate(names)
                ]

    def given(self, values: Values) -> tuple[Any, ...]:
        """Values as the driver wants them."""
        return _converted(self._get({**self._fixed, **values} if self._fixed else values), self._into)

    def given_each(self, rows: Sequence[Values]) -> list[Sequence[Any]]:
        """Several rows, likewise."""
        if self._fixed:
            rows = [{**self._fixed, **row} for row in rows]
        found: list[Any] = list(map(self._get, rows))
        if self._into:
            found = list(map(list, found))
            for place in self._json:
                for values in found:
                    values[place] = orjson.dumps(values[place]).decode()
            for place, convert in self._other:
                for values in found:
                    values[place] = convert(values[place])
        return found

    def given_rows(self, rows: Sequence[Values]) -> tuple[str]:
        """Rows as `of_rows` wants them: what there is by the numbers of the columns, for the server reads slowly."""
        found = [
            {
                place: value if into is None else into(value)
                for name, place, into in self._rows_into
                if (value := row[name]) is not None
            }
            for row in rows
        ]
        return (orjson.dumps(found).decode(),)

    def taken(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """A row as the columns want it."""
        return _converted(row, self._out_of)


def _getter(names: Sequence[str]) -> Callable[[Values], tuple[Any, ...]]:
    """What takes values by their names."""
    if len(names) > 1:
        return itemgetter(*names)
    if names:
        (name,) = names
        return lambda values: (values[name],)
    return lambda _values: ()


def _converting(each: Sequence[Convert]) -> list[tuple[int, Callable[[Any], Any]]]:
    return [(place, convert) for place, convert in enumerate(each) if convert is not None]


def _converted(values: Sequence[Any], converting: Sequence[tuple[int, Callable[[Any], Any]]]) -> tuple[Any, ...]:
    if not converting:
        return tuple(values)
    found = list(values)
    for place, convert in converting:
        found[place] = convert(found[place])
    return tuple(found)


def _of_rows(sql: str, columns: Sequence[TypeEngine[Any]], dialect: Dialect) -> str:
    """An insert that takes its rows from a text of JSON, columns by number; what is not there is null."""
    before, behind = sql.split(" VALUES ", 1)
    depths = accumulate({"(": 1, ")": -1}.get(sign, 0) for sign in behind)
    end = next(place for place, depth in enumerate(depths) if depth == 0) + 1
    of_json = """coalesce(new."{}", 'null')"""
    taken = [(of_json if isinstance(kind, JSON) else 'new."{}"').format(place) for place, kind in enumerate(columns)]
    kinds = [f'"{place}" {kind.compile(dialect=dialect)}' for place, kind in enumerate(columns)]
    rows = f"json_to_recordset($1::JSON) AS new({', '.join(kinds)})"
    return f"{before} SELECT {', '.join(taken)} FROM {rows}{behind[end:]}"  # noqa: S608 - our own names


def _into(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    """What turns a value into the driver's; JSON goes as text, which the statement says is JSON, bytes as they are."""
    if isinstance(kind, LargeBinary):
        return None
    return to_json if isinstance(kind, JSON) else kind.dialect_impl(dialect).bind_processor(dialect)
