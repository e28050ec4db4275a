"""A view through which SQLite is sent as one statement what stands beside a case when it is opened."""

from alembic import op

# ruff: noqa: S608 - our own names

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

COLUMNS = {
    "case_audience": ("case_id", "kind", "value", "open", "received_at", "procedure", "due_at"),
    "case_clock": (
        *("case_id", "name", "place", "rule", "soft", "start_at", "nominal_due_at", "due_at", "warn_at", "stopped_at"),
        *("reopened_at", "warned_at", "breached_at", "level", "provisional"),
    ),
    "case_entry": ("case_id", "task_id", "at", "scheduled_at", "kind", "element", "actor", "data"),
    "case_fact": ("case_id", "name", "text", "folded", "role", "whole"),
}
"""In the order in which rows name their values; numbers that are counted are left out."""
THERE_ALREADY = {"case_audience": "ON CONFLICT DO NOTHING"}


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":  # PostgreSQL writes into several tables with one statement
        return
    empty = ", ".join(f"NULL AS {table}" for table in COLUMNS)
    op.execute(f"CREATE VIEW case_opening AS SELECT {empty}")
    written = "".join(f"{_write(table, columns)};\n" for table, columns in COLUMNS.items())
    op.execute(f"CREATE TRIGGER case_opening_written INSTEAD OF INSERT ON case_opening BEGIN\n{written}END")


def _write(table: str, columns: tuple[str, ...]) -> str:
    """The rows of a column, each a list of values, written into its table."""
    values = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(columns)))
    into = f"INSERT INTO {table} ({', '.join(columns)})"
    return f"{into} SELECT {values} FROM json_each(NEW.{table}) WHERE TRUE {THERE_ALREADY.get(table, '')}".rstrip()
