"""Revision 0055 lets a step write less: what was there stays, numbers go on, triggers keep what they kept before."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from processes.migrations import migrate

AT = "2026-09-28 01:30:00.000000"
ROWS = (
    (
        "INSERT INTO instance (id, definition_id, status, state, revision, started_at, started_by)"
        f" VALUES (1, 1, 'running', '', 1, '{AT}', 'li')"
    ),
    (
        "INSERT INTO case_file (id, number, instance_id, title, description, status, owner, opened_by, received_at,"
        f" opened_at, due_at, language, searched, procedure, grams) VALUES (7, 'KB-2026-000007', 1, 't', 'd', 'open', 'sun',"
        f" 'li', '{AT}', '{AT}', '{AT}', 'zh', 's', 'kb', '')"
    ),
    (
        "INSERT INTO task (id, instance_id, token, deployment_id, process_key, element, name, status, assignee, audience_id,"
        " candidate_users, candidate_groups, priority, due_sort, local, revision, created_at)"
        f" VALUES (12, 1, 5, 1, 'p', 'a', 'A', 'open', 'sun', 1, '[]', '[]', 50, '{AT}', '{{}}', 1, '{AT}')"
    ),
    "INSERT INTO case_audience (case_id, kind, value) VALUES (7, 'person', 'zhou')",
    "INSERT INTO case_fact (case_id, name, text, folded, role) VALUES (7, 'lot', 'L1', 'l1', '')",
    f"INSERT INTO event (id, instance_id, at, kind, actor, data) VALUES (5, 1, '{AT}', 'started', 'li', '{{}}')",
    f"INSERT INTO event (id, instance_id, at, kind, actor, data) VALUES (9, 1, '{AT}', 'ended', 'li', '{{}}')",
    f"INSERT INTO timer (id, instance_id, token, element, due_at, rhythm) VALUES (4, 1, 6, 't', '{AT}', 'null')",
    (
        "INSERT INTO submission (id, instance_id, task_id, element, answers, by, at)"
        f" VALUES (3, 1, 12, 'a', '{{}}', 'li', '{AT}')"
    ),
)
KEPT = ("event", "timer", "submission", "task", "case_file", "case_fact", "case_audience", "awaited")
READERS = "SELECT open, due_at FROM case_audience WHERE case_id = 7"


@pytest.fixture
def former(new_database_url):
    """Tables of the revision before, with a row in each of those that change."""
    migrate(new_database_url, "0054")
    engine = create_engine(new_database_url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # no definition, and no triggers
        for row in ROWS:
            connection.exec_driver_sql(row)
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"INSERT INTO awaited VALUES ('li', 1, '{AT}', 12), ('zhou', 1, '{AT}', 12)")
            connection.exec_driver_sql(f"UPDATE case_audience SET open = true, procedure = 'kb', due_at = '{AT}'")
    yield engine
    engine.dispose()


def rows_of(connection):
    return {name: sorted(map(tuple, connection.exec_driver_sql(f"SELECT * FROM {name}")), key=str) for name in KEPT}


def test_all_rows_stay_and_who_waits_and_who_reads_is_kept_as_before(former, new_database_url):
    with former.begin() as connection:
        before = rows_of(connection)
    assert [row[0] for row in before["awaited"]] == ["li", "zhou"]
    migrate(new_database_url, "0055")
    with former.begin() as connection:
        assert rows_of(connection) == before
        connection.exec_driver_sql("UPDATE case_file SET due_at = NULL WHERE id = 7")
        assert [tuple(row) for row in connection.exec_driver_sql(READERS)] == [(True, None)]
        assert len(rows_of(connection)["awaited"]) == 2
        connection.exec_driver_sql(f"UPDATE case_file SET due_at = '{AT}', owner = 'wang' WHERE id = 7")
        waiting = [row[0] for row in rows_of(connection)["awaited"]]
        assert waiting == ["li", "wang", "zhou"]
        connection.exec_driver_sql(
            f"UPDATE case_file SET status = 'closed', closed_at = '{AT}', due_at = NULL WHERE id = 7"
        )
        assert [tuple(row) for row in connection.exec_driver_sql(READERS)] == [(False, None)]
        assert rows_of(connection)["awaited"] == []
        connection.exec_driver_sql(
            f"UPDATE case_file SET status = 'open', closed_at = NULL, due_at = '{AT}' WHERE id = 7"
        )
        assert len(rows_of(connection)["awaited"]) == 3


@pytest.mark.parametrize("table", ["event", "submission"])
@pytest.mark.parametrize("act", ["UPDATE {} SET instance_id = 2", "DELETE FROM {}"])
def test_history_and_submissions_are_still_only_added_to(former, new_database_url, table, act):
    migrate(new_database_url, "0055")
    with former.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
        connection.exec_driver_sql(act.format(table))


@pytest.mark.parametrize("new_database_url", ["sqlite"], indirect=True)
def test_a_connection_that_was_open_meanwhile_numbers_on_and_the_file_is_whole(former, new_database_url):
    new = (
        f"INSERT INTO event (instance_id, at, kind, actor, data) VALUES (1, '{AT}', 'left', 'li', '{{}}') RETURNING id"
    )
    with former.connect() as beside:
        with beside.begin():
            assert beside.exec_driver_sql(new).scalar() == 10
        migrate(new_database_url, "0055")
        with beside.begin():
            assert beside.exec_driver_sql(new).scalar() == 11
            counted = {*beside.exec_driver_sql("SELECT name FROM sqlite_sequence").scalars()}
            assert beside.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
    assert "task" in counted
    assert not counted & {"event", "timer", "submission"}
