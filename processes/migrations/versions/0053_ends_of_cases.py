"""What hangs on a case is written once when it ends: its readers with their due date, and nobody waits for it any more.

Who waits was taken away twice and looked for again, and every reader written twice.
"""

from alembic import op

# ruff: noqa: S608 - our own names

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

MOVED = (
    "OLD.received_at <> NEW.received_at OR (OLD.status = 'open') <> (NEW.status = 'open') "
    "OR OLD.procedure <> NEW.procedure"
)
PLACE = "open = (NEW.status = 'open'), received_at = NEW.received_at, procedure = NEW.procedure, due_at = NEW.due_at"
WATCHED = ("owner", "opened_by", "closed_at", "instance_id")
DIFFERS = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in WATCHED)
TASKS = "SELECT id FROM task WHERE instance_id IN (OLD.instance_id, NEW.instance_id)"
TAKE = f"DELETE FROM awaited WHERE task_id IN ({TASKS});"
CASE = (
    "task JOIN case_file ON case_file.instance_id = task.instance_id AND case_file.closed_at IS NULL{joined} "
    "WHERE task.status = 'open' AND task.instance_id = NEW.instance_id AND {who} <> COALESCE(task.assignee, '')"
)
PARTS = (
    ("case_audience.value", " JOIN case_audience ON case_audience.case_id = case_file.id AND kind = 'person'"),
    ("case_file.owner", ""),
    ("case_file.opened_by", ""),
)
PEOPLE = " UNION ".join(
    f"SELECT {who}, task.audience_id, task.due_sort, task.id FROM {CASE.format(who=who, joined=joined)}"
    for who, joined in PARTS
)
ADD = f"INSERT INTO awaited (person, audience_id, due_sort, task_id) {PEOPLE};"
TRIGGERS = (
    (
        "received_case",
        "status, received_at, procedure",
        MOVED,
        f"UPDATE case_audience SET {PLACE} WHERE case_id = NEW.id;",
    ),
    (  # apart from what else is kept of a case: SQLite writes no other index then
        "due_case",
        "due_at",
        f"OLD.due_at IS DISTINCT FROM NEW.due_at AND ({MOVED}) IS NOT TRUE",
        "UPDATE case_audience SET due_at = NEW.due_at WHERE case_id = NEW.id;",
    ),
    ("awaited_case_over", "closed_at", "OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL", TAKE),
    ("awaited_case_changed", ", ".join(WATCHED), f"NEW.closed_at IS NULL AND ({DIFFERS})", TAKE + ADD),
)


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name in ("received_case", "due_case", "awaited_case_changed"):
        op.execute(f"DROP TRIGGER {name}{'' if sqlite else ' ON case_file'}")
    for name, columns, when, acts in TRIGGERS:
        event = f"AFTER UPDATE OF {columns} ON case_file"
        if sqlite:
            op.execute(f"CREATE TRIGGER {name} {event} WHEN {when} BEGIN {acts} END")
            continue
        op.execute(
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ BEGIN {acts} RETURN NULL; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} {event} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()")
