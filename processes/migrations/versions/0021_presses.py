"""Buttons that were pressed, so that a second press is known."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pressed",
        sa.Column("person", sa.String(60), nullable=False),
        sa.Column("press", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", "press", name="pk_pressed"),
    )
    op.create_index("ix_pressed_at", "pressed", ["at"])
