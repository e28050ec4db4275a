"""Who made or renamed which unit or role, and when, is kept by the database."""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "unit_act",
        sa.Column("id", ID, nullable=False),
        sa.Column("unit", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unit_act"),
        sqlite_autoincrement=True,
    )
    import_module("processes.migrations.versions.0001_engine").append_only("unit_act")
    if op.get_bind().dialect.name == "postgresql":
        kept = import_module("processes.migrations.versions.0027_kept_for_ever")
        kept._function("unit_act_append_only", "unit_act is append-only")  # noqa: SLF001 - of the same chain
