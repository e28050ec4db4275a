"""The file of SQLite is looked through for damaged pages, without holding up who writes."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from engine.database import Database
from engine.errors import DatabaseLost
from engine.runtime import make_runtime
from engine.work.inspection import Inspection


@pytest.fixture
def database(sqlite_template, tmp_path):
    file = tmp_path / "kesu.db"
    shutil.copy(sqlite_template, file)
    database = Database(f"sqlite:///{file}", make_runtime())
    yield database
    database.close()


def look_round(inspection):
    """All that is looked at until nothing is left for now."""
    return list(iter(inspection.look_on, None))


def test_all_tables_are_looked_at_once_in_a_round_while_somebody_writes(database):
    with database.transaction() as session:
        session.connection().exec_driver_sql("INSERT INTO lease VALUES ('a', 'b', '2026-01-01')")
        seen = look_round(Inspection(database, hours=24))
    assert len(seen) == len(set(seen)) > 50
    assert {"event", "person", "lease"} <= set(seen)
    assert database.watch.find_loss() is None
    again = Inspection(database, hours=0)
    assert again.look_on() == seen[0]


def test_a_damaged_page_that_nobody_reads_is_noticed(database):
    file = database.url.database
    plain = sqlite3.connect(file)
    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (page,) = plain.execute("SELECT rootpage FROM sqlite_master WHERE type = 'index' AND tbl_name = 'event'").fetchone()
    (size,) = plain.execute("PRAGMA page_size").fetchone()
    plain.close()
    with Path(file).open("r+b") as handle:
        handle.seek((page - 1) * size)
        handle.write(b"\x55" * size)
    database.check()
    assert "event" in look_round(Inspection(database, hours=24))
    with pytest.raises(DatabaseLost, match="is damaged"):
        database.check()


def test_a_row_that_breaks_a_rule_is_no_damage(database):
    plain = sqlite3.connect(database.url.database)
    plain.execute("PRAGMA ignore_check_constraints = ON")
    plain.execute("CREATE TABLE ruled (number INTEGER CHECK (number > 0))")
    plain.execute("INSERT INTO ruled VALUES (0)")
    plain.commit()
    plain.close()
    assert "ruled" in look_round(Inspection(database, hours=24))
    assert database.watch.find_loss() is None
