"""What the database itself keeps: no column of it is changed, no row deleted or replaced, no table emptied."""

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from engine import Base
from engine.store.columns import Word
from processes import schema  # noqa: F401 - with it all tables are known
from processes.migrations import migrate
from processes.people.schema import DbSignIn

KEPT = {
    **dict.fromkeys(("event", "submission", "case_entry", "case_clock_past", "case_look", "case_grant"), ""),
    **dict.fromkeys(("agreement", "agreement_signing", "agreement_paper", "person_act", "unit_act"), ""),
    **dict.fromkeys(("resource", "activation"), ""),
    "letter": "channel receipt sent_at",
    "document": "element instance_id",
    "deployment": "decisions is_current processes",
}
"""The tables, and which of their columns may change: how a letter went out, where a document belongs, what is current."""
OTHERS = {"case_file": "title", "person": "name_zh", "draft": "subject"}
"""Some that may be changed: the test can tell."""
KINDS = {"UPDATE": 1, "DELETE": 2, "INSERT": 4, "TRUNCATE": 1}
"""Where a statement names its table."""
VALUES = {sa.DateTime: datetime(2026, 9, 28, tzinfo=UTC), sa.Boolean: True, sa.Integer: 1, sa.LargeBinary: b"x"}


def value(column):
    """Something that a column takes."""
    kind = getattr(column.type, "impl", column.type)
    plain = "0" if isinstance(column.type, sa.String | Word) else ()
    return next((each for known, each in VALUES.items() if isinstance(kind, known)), plain)


def put(connection, table, known):
    """A row with every column filled in, and those of other tables that it names."""
    if table.name not in known:
        row = {}
        for column in table.columns:
            key = next(iter(column.foreign_keys), None)
            if key is not None and key.column.table is not table:
                row[column.name] = put(connection, key.column.table, known)[key.column.name]
            elif key is None:
                row[column.name] = value(column)
        connection.execute(sa.insert(table).values(row))
        known[table.name] = row
    return known[table.name]


@pytest.fixture
def kept(database_url):
    """A connection to a database with a row in each table, and the names of all."""
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA recursive_triggers = ON")  # as on each connection of ours
        known = {}
        for name in (*KEPT, *OTHERS):
            put(connection, Base.metadata.tables[name], known)
        yield connection
        connection.rollback()
    engine.dispose()


def may(connection, statement):
    """Whether the database lets a statement pass; nothing of it stays. It is the table itself that refuses it."""
    inner, said = connection.begin_nested(), ""
    try:
        connection.exec_driver_sql(statement)
    except sa.exc.DBAPIError as error:
        said = str(error)
    inner.rollback()
    refusing = re.search(r"(\w+) is append-only|bytes of a (\w+) are kept", said)
    assert not said or statement.split()[KINDS[statement.split()[0]]] == (refusing[1] or refusing[2]), statement
    return not said


def test_names_that_were_guessed_before_they_were_digests_go(new_database_url):
    migrate(new_database_url, "0051")
    engine = sa.create_engine(new_database_url)
    with engine.begin() as connection:
        guessed = {"login": "my own password", "place": "address ::1", "failures": 1, "last_at": VALUES[sa.DateTime]}
        connection.execute(sa.insert(DbSignIn).values(**guessed))
    migrate(new_database_url)
    with engine.begin() as connection:
        assert connection.execute(sa.select(DbSignIn.login)).all() == []
    engine.dispose()


def test_of_what_is_kept_nothing_is_changed_or_deleted(kept):
    for name, free in KEPT.items():
        columns = [column.name for column in Base.metadata.tables[name].columns]
        changing = [each for each in columns if may(kept, f'UPDATE {name} SET "{each}" = "{each}"')]
        assert sorted(changing) == free.split(), name
        assert not may(kept, f"DELETE FROM {name}"), name
        if kept.dialect.name == "sqlite":
            assert not may(kept, f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}"), name
        else:
            assert not may(kept, f"TRUNCATE {name} CASCADE"), name
    for name, column in OTHERS.items():
        assert may(kept, f"UPDATE {name} SET {column} = 'y'"), name
