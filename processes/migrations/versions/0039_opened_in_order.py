"""The cases that somebody registered stand in an index by number: the youngest of them are found without the others."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_case_file_opened_by", "case_file")
    op.create_index("ix_case_file_opened_by_id", "case_file", ["opened_by", "id"])
