"""Readers know when their open case is due, so that a list of what is due first reads no more of them than it shows.

Whose open private cases tasks are of, and in which order these stand, is read from an index alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

AT_WORK = ["instance_id", "status", "procedure", "received_at", "due_at", "id"]
OPEN = sa.text("status = 'open'")
PLACE = "SELECT status = 'open', received_at, procedure, due_at FROM case_file WHERE case_file.id = {number}"
DUE = (
    "UPDATE case_audience SET due_at = (SELECT due_at FROM case_file WHERE case_file.id = case_audience.case_id) "
    "WHERE case_id IN (SELECT id FROM case_file WHERE due_at IS NOT NULL)"
)
CHANGED = (
    "OLD.received_at <> NEW.received_at OR (OLD.status = 'open') <> (NEW.status = 'open') "
    "OR OLD.procedure <> NEW.procedure OR OLD.due_at IS DISTINCT FROM NEW.due_at"
)
TRIGGERS = (
    ("case", "case_file", "UPDATE OF status, received_at, procedure, due_at ON case_file", CHANGED, "NEW.id"),
    ("reader", "case_audience", "INSERT ON case_audience", "NEW.procedure IS NULL", "NEW.case_id"),
)


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, table, *_ in TRIGGERS:
        op.execute(f"DROP TRIGGER received_{name}" + (f" ON {table}" if dialect == "postgresql" else ""))
    op.create_index("ix_case_file_at_work", "case_file", AT_WORK, sqlite_where=OPEN, postgresql_where=OPEN)
    op.add_column("case_audience", sa.Column("due_at", sa.DateTime(timezone=True)))
    op.execute(DUE)
    op.create_index(
        "ix_case_audience_reader_due",
        "case_audience",
        ["kind", "value", sa.text("(due_at IS NULL)"), "due_at", "case_id", "open", "procedure"],
        sqlite_where=sa.text("open = 1"),
        postgresql_where=sa.text("open"),
    )
    for name, _, event, when, number in TRIGGERS:
        place = PLACE.format(number=number)
        acts = f"UPDATE case_audience SET (open, received_at, procedure, due_at) = ({place}) WHERE case_id = {number};"  # noqa: S608 - our own names
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
