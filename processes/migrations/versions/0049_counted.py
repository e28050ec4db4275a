"""What each case counts as in the statistics, and sums of it by month; triggers note the cases that change.

Nothing is counted here: all cases are noted, and counted while the work goes on.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

# ruff: noqa: S608 - our own names

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
NOTE = "INSERT INTO recount (case_id) "
OF_NUMBER = f"{NOTE}SELECT id FROM case_file WHERE number = {{row}}.business_key;"
OF_INSTANCE = (
    f"{NOTE}SELECT case_file.id FROM case_file JOIN instance ON instance.business_key = case_file.number "
    "WHERE instance.id = NEW.instance_id;"
)
OF_CASE = ("number", "procedure", "status", "unit", "outcome", "received_at", "closed_at")
OF_CLOCK = ("place", "soft", "due_at", "stopped_at")


def upgrade() -> None:
    op.create_table(
        "counted_case",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("procedure", sa.String(60), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("known", sa.String(200), nullable=False),
        sa.Column("unit", sa.String(60), nullable=False),
        sa.Column("basis", sa.String(16), nullable=False),
        sa.Column("until", MOMENT),
        sa.Column("last_at", MOMENT),
        sa.Column("record", sa.Text()),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_counted_case_case_id_case_file"),
        sa.PrimaryKeyConstraint("case_id", name="pk_counted_case"),
    )
    op.create_index("ix_counted_case_procedure_basis", "counted_case", ["procedure", "basis"])
    op.create_index("ix_counted_case_last_at", "counted_case", ["last_at"])
    still = sa.text("until IS NOT NULL")
    op.create_index("ix_counted_case_until", "counted_case", ["until"], sqlite_where=still, postgresql_where=still)
    keys = ("part", 100), ("procedure", 60), ("month", 7), ("known", 200), ("unit", 60)
    op.create_table(
        "counted_sum",
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in keys),
        sa.Column("sums", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(*(name for name, _ in keys), name="pk_counted_sum"),
    )
    op.create_table(
        "recount",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recount"),
    )
    op.create_table(
        "recount_turn",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_recount_turn"),
    )
    op.execute("INSERT INTO recount_turn (id, number) VALUES (1, 0)")
    op.execute(f"{NOTE}SELECT id FROM case_file ORDER BY id")
    dialect = op.get_bind().dialect.name
    for name, event, when, acts in _triggers(dialect):
        if dialect == "sqlite":
            op.execute(f"CREATE TRIGGER recount_{name} AFTER {event}{f' WHEN {when}' if when else ''} BEGIN {acts} END")
            continue
        op.execute(
            f"CREATE FUNCTION recount_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {acts} RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER recount_{name} AFTER {event} FOR EACH ROW "
            f"{f'WHEN ({when}) ' if when else ''}EXECUTE FUNCTION recount_{name}()"
        )


def _triggers(dialect: str) -> Iterator[tuple[str, str, str, str]]:
    """Each with its name, what it comes after, when it does something, and what.

    Each step changes its instance: with it go tasks, clocks and what is known of the case. The others are for what is
    done beside steps.
    """
    yield "step", "UPDATE OF revision, business_key ON instance", "", OF_NUMBER.format(row="NEW")
    yield "case_added", "INSERT ON case_file", "", f"{NOTE}VALUES (NEW.id);"
    differs = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in OF_CASE)
    yield "case", f"UPDATE OF {', '.join(OF_CASE)} ON case_file", differs, f"{NOTE}VALUES (NEW.id);"
    differs = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in OF_CLOCK)
    yield "clock", f"UPDATE OF {', '.join(OF_CLOCK)} ON case_clock", differs, f"{NOTE}VALUES (NEW.case_id);"
    kinds = "NEW.kind IN ('reopened', 'blocked', 'accepted')"
    yield "entry", "INSERT ON case_entry", kinds, f"{NOTE}VALUES (NEW.case_id);"
    yield "letter", "INSERT ON letter", "", f"{NOTE}VALUES (NEW.case_id);"
    changed = "OLD.audience_id IS DISTINCT FROM NEW.audience_id OR OLD.due_at IS DISTINCT FROM NEW.due_at"
    yield "task", "UPDATE OF audience_id, due_at ON task", changed, OF_INSTANCE
    for event, row in ("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"):
        yield f"day_{event.lower()}", f"{event} ON calendar_override", "", _of_day(dialect, row)


def _of_day(dialect: str, row: str) -> str:
    """The cases of which a working time may reach over a day; whoever counts just now by the old day counts again."""
    if dialect == "sqlite":
        before, month = f"date({row}.day, '-1 day')", f"strftime('%Y-%m', {row}.day, '+1 day')"
    else:
        before, month = f"{row}.day - 1", f"to_char({row}.day + 1, 'YYYY-MM')"
    return (
        f"{NOTE}SELECT case_id FROM counted_case WHERE last_at >= {before} AND month <= {month}; "
        "UPDATE recount_turn SET number = number + 1;"
    )
