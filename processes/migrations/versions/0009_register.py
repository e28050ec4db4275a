"""The register fits every procedure: core columns for all, facts and clocks as rows; notices go by mail, too."""

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(sa.Text(), "sqlite")

SALES = "kb_sales_quality"
"""The one procedure there was; its cases began with one of these."""
BEGAN = ("complaint_intake", SALES)

FACTS = {
    "channel": "",
    "complaint_type": "",
    "complainant_kind": "",
    "complainant": "complainant",
    "company": "company",
    "phone": "phone",
    "email": "email",
    "product": "product",
    "serial_no": "",
    "lot_no": "",
    "order_no": "",
}
"""The columns that become facts, with what they are in every procedure."""
SEARCHED = ("complainant", "company", "phone", "email", "product", "serial_no", "lot_no", "order_no")
CLOCK = ("clock_start", "deadline_rule", "nominal_due_at", "warn_at", "provisional", "warned_at", "breached_at")
GONE = (*FACTS, *CLOCK, "confirmed_unit", "escalation", "replied_at", "redo_count", "process_key")


def upgrade() -> None:
    _create()
    connection = op.get_bind()
    cases = connection.execute(sa.text(_CASES)).mappings().all()
    facts = [fact for case in cases for fact in _facts(case)]
    clocks = [clock for case in cases for clock in _clocks(case)]
    for table, rows in (("case_fact", facts), ("case_clock", clocks)):
        if rows:
            names = list(rows[0])
            values = ", ".join(f":{name}" for name in names)
            connection.execute(sa.text(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values})"), rows)  # noqa: S608 - our own names
    found = [_case(case) for case in cases]
    if found:
        connection.execute(sa.text(_UPDATE), found)
    _drop()


_CASES = """
    SELECT c.*, p.key AS began FROM case_file c
    JOIN instance i ON i.id = c.instance_id JOIN process_definition p ON p.id = i.definition_id ORDER BY c.id
"""
_UPDATE = """
    UPDATE case_file SET procedure = :procedure, unit = :unit, due_at = :due_at, searched = :searched WHERE id = :number
"""


def _create() -> None:
    op.add_column("case_file", sa.Column("procedure", sa.String(60), nullable=False, server_default=""))
    op.add_column("case_file", sa.Column("unit", sa.String(60), nullable=True))
    op.add_column("person", sa.Column("mail_notices", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("notice", sa.Column("mail", sa.String(10), nullable=False, server_default=""))
    waiting = sa.text("mail = 'waiting'")
    op.create_index("ix_notice_mail", "notice", ["id"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "case_fact",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_fact_case_id_case_file"),
        sa.PrimaryKeyConstraint("case_id", "name", name="pk_case_fact"),
    )
    op.create_index("ix_case_fact_name_folded_case_id", "case_fact", ["name", "folded", "case_id"])
    op.create_table(
        "case_clock",
        sa.Column("case_id", ID, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("place", ID, nullable=False),
        sa.Column("rule", JSON, nullable=False),
        sa.Column("soft", sa.Boolean(), nullable=False),
        sa.Column("start_at", TIME, nullable=True),
        sa.Column("nominal_due_at", TIME, nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("warn_at", TIME, nullable=True),
        sa.Column("stopped_at", TIME, nullable=True),
        sa.Column("reopened_at", TIME, nullable=True),
        sa.Column("warned_at", TIME, nullable=True),
        sa.Column("breached_at", TIME, nullable=True),
        sa.Column("level", ID, nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_clock_case_id_case_file"),
        sa.PrimaryKeyConstraint("case_id", "name", name="pk_case_clock"),
    )
    running = sa.text("stopped_at IS NULL")
    op.create_index("ix_case_clock_running", "case_clock", ["case_id"], sqlite_where=running, postgresql_where=running)


def _drop() -> None:
    for name in ("lot_no", "order_no", "phone"):
        op.drop_index(f"ix_case_file_{name}", table_name="case_file")
    for name in GONE:
        op.drop_column("case_file", name)
    with op.batch_alter_table("case_file") as batch:
        batch.alter_column("procedure", server_default=None)
    op.create_index("ix_case_file_procedure_received_at", "case_file", ["procedure", "received_at"])


def _facts(case: Any) -> Iterator[dict[str, Any]]:
    known = {name: (case[name], role) for name, role in FACTS.items() if case[name]}
    if case["redo_count"]:
        known["redo_count"] = (str(case["redo_count"]), "")
    for name, (text, role) in known.items():
        folded = f"{int(text):024.4f}" if name == "redo_count" else _digits(text) if name == "phone" else _fold(text)
        yield {"case_id": case["id"], "name": name, "text": text, "folded": folded[:200], "role": role}


def _clocks(case: Any) -> Iterator[dict[str, Any]]:
    """The seven days, where they have been reckoned or wait for their start."""
    rule = case["deadline_rule"]
    if case["clock_start"] is None and rule in (None, "null"):
        return
    yield {
        "case_id": case["id"],
        "name": "reply",
        "place": 0,
        "rule": rule if isinstance(rule, str) else json.dumps(rule),
        "soft": False,
        "start_at": case["clock_start"],
        "nominal_due_at": case["nominal_due_at"],
        "due_at": case["due_at"],
        "warn_at": case["warn_at"],
        "stopped_at": case["replied_at"],
        "warned_at": case["warned_at"],
        "breached_at": case["breached_at"],
        "level": case["escalation"],
        "provisional": case["provisional"],
    }


def _case(case: Any) -> dict[str, Any]:
    parts = [case["number"], case["title"], *(case[name] for name in SEARCHED), case["description"]]
    parts.append(_digits(case["phone"] or ""))
    running = case["replied_at"] is None and case["closed_at"] is None
    return {
        "number": case["id"],
        "procedure": SALES if case["began"] in BEGAN else case["began"],
        "unit": case["confirmed_unit"],
        "due_at": case["due_at"] if running else None,
        "searched": "\n".join(_fold(part) for part in parts if part),
    }


def _fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def _digits(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign.isascii() and sign.isdigit())
