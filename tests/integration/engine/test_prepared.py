"""Statements that are worked out once write and read what SQLAlchemy's own do."""

import threading
from contextlib import nullcontext
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import psycopg
import pytest
import sqlalchemy as sa
from counting import counting
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError

from engine.errors import DatabaseAway
from engine.kinds import JobKind, JobStatus
from engine.store.gathered import ALIKE, Gathered
from engine.store.prepared import Prepared
from engine.store.schema import DbJob

MANY = 1003
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


@pytest.mark.parametrize("listens", [True, False])
def test_any_number_of_rows_is_written_in_their_order_whoever_listens(database, listens):
    rows = [JOB | {"topic": f"{number:03}", "payload": {"at": number}} for number in range(MANY)]
    with database.transaction() as session:
        with counting(database) if listens else nullcontext():
            assert _ADD_SOME.run_each(session.connection(), rows) == len(rows)
            assert _ADD_SOME.run_each(session.connection(), rows[:2]) == 2
        found = session.scalars(sa.select(DbJob).order_by(DbJob.id)).all()
        assert [(each.topic, each.payload, each.due_at) for each in found] == [
            (row["topic"], row["payload"], AT.astimezone(UTC)) for row in [*rows, *rows[:2]]
        ]


def test_a_connection_is_used_on_after_an_error(database):
    with database.transaction() as session:
        with pytest.raises(IntegrityError), session.begin_nested():
            _ADD.rows(session.connection(), JOB | {"kind": None})
        assert len(_ADD.rows(session.connection(), JOB)) == 1


def test_what_a_statement_says_itself_needs_no_value(database):
    with database.transaction() as session:
        connection = session.connection()
        ((number,),) = _ADD.rows(connection, JOB)
        assert [_GIVE_UP.run(connection, {"number": number}) for _ in range(2)] == [1, 0]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_reads_forgets_no_statement_that_was_prepared(database, database_url):
    for _ in range(2):
        with database.reading() as session:
            _OF_TOPIC.rows(session.connection(), {"of": "a"})
            prepared = session.connection().exec_driver_sql("SELECT statement FROM pg_prepared_statements").scalars()
            known = [each for each in prepared if "job.payload" in each]
    assert len(known) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("kind", "left"), [(JobKind.SERVICE, 1), (None, 0)], ids=["by us", "by the database"])
def test_what_was_asked_once_stays_prepared_unless_it_is_refused(database, kind, left):
    error = Stale if kind else IntegrityError

    def ask_and_fail(session):
        _OF_TOPIC.rows(session.connection(), {"of": "a"})
        with session.begin_nested():
            session.connection().exec_driver_sql("SELECT 1")
            _ADD_SOME.run_each(session.connection(), [JOB | {"kind": kind}])
            raise Stale

    with database.transaction() as session, pytest.raises(error):
        ask_and_fail(session)
    assert _prepared(database) == left
    with pytest.raises(error), database.transaction() as session:
        ask_and_fail(session)
    assert _prepared(database) == left


def _prepared(database):
    """How many of our statements the writing connection has prepared; nothing was written."""
    with database.transaction() as session:
        prepared = session.connection().exec_driver_sql("SELECT statement FROM pg_prepared_statements").scalars().all()
        assert session.scalars(sa.select(DbJob.id)).all() == []
    return sum("SELECT job.kind, job.payload" in each for each in prepared)


def _often(database):
    """So that also what SQLAlchemy says is prepared; from then on libpq is asked for ours."""
    for number in range(7):
        with database.transaction() as session:
            _ADD_SOME.run_each(session.connection(), [JOB | {"topic": f"often {number}"}])
            _OF_TOPIC.rows(session.connection(), {"of": f"often {number}"})


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_is_prepared_reads_writes_fails_and_is_undone_like_all_else(database, monkeypatch):
    _often(database)
    with database.reading() as session:  # on a connection of its own
        _OF_TOPIC.rows(session.connection(), {"of": "none"})
    monkeypatch.setattr(psycopg.RawCursor, "execute", _unexpected)
    with database.reading() as session:
        assert [len(_OF_TOPIC.rows(session.connection(), {"of": f"often {number}"})) for number in range(7)] == [1] * 7
    monkeypatch.undo()
    with database.reading() as session:
        assert _OF_TOPIC.rows(session.connection(), {"of": "none"}) == []
        assert session.connection().exec_driver_sql("SHOW transaction_isolation").scalar() == "repeatable read"
    with pytest.raises(IntegrityError, match="null value"), database.transaction() as session:
        _ADD_SOME.run_each(session.connection(), [JOB | {"kind": None}])
    with pytest.raises(Stale), database.transaction() as session:
        _add_look_and_fail(session)
    with database.transaction() as session:
        assert _OF_TOPIC.rows(session.connection(), {"of": "undone"}) == []
        assert _ADD_SOME.run_each(session.connection(), [JOB | {"topic": "two"}] * 2) == 2
    _often(database)
    with database.reading() as session:
        assert len(_OF_TOPIC.rows(session.connection(), {"of": "two"})) == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_may_have_prepared_what_sqlalchemy_asks_before_it_is_asked_for_more(database):
    for _ in range(7):
        with database.transaction() as session:
            session.scalars(sa.select(DbJob.id)).all()
    with database.transaction() as session:
        assert _OF_TOPIC.rows(session.connection(), {"of": "none"}) == []


def _add_look_and_fail(session):
    _ADD_SOME.run_each(session.connection(), [JOB | {"topic": "undone"}])
    assert len(_OF_TOPIC.rows(session.connection(), {"of": "undone"})) == 1
    raise Stale


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_whoever_waits_for_a_lock_holds_up_no_other_thread(database):
    one, _ = _add_two(database)
    for _ in range(7):  # on two connections
        with database.transaction() as session, database.transaction() as beside:
            assert [_GIVE_UP.run(each.connection(), {"number": 0}) for each in (session, beside)] == [0, 0]
    changed = []

    def change():
        with database.transaction() as session:
            changed.append(_GIVE_UP.run(session.connection(), {"number": one}))

    other = threading.Thread(target=change)
    waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with database.transaction() as session:
        session.execute(sa.update(DbJob).where(DbJob.id == one).values(attempts=1))
        other.start()
        while other.is_alive() and not session.scalar(waits):
            pass
        assert other.is_alive()
    other.join()
    assert changed == [1]


def _unexpected(*_given):
    raise AssertionError


def _lose(session, url, at):
    if at != "begin":
        _OF_TOPIC.rows(session.connection(), {"of": "two"})
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(url.set(drivername="postgresql").render_as_string()) as other:
        other.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    if at != "commit":
        _OF_TOPIC.rows(session.connection(), {"of": "two"})


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_is_lost_is_said_to_be_so_by_what_was_prepared_too(database, database_url):
    _often(database)
    for at in ("begin", "statement", "commit"):
        _often(database)
        with pytest.raises(DatabaseAway), database.transaction() as session:
            _lose(session, make_url(str(database_url)), at)
        with database.reading() as session:
            assert _OF_TOPIC.rows(session.connection(), {"of": "two"}) == []


@pytest.mark.parametrize("listens", [True, False])
@pytest.mark.parametrize("many", [1, ALIKE, ALIKE + 1])
def test_what_is_gathered_is_written_when_it_is_sent(database, listens, many):
    with database.transaction() as session:
        connection = session.connection()
        numbers = [_ADD.rows(connection, JOB)[0][0] for _ in range(many)]
        with counting(database) if listens else nullcontext():
            written = Gathered(connection)
            written.add(_GIVE_UP, [{"number": number} for number in numbers], missing=Stale)
            written.add(
                _ADD_SOME, [JOB | {"topic": "50%", "payload": payload} for payload in (None, "a", [1.0], {"b": None})]
            )
            written.add(_ADD_SOME, [])
            assert len(session.scalars(sa.select(DbJob)).all()) == many
            written.send()
            written.send()
        session.expire_all()
        found = session.scalars(sa.select(DbJob).order_by(DbJob.id)).all()
        assert [each.status for each in found] == [JobStatus.FAILED] * many + [JobStatus.OPEN] * 4
        assert [each.payload for each in found[many:]] == [None, "a", [1.0], {"b": None}]
        assert {each.topic for each in found[many:]} == {"50%"}
        written.add(_GIVE_UP, [{"number": numbers[0]}], missing=Stale)
        written.add(_ADD_SOME, [JOB])
        with pytest.raises(Stale):
            written.send()


def test_postgresql_is_sent_what_is_gathered_as_one_statement(database, database_url):
    with database.transaction() as session, counting(database) as (statements, _):
        written = Gathered(session.connection())
        written.add(_ADD_SOME, [JOB, JOB])
        written.add(_GIVE_UP, [{"number": 1}])
        written.send()
    assert len(statements) == (2 if database_url.startswith("sqlite") else 1)


class Stale(Exception):
    """A row that was to be changed is not there."""


def test_what_a_session_gathers_is_there_for_whoever_asks_and_at_the_end(database):
    with database.transaction() as session:
        session.gathered.add(_ADD_SOME, [JOB | {"topic": "asked"}])
        assert session.scalars(sa.select(DbJob.topic)).all() == ["asked"]
        session.gathered.add(_ADD_SOME, [JOB | {"topic": "last"}])
    with database.reading() as session:
        assert session.scalars(sa.select(DbJob.topic).order_by(DbJob.id)).all() == ["asked", "last"]
    with pytest.raises(Stale), database.transaction() as session:
        _add_and_fail(session)
    with database.reading() as session:
        assert len(session.scalars(sa.select(DbJob.id)).all()) == 2


class Other(Exception):
    """Another one."""


@pytest.mark.parametrize("often", [1, 7])
def test_what_is_written_last_is_kept_only_where_all_of_it_is_there(database, often):
    """What it has seen often PostgreSQL is sent with the commit, and fails by itself where a row is missing."""
    for gone, error in (([0], Stale), ([1], Other), ([0, 1], Stale), ([], None)):
        for _ in range(often):
            numbers = _add_two(database)
            with database.transaction() as session:
                _give_up(session, numbers)
        numbers = [0 if place in gone else number for place, number in enumerate(_add_two(database))]
        with pytest.raises(error) if error else nullcontext(), database.transaction() as session:
            _give_up(session, numbers)
        with database.transaction() as session:
            found = session.scalars(sa.select(DbJob.status).order_by(DbJob.id)).all()
            session.execute(sa.delete(DbJob))
        ended = [JobStatus.FAILED, JobStatus.FAILED, JobStatus.OPEN, JobStatus.OPEN]
        assert found == ended * often + ([JobStatus.OPEN] * 2 if error else ended)


def _add_two(database):
    with database.transaction() as session:
        return [_ADD.rows(session.connection(), JOB)[0][0] for _ in range(2)]


def _give_up(session, numbers):
    session.gathered.add(_ADD_SOME, [JOB, JOB])
    for number, missing in zip(numbers, (Stale, Other), strict=True):
        session.gathered.add(_GIVE_UP, [{"number": number}], missing=missing)


def _add_and_fail(session):
    session.gathered.add(_ADD_SOME, [JOB])
    raise Stale


def test_what_was_gathered_before_a_savepoint_outlives_it_and_what_came_after_does_not(database):
    with database.transaction() as session:
        session.gathered.add(_ADD_SOME, [JOB | {"topic": "before"}])
        savepoint = session.begin_nested()
        session.gathered.add(_ADD_SOME, [JOB | {"topic": "undone"}])
        assert len(session.scalars(sa.select(DbJob.id)).all()) == 2
        session.gathered.add(_ADD_SOME, [JOB | {"topic": "not sent"}])
        session.drop()
        savepoint.rollback()
    with database.reading() as session:
        assert session.scalars(sa.select(DbJob.topic)).all() == ["before"]


def test_what_a_database_refuses_of_what_was_gathered_is_seen_in_a_trial_too(database):
    for begin in (database.transaction, database.trial):
        with pytest.raises(IntegrityError), begin() as session:
            session.gathered.add(_ADD_SOME, [JOB | {"kind": None}])
