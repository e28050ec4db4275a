"""Letters keep how they stand on the paper of the house; what it says is kept by the database as the rest is."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(sa.Text(), "sqlite")
LETTER = "key, case_id, template, language, recipient, subject, text, html, sheet, written_at"


def upgrade() -> None:
    op.add_column("letter", sa.Column("sheet", JSON, nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER letter_no_update")
        op.execute(
            f"CREATE TRIGGER letter_no_update BEFORE UPDATE OF {LETTER} ON letter "
            "BEGIN SELECT RAISE(ABORT, 'letter is append-only'); END"
        )
    else:
        op.execute("DROP TRIGGER letter_no_update ON letter")
        op.execute(
            f"CREATE TRIGGER letter_no_update BEFORE UPDATE OF {LETTER} ON letter "
            "FOR EACH ROW EXECUTE FUNCTION letter_append_only()"
        )
