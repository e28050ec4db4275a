"""One column that holds what a case is searched by, in lower case."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PARTS = (
    *("number", "title", "complainant", "company", "phone", "email"),
    *("product", "serial_no", "lot_no", "order_no", "description"),
)


def upgrade() -> None:
    op.add_column("case_file", sa.Column("searched", sa.Text(), nullable=False, server_default=""))
    found = " || ' ' || ".join(f"coalesce({part}, '')" for part in PARTS)
    op.execute(f"UPDATE case_file SET searched = lower({found})")  # noqa: S608 - names of our own columns
