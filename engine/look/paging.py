"""One page of a longer list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some of the rows that a search found."""

    items: Sequence[T]
    total: int
    """How many there are on all pages."""
    page: int
    """Starting with 1."""
    per_page: int
    more: bool = False
    """Whether it was not counted any further, and there are more than that."""

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.per_page))


def count(session: Session, query: Select[Any], column: ColumnElement[Any]) -> int:
    """How many rows a query finds, counted by the database; `column` is one that is never null."""
    return (
        session.scalar(select(func.count()).select_from(query.with_only_columns(column).order_by(None).subquery())) or 0
    )
