"""Cases that few may read: who looked at them, which administrator was let in; what is found by the whole of it."""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)

PERSONAL = "role IN ('phone', 'email')"
"""The facts of before that are about a person."""


def upgrade() -> None:
    op.add_column("case_fact", sa.Column("whole", sa.Boolean(), server_default=sa.false(), nullable=False))
    _forget_parts(op.get_bind())
    op.create_table(
        "case_grant",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("person", sa.String(60), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_grant_case_id_case_file"),
        sa.PrimaryKeyConstraint("id", name="pk_case_grant"),
    )
    op.create_index("ix_case_grant_person_until", "case_grant", ["person", "until"])
    op.create_table(
        "case_look",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("person", sa.String(60), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_look_case_id_case_file"),
        sa.PrimaryKeyConstraint("id", name="pk_case_look"),
    )
    op.create_index("ix_case_look_case_id_id", "case_look", ["case_id", "id"])
    for table in ("case_grant", "case_look"):
        import_module("processes.migrations.versions.0001_engine").append_only(table)


def _forget_parts(connection: sa.Connection) -> None:
    """Telephone numbers and addresses stand no longer among what is searched by its parts, but are found whole."""
    connection.execute(sa.text(f"UPDATE case_fact SET whole = true WHERE {PERSONAL}"))  # noqa: S608 - our own words
    rows = connection.execute(sa.text(f"SELECT case_id, text, folded FROM case_fact WHERE {PERSONAL}")).all()  # noqa: S608
    said: dict[int, set[str]] = {}
    for case, text, folded in rows:
        plain = " ".join(text.lower().split())
        said.setdefault(case, set()).update({plain, folded, "".join(sign for sign in text if sign.isdigit())})
    known = connection.execute(sa.text("SELECT id, searched FROM case_file")).all()
    keep = sa.text("UPDATE case_file SET searched = :searched WHERE id = :id")
    for case, searched in known:
        gone = said.get(case, ())
        left = [line for line in searched.split("\n") if line not in gone]
        for text in gone:  # once they stood behind a blank
            left = [line.removesuffix(f" {text}") for line in left]
        if "\n".join(left) != searched:
            connection.execute(keep, {"searched": "\n".join(left), "id": case})
