"""The case itself says since when it is in its phase; a phase gets its row when it is left, written once."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("case_file", sa.Column("phase_since", TIME, nullable=True))
    entered = "SELECT max(entered_at) FROM case_phase WHERE case_id = case_file.id AND left_at IS NULL"
    op.execute(f"UPDATE case_file SET phase_since = COALESCE(({entered}), opened_at) WHERE phase IS NOT NULL")  # noqa: S608 - our own names
    op.execute("DELETE FROM case_phase WHERE left_at IS NULL")
    before = sa.Table(  # SQLite makes it anew, and what it refers to need not be looked at
        "case_phase",
        sa.MetaData(),
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("phase", sa.String(30), nullable=False),
        sa.Column("round", ID, nullable=False),
        sa.Column("entered_at", TIME, nullable=False),
        sa.Column("left_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_phase_case_id_case_file"),
        sa.PrimaryKeyConstraint("id", name="pk_case_phase"),
        sa.UniqueConstraint("case_id", "phase", "round", name="uq_case_phase_case_id_phase_round"),
    )
    with op.batch_alter_table("case_phase", copy_from=before) as table:
        table.alter_column("left_at", existing_type=TIME, nullable=False)
