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
DUE = (
    "UPDATE case_audience SET due_at = (SELECT due_at FROM case_file WHERE case_file.id = case_audience.case_id) "
    "WHERE case_id IN (SELECT id FROM case_file WHERE due_at IS NOT NULL)"
)
PLACE = "SELECT status = 'open', received_at, procedure, due_at FROM case_file WHERE case_file.id = NEW.case_id"
TRIGGERS = (
    (
        "received_reader",
        "INSERT ON case_audience",
        "NEW.procedure IS NULL",
        f"UPDATE case_audience SET (open, received_at, procedure, due_at) = ({PLACE}) WHERE case_id = NEW.case_id;",  # noqa: S608 - our own names
    ),
    (  # apart from what else is kept of a case: no other index is written then
        "due_case",
        "UPDATE OF due_at ON case_file",
        "OLD.due_at IS DISTINCT FROM NEW.due_at",
        "UPDATE case_audience SET due_at = NEW.due_at WHERE case_id = NEW.id;",
    ),
)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER received_reader" + ("" if sqlite else " ON case_audience"))
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
    for name, event, when, acts in TRIGGERS:
        if sqlite:
            op.execute(f"CREATE TRIGGER {name} AFTER {event} WHEN {when} BEGIN {acts} END")
            continue
        op.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN {acts} RETURN NULL; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} AFTER {event} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()")
