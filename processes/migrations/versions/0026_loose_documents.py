"""Documents of instances without a case name their instance, so that those that nothing names can go."""

from collections.abc import Iterator
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.execute("DROP TRIGGER document_keeps_bytes" + (" ON document" if not _is_sqlite() else ""))
    with op.batch_alter_table("document") as table:
        table.add_column(sa.Column("instance_id", ID, nullable=True))
        table.create_foreign_key("fk_document_instance_id_instance", "instance", ["instance_id"], ["id"])
    loose = sa.text("case_id IS NULL AND instance_id IS NULL")
    op.create_index("ix_document_loose", "document", ["uploaded_at"], sqlite_where=loose, postgresql_where=loose)
    keep_bytes()
    belong(op.get_bind())


def belong(connection: sa.Connection) -> None:
    """Let loose documents belong to the instance whose variables name them."""
    rows = connection.execute(sa.text("SELECT id, sha256 FROM document WHERE case_id IS NULL")).all()
    loose = {row.id: row.sha256 for row in rows}
    if not loose:
        return
    values = sa.text("SELECT instance_id, value FROM variable WHERE text IS NULL")
    for instance, value in connection.execute(values).all():
        for file in _files_in(orjson.loads(value) if isinstance(value, str | bytes) else value):
            if loose.get(file["id"]) == file["sha256"]:
                named = {"instance": instance, "id": file["id"]}
                connection.execute(sa.text("UPDATE document SET instance_id = :instance WHERE id = :id"), named)


def keep_bytes() -> None:
    """Make the database itself refuse to change what a document holds, as before."""
    message = "the bytes of a document are kept"
    if _is_sqlite():
        op.execute(
            "CREATE TRIGGER document_keeps_bytes BEFORE UPDATE OF content, sha256, size ON document "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        "CREATE TRIGGER document_keeps_bytes BEFORE UPDATE OF content, sha256, size ON document "
        "FOR EACH ROW EXECUTE FUNCTION document_keeps_bytes()"
    )


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _files_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("id"), int) and isinstance(value.get("sha256"), str):
            yield value
        else:
            for each in value.values():
                yield from _files_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from _files_in(each)
