"""Indexes for what stands behind figures that few cases have: opened again, a letter held back, an outcome."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

ENDED = sa.text("outcome IS NOT NULL")
NOTED = ("reopened", "blocked")


def upgrade() -> None:
    for kind in NOTED:
        of_kind = sa.text(f"kind = '{kind}'")
        op.create_index(
            f"ix_case_entry_{kind}", "case_entry", ["case_id"], sqlite_where=of_kind, postgresql_where=of_kind
        )
    columns = ["outcome", "received_at", "id"]
    op.create_index("ix_case_file_outcome", "case_file", columns, sqlite_where=ENDED, postgresql_where=ENDED)
