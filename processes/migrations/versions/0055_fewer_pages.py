"""A step writes less: fewer and smaller indexes, and on SQLite no numbers that nobody keeps.

Indexes are made anew, in the time that it takes to read tasks, cases and facts once. History, submissions and timers
are not copied: SQLite is only told that their numbers are no longer kept apart, which changes nothing in them.
"""

from contextlib import suppress

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import OperationalError

# ruff: noqa: S608 - our own names

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

NOT_KEPT = "('event', 'submission', 'timer')"
"""No line is ever deleted but with its instance, and of a timer nobody outside knows the number."""

MINE = ["assignee", "due_sort", "id", "instance_id", "process_key", "element"]
ASSIGNED = sa.text("status = 'open' AND assignee IS NOT NULL")
CLOSED = sa.text("closed_at IS NOT NULL")


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _keep_no_numbers()
    op.drop_index("ix_task_mine", "task")
    op.create_index("ix_task_mine", "task", MINE, sqlite_where=ASSIGNED, postgresql_where=ASSIGNED)
    op.drop_index("ix_case_file_closed_at_id", "case_file")
    op.create_index(
        "ix_case_file_closed", "case_file", ["closed_at", "id"], sqlite_where=CLOSED, postgresql_where=CLOSED
    )
    for columns in "name_folded_case_id", "folded_case_id":
        op.drop_index(f"ix_case_fact_{columns}", "case_fact")
    op.create_index("ix_case_fact_folded_name_case_id", "case_fact", ["folded", "name", "case_id"])


def _keep_no_numbers() -> None:
    """Without AUTOINCREMENT a number is one more than the largest that is there; what follows makes others read it.

    An SQLite that was built to let nobody write its schema keeps the numbers, and all goes on as it did.
    """
    without = "UPDATE sqlite_master SET sql = replace(sql, ' AUTOINCREMENT', '') WHERE type = 'table' AND name IN"
    op.execute("PRAGMA writable_schema = ON")
    with suppress(OperationalError):
        op.execute(f"{without} {NOT_KEPT}")
        op.execute(f"DELETE FROM sqlite_sequence WHERE name IN {NOT_KEPT}")
    op.execute("PRAGMA writable_schema = RESET")
