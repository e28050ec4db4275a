"""On PostgreSQL triggers that steps set off ask for their condition within their function.

As part of the trigger it is parsed and prepared anew for each statement, in a function once for each connection. What
is to be done where a task changes is one trigger in place of three; who waits for it is found from its case read once.
"""

from alembic import op
from sqlalchemy import Connection

# ruff: noqa: S608 - our own names

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

WITHIN = (
    ("task", "about_task_added"),
    ("case_file", "about_case_added"),
    ("case_file", "about_case_changed"),
    ("case_file", "awaited_case_added"),
    ("case_file", "awaited_case_changed"),
    ("case_file", "awaited_case_over"),
    ("case_file", "due_case"),
    ("case_file", "received_case"),
    ("case_file", "recount_case"),
)
MADE = (
    "SELECT pg_get_triggerdef(pg_trigger.oid), prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
    "WHERE tgrelid = '{}'::regclass AND tgname = '{}'"
)

READ = (
    "SELECT id, owner, opened_by, closed_at INTO of_case FROM case_file "
    "WHERE instance_id = NEW.instance_id FOR NO KEY UPDATE;"
)
"""Whoever changes what a case waits for takes its row, so that two at a time see each other."""
TAKE = "DELETE FROM awaited WHERE task_id = NEW.id;"
ADD = """
    IF of_case.closed_at IS NULL THEN
      INSERT INTO awaited (person, audience_id, due_sort, task_id)
      SELECT person, NEW.audience_id, NEW.due_sort, NEW.id FROM (
        VALUES (of_case.owner), (of_case.opened_by)
        UNION ALL SELECT value FROM case_audience WHERE kind = 'person' AND case_id = of_case.id
      ) AS people (person) WHERE person <> COALESCE(NEW.assignee, '') ON CONFLICT DO NOTHING;
    END IF;
"""
ADDED = f"IF NEW.status = 'open' THEN {READ} {ADD} END IF;"

ABOUT = "about_id, about_kind, about_open, about_since, about_due"
OF_CASE = "case_file.id, procedure, case_file.status = 'open', received_at, case_file.due_at"
CASE = "case_file JOIN instance ON business_key = number WHERE instance.id = NEW.instance_id"
WATCHED = ("status", "assignee", "audience_id", "due_sort", "instance_id")
DIFFERS = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in WATCHED)
CHANGED = f"""
  IF NEW.status = 'open' THEN
    IF OLD.status <> 'open' OR OLD.instance_id <> NEW.instance_id THEN
      PERFORM 1 FROM {CASE} FOR NO KEY UPDATE OF case_file;
      UPDATE task SET ({ABOUT}) = (SELECT {OF_CASE} FROM {CASE}) WHERE id = NEW.id;
    END IF;
    IF {DIFFERS} THEN
      {READ} {TAKE} {ADD}
    END IF;
  ELSIF OLD.status = 'open' THEN
    {READ} {TAKE}
  END IF;
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":  # which compiles conditions with the statement that it keeps
        return
    for table, name in WITHIN:
        _ask_within(connection, table, name)
    for name in ("about_task_changed", "awaited_task_added", "awaited_task_changed", "awaited_task_over"):
        connection.exec_driver_sql(f"DROP TRIGGER {name} ON task")
        connection.exec_driver_sql(f"DROP FUNCTION {name}()")
    for name, event, acts in (
        ("awaited_task_added", "INSERT", ADDED),
        ("task_changed", f"UPDATE OF {', '.join(WATCHED)}", CHANGED),
    ):
        connection.exec_driver_sql(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
            f"AS $$ DECLARE of_case record; BEGIN {acts} RETURN NULL; END $$"
        )
        connection.exec_driver_sql(
            f"CREATE TRIGGER {name} AFTER {event} ON task FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def _ask_within(connection: Connection, table: str, name: str) -> None:
    """Move the condition of a trigger, which is the only one with its function, into that."""
    made, body = connection.exec_driver_sql(MADE.format(table, name)).one()
    event, _, rest = made.partition(" WHEN (")
    condition, _, call = rest.rpartition(") EXECUTE FUNCTION ")
    acts, _, returned = body.strip().removeprefix("BEGIN").removesuffix("END").rpartition("RETURN")
    connection.exec_driver_sql(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN IF {condition} THEN {acts} END IF; RETURN {returned} END $$"
    )
    connection.exec_driver_sql(f"DROP TRIGGER {name} ON {table}")
    connection.exec_driver_sql(f"{event} EXECUTE FUNCTION {call}")
