"""Rows of tables as plain objects: what they are made of, and what no database takes of them."""

from collections.abc import Mapping
from functools import cache, partial
from types import FunctionType
from typing import Any, ClassVar

from sqlalchemy import Column, event, inspect
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import InstrumentedAttribute

from engine.errors import OnlyRead, VariablesRefused
from engine.store.base import Base
from engine.store.prepared import Convert
from engine.store.variables import check_text

_DIALECT = sqlite.dialect()
"""To see what a value turns into: SQLite's drivers leave more of that to Python than those of PostgreSQL."""


class Row:
    """A row as an object with the methods of its table's class; SQLAlchemy knows nothing of it."""

    __slots__ = ("__dict__", "before")
    table: ClassVar[type[Base]]
    before: dict[str, Any] | None
    """What the database has; None of a new row."""


def make(table: type[Base], values: dict[str, Any]) -> Row:
    """A new row of a table, with these values as its attributes; they are not copied."""
    made = _class_of(table)()
    made.__dict__ = values
    made.before = None
    return made


@cache
def _class_of(table: type[Base]) -> type[Row]:
    """A class for the rows of a table: with the methods of the table's class, without what watches its attributes."""
    own = {name: value for name, value in vars(table).items() if isinstance(value, FunctionType | property)}
    own.pop("__init__", None)
    return type(table.__name__, (Row,), {**own, "__slots__": (), "table": table})


@cache
def empty(table: type[Base]) -> Mapping[str, None]:
    """All columns, and nothing in them."""
    return dict.fromkeys(each.key for each in inspect(table).column_attrs)


@cache
def keys(table: type[Base]) -> tuple[str, ...]:
    """The columns by which its rows are known."""
    mapper = inspect(table)
    return tuple(mapper.get_property_by_column(column).key for column in mapper.primary_key)


def only_read(*tables: type[Base]) -> None:
    """Let SQLAlchemy's own objects of rows that are there refuse a change: what changes such a row has it as a `Row`.

    Each of the two knows nothing of what the other has changed, and would write the row without it. Nothing is slower
    for it but a change that is refused. Whatever is new may be added either way.
    """
    for table in tables:
        for each in [each for each in vars(table).values() if isinstance(each, InstrumentedAttribute)]:
            for change in ("set", "append", "remove"):
                event.listen(each, change, partial(_refuse, f"{table.__tablename__}.{each.key}"))


def _refuse(name: str, changed: Base, *_what: object) -> None:
    if inspect(changed).persistent:
        raise OnlyRead(name=name)


def check(row: Row) -> None:
    """VariablesRefused for the first value of a new row, or of those that have changed, that no database takes."""
    before = row.before
    for name, needed, length, convert in _columns(row.table):
        if name not in row.__dict__ or (before is not None and before.get(name) == row.__dict__[name]):
            continue
        value = row.__dict__[name]
        if value is None:
            if needed:
                raise VariablesRefused(name=_called(row, name), problem="it is missing")
        elif isinstance(value, str):
            if length is not None and len(value) > length:
                raise VariablesRefused(name=_called(row, name), problem=f"it is longer than {length} signs")
            check_text(name, value)
        elif convert is not None:
            try:
                convert(value)
            except (TypeError, ValueError, OverflowError) as error:
                raise VariablesRefused(name=_called(row, name), problem=type(error).__name__) from error


def _called(row: Row, name: str) -> str:
    return f"{row.table.__tablename__}.{name}"


@cache
def _columns(table: type[Base]) -> tuple[tuple[str, bool, int | None, Convert], ...]:
    """The columns: whether they need a value, how long a text may be, what turns a value into that of a database."""
    found = ((each.key, each.columns[0]) for each in inspect(table).column_attrs)
    return tuple(
        (
            name,
            not (column.nullable or column.foreign_keys or column.server_default is not None),
            getattr(column.type, "length", None),
            column.type.dialect_impl(_DIALECT).bind_processor(_DIALECT),
        )
        for name, column in found
        if isinstance(column, Column) and column is not column.table.autoincrement_column
    )
