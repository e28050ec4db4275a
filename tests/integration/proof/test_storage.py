"""What happens to the files: a disk that is full, back-ups taken while cases move, a page that is damaged, a migration that dies."""

import os
import signal
import sqlite3
import subprocess
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from cluster import find_binaries
from consistency import check
from core_bpmn import boundary, bpmn, end, path, service, start, timer, user
from moments import Moments

from engine.clock import SetClock
from engine.database import Database
from engine.deploy import deployments
from engine.errors import DatabaseAway, DatabaseLost
from engine.run import instances
from engine.runtime import make_runtime
from engine.services import Services
from engine.values import SYSTEM
from engine.work.dispatch import work_once
from processes.migrations import migrate, revision_of

pytestmark = pytest.mark.seconds(12)

OLD = "0020"
"""A revision from which there is some way to go."""
DIAGRAM = bpmn(
    start(), user("u"), boundary("t", "u", timer("PT1H")), end(), service("s", topic="mail"), end("late"),
    path("start", "u", "end"), path("t", "s", "late"),
)  # fmt: skip


def runtime(clock):
    services = Services()
    services.task("mail", outside=True)(lambda call: None)
    return make_runtime(clock=clock, services=services)


def deployed(database):
    with database.transaction() as session:
        deployments.deploy(session, "storage", {"p.bpmn": DIAGRAM}, by=SYSTEM)
    return database


def begin(database, count=1, **variables):
    for _ in range(count):
        with database.transaction() as session:
            instances.start(session, "p", by=SYSTEM, variables=variables)


def go_on(database):
    """Let every timer fire and every letter go; all is done then."""
    database.runtime.clock.advance(timedelta(hours=2))
    work_once(database)
    check(database)
    with database.reading() as session:
        return session.connection().exec_driver_sql("SELECT status, count(*) FROM instance GROUP BY status").all()


def test_a_full_disk_is_a_database_that_is_away_and_what_was_kept_goes_on_when_there_is_room(sqlite_url, clock):
    database = deployed(Database(sqlite_url, runtime(clock)))
    begin(database, 3)
    room = {"pages": None}

    @sa.event.listens_for(database.engine, "begin")
    def limit(connection):
        if room["pages"]:
            connection.connection.dbapi_connection.execute(f"PRAGMA max_page_count = {room['pages']}")

    with database.reading() as session:
        room["pages"] = session.connection().exec_driver_sql("PRAGMA page_count").scalar() + 2
    with pytest.raises(DatabaseAway):
        begin(database, 50, text="x" * 5000)
    kept = check(database)
    room["pages"] = 1_000_000
    begin(database)
    assert go_on(database) == [("completed", kept + 1)]
    database.close()


def test_a_back_up_that_is_taken_while_cases_move_is_of_one_piece_and_goes_on(sqlite_url, clock, tmp_path):
    database = deployed(Database(sqlite_url, runtime(clock)))
    begin(database, 5)
    told = []
    source, target = (sqlite3.connect(each) for each in (database.url.database, tmp_path / "copy.db"))

    def move(*_):
        if len(told) < 3:
            told.append(begin(database))

    source.backup(target, pages=20, progress=move)
    for each in (source, target):
        each.close()
    restored = Database(f"sqlite:///{tmp_path / 'copy.db'}", runtime(SetClock(clock.now())))
    count = check(restored)
    assert len(told) == 3
    assert 5 <= count <= 8
    assert go_on(restored) == [("completed", count)]
    assert go_on(database) == [("completed", 8)]
    for each in (restored, database):
        each.close()


def test_a_dump_that_is_taken_while_cases_move_is_of_one_piece_and_goes_on(
    postgresql_cluster, postgresql_url, clock, tmp_path
):
    database = deployed(Database(postgresql_url, runtime(clock)))
    begin(database, 5)
    dump = tmp_path / "kesu.dump"
    binaries, folder = find_binaries(), str(postgresql_cluster.folder)
    with database.transaction() as session:  # not kept before the dump is taken: it must not be in it
        instances.start(session, "p", by=SYSTEM)
        source = [binaries / "pg_dump", "--format=custom", f"--file={dump}", "-h", folder, "-U", "kesu"]
        subprocess.run([*source, database.url.database], check=True, capture_output=True, timeout=60)
    postgresql_cluster.admin.execute("CREATE DATABASE restored")
    url = postgresql_cluster.url("restored")
    try:
        target = [binaries / "pg_restore", "--dbname=restored", "-h", folder, "-U", "kesu", dump]
        subprocess.run(target, check=True, capture_output=True, timeout=60)
        restored = Database(url, runtime(SetClock(clock.now())))
        assert check(restored) == 5
        begin(restored)
        assert [tuple(row) for row in go_on(restored)] == [("completed", 6)]
        restored.close()
    finally:
        database.close()
        postgresql_cluster.drop_database(url)


def test_a_damaged_page_of_postgresql_is_noticed_and_the_database_counts_as_lost(postgresql_cluster, clock):
    admin = postgresql_cluster.admin
    admin.execute("CREATE DATABASE damaged TEMPLATE template_kesu STRATEGY file_copy")  # past the server's memory
    url = postgresql_cluster.url("damaged")
    database = Database(url, runtime(clock))
    try:
        with database.reading() as session:
            where = session.scalar(sa.text("SELECT pg_relation_filepath('alembic_version')"))
        database.close()
        with (postgresql_cluster.folder / "data" / where).open("r+b") as file:
            file.write(b"\x55" * 8192)
        database.check()
        with pytest.raises(DatabaseLost, match="it is damaged, PostgreSQL says XX00"), database.reading() as session:
            session.execute(sa.text("SELECT * FROM alembic_version"))
        assert database.watch.find_loss() is not None
        with pytest.raises(DatabaseLost):
            database.check()
    finally:
        database.close()
        postgresql_cluster.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    cluster = request.getfixturevalue("postgresql_cluster")
    cluster.admin.execute("CREATE DATABASE interrupted")
    yield cluster.url("interrupted")
    cluster.drop_database(cluster.url("interrupted"))


@pytest.mark.parametrize("moment", [("statement", 40), ("before commit", 1)])
def test_a_migration_that_is_killed_leaves_the_tables_as_they_were_and_is_done_again(empty_url, moment):
    migrate(empty_url, OLD)
    child = os.fork()
    if not child:
        moments = Moments(*moment)
        sa.event.listen(sa.Engine, "before_cursor_execute", lambda *_: moments("statement"))
        sa.event.listen(sa.Engine, "commit", lambda *_: moments("before commit"))
        migrate(empty_url)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert revision(empty_url) == OLD
    migrate(empty_url)
    assert revision(empty_url) > OLD


def test_a_migration_has_no_deadlock_with_whoever_reads_in_another_order(postgresql_cluster):
    postgresql_cluster.admin.execute("CREATE DATABASE in_use")
    url = postgresql_cluster.url("in_use")
    migrate(url, "0046")  # 0047 takes the entries of cases, 0049 the tasks
    engine = sa.create_engine(url)
    migrating = threading.Thread(target=migrate, args=(url,))
    waiting = "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE datname = 'in_use' AND NOT granted"
    try:
        with engine.connect() as somebody:
            somebody.exec_driver_sql("SELECT * FROM task")
            migrating.start()
            while not postgresql_cluster.admin.execute(waiting).fetchone()[0]:
                assert migrating.is_alive()
            assert somebody.exec_driver_sql("SELECT * FROM case_entry").all() == []
        migrating.join(60)
        assert revision(url) > "0046"
    finally:
        engine.dispose()
        postgresql_cluster.drop_database(url)


def revision(url):
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = revision_of(connection)
    engine.dispose()
    return found
