"""Who waits for which task: a row for each open task and each person with a part in its case, kept by the database."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import op

# ruff: noqa: S608 - our own names

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSERT = "INSERT INTO awaited (person, audience_id, due_sort, task_id) "


def upgrade() -> None:
    op.create_table(
        "awaited",
        sa.Column("person", sa.String(60), nullable=False),
        sa.Column("audience_id", ID, nullable=False),
        sa.Column("due_sort", sa.DateTime(timezone=True), nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_awaited_task_id_task"),
        sa.PrimaryKeyConstraint("person", "audience_id", "due_sort", "task_id", name="pk_awaited"),
        sqlite_with_rowid=False,
    )
    op.execute(INSERT + awaited())
    op.create_index("ix_awaited_task_id", "awaited", ["task_id"])
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()


def awaited(tasks: str = "", person: str = "") -> str:
    """The rows of some open tasks, or of all; those of one person, or of all who have a part."""
    of_tasks, of_person = (f" AND {text}" if text else "" for text in (tasks, person))
    of_case = "case_file.instance_id = task.instance_id AND case_file.closed_at IS NULL"
    parts = (
        ("case_audience.value", " JOIN case_audience ON case_audience.case_id = case_file.id AND kind = 'person'"),
        ("case_file.owner", ""),
        ("case_file.opened_by", ""),
    )
    return " UNION ".join(
        f"SELECT {who}, task.audience_id, task.due_sort, task.id FROM task JOIN case_file ON {of_case}{joined} "
        f"WHERE task.status = 'open' AND {who} IS NOT NULL AND {who} <> COALESCE(task.assignee, ''){of_tasks}"
        + of_person.replace("person", who)
        for who, joined in parts
    )


OF_TASK = ("status", "assignee", "audience_id", "due_sort", "instance_id")
OF_CASE = ("owner", "opened_by", "closed_at", "instance_id")
NUMBERS = "SELECT id FROM task WHERE instance_id = {row}.instance_id"
INSTANCE = "SELECT instance_id FROM case_file WHERE id = {row}.case_id"


def _on_sqlite() -> None:
    for name, event, _row, when, acts in _triggers():
        op.execute(f"CREATE TRIGGER awaited_{name} AFTER {event} WHEN {when} BEGIN {acts} END")


def _on_postgresql() -> None:
    """The same; whoever changes what a case waits for takes its row, so that two at a time see each other."""
    lock = {"task": "instance_id = {row}.instance_id", "person": "id = {row}.case_id"}
    for name, event, row, when, acts in _triggers():
        locked = lock.get(name.partition("_")[0])
        first = f"PERFORM 1 FROM case_file WHERE {locked.format(row=row)} FOR NO KEY UPDATE; " if locked else ""
        op.execute(
            f"CREATE FUNCTION awaited_{name}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN {first}{acts} RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER awaited_{name} AFTER {event} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION awaited_{name}()"
        )


def _triggers() -> Iterator[tuple[str, str, str, str, str]]:
    """Each with its name, what it comes after, the row that says which case, when it does something, and what."""
    task = f"{INSERT}{awaited('task.id = NEW.id')};"
    case = f"{INSERT}{awaited('task.instance_id = NEW.instance_id')};"
    gone = " ".join(f"DELETE FROM awaited WHERE task_id IN ({NUMBERS.format(row=row)});" for row in ("OLD", "NEW"))
    yield "task_added", "INSERT ON task", "NEW", "NEW.status = 'open'", task
    changed = f"DELETE FROM awaited WHERE task_id = NEW.id; {task}"
    yield "task_changed", f"UPDATE OF {', '.join(OF_TASK)} ON task", "NEW", _differs(OF_TASK), changed
    yield "case_added", "INSERT ON case_file", "NEW", "NEW.closed_at IS NULL", case
    yield "case_changed", f"UPDATE OF {', '.join(OF_CASE)} ON case_file", "NEW", _differs(OF_CASE), f"{gone} {case}"
    for name, event, row in ("person_added", "INSERT", "NEW"), ("person_gone", "DELETE", "OLD"):
        instance = INSTANCE.format(row=row)
        tasks = f"SELECT id FROM task WHERE instance_id = ({instance})"
        again = f"DELETE FROM awaited WHERE person = {row}.value AND task_id IN ({tasks});"
        mine = awaited(f"task.instance_id = ({instance})", f"person = {row}.value")
        yield name, f"{event} ON case_audience", row, f"{row}.kind = 'person'", f"{again} {INSERT}{mine};"


def _differs(columns: Sequence[str]) -> str:
    return " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
