"""What errors once said goes out of the history; the class of the error stays, and nothing else is touched."""

from datetime import UTC, datetime

import orjson
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from processes.migrations import migrate

AT = datetime(2026, 9, 28, 1, 30, tzinfo=UTC)
STATEMENT = "(sqlite3.IntegrityError) UNIQUE failed [SQL: INSERT INTO letter] [parameters: ('张伟',)]"


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'new.db'}"


def test_the_words_go_and_the_class_stays(url):
    migrate(url, "0022")
    engine = create_engine(url)
    said = [
        ("job_failed", {"job": 1, "message": STATEMENT}),
        ("incident", {"message": "the letter to 张伟 cannot be written"}),
        ("message", {"name": "M", "payload": {"message": "stays"}}),
    ]
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO event (id, instance_id, at, kind, actor, data)"
                " VALUES (:id, 1, :at, :kind, 'system', :data)"
            ),
            [
                {"id": number, "at": AT.isoformat(), "kind": kind, "data": orjson.dumps(data).decode()}
                for number, (kind, data) in enumerate(said, 1)
            ],
        )
    migrate(url)
    with engine.begin() as connection:
        found = [orjson.loads(data) for (data,) in connection.execute(text("SELECT data FROM event ORDER BY id"))]
    assert found == [{"job": 1, "message": "IntegrityError"}, {"message": "it failed"}, said[2][1]]
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text("UPDATE event SET actor = 'x'"))
    engine.dispose()
