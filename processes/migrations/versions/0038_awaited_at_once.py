"""Who waits for a task that opens is found from its case alone, and of a task that is over the rows only go."""

from alembic import op

# ruff: noqa: S608 - our own names

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

CASE = "case_file WHERE case_file.instance_id = NEW.instance_id AND case_file.closed_at IS NULL"
PEOPLE = (
    f"SELECT owner AS person FROM {CASE} UNION ALL SELECT opened_by FROM {CASE} "
    f"UNION ALL SELECT value FROM case_audience WHERE kind = 'person' AND case_id = (SELECT id FROM {CASE})"
)
ADD = (
    "INSERT INTO awaited (person, audience_id, due_sort, task_id) "
    f"SELECT person, NEW.audience_id, NEW.due_sort, NEW.id FROM ({PEOPLE}) AS people "
    "WHERE person IS NOT NULL AND person <> COALESCE(NEW.assignee, '') ON CONFLICT DO NOTHING;"
)
TAKE = "DELETE FROM awaited WHERE task_id = NEW.id;"
WATCHED = ("status", "assignee", "audience_id", "due_sort", "instance_id")
DIFFERS = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in WATCHED)
CHANGED = f"UPDATE OF {', '.join(WATCHED)} ON task"
OPEN = "NEW.status = 'open'"
TRIGGERS = (
    ("added", "INSERT ON task", OPEN, ADD),
    ("changed", CHANGED, f"{OPEN} AND ({DIFFERS})", TAKE + ADD),
    ("over", CHANGED, "NEW.status <> 'open' AND OLD.status = 'open'", TAKE),
)
LOCK = "PERFORM 1 FROM case_file WHERE instance_id = NEW.instance_id FOR NO KEY UPDATE;"
"""Whoever changes what a case waits for takes its row, so that two at a time see each other."""


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name in ("added", "changed"):
        op.execute(f"DROP TRIGGER awaited_task_{name}{'' if sqlite else ' ON task'}")
        if not sqlite:
            op.execute(f"DROP FUNCTION awaited_task_{name}()")
    for name, event, when, acts in TRIGGERS:
        if sqlite:
            op.execute(f"CREATE TRIGGER awaited_task_{name} AFTER {event} WHEN {when} BEGIN {acts} END")
            continue
        op.execute(
            f"CREATE FUNCTION awaited_task_{name}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN {LOCK} {acts} RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER awaited_task_{name} AFTER {event} FOR EACH ROW "
            f"WHEN ({when}) EXECUTE FUNCTION awaited_task_{name}()"
        )
