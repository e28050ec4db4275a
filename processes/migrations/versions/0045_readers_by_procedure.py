"""Readers know the procedure of their case: what a list leaves out or a unit does not read is passed over in the index.

The indexes of open tasks say what these are: whose cases they are of is found without their rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

INDEX = "ix_case_audience_reader_in_order"
COLUMNS = ("kind", "value", "open", "received_at", "case_id")
IN_ORDER = ("due_sort", "id", "instance_id", "process_key", "element")
OF_TASKS = {
    "ix_task_mine": ["assignee", *IN_ORDER],
    "ix_task_group": ["audience_id", "assignee", *IN_ORDER],
}
OPEN = sa.text("status = 'open'")
PLACE = "SELECT status = 'open', received_at, procedure FROM case_file WHERE case_file.id = {number}"
CHANGED = (
    "OLD.received_at <> NEW.received_at OR (OLD.status = 'open') <> (NEW.status = 'open') "
    "OR OLD.procedure <> NEW.procedure"
)
TRIGGERS = (
    ("case", "case_file", "UPDATE OF status, received_at, procedure ON case_file", CHANGED, "NEW.id"),
    ("reader", "case_audience", "INSERT ON case_audience", "NEW.procedure IS NULL", "NEW.case_id"),
)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, table, *_ in TRIGGERS:
        op.execute(f"DROP TRIGGER received_{name}" + (f" ON {table}" if dialect == "postgresql" else ""))
    for name, columns in OF_TASKS.items():
        op.drop_index(name, "task")
        op.create_index(name, "task", columns, sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_index(INDEX, "case_audience")
    op.add_column("case_audience", sa.Column("procedure", sa.String(60)))
    op.execute(_place("case_audience.case_id"))
    op.create_index(INDEX, "case_audience", [*COLUMNS, "procedure"])
    for name, _, event, when, number in TRIGGERS:
        acts = f"{_place(number)} WHERE case_id = {number};"
        if dialect == "sqlite":
            op.execute(f"CREATE TRIGGER received_{name} AFTER {event} WHEN {when} BEGIN {acts} END")
            continue
        op.execute(
            f"CREATE OR REPLACE FUNCTION received_{name}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN {acts} RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER received_{name} AFTER {event} FOR EACH ROW "
            f"WHEN ({when}) EXECUTE FUNCTION received_{name}()"
        )


def _place(number: str) -> str:
    return f"UPDATE case_audience SET (open, received_at, procedure) = ({PLACE.format(number=number)})"  # noqa: S608 - our own names
