"""What the tables of all rooms share: indexes over the rows that still matter, inserts that meet rows."""

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    BindParameter,
    ColumnElement,
    Index,
    String,
    any_,
    bindparam,
    func,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy import cast as cast_to
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

from engine import Base, Prepared, Session


def still(name: str, column: str, where: str) -> Index:
    """An index over the rows that still matter."""
    return Index(name, column, sqlite_where=text(where), postgresql_where=text(where))


def among(session: Session, column: Any, numbers: Collection[int]) -> ColumnElement[bool]:
    """That a column is one of some numbers, which are one value for the database: to read thousands takes it long."""
    dialect = session.dialect
    return _among(dialect, column, bindparam(None, together(session, numbers), type_=_TOGETHER[dialect], unique=True))


@cache
def among_given(dialect: str, column: Any, name: str) -> ColumnElement[bool]:
    """The same for numbers that a statement is given under a name, made one value by `together`."""
    return _among(dialect, column, bindparam(name, type_=_TOGETHER[dialect]))


def together(session: Session, numbers: Collection[int]) -> str | list[int]:
    """Some numbers as one value."""
    return json.dumps([*numbers]) if session.dialect == "sqlite" else [*numbers]


_TOGETHER: Mapping[str, TypeEngine[Any]] = {"sqlite": String(), "postgresql": postgresql.ARRAY(BigInteger)}


def _among(dialect: str, column: Any, known: BindParameter[Any]) -> ColumnElement[bool]:
    if dialect == "sqlite":
        return cast("ColumnElement[bool]", column.in_(select(func.json_each(known).table_valued("value").c.value)))
    return cast("ColumnElement[bool]", column == any_(known))


def texts(dialect: str, name: str) -> Any:
    """The query for the texts of a list, which a prepared statement takes as one text of JSON under some name."""
    given: BindParameter[str] = bindparam(name, type_=String())
    if dialect == "sqlite":
        return select(func.json_each(given).table_valued("value").c.value)
    return select(func.json_array_elements_text(cast_to(given, JSON)))


def unindexed(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """A condition for which no index is read: SQLite would rather read one to its end than look at some rows."""
    return or_(condition, literal(0) == literal(1))


def insert(session: Session, table: type[Base]) -> Any:
    """An insert that can say what happens where the row is there already."""
    return insert_on(session.dialect, table)


def add_missing(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Gather rows that are to be written, but for those that are there already."""
    session.gathered.add(_add_missing(session.dialect, table), rows)


@cache
def _add_missing(dialect: str, table: type[Base]) -> Prepared:
    return Prepared(insert_on(dialect, table).on_conflict_do_nothing())


@cache
def insert_on(dialect: str, table: type[Base]) -> Any:
    """The same, by the name of the dialect."""
    room: Any = postgresql if dialect == "postgresql" else sqlite
    return room.insert(table.__table__)
