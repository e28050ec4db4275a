"""Indexes by which long lists are read in their order, and facts are found whatever they are called."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_case_file_due", "case_file", ["status", sa.text("(due_at IS NULL)"), "due_at", "id"])
    op.create_index("ix_case_file_owner_id", "case_file", ["owner", "id"])
    op.create_index("ix_case_file_unit_id", "case_file", ["unit", "id"])
    op.create_index("ix_case_file_opened_by", "case_file", ["opened_by"])
    op.create_index("ix_case_fact_folded_case_id", "case_fact", ["folded", "case_id"])
