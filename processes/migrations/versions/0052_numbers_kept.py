"""The numbers by which letters, documents and versions are named are kept, too; names that were guessed are digests."""

from importlib import import_module

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kept = import_module("processes.migrations.versions.0027_kept_for_ever")
    sheets = import_module("processes.migrations.versions.0031_letter_sheets")
    versions = import_module("processes.migrations.versions.0037_versions_kept")
    op.execute("DELETE FROM sign_in")  # names as they were typed, of which some are passwords
    for table, columns in (("letter", sheets.LETTER), ("document", kept.DOCUMENT), ("deployment", versions.SAID)):
        when = f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF id, {columns} ON {table}"
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(f"{when} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END")
        else:
            op.execute(f"DROP TRIGGER {table}_no_update ON {table}")
            op.execute(f"{when} FOR EACH ROW EXECUTE FUNCTION {table}_append_only()")
