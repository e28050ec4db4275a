"""A notice of a clock names it, and settles when that clock stops."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KINDS = ("reminded", "warned", "breached", "escalated", "moved")


def upgrade() -> None:
    op.add_column("notice", sa.Column("clock", sa.String(60), nullable=True))
    notice = sa.table("notice", *map(sa.column, ("id", "kind", "data", "clock")))
    connection = op.get_bind()
    told = connection.execute(sa.select(notice.c.id, notice.c.data).where(notice.c.kind.in_(KINDS))).all()
    for number, kept in told:
        data = json.loads(kept) if isinstance(kept, str) else kept
        clock = data.get("clock") if isinstance(data, dict) else None
        if isinstance(clock, str):
            connection.execute(sa.update(notice).where(notice.c.id == number).values(clock=clock))
