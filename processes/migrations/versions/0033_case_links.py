"""Cases that belong together: linked, or merged into one."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "case_link",
        sa.Column("id", number, nullable=False),
        sa.Column("case_id", number, nullable=False),
        sa.Column("other_id", number, nullable=False),
        sa.Column("kind", sa.String(6), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(60), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_link_case_id_case_file"),
        sa.ForeignKeyConstraint(["other_id"], ["case_file.id"], name="fk_case_link_other_id_case_file"),
        sa.PrimaryKeyConstraint("id", name="pk_case_link"),
    )
    op.create_index("ix_case_link_case_id_id", "case_link", ["case_id", "id"])
    op.create_index("ix_case_link_other_id_id", "case_link", ["other_id", "id"])
