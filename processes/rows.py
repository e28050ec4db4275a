"""What the tables of all rooms share: indexes over the rows that still matter, inserts that meet rows."""

from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects import postgresql, sqlite

from engine import Base, Session


def still(name: str, column: str, where: str) -> Index:
    """An index over the rows that still matter."""
    return Index(name, column, sqlite_where=text(where), postgresql_where=text(where))


def insert(session: Session, table: type[Base]) -> Any:
    """An insert that can say what happens where the row is there already."""
    dialect: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table.__table__)
