"""Indexes for the cases behind every figure that is kept: late, a target met, mediated, an amount …, by month."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

NAMES = ("late", "in_time", "target_met", "target_missed", "redone", "redone_often", "mediated", "with_cost")
RECORDS = {**{name: f"record LIKE '%\"{name}\"%'" for name in NAMES}, "late_step": "record LIKE '%\",2,%'"}


def upgrade() -> None:
    columns = ["procedure", "month", "case_id"]
    for name, said in RECORDS.items():
        has = sa.text(said)
        op.create_index(f"ix_counted_case_{name}", "counted_case", columns, sqlite_where=has, postgresql_where=has)
