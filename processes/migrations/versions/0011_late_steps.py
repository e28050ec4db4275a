"""A step that is late stands once in the record of its case."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("case_entry", sa.Column("task_id", ID, nullable=True))
    op.create_index("ix_case_entry_task_id", "case_entry", ["task_id"], unique=True)
