"""Rows as one JSON array of arrays: what comes along as one value of another query."""

from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Boolean, Column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement

from engine.store.columns import JsonType, UtcTime
from engine.store.prepared import Convert


class Arrays(FunctionElement[Any]):
    """All rows of some columns as one JSON array of arrays."""

    type = JsonType
    inherit_cache = True


@compiles(Arrays, "sqlite")
def _of_sqlite(element: Arrays, compiler: Any, **options: Any) -> str:
    """JSON stands in its columns as text already; those between are put together by one call."""
    parts: list[str] = []
    for is_json, beside in groupby(element.clauses, lambda column: column.type is JsonType):
        texts = [compiler.process(column, **options) for column in beside]
        if is_json:
            parts += [f"coalesce({text}, 'null')" for text in texts]
        else:
            parts.append(f"trim(json_array({', '.join(texts)}), '[]')")  # a text within is in quotation marks
    row = " || ',' || ".join(parts)
    return f"'[' || coalesce(group_concat('[' || {row} || ']'), '') || ']'"


@compiles(Arrays, "postgresql")
def _of_postgresql(element: Arrays, compiler: Any, **options: Any) -> str:
    texts = ", ".join(compiler.process(column, **options) for column in element.clauses)
    return f"coalesce(json_agg(json_build_array({texts})), '[]')"


def from_json(column: Column[Any]) -> Convert:
    """What makes the value of a column from what JSON has of it."""
    if isinstance(column.type, UtcTime):
        return _moment
    return bool if isinstance(column.type, Boolean) else None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text if text[-6] in "+-" else text + "+00:00")  # SQLite keeps it without the zone
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
