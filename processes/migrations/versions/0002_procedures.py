"""The tables of what the procedures share."""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _create_calendar()
    _create_people()
    _create_cases()
    _create_papers()
    import_module("processes.migrations.versions.0001_engine").append_only("case_entry")


def _create_calendar() -> None:
    op.create_table(
        "calendar_override",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("layer", sa.String(10), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("day", "layer", name="pk_calendar_override"),
    )


def _create_people() -> None:
    op.create_table(
        "person",
        sa.Column("login", sa.String(60), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(10), nullable=True),
        sa.Column("theme", sa.String(10), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("login", name="pk_person"),
    )
    op.create_table(
        "unit",
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_unit"),
    )
    op.create_table(
        "membership",
        sa.Column("person", sa.String(60), nullable=False),
        sa.Column("unit", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.login"], name="fk_membership_person_person"),
        sa.ForeignKeyConstraint(["unit"], ["unit.key"], name="fk_membership_unit_unit"),
        sa.PrimaryKeyConstraint("person", "unit", name="pk_membership"),
    )
    op.create_index("ix_membership_unit_person", "membership", ["unit", "person"])
    op.create_table(
        "sign_in",
        sa.Column("login", sa.String(60), nullable=False),
        sa.Column("failures", ID, nullable=False),
        sa.Column("pause_until", TIME, nullable=True),
        sa.Column("last_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("login", name="pk_sign_in"),
    )


def _create_cases() -> None:
    op.create_table(
        "case_counter",
        sa.Column("prefix", sa.String(10), nullable=False),
        sa.Column("year", ID, autoincrement=False, nullable=False),
        sa.Column("last", ID, nullable=False),
        sa.PrimaryKeyConstraint("prefix", "year", name="pk_case_counter"),
    )
    op.create_table(
        "case_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("instance_id", ID, nullable=False),
        sa.Column("process_key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("phase", sa.String(30), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("severity", sa.String(5), nullable=True),
        sa.Column("priority", sa.String(5), nullable=True),
        sa.Column("channel", sa.String(30), nullable=True),
        sa.Column("complaint_type", sa.String(40), nullable=True),
        sa.Column("confirmed_unit", sa.String(60), nullable=True),
        sa.Column("owner", sa.String(60), nullable=True),
        sa.Column("opened_by", sa.String(60), nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("clock_start", TIME, nullable=True),
        sa.Column("deadline_rule", JSON, nullable=False),
        sa.Column("nominal_due_at", TIME, nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("warn_at", TIME, nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("warned_at", TIME, nullable=True),
        sa.Column("breached_at", TIME, nullable=True),
        sa.Column("escalation", ID, nullable=False),
        sa.Column("replied_at", TIME, nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("redo_count", ID, nullable=False),
        sa.Column("complainant_kind", sa.String(20), nullable=True),
        sa.Column("complainant", sa.Text(), nullable=True),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("serial_no", sa.Text(), nullable=True),
        sa.Column("lot_no", sa.Text(), nullable=True),
        sa.Column("order_no", sa.Text(), nullable=True),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("tracking_hash", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name="fk_case_file_instance_id_instance"),
        sa.PrimaryKeyConstraint("id", name="pk_case_file"),
        sa.UniqueConstraint("instance_id", name="uq_case_file_instance_id"),
        sa.UniqueConstraint("number", name="uq_case_file_number"),
        sa.UniqueConstraint("tracking_hash", name="uq_case_file_tracking_hash"),
    )
    op.create_index("ix_case_file_closed_at_id", "case_file", ["closed_at", "id"])
    op.create_index("ix_case_file_lot_no", "case_file", ["lot_no"])
    op.create_index(
        "ix_case_file_open",
        "case_file",
        ["id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_case_file_order_no", "case_file", ["order_no"])
    op.create_index("ix_case_file_owner_status", "case_file", ["owner", "status"])
    op.create_index("ix_case_file_phone", "case_file", ["phone"])
    op.create_index("ix_case_file_received_at_id", "case_file", ["received_at", "id"])
    op.create_index("ix_case_file_status_due_at_id", "case_file", ["status", "due_at", "id"])
    op.create_table(
        "case_audience",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", sa.String(6), nullable=False),
        sa.Column("value", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_audience_case_id_case_file"),
        sa.PrimaryKeyConstraint("case_id", "kind", "value", name="pk_case_audience"),
    )
    op.create_index("ix_case_audience_kind_value_case_id", "case_audience", ["kind", "value", "case_id"])
    op.create_table(
        "case_phase",
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
    op.create_table(
        "case_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("scheduled_at", TIME, nullable=True),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("element", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_entry_case_id_case_file"),
        sa.PrimaryKeyConstraint("id", name="pk_case_entry"),
    )
    op.create_index("ix_case_entry_case_id_id", "case_entry", ["case_id", "id"])


def _create_papers() -> None:
    op.create_table(
        "document",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", sa.String(60), nullable=False),
        sa.Column("uploaded_at", TIME, nullable=False),
        sa.Column("element", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_document_case_id_case_file"),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
    )
    op.create_index("ix_document_case_id_id", "document", ["case_id", "id"])
    op.create_index("ix_document_uploaded_by_id", "document", ["uploaded_by", "id"])
    op.create_table(
        "letter",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("template", sa.String(30), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("written_at", TIME, nullable=False),
        sa.Column("sent_at", TIME, nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_letter_case_id_case_file"),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        sa.UniqueConstraint("key", name="uq_letter_key"),
    )
    op.create_index("ix_letter_case_id_id", "letter", ["case_id", "id"])
    op.create_table(
        "draft",
        sa.Column("person", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("form_digest", sa.String(64), nullable=True),
        sa.Column("saved_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("person", "subject", name="pk_draft"),
    )
