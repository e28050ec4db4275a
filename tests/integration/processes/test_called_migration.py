"""Instances of before are told the processes they have called, and what they wait for where it is drawn."""

import pytest
from sqlalchemy import text
from test_procedure import to_reply

from processes.migrations import migrate

WAITS = ("timer", "subscription", "job", "incident")


@pytest.fixture
def answered(registered):
    """A case that was in most of the shipped diagrams and is in some of them."""
    to_reply(registered)
    return registered


def kept(house):
    with house.database.reading() as session:
        rows = {table: f"SELECT id, deployment_id, process_key FROM {table} ORDER BY id" for table in WAITS}
        found = {table: [tuple(row) for row in session.execute(text(query))] for table, query in rows.items()}
        called = session.execute(text("SELECT called FROM instance ORDER BY id")).scalars().all()
    return found, [set((entry or "").split()) for entry in called]


def forget(house):
    """The database as the program of before left it."""
    with house.database.transaction() as session:
        for table in WAITS:
            session.execute(text(f"DROP INDEX IF EXISTS ix_{table}_place"))
        session.execute(text("ALTER TABLE instance DROP COLUMN called"))
        for table in WAITS:
            session.execute(text(f"ALTER TABLE {table} DROP COLUMN deployment_id"))
            session.execute(text(f"ALTER TABLE {table} DROP COLUMN process_key"))
        session.execute(text("UPDATE alembic_version SET version_num = '0007'"))


def test_the_migration_finds_what_each_step_would_have_kept(answered, database_url):
    before = kept(answered)
    assert any(key for rows in before[0].values() for _, _, key in rows)
    assert any(entry.endswith(":+1") for called in before[1] for entry in called)
    assert any(entry.endswith(":0") for called in before[1] for entry in called)
    forget(answered)
    migrate(database_url, "0008")
    assert kept(answered) == before
