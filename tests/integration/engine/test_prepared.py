"""Statements that are worked out once write and read what SQLAlchemy's own do."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import bindparam, insert, select, update

from engine.kinds import JobKind, JobStatus
from engine.store.prepared import Prepared
from engine.store.schema import DbJob

AT = datetime(2026, 9, 28, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
JOB = dict.fromkeys(column.name for column in DbJob.__table__.c if not column.primary_key) | {
    "kind": JobKind.SERVICE,
    "topic": "é'%s:x",
    "payload": {"a": [1.0, None]},
    "status": JobStatus.OPEN,
    "due_at": AT,
    "attempts": 0,
    "queue": "",
    "allowance": 0,
    "created_at": AT,
}
_ADD = Prepared(insert(DbJob).returning(DbJob.id))
_ADD_SOME = Prepared(insert(DbJob))
_OF_TOPIC = Prepared(
    select(DbJob.kind, DbJob.payload, DbJob.due_at).where(
        DbJob.topic == bindparam("of"), DbJob.status == JobStatus.OPEN
    )
)
_GIVE_UP = Prepared(
    update(DbJob).where(DbJob.id == bindparam("number"), DbJob.status == JobStatus.OPEN).values(status=JobStatus.FAILED)
)


def test_values_go_in_and_come_out_as_the_columns_want_them(database):
    with database.transaction() as session:
        connection = session.connection()
        ((number,),) = _ADD.rows(connection, JOB)
        _ADD_SOME.run_each(connection, [JOB | {"topic": "one"}, JOB | {"topic": "two"}])
        assert session.scalar(sa.select(sa.func.count()).select_from(DbJob)) == 3
        assert session.get_one(DbJob, number).payload == {"a": [1.0, None]}
        found = _OF_TOPIC.rows(connection, {"of": "é'%s:x"})
        assert found == [(JobKind.SERVICE, {"a": [1.0, None]}, AT.astimezone(UTC))]
        assert isinstance(found[0][0], JobKind)


def test_what_a_statement_says_itself_needs_no_value(database):
    with database.transaction() as session:
        connection = session.connection()
        ((number,),) = _ADD.rows(connection, JOB)
        assert [_GIVE_UP.run(connection, {"number": number}) for _ in range(2)] == [1, 0]
