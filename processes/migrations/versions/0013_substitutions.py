"""Somebody may do the work of an absent person; a task keeps for whom it was done."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.add_column("task", sa.Column("on_behalf_of", sa.Text(), nullable=True))
    op.create_table(
        "substitution",
        sa.Column("id", ID, nullable=False),
        _person("person"),
        _person("substitute"),
        sa.Column("units", JSON, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_substitution"),
        sqlite_autoincrement=True,
    )
    for name in ("substitute", "person"):
        op.create_index(f"ix_substitution_{name}_last_day", "substitution", [name, "last_day"])


def _person(name: str) -> sa.Column[str]:
    key = sa.ForeignKey("person.login", name=f"fk_substitution_{name}_person")
    return sa.Column(name, sa.String(60), key, nullable=False)
