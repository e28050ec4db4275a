"""The clocks of the rounds of a case before it was opened again or moved, as they stood."""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "case_clock_past",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("procedure", sa.String(60), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("label", JSON, nullable=False),
        sa.Column("soft", sa.Boolean(), nullable=False),
        sa.Column("start_at", TIME, nullable=True),
        sa.Column("nominal_due_at", TIME, nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("stopped_at", TIME, nullable=True),
        sa.Column("warned_at", TIME, nullable=True),
        sa.Column("breached_at", TIME, nullable=True),
        sa.Column("level", ID, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_clock_past_case_id_case_file"),
        sa.PrimaryKeyConstraint("id", name="pk_case_clock_past"),
    )
    op.create_index("ix_case_clock_past_case_id_id", "case_clock_past", ["case_id", "id"])
    import_module("processes.migrations.versions.0001_engine").append_only("case_clock_past")
