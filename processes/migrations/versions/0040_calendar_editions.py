"""How often the calendar has changed is kept by the database: nobody reads all its days to see that none has."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

COUNT = "UPDATE calendar_edition SET number = number + 1"


def upgrade() -> None:
    op.create_table(
        "calendar_edition",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_edition"),
    )
    op.execute("INSERT INTO calendar_edition (id, number) VALUES (1, 0)")
    if op.get_bind().dialect.name == "sqlite":
        for act in ("INSERT", "UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER calendar_{act.lower()} AFTER {act} ON calendar_override BEGIN {COUNT}; END")
        return
    op.execute(
        f"CREATE FUNCTION calendar_changed() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {COUNT}; RETURN NULL; END$$"
    )
    op.execute(
        "CREATE TRIGGER calendar_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON calendar_override "
        "FOR EACH STATEMENT EXECUTE FUNCTION calendar_changed()"
    )
