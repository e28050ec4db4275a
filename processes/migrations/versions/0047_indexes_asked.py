"""No index of submissions by task, which nobody asks for; lines of a case are indexed by task only where they have one.

A submission is found among those of its instance, and a step writes a page less for each of the two.
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

OF_TASK = sa.text("task_id IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_submission_task_id", "submission")
    op.drop_index("ix_case_entry_task_id", "case_entry")
    op.create_index(
        "ix_case_entry_task_id",
        "case_entry",
        ["task_id"],
        unique=True,
        sqlite_where=OF_TASK,
        postgresql_where=OF_TASK,
    )
