"""Who may read a case stands in an index in the order of the list: what somebody sees is found without the rest."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

PLACE = "SELECT status = 'open', received_at FROM case_file WHERE case_file.id = {number}"
CHANGED = "OLD.received_at <> NEW.received_at OR (OLD.status = 'open') <> (NEW.status = 'open')"
INDEXES = (
    ("case_audience", "reader", "kind", "value", "open", "received_at", "case_id"),
    ("case_file", "opened_by", "opened_by", "status", "received_at", "id"),
    ("case_file", "owner", "owner", "received_at", "id"),
    ("case_file", "procedure", "procedure", "status", "received_at", "id"),
    ("case_file", "status", "status", "received_at", "id"),
    ("case_file", "unit", "unit", "received_at", "id"),
)
TRIGGERS = (
    ("case", "UPDATE OF status, received_at ON case_file", CHANGED, "NEW.id"),
    ("reader", "INSERT ON case_audience", "NEW.received_at IS NULL", "NEW.case_id"),
)


def upgrade() -> None:
    op.drop_index("ix_case_audience_kind_value_case_id", "case_audience")
    op.add_column("case_audience", sa.Column("open", sa.Boolean()))
    op.add_column("case_audience", sa.Column("received_at", sa.DateTime(timezone=True)))
    op.execute(_place("case_audience.case_id"))
    for column in ("opened_by", "owner", "unit"):
        op.drop_index(f"ix_case_file_{column}_id", "case_file")
    for table, name, *columns in INDEXES:
        op.create_index(f"ix_{table}_{name}_in_order", table, columns)
    for name, event, when, number in TRIGGERS:
        acts = f"{_place(number)} WHERE case_id = {number};"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"CREATE TRIGGER received_{name} AFTER {event} WHEN {when} BEGIN {acts} END")
            continue
        op.execute(
            f"CREATE FUNCTION received_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {acts} RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER received_{name} AFTER {event} FOR EACH ROW "
            f"WHEN ({when}) EXECUTE FUNCTION received_{name}()"
        )


def _place(number: str) -> str:
    return f"UPDATE case_audience SET (open, received_at) = ({PLACE.format(number=number)})"  # noqa: S608 - our own names
