"""Indexes for what stands behind figures: cases closed soon after their receipt, what came of severe ones."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

SOON = {
    "sqlite": "julianday(closed_at) < julianday(received_at) + 1.1",
    "postgresql": "closed_at - received_at < INTERVAL '26 hours'",
}


def upgrade() -> None:
    soon = sa.text(SOON[op.get_bind().dialect.name])
    columns = ["received_at", "id"]
    op.create_index("ix_case_file_closed_soon", "case_file", columns, sqlite_where=soon, postgresql_where=soon)
    penalty = sa.text("kind = 'penalty'")
    op.create_index("ix_case_entry_penalty", "case_entry", ["at"], sqlite_where=penalty, postgresql_where=penalty)
