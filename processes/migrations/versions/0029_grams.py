"""An index of what cases are searched by: a part of a word is found without looking through all of them."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

AT_ONCE = 1000


def upgrade() -> None:
    op.add_column("case_file", sa.Column("grams", sa.Text(), nullable=False, server_default=""))
    connection = op.get_bind()
    last = 0
    while rows := connection.execute(_NEXT, {"last": last, "most": AT_ONCE}).all():
        connection.execute(_KEEP, [{"number": number, "grams": _grams(searched)} for number, searched in rows])
        last = rows[-1][0]
    if connection.dialect.name == "sqlite":
        _on_sqlite()
    else:
        op.execute("CREATE INDEX ix_case_file_grams ON case_file USING gin (string_to_array(grams, ' '))")


_NEXT = sa.text("SELECT id, searched FROM case_file WHERE id > :last ORDER BY id LIMIT :most")
_KEEP = sa.text("UPDATE case_file SET grams = :grams WHERE id = :number")


def _on_sqlite() -> None:
    """An index beside the table, which its triggers keep as SQLite's manual says."""
    op.execute("CREATE VIRTUAL TABLE case_gram USING fts5(grams, content=case_file, content_rowid=id, detail=none)")
    op.execute("INSERT INTO case_gram (case_gram) VALUES ('rebuild')")
    add = "INSERT INTO case_gram (rowid, grams) VALUES (NEW.id, NEW.grams);"
    take = "INSERT INTO case_gram (case_gram, rowid, grams) VALUES ('delete', OLD.id, OLD.grams);"
    changed = "UPDATE OF grams ON case_file WHEN OLD.grams IS NOT NEW.grams"
    for name, when, acts in (
        ("added", "INSERT ON case_file", add),
        ("changed", changed, take + add),
        ("gone", "DELETE ON case_file", take),
    ):
        op.execute(f"CREATE TRIGGER case_gram_{name} AFTER {when} BEGIN {acts} END")


def _grams(searched: str) -> str:
    return " ".join(sorted({gram for word in searched.split() for gram in _of(word)}))


def _of(word: str) -> Iterator[str]:
    for length in (2, 3):
        for place in range(len(word) - length + 1):
            gram = word[place : place + length]
            if length == 2 or gram.isascii():
                yield "".join(f"{ord(sign):02x}" for sign in gram)
