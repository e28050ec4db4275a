"""A document says where it came from: a form, a comment, a signature that was drawn."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document", sa.Column("source", sa.String(20), nullable=False, server_default="form"))
    fill(op.get_bind())


def fill(connection: sa.Connection) -> None:
    """What was drawn has one name; what came with a comment is named in its entry."""
    document = sa.table("document", sa.column("id"), sa.column("name"), sa.column("element"), sa.column("source"))
    entry = sa.table("case_entry", sa.column("kind"), sa.column("data", sa.JSON))
    drawn = (document.c.name == "signature.png") & document.c.element.is_(None)
    connection.execute(document.update().where(drawn).values(source="signature"))
    for (data,) in connection.execute(sa.select(entry.c.data).where(entry.c.kind == "comment")).all():
        numbers = [file["id"] for file in data.get("files", ())]
        if numbers:
            connection.execute(document.update().where(document.c.id.in_(numbers)).values(source="comment"))
