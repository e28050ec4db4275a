"""The open cases of a unit and of an owner stand in an index as their lists do: by due date, without one last."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_case_file_owner_status", "case_file")
    for column in ("owner", "unit"):
        columns = [column, "status", sa.text("(due_at IS NULL)"), "due_at", "id"]
        op.create_index(f"ix_case_file_{column}_due", "case_file", columns)
