"""All rows that belong to cases and instances, found by the keys that the tables have of each other."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, select

from engine import Base, Session
from processes import schema  # noqa: F401 - with it all tables are known

AT_ONCE = 500
"""Numbers in one statement."""


@dataclass
class Traces:
    """The rows, by table; of tables that others name by a number, the numbers."""

    numbers: dict[str, set[int]] = field(default_factory=dict)

    def where(self, table: Table) -> list[ColumnElement[bool]]:
        """The rows of a table that belong to it, in conditions of a sensible size."""
        found: list[ColumnElement[bool]] = []
        if table.name in self.numbers and "id" in table.primary_key.columns:
            found += [table.c.id.in_(part) for part in _parts(self.numbers[table.name])]
        for column, parent in parents(table):
            found += [column.in_(part) for part in _parts(self.numbers.get(parent, ()))]
        if table.name == "draft":
            subjects = [f"task:{number}" for number in self.numbers.get("task", ())]
            found += [table.c.subject.in_(part) for part in _parts(subjects)]
        return found


BOUND = frozenset({"deployment", "process_definition", "resource", "person", "unit", "audience"})
"""What others stand on, and what belongs to no case."""


def parents(table: Table) -> list[tuple[Any, str]]:
    """The columns by which a table belongs to others, with their tables."""
    keys = [(key.parent, key.column.table.name) for key in table.foreign_keys]
    return [(column, parent) for column, parent in keys if parent not in BOUND]


def table(name: str) -> Table:
    """A table by its name."""
    return Base.metadata.tables[name]


def tables() -> list[Table]:
    """All tables whose rows may belong to a case, those first that others name."""
    return [table for table in Base.metadata.sorted_tables if table.name not in BOUND]


def of(session: Session, *, cases: Collection[int], instances: Collection[int]) -> Traces:
    """Everything that belongs to these cases and instances."""
    found = Traces({"case_file": set(cases), "instance": set(instances)})
    for table in tables():
        if table.name in ("case_file", "instance") or "id" not in table.primary_key.columns:
            continue
        conditions = found.where(table)
        if conditions:
            numbers = {
                number for condition in conditions for number in session.scalars(select(table.c.id).where(condition))
            }
            found.numbers[table.name] = numbers
    return found


def remove(session: Session, found: Traces, *, but: Collection[str] = ()) -> dict[str, int]:
    """Delete the rows, those first that name others; how many in each table. Some tables may be left as they are."""
    gone: dict[str, int] = {}
    for table in reversed(tables()):
        if table.name in but:
            continue
        for condition in found.where(table):
            count = session.connection().execute(delete(table).where(condition)).rowcount
            if count:
                gone[table.name] = gone.get(table.name, 0) + count
    return gone


def _parts(values: Collection[Any]) -> list[list[Any]]:
    ordered = sorted(values)
    return [ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE)]
