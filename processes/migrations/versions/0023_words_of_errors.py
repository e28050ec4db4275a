"""What errors said is taken out of the history: it may have been a letter, a name, a statement with its parameters."""

import re
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KINDS = ("job_failed", "incident")
NAME = re.compile(r"\(?(?:[\w.]+\.)?([A-Z]\w*(?:Error|Refused|Exception|Busy|Stuck))\b")
"""The class of the error, where the text begins with it."""


def upgrade() -> None:
    protect(on=False)
    clean(op.get_bind())
    protect(on=True)


def clean(connection: sa.Connection) -> None:
    """Leave of each failure its class, where it can be told; statements go out of what is still to be mended, too."""
    found = sa.text("SELECT id, data FROM event WHERE kind IN ('job_failed', 'incident')")
    changed = []
    for number, data in connection.execute(found).all():
        told = orjson.loads(data) if isinstance(data, str | bytes) else data
        if told.get("message"):
            text = orjson.dumps({**told, "message": _name(told["message"])}).decode()
            changed.append({"id": number, "data": text})
    if changed:
        data = "CAST(:data AS JSON)" if connection.dialect.name == "postgresql" else ":data"
        connection.execute(sa.text(f"UPDATE event SET data = {data} WHERE id = :id"), changed)  # noqa: S608 - one of two constants
    for table, column in (("job", "last_error"), ("incident", "message"), ("letter", "receipt")):
        texts = sa.text(f"SELECT id, {column} FROM {table} WHERE {column} LIKE '%[SQL:%'")  # noqa: S608 - constants
        for number, text in connection.execute(texts).all():
            cut = sa.text(f"UPDATE {table} SET {column} = :text WHERE id = :id")  # noqa: S608 - constants
            connection.execute(cut, {"text": _name(text), "id": number})
    receipts = "UPDATE letter SET receipt = :none WHERE sent_at IS NULL AND receipt IS NOT NULL"
    connection.execute(sa.text(receipts), {"none": "refused"})


def _name(text: Any) -> str:
    found = NAME.match(str(text))
    return found[1] if found else "it failed"


def protect(*, on: bool) -> None:
    """Take away the trigger by which the history cannot be changed, or put it back as the first revision made it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE event {'ENABLE' if on else 'DISABLE'} TRIGGER event_no_update")
    elif on:
        refuse = "BEGIN SELECT RAISE(ABORT, 'event is append-only'); END"
        op.execute(f"CREATE TRIGGER event_no_update BEFORE UPDATE ON event {refuse}")
    else:
        op.execute("DROP TRIGGER event_no_update")
