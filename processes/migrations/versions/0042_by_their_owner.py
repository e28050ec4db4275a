"""SQLite keeps variables, facts and clocks in the order of what they belong to: a step reads all of an instance."""

import re

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

TABLES = {"variable": "instance_id, scope, name", "case_fact": "case_id, name", "case_clock": "case_id, name"}


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    told = "SELECT sql FROM sqlite_master WHERE type = ? AND tbl_name = ? AND sql IS NOT NULL"
    for table, key in TABLES.items():
        made = connection.exec_driver_sql(told, ("table", table)).scalars().one()
        indexes = connection.exec_driver_sql(told, ("index", table)).scalars().all()
        op.execute(re.sub(rf'^CREATE TABLE "?{table}"?', f"CREATE TABLE {table}_new", made) + " WITHOUT ROWID")
        op.execute(f"INSERT INTO {table}_new SELECT * FROM {table} ORDER BY {key}")  # noqa: S608 - our own names
        op.execute(f"DROP TABLE {table}")
        op.execute(f"ALTER TABLE {table}_new RENAME TO {table}")
        for index in indexes:
            op.execute(index)
