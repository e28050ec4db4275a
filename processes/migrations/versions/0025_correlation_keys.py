"""The correlation keys with which messages are waited for."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("subscription", sa.Column("key", sa.Text(), nullable=True))
    op.create_index("ix_subscription_key_name", "subscription", ["key", "name"])
