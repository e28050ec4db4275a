"""Who made which version current, when and why, is kept by the database, too."""

from importlib import import_module

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

SAID = "name, version, digest, origin, deployed_at, deployed_by, reason"
"""Of a version everything but what it holds and whether it is the current one."""


def upgrade() -> None:
    import_module("processes.migrations.versions.0001_engine").append_only("activation")
    if op.get_bind().dialect.name == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'deployment is append-only'); END"
        op.execute(f"CREATE TRIGGER deployment_no_update BEFORE UPDATE OF {SAID} ON deployment {refuse}")
        op.execute(f"CREATE TRIGGER deployment_no_delete BEFORE DELETE ON deployment {refuse}")
        return
    kept = import_module("processes.migrations.versions.0027_kept_for_ever")
    for table in ("activation", "deployment"):
        kept._function(f"{table}_append_only", f"{table} is append-only")  # noqa: SLF001 - of the same chain
    for name, when, level in (
        ("update", f"UPDATE OF {SAID}", "ROW"),
        ("delete", "DELETE", "ROW"),
        ("truncate", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER deployment_no_{name} BEFORE {when} ON deployment "
            f"FOR EACH {level} EXECUTE FUNCTION deployment_append_only()"
        )
