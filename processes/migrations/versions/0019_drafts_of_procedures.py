"""Drafts of registrations by their procedure, no longer by the process that it starts: several may start the same."""

import tomllib

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rename(op.get_bind())


def rename(connection: sa.Connection) -> None:
    """Give each draft of a start the name of the procedure that starts so by its latest declaration."""
    declared = sa.text(
        "SELECT r.content FROM resource r WHERE r.path = 'procedure.toml' AND r.deployment_id IN"
        " (SELECT max(id) FROM deployment GROUP BY name) ORDER BY r.deployment_id"
    )
    for (content,) in connection.execute(declared).all():
        said = tomllib.loads(bytes(content).decode())
        process = said.get("register", {}).get("process")
        if process is not None:
            names = {"old": f"start:{process}", "new": f"register:{said['key']}"}
            connection.execute(sa.text("UPDATE draft SET subject = :new WHERE subject = :old"), names)
