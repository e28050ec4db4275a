"""What all tables hang on, and how they are named, numbered and indexed."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, LargeBinary, MetaData, Text, text
from sqlalchemy.orm import DeclarativeBase

from engine.store.columns import Id, JsonType, UtcTime
from engine.values import Json

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What all tables of this installation hang on, those of the procedures included."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: Id,
        str: Text(),
        bytes: LargeBinary(),
        datetime: UtcTime(),
        Json: JsonType,
    }


def never_reused(*args: Any) -> tuple[Any, ...]:
    """Table arguments with which SQLite never uses a number twice, even after a deletion: idempotency keys need it."""
    return (*args, {"sqlite_autoincrement": True})


def of_owner(*args: Any) -> tuple[Any, ...]:
    """Table arguments with which SQLite keeps rows by their key alone, those of one owner beside each other."""
    return (*args, {"sqlite_with_rowid": False})


AT_ONCE = "at once"
"""Of a table's `info`: the view through which SQLite writes its rows with those of others."""


def at_once(view: str, *args: Any) -> tuple[Any, ...]:
    """Table arguments with which SQLite is sent the rows of all tables of a view as one statement, where each has some.

    The view has a column for each table, named like it, in which rows stand as JSON, and a trigger that writes them.
    """
    options = {name: value for each in args if isinstance(each, dict) for name, value in each.items()}
    return (*(each for each in args if not isinstance(each, dict)), {**options, "info": {AT_ONCE: view}})


ONLY = "only"
"""Of an index's `info`: the dialect that has it."""


def on_postgresql(*columns: str) -> Index:
    """An index that SQLite is better without: there it takes a page of the file for each row that a step writes."""
    return Index(None, *columns, info={ONLY: "postgresql"}).ddl_if(dialect="postgresql")


KEPT: dict[Any, Any] = {"kept": True}
"""A column's `info`: triggers of the database write it, and an insert of a row leaves it out."""


def is_kept(column: Any) -> bool:
    """Whether triggers write a column."""
    return "kept" in column.info


def over_open(name: str, *columns: str, where: str) -> Index:
    """An index over the rows that still matter, so that what is over costs nothing."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def at_most_one(name: str, *columns: str, where: str) -> Index:
    """Of the rows for which something holds there is one at most."""
    return Index(name, *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where))
