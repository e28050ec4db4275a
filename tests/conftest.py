"""Databases for tests: copied from one migrated template, SQLite and PostgreSQL alike."""

import gc
import os
import shutil
import sqlite3
import tempfile
import time
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
import statements
from cluster import MISSING, Cluster, find_binaries, find_memory
from hypothesis import HealthCheck, settings

from engine.clock import SetClock
from engine.database import Database
from engine.runtime import make_runtime
from processes.migrations import migrate

START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
"""Monday, nine o'clock in Shanghai."""

# how long an example takes is the machine's affair: no test is timed
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_configure():
    statements.share()
    gc.set_threshold(100_000, 50, 50)  # parsed drawings are many objects; looking for garbage was a tenth of the time
    memory = find_memory()
    if memory is not None:  # databases are copied and flushed thousands of times, none outlives its test
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
        tempfile.tempdir = str(memory)
    if os.environ.get("KESU_REQUIRE_POSTGRESQL") == "1" and find_binaries() is None:
        raise pytest.UsageError(MISSING)


def pytest_collection_modifyitems(config, items):
    """Mark what needs PostgreSQL; where there is none, leave it out; the summary then says so in one loud line.

    Files that say how long they take begin first, so that no worker is left alone with one of them at the end.
    """
    items.sort(key=seconds, reverse=True)
    leave_out(config, items, [item for item in items if needs_postgresql(item) and asks_the_same(item)])
    needing = [item for item in items if needs_postgresql(item)]
    for item in needing:
        item.add_marker("postgresql")
    if not needing or find_binaries() is not None:
        return
    leave_out(config, items, needing)


def leave_out(config, items, unwanted):
    config.hook.pytest_deselected(items=unwanted)
    items[:] = [item for item in items if item not in set(unwanted)]


def asks_the_same(item):
    """Whether another test of the file asks PostgreSQL what this one would."""
    return item.get_closest_marker("one_database") and not item.get_closest_marker("both_databases")


def seconds(item):
    """What the item's file takes, about, where it is long enough to say so; the order of all others stays."""
    said = item.get_closest_marker("seconds")
    return said.args[0] if said else 0


def needs_postgresql(item):
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    named = any("postgresql" in value for value in parameters.values() if isinstance(value, str | tuple))
    return named or "postgresql_url" in item.fixturenames


def pytest_terminal_summary(terminalreporter):
    """What tests want to be read, whichever worker ran them: they record it as the property `told`."""
    for report in terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", []):
        for name, line in getattr(report, "user_properties", ()):
            if name == "told" and report.when == "call":
                terminalreporter.write_line(line)
    if find_binaries() is None:
        terminalreporter.write_line(f"!!! {MISSING} !!!", red=True, bold=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "kesu.db"
    migrate(f"sqlite:///{path}")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture(scope="session")
def postgresql_cluster():
    cluster = Cluster(find_binaries())
    try:
        cluster.create_template(migrate)
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path):
    path = tmp_path / "kesu.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def installed_template(sqlite_template, tmp_path_factory):
    """A file with the shipped procedures and nobody in it, as a command leaves it that is the first one."""
    import shipped

    from processes.settings import Settings
    from web.compose import compose

    path = tmp_path_factory.mktemp("installed") / "kesu.db"
    shutil.copy(sqlite_template, path)
    kesu = compose(Settings(), f"sqlite:///{path}", secret=b"s" * 32)
    shipped.put(kesu.database)
    kesu.database.close()
    return path


@pytest.fixture
def installed_url(installed_template, tmp_path):
    """For commands: to deploy what is shipped once more is not what they are about."""
    path = tmp_path / "kesu.db"
    shutil.copy(installed_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_cluster):
    url = postgresql_cluster.create_database()
    yield url
    postgresql_cluster.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    """The address of a migrated, empty database; the test runs once on each kind."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request, tmp_path):
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.db'}"
    url = request.getfixturevalue("postgresql_url")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    return url


@pytest.fixture
def checked_once(monkeypatch):
    """What one test has deployed is not checked again when another deploys the same beside the same."""
    import shipped

    shipped.check_once(monkeypatch)


@pytest.fixture
def clock():
    return SetClock(START)


@pytest.fixture
def open_database(database_url):
    """Opens the test's database with a runtime; closed when the test ends."""
    opened = []

    def open_with(runtime):
        opened.append(Database(database_url, runtime))
        return opened[-1]

    yield open_with
    for database in opened:
        database.close()


@pytest.fixture
def database(open_database, clock):
    """The test's database with an otherwise empty runtime on the test's clock."""
    return open_database(make_runtime(clock=clock))


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/New_York"])
def machine_zone(request, monkeypatch):
    """The zone that the machine is set to, which is nobody's business but its own."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()
