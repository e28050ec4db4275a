"""Revision 0057 tells open tasks their case: that of their instance, or the one beside which it runs."""

import pytest
from sqlalchemy import create_engine, text

from processes.migrations import migrate

AT, DUE = "2026-09-28 01:30:00.000000", "2026-10-05 10:00:00.000000"
INSTANCES = {1: "KB-2026-000007", 2: "KB-2026-000007", 3: "KB-2026-000009", 4: None}
"""Each with its business key: that of a case, of the same case again beside it, of none, none."""
TASKS = {11: (1, "open"), 12: (2, "open"), 13: (3, "open"), 14: (4, "open"), 15: (1, "completed")}


def rows():
    for number, key in INSTANCES.items():
        yield (
            "INSERT INTO instance (id, definition_id, business_key, status, state, revision, started_at, started_by)"
            f" VALUES ({number}, 1, {repr(key) if key else 'NULL'}, 'running', '', 1, '{AT}', 'li')"
        )
    yield (
        "INSERT INTO case_file (id, number, instance_id, title, description, status, opened_by, received_at, opened_at,"
        " due_at, language, searched, procedure, grams) VALUES (7, 'KB-2026-000007', 1, 't', 'd', 'open', 'li',"
        f" '{AT}', '{AT}', '{DUE}', 'zh', 's', 'kb', '')"
    )
    for number, (instance, status) in TASKS.items():
        yield (
            "INSERT INTO task (id, instance_id, token, deployment_id, process_key, element, name, status, assignee,"
            " audience_id, candidate_users, candidate_groups, priority, due_sort, local, revision, created_at)"
            f" VALUES ({number}, {instance}, {number}, 1, 'p', 'a', 'A', '{status}', 'sun', 1, '[]', '[]', 50, '{AT}',"
            f" '{{}}', 1, '{AT}')"
        )


@pytest.fixture
def former(new_database_url):
    """Tables of the revision before, with a row in each of those that it reads."""
    migrate(new_database_url, "0056")
    engine = create_engine(new_database_url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # no definition, and no triggers
        for row in rows():
            connection.exec_driver_sql(row)
    yield engine
    engine.dispose()


def told(connection):
    query = "SELECT id, about_id, about_kind, about_open, about_since = '{}', about_due FROM task ORDER BY id"
    return {row[0]: (*tuple(row[1:-1]), str(row[-1])[:10]) for row in connection.exec_driver_sql(query.format(AT))}


def test_open_tasks_know_their_case_and_what_changes_in_it(former, new_database_url):
    of_case, of_none = (7, "kb", True, True), (None,) * 4
    migrate(new_database_url)
    with former.begin() as connection:
        before = told(connection)
        connection.exec_driver_sql("UPDATE case_file SET due_at = NULL WHERE id = 7")
        connection.exec_driver_sql("UPDATE instance SET business_key = 'KB-2026-000007' WHERE id = 4")
        after = told(connection)
    none = (*of_none, "None")
    assert before == {number: (*of_case, DUE[:10]) if number in (11, 12) else none for number in TASKS}
    assert after == {number: (*of_case, "None") if number in (11, 12, 14) else none for number in TASKS}
