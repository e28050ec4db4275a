"""Versions that somebody proposes: kept while they are looked at, whichever process takes them or shows them."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("token", sa.String(22), nullable=False),
        sa.Column("person", sa.String(60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("folder", sa.Text(), nullable=True),
        sa.Column("base", ID, nullable=True),
        sa.Column("gone", JSON, nullable=False),
        sa.Column("ignored", JSON, nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("tried", JSON, nullable=False),
        sa.ForeignKeyConstraint(["base"], ["deployment.id"], name="fk_proposal_base_deployment"),
        sa.PrimaryKeyConstraint("token", name="pk_proposal"),
    )
    op.create_index("ix_proposal_at", "proposal", ["at"])
    op.create_index("ix_proposal_person_at", "proposal", ["person", "at"])
