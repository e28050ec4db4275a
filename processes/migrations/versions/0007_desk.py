"""What is kept for a person's own work: saved views, notices; drafts are found by what they are for."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", ID, nullable=False),
        sa.Column("person", sa.String(60), nullable=False),
        sa.Column("unit", sa.String(60), nullable=True),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("saved_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.login"], name="fk_saved_view_person_person"),
        sa.ForeignKeyConstraint(["unit"], ["unit.key"], name="fk_saved_view_unit_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
    )
    op.create_index("ix_saved_view_person", "saved_view", ["person"])
    op.create_index("ix_saved_view_unit", "saved_view", ["unit"])
    op.create_table(
        "notice",
        sa.Column("id", ID, nullable=False),
        sa.Column("person", sa.String(60), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("task_id", ID, nullable=True),
        sa.Column("data", JSON, nullable=False),
        sa.Column("read_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.login"], name="fk_notice_person_person"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_notice_case_id_case_file"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_notice_task_id_task"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index("ix_notice_person_at", "notice", ["person", "at"])
    op.create_index("ix_notice_at", "notice", ["at"])
    still = sa.text("read_at IS NULL")
    op.create_index("ix_notice_unread", "notice", ["person"], sqlite_where=still, postgresql_where=still)
    op.create_index("ix_draft_subject_saved_at", "draft", ["subject", "saved_at"])
