"""Sign-ins that the server remembers, passwords that must be changed, and what was done to people's accounts."""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.add_column("person", sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("person", sa.Column("last_seen_at", TIME, nullable=True))
    op.create_table(
        "open_sign_in",
        sa.Column("id", ID, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column(
            "person", sa.String(60), sa.ForeignKey("person.login", name="fk_open_sign_in_person_person"), nullable=False
        ),
        sa.Column("since", TIME, nullable=False),
        sa.Column("last_seen_at", TIME, nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_open_sign_in"),
        sa.UniqueConstraint("token_hash", name="uq_open_sign_in_token_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_open_sign_in_person", "open_sign_in", ["person"])
    op.create_table(
        "person_act",
        sa.Column("id", ID, nullable=False),
        sa.Column(
            "person", sa.String(60), sa.ForeignKey("person.login", name="fk_person_act_person_person"), nullable=False
        ),
        sa.Column("at", TIME, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("data", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person_act"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_person_act_person_id", "person_act", ["person", "id"])
    import_module("processes.migrations.versions.0001_engine").append_only("person_act")
