"""Agreements: the frozen text, its signing, its papers; none can be changed, nor the bytes of a document."""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("instance_id", ID, nullable=False),
        sa.Column("plan_version", ID, nullable=False),
        sa.Column("amount", sa.String(20), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_agreement_case_id_case_file"),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name="fk_agreement_instance_id_instance"),
        sa.PrimaryKeyConstraint("id", name="pk_agreement"),
        sa.UniqueConstraint("key", name="uq_agreement_key"),
        sa.UniqueConstraint("number", name="uq_agreement_number"),
    )
    op.create_index("ix_agreement_sha256", "agreement", ["sha256"])
    op.create_index("ix_agreement_instance_id_id", "agreement", ["instance_id", "id"])
    op.create_table(
        "agreement_signing",
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("way", sa.String(10), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name="fk_agreement_signing_agreement_id_agreement"),
        sa.PrimaryKeyConstraint("agreement_id", name="pk_agreement_signing"),
    )
    op.create_table(
        "agreement_paper",
        sa.Column("id", ID, nullable=False),
        sa.Column("agreement_id", ID, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name="fk_agreement_paper_agreement_id_agreement"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_agreement_paper_document_id_document"),
        sa.PrimaryKeyConstraint("id", name="pk_agreement_paper"),
        sa.UniqueConstraint("agreement_id", "kind", name="uq_agreement_paper_agreement_id_kind"),
    )
    op.create_index("ix_agreement_paper_sha256", "agreement_paper", ["sha256"])
    for table in ("agreement", "agreement_signing", "agreement_paper"):
        import_module("processes.migrations.versions.0001_engine").append_only(table)
    keep_bytes()


def keep_bytes() -> None:
    """Make the database itself refuse to change what a document holds, whoever it is given to."""
    message = "the bytes of a document are kept"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER document_keeps_bytes BEFORE UPDATE OF content, sha256, size ON document "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION document_keeps_bytes() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER document_keeps_bytes BEFORE UPDATE OF content, sha256, size ON document "
        "FOR EACH ROW EXECUTE FUNCTION document_keeps_bytes()"
    )
