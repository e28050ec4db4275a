"""Indexes by which it is seen where tokens are without counting all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

PLACE = ["element", "process_key", "deployment_id"]


def upgrade() -> None:
    open_ = sa.text("status = 'open'")
    op.create_index("ix_task_place", "task", PLACE, sqlite_where=open_, postgresql_where=open_)
    op.create_index("ix_timer_place", "timer", PLACE)
    op.create_index("ix_subscription_place", "subscription", PLACE)
