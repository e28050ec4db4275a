"""Wrong passwords by name and place, no longer by name alone; what was counted so far is forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.drop_table("sign_in")
    op.create_table(
        "sign_in",
        sa.Column("login", sa.String(60), nullable=False),
        sa.Column("place", sa.String(80), nullable=False),
        sa.Column("failures", ID, nullable=False),
        sa.Column("pause_until", TIME, nullable=True),
        sa.Column("last_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("login", "place", name="pk_sign_in"),
    )
    op.create_index("ix_sign_in_place_last_at", "sign_in", ["place", "last_at"])
    op.create_index("ix_sign_in_last_at", "sign_in", ["last_at"])
