"""Open tasks know their case, so that the private cases in which somebody has work are found from the tasks alone.

Number, procedure, receipt and due date stand in the indexes by which tasks are found; triggers keep them. The index of
the open cases in which they were looked up is no longer needed.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

# ruff: noqa: S608 - our own names

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
ABOUT: dict[str, Any] = {
    "about_id": ID,
    "about_kind": sa.Text(),
    "about_open": sa.Boolean(),
    "about_since": TIME,
    "about_due": TIME,
}
COLUMNS = ", ".join(ABOUT)
OF_CASE = "{0}.id, {0}.procedure, {0}.status = 'open', {0}.received_at, {0}.due_at"
NOTHING = f"({', '.join(['NULL'] * len(ABOUT))})"
OPEN = sa.text("status = 'open'")
ASSIGNED = sa.text("status = 'open' AND assignee IS NOT NULL")
IN_ORDER = ["due_sort", "id", "process_key", "element", *ABOUT]

FOUND = f"SELECT {OF_CASE.format('case_file')} FROM case_file JOIN instance ON instance.business_key = case_file.number"
FILL = (
    f"UPDATE task SET ({COLUMNS}) = ({FOUND} WHERE instance.id = task.instance_id) WHERE status = 'open' "
    "AND instance_id IN (SELECT instance.id FROM instance JOIN case_file ON case_file.number = instance.business_key)"
)
TASKS = "status = 'open' AND instance_id IN (SELECT id FROM instance WHERE business_key = {}.number)"
MOVED = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in ("procedure", "received_at", "due_at"))
AFTER = (
    ("case_added", "INSERT ON case_file", "NEW.number IS NOT NULL", f"({OF_CASE.format('NEW')})", TASKS.format("NEW")),
    (
        "case_changed",
        "UPDATE OF procedure, status, received_at, due_at ON case_file",
        f"{MOVED} OR (OLD.status = 'open') <> (NEW.status = 'open')",
        f"({OF_CASE.format('NEW')})",
        TASKS.format("NEW"),
    ),
    (
        "case_gone",
        "DELETE ON case_file",
        "OLD.number IS NOT NULL",
        NOTHING,
        TASKS.format("OLD"),
    ),
    (
        "key_changed",
        "UPDATE OF business_key ON instance",
        "OLD.business_key IS DISTINCT FROM NEW.business_key",
        f"(SELECT {OF_CASE.format('case_file')} FROM case_file WHERE number = NEW.business_key)",
        "status = 'open' AND instance_id = NEW.id",
    ),
)
TASK = (
    ("task_added", "INSERT ON task", "NEW.status = 'open'"),
    (
        "task_changed",
        "UPDATE OF status, instance_id ON task",
        "NEW.status = 'open' AND (OLD.status <> 'open' OR OLD.instance_id <> NEW.instance_id)",
    ),
)
"""What comes of a task: PostgreSQL tells it before the row is written, SQLite can only afterwards."""


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, kind in ABOUT.items():
        op.add_column("task", sa.Column(name, kind))
    op.drop_index("ix_task_mine", "task")
    op.drop_index("ix_task_group", "task")
    op.execute(FILL)
    op.create_index("ix_task_mine", "task", ["assignee", *IN_ORDER], sqlite_where=ASSIGNED, postgresql_where=ASSIGNED)
    columns = ["audience_id", "assignee", *IN_ORDER]
    op.create_index("ix_task_group", "task", columns, sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_index("ix_case_file_at_work", "case_file")
    if sqlite:
        _on_sqlite()
    else:
        _on_postgresql()


def _on_sqlite() -> None:
    for name, event, when, values, tasks in AFTER:
        act = f"UPDATE task SET ({COLUMNS}) = {values} WHERE {tasks};"
        op.execute(f"CREATE TRIGGER about_{name} AFTER {event} WHEN {when} BEGIN {act} END")
    for name, event, when in TASK:
        act = f"UPDATE task SET ({COLUMNS}) = ({FOUND} WHERE instance.id = NEW.instance_id) WHERE id = NEW.id;"
        op.execute(f"CREATE TRIGGER about_{name} AFTER {event} WHEN {when} BEGIN {act} END")


def _on_postgresql() -> None:
    """The same; whoever tells a task of its case takes the row of the case, so that two at a time see each other."""
    lock = "PERFORM 1 FROM case_file WHERE number = NEW.business_key FOR NO KEY UPDATE; "
    for name, event, when, values, tasks in AFTER:
        act = f"UPDATE task SET ({COLUMNS}) = {values} WHERE {tasks}; RETURN NULL;"
        _trigger(name, f"AFTER {event}", when, (lock if name == "key_changed" else "") + act)
    into = ", ".join(f"NEW.{column}" for column in ABOUT)
    locked = "WHERE instance.id = NEW.instance_id FOR NO KEY UPDATE OF case_file"
    for name, event, when in TASK:
        _trigger(
            name, f"BEFORE {event}", when, f"{FOUND.replace(' FROM ', f' INTO {into} FROM ')} {locked}; RETURN NEW;"
        )


def _trigger(name: str, event: str, when: str, acts: str) -> None:
    op.execute(f"CREATE FUNCTION about_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {acts} END $$")
    op.execute(f"CREATE TRIGGER about_{name} {event} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION about_{name}()")
