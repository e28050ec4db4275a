"""No hashes of tracking codes: there never was a page on which a code opened something."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

GONE = re.compile(r", (?:tracking_hash VARCHAR\(64\)|(?:CONSTRAINT \w+ )?UNIQUE \(tracking_hash\))(?=[,\s)])")
"""The column, which is never the first, and its constraint."""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _make_anew()
    else:
        op.drop_column("case_file", "tracking_hash")  # and with it its index


def _make_anew() -> None:
    """SQLite drops no column that is unique: the table is made again, with all indexes and triggers as they are."""
    connection = op.get_bind()
    told = sa.text("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
    every = connection.execute(told).all()
    # all of them: where a table is renamed, SQLite looks into the triggers of others that name it
    triggers = [each for each in every if each.type == "trigger"]
    made = " ".join(next(each.sql for each in every if (each.type, each.name) == ("table", "case_file")).split())
    made, parts = GONE.subn("", made)
    if parts != 2 or "tracking_hash" in made:
        raise RuntimeError(f"case_file is not as this revision knows it: {made}")
    columns = connection.exec_driver_sql("SELECT name FROM pragma_table_info('case_file')").scalars()
    kept = ", ".join(name for name in columns if name != "tracking_hash")
    for each in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{each.name}"')
    connection.exec_driver_sql(made.replace('CREATE TABLE "case_file"', "CREATE TABLE case_file_new", 1))
    connection.exec_driver_sql(f"INSERT INTO case_file_new ({kept}) SELECT {kept} FROM case_file")  # noqa: S608 - our own names
    connection.exec_driver_sql("DROP TABLE case_file")
    connection.exec_driver_sql("ALTER TABLE case_file_new RENAME TO case_file")
    for each in every:
        if each.type == "index" and each.tbl_name == "case_file":
            connection.exec_driver_sql(each.sql)
    for each in triggers:
        connection.exec_driver_sql(each.sql)
