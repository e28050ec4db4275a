"""Letters, documents and deployed files are kept by the database, too; only the owner of the tables may purge."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

LETTER = "key, case_id, template, language, recipient, subject, text, html, written_at"
"""What a letter says and to whom; how and when it went out is written down later."""
DOCUMENT = "name, type, uploaded_by, uploaded_at, source"
BELONGS = "OLD.case_id IS NOT NULL"
"""A document of a case; before that it may go where it is needed, and be cleared away."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()


def _on_sqlite() -> None:
    def refuse(name: str, when: str, table: str, condition: str = "") -> None:
        only = f"WHEN {condition} " if condition else ""
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} {only}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )

    refuse("letter_no_update", f"UPDATE OF {LETTER}", "letter")
    refuse("letter_no_delete", "DELETE", "letter")
    refuse("document_no_update", f"UPDATE OF {DOCUMENT}", "document")
    refuse("document_no_move", "UPDATE OF case_id", "document", BELONGS)
    refuse("document_no_delete", "DELETE", "document", BELONGS)
    refuse("resource_no_update", "UPDATE", "resource")
    refuse("resource_no_delete", "DELETE", "resource")


def _on_postgresql() -> None:
    found = "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname LIKE :like"
    like = {"like": r"%\_append\_only"}
    for (name,) in op.get_bind().execute(sa.text(found), like).all():
        _function(name, f"{name.removesuffix('_append_only')} is append-only")
    _function("document_keeps_bytes", "the bytes of a document are kept")
    for table in ("letter", "document", "resource"):
        _function(f"{table}_append_only", f"{table} is append-only")
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        )
    for name, when, table, condition in (
        ("letter_no_update", f"UPDATE OF {LETTER}", "letter", ""),
        ("letter_no_delete", "DELETE", "letter", ""),
        ("document_no_update", f"UPDATE OF {DOCUMENT}", "document", ""),
        ("document_no_move", "UPDATE OF case_id", "document", f"WHEN ({BELONGS}) "),
        ("document_no_delete", "DELETE", "document", f"WHEN ({BELONGS}) "),
        ("resource_no_update", "UPDATE", "resource", ""),
        ("resource_no_delete", "DELETE", "resource", ""),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW {condition}"
            f"EXECUTE FUNCTION {table}_append_only()"
        )


def _function(name: str, message: str) -> None:
    """Refuse, but for the owner of the table who has said for this transaction that it purges."""
    owner = "(SELECT relowner FROM pg_class WHERE oid = TG_RELID)"
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF current_setting('kesu.purging', true) = 'on' AND TG_OP <> 'TRUNCATE' AND "
        f"pg_has_role(current_user, {owner}, 'MEMBER') THEN "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{message}'; END $$"
    )
