"""The database: what is written in one transaction stays or goes as a whole."""

import re
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engine.database import Database, alive
from engine.errors import Busy, DatabaseAway, DatabaseReadOnly
from engine.kinds import Origin
from engine.runtime import make_runtime
from engine.store import base, definitions, schema
from processes.migrations import migrate

ROOT = Path(__file__).parents[3]


def deployment(**values):
    return {
        "name": "n",
        "digest": "d",
        "deployed_at": datetime(2026, 1, 1, tzinfo=UTC),
        "deployed_by": "me",
        "version": 1,
        "origin": Origin.OWN,
        "reason": "",
        "is_current": True,
        "processes": {},
        "decisions": {},
    } | values


def instance(session):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    session.add(definitions.DbDeployment(**deployment()))
    session.flush()
    definition = definitions.DbProcessDefinition(
        deployment_id=1, key="k", version=1, name="", file="", startable=True, digest="d", is_current=True
    )
    session.add(definition)
    session.flush()
    row = schema.DbInstance(
        definition_id=definition.id, status="running", state=b"", revision=1, started_at=now, started_by="me"
    )
    session.add(row)
    session.flush()
    return row.id


@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_the_chain_of_migrations_makes_the_tables_of_the_schema(database):
    import processes.schema  # noqa: F401 its tables hang on the same metadata

    with database.engine.connect() as connection:

        def ours(thing, name, kind, reflected, _ours):
            others = "procrastinate" in str(name) or str(name).startswith("case_gram")
            elsewhere = (
                kind == "index" and thing.info.get(base.ONLY, connection.dialect.name) != connection.dialect.name
            )
            return not (elsewhere or (reflected and kind in ("table", "index") and others))

        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": ours})
        assert compare_metadata(context, base.Base.metadata) == []


def test_migrating_again_changes_nothing(database, database_url):
    migrate(database_url)
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(definitions.DbDeployment)) == 0


def test_of_a_trial_nothing_stays(database):
    told = []
    with database.trial() as session:
        session.execute(sa.insert(definitions.DbDeployment), [deployment()])
        session.after_commit.append(lambda: told.append("done"))
        session.audiences["a"] = 1
        assert session.scalar(sa.select(sa.func.count()).select_from(definitions.DbDeployment)) == 1
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(definitions.DbDeployment)) == 0
    assert told == []
    assert "a" not in database.runtime.audiences


def test_an_error_undoes_everything(database):
    def fail():
        with database.transaction() as session:
            session.execute(sa.insert(definitions.DbDeployment), [deployment()])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.reading() as session:
        assert session.scalars(sa.select(definitions.DbDeployment)).all() == []


def test_a_reading_session_cannot_write(database):
    with pytest.raises(sa.exc.DBAPIError, match=r"read-?only"), database.reading() as session:
        session.execute(sa.insert(definitions.DbDeployment), [deployment()])
    with database.transaction() as session:
        session.execute(sa.insert(definitions.DbDeployment), [deployment()])


def test_a_reading_session_sees_one_state(database):
    count = sa.select(sa.func.count()).select_from(definitions.DbDeployment)
    with database.reading() as session:
        assert session.scalar(count) == 0
        with database.transaction() as other:
            other.execute(sa.insert(definitions.DbDeployment), [deployment()])
        assert session.scalar(count) == 0
    with database.reading() as session:
        assert session.scalar(count) == 1


def test_callbacks_run_after_the_commit_only(database):
    told = []
    with database.transaction() as session:
        session.execute(sa.insert(definitions.DbDeployment), [deployment()])
        session.after_commit.append(lambda: told.append(1))
        session.after_commit.append(lambda: 1 / 0)
        session.after_commit.append(lambda: told.append(2))
        assert told == []
    assert told == [1, 2]

    def fail():
        with database.transaction() as session:
            session.after_commit.append(lambda: told.append(3))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert told == [1, 2]


def test_times_come_back_aware_and_in_utc(database):
    shanghai = datetime(2026, 3, 1, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    with database.transaction() as session:
        session.execute(sa.insert(definitions.DbDeployment), [deployment(deployed_at=shanghai)])
    with database.reading() as session:
        found = session.scalar(sa.select(definitions.DbDeployment.deployed_at))
        assert (found, found.utcoffset()) == (shanghai, timedelta(0))
    with pytest.raises(sa.exc.StatementError, match="naive"), database.transaction() as session:
        session.execute(sa.insert(definitions.DbDeployment), [deployment(deployed_at=datetime(2026, 1, 1))])  # noqa: DTZ001


@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_history_and_submissions_cannot_be_changed(database, statement):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with database.transaction() as session:
        number = instance(session)
        session.execute(
            sa.insert(schema.DbEvent), [{"instance_id": number, "at": now, "kind": "k", "actor": "a", "data": {}}]
        )
        session.execute(
            sa.insert(schema.DbSubmission),
            [{"instance_id": number, "element": "e", "answers": {"name": "Li"}, "by": "a", "at": now}],
        )
    for table, column in (("event", "actor"), ("submission", "by")):
        sql = statement.format(table, f'"{column}"', "'x'")
        with pytest.raises(sa.exc.DBAPIError, match=f"{table} is append-only"), database.transaction() as session:
            session.execute(sa.text(sql))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("how", ["INSERT OR REPLACE", "REPLACE"])
def test_on_none_of_our_connections_history_is_replaced(database, how):
    """Without a pragma of the connection SQLite deletes what is replaced past the triggers."""
    with database.transaction() as session:
        told = {"instance_id": instance(session), "at": datetime(2026, 1, 1, tzinfo=UTC), "kind": "k", "actor": "a"}
        session.execute(sa.insert(schema.DbEvent), [{**told, "data": {}}])
    with pytest.raises(sa.exc.DBAPIError, match="event is append-only"), database.transaction() as session:
        session.execute(sa.text(f"{how} INTO event SELECT * FROM event"))


def test_an_error_of_the_database_tells_the_statement_and_none_of_its_values(database):
    words = sa.text("INSERT INTO event (id, actor) VALUES (1, :who)"), {"who": "Zhao Tiezhu"}
    with pytest.raises(sa.exc.DBAPIError, match="INSERT INTO event") as refused, database.transaction() as session:
        session.execute(*words)
    assert "[SQL parameters hidden" in str(refused.value)
    assert "[parameters:" not in str(refused.value)


def test_a_lock_that_cannot_be_had_is_a_clear_error(database, monkeypatch):
    with database.transaction() as session:
        number = instance(session)
    short = (
        "SET LOCAL lock_timeout = '50ms'"
        if database.engine.dialect.name == "postgresql"
        else "PRAGMA busy_timeout = 50"
    )
    holds, release = threading.Event(), threading.Event()
    lock = sa.select(schema.DbInstance.id).where(schema.DbInstance.id == number).with_for_update()

    def hold():
        with database.transaction() as session:
            session.execute(lock)
            holds.set()
            release.wait(10)

    other = Database(database.url.render_as_string(hide_password=False), database.runtime)  # as in another process
    if database.engine.dialect.name == "sqlite":
        sa.event.listen(other.engine, "connect", lambda connection, _: connection.execute(short))

    def wait():
        with other.transaction() as session:
            if database.engine.dialect.name == "postgresql":
                session.execute(sa.text(short))
            session.execute(lock)

    thread = threading.Thread(target=hold)
    thread.start()
    holds.wait(10)
    try:
        with pytest.raises(Busy):
            wait()
    finally:
        release.set()
        thread.join()
        other.close()


def test_whose_commit_is_refused_holds_nothing_and_its_connection_begins_no_other(database):
    later = "CREATE TABLE later (name VARCHAR REFERENCES lease (name) DEFERRABLE INITIALLY DEFERRED)"
    with database.transaction() as session:
        session.connection().exec_driver_sql(later)
    for _ in range(3):
        with pytest.raises(sa.exc.IntegrityError), database.transaction() as session:
            session.connection().exec_driver_sql("INSERT INTO later VALUES ('nobody')")
    others = [threading.Thread(target=database.check), threading.Thread(target=_count_later, args=(database,))]
    for each in others:
        each.start()
    assert _count_later(database) == 0
    for each in others:
        each.join()


def _count_later(database):
    with database.transaction() as session:
        return session.connection().exec_driver_sql("SELECT count(*) FROM later").scalar()


def test_only_one_place_commits():
    """Beside it stands what a session does when it is told to."""
    found = [
        str(path.relative_to(ROOT))
        for package in ("engine", "forms", "processes", "web")
        for path in (ROOT / package).rglob("*.py")
        if re.search(
            r"(?<!savepoint)(?<!super\(\))(?<!self\._opened)\.commit\(|isolation_level=.AUTOCOMMIT", path.read_text()
        )
    ]
    assert sorted(found) == ["engine/database.py", "processes/migrations/__init__.py"]


def test_a_server_that_only_reads_counts_as_away_for_who_wants_to_write(postgresql_cluster):
    url = postgresql_cluster.create_database()
    database = Database(url, make_runtime())
    try:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {database.url.database} SET default_transaction_read_only = on")
        database.close()
        with pytest.raises(DatabaseAway), database.transaction() as session:
            session.connection().exec_driver_sql("DELETE FROM lease")
        with pytest.raises(sa.exc.DBAPIError, match="read-only"), database.reading() as session:
            session.connection().exec_driver_sql("DELETE FROM lease")  # a mistake of ours, wherever it is made
        with pytest.raises(DatabaseReadOnly):
            database.check()
        with database.engine.connect() as connection:
            connection.exec_driver_sql("SET default_transaction_read_only = off")
            connection.commit()
            connection.exec_driver_sql(f"ALTER DATABASE {database.url.database} RESET default_transaction_read_only")
            connection.commit()
        with database.transaction() as session:
            session.connection().exec_driver_sql("DELETE FROM lease")
    finally:
        database.close()
        postgresql_cluster.drop_database(url)


def test_a_connection_that_was_made_while_the_file_could_only_be_read_is_not_used_again(sqlite_url):
    database, first = Database(sqlite_url, make_runtime()), [f"file:{sqlite_url.removeprefix('sqlite:///')}?mode=ro"]

    @sa.event.listens_for(database.engine, "do_connect")
    def connect(_dialect, _record, _arguments, options):
        if first:
            return sqlite3.connect(first.pop(), uri=True, **options)
        return None

    def write():
        with database.transaction() as session:
            session.connection().exec_driver_sql("DELETE FROM lease")

    with pytest.raises(DatabaseReadOnly):
        write()
    write()
    with pytest.raises(sa.exc.DBAPIError, match="readonly"), database.reading() as session:
        session.connection().exec_driver_sql("DELETE FROM lease")
    database.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_makes_do_without_what_a_lost_connection_did_not_find_is_told_that_it_is_away(database):
    def lose(session, *following):
        with pytest.raises(DatabaseAway):
            session.connection().exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        for each in following:
            session.connection().exec_driver_sql(each)

    with database.reading() as session:
        lose(session)  # all that was to be read had been
    with pytest.raises(DatabaseAway), database.reading() as session:
        lose(session, "SELECT 1")
    with pytest.raises(DatabaseAway), database.transaction() as session:
        lose(session)
    database.check()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_statement_that_takes_longer_than_the_server_lets_it_is_over_in_a_while(database):
    def wait():
        with database.transaction() as session:
            session.connection().exec_driver_sql("SET LOCAL statement_timeout = '1ms'")
            session.connection().exec_driver_sql("SELECT pg_sleep(10)")

    with pytest.raises(DatabaseAway):
        wait()
    database.check()


def test_the_loss_of_the_other_end_is_noticed_as_its_address_says_or_within_half_a_minute():
    assert alive(sa.make_url("postgresql+psycopg://kesu@db/kesu"))["tcp_user_timeout"] == 20_000
    assert "tcp_user_timeout" not in alive(sa.make_url("postgresql+psycopg://kesu@db/kesu?tcp_user_timeout=0"))
    assert "-c tcp_user_timeout=20000" in alive(sa.make_url("postgresql+psycopg://kesu@db/kesu"))["options"]


def test_options_of_the_server_in_an_address_are_kept_beside_those_of_the_engine(postgresql_url):
    url = sa.make_url(postgresql_url).update_query_dict({"options": "-c work_mem=5MB -c lock_timeout=3s"})
    database = Database(url.render_as_string(hide_password=False), make_runtime())
    with database.reading() as session:
        shown = [session.connection().exec_driver_sql(f"SHOW {name}").scalar() for name in ("work_mem", "lock_timeout")]
        shown.append(session.connection().exec_driver_sql("SHOW jit").scalar())
    database.close()
    assert shown == ["5MB", "3s", "off"]


def test_a_new_file_has_small_pages_and_one_that_is_there_keeps_its_own(tmp_path):
    def size(path):
        with sqlite3.connect(path) as plain:
            return plain.execute("PRAGMA page_size").fetchone()[0]

    new, older = tmp_path / "new.sqlite3", tmp_path / "older.sqlite3"
    with sqlite3.connect(older) as plain:
        plain.execute("PRAGMA page_size = 4096")
        plain.execute("CREATE TABLE something (id integer)")
    for path in new, older:
        migrate(f"sqlite:///{path}")
    assert (size(new), size(older)) == (2048, 4096)
