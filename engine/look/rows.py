"""Rows as values: the columns of the same names."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import Row

T = TypeVar("T")


def columns_of(value: type[T], table: Any) -> list[Any]:
    """The columns of a table that a value has."""
    return [table.__table__.c[name] for name in _names(value)]


def value_of(value: type[T], row: Row[Any]) -> T:
    """A row of these columns as a value."""
    return value(**{name: row._mapping[name] for name in _names(value)})  # noqa: SLF001


def _names(value: type[Any]) -> Sequence[str]:
    return [field.name for field in fields(value)]
