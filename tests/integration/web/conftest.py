import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
import story
from hall import Hall
from sqlalchemy import make_url

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "core"))


@pytest.fixture(scope="session")
def sqlite_hall(sqlite_template, tmp_path_factory):
    """A file with procedures and people, and what was parsed of the procedures."""
    path = tmp_path_factory.mktemp("hall") / "kesu.db"
    shutil.copy(sqlite_template, path)
    hall = Hall(f"sqlite:///{path}")
    hall.close()
    return path, hall.kesu.runtime.deployments


@pytest.fixture(scope="session")
def postgresql_hall(postgresql_cluster):
    """The same as a database of the cluster, by its name."""
    url = postgresql_cluster.create_database()
    hall = Hall(url)
    hall.close()
    return make_url(url).database, hall.kesu.runtime.deployments


@pytest.fixture
def sqlite_ground(sqlite_hall, tmp_path):
    def copy():
        template, parsed = sqlite_hall
        path = tmp_path / f"hall{len(list(tmp_path.glob('hall*.db')))}.db"
        shutil.copy(template, path)
        return f"sqlite:///{path}", parsed

    return copy


@pytest.fixture
def postgresql_ground(postgresql_hall, postgresql_cluster):
    copies = []

    def copy():
        template, parsed = postgresql_hall
        copies.append(postgresql_cluster.create_database(template))
        return copies[-1], parsed

    yield copy
    for url in copies:
        postgresql_cluster.drop_database(url)


def pytest_generate_tests(metafunc):
    """Most tests of pages ask the same statements: those that ask others, or fail with them, do it on both kinds."""
    if "new_ground" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("both_databases")
        metafunc.parametrize("new_ground", ["sqlite", "postgresql"] if both else ["sqlite"], indirect=True)


@pytest.fixture
def new_ground(request):
    """Gives the address of a database with procedures and people, and what was parsed of them."""
    return request.getfixturevalue(f"{request.param}_ground")


@pytest.fixture
def make_hall(new_ground):
    opened = []

    def make(start="2026-09-28T09:30", kind=Hall, **options):
        url, parsed = new_ground()
        hall = kind(url, start, deployments=parsed, **options)
        opened.append(hall)
        return hall

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def hall(make_hall):
    """People and procedures, no case yet."""
    return make_hall()


@pytest.fixture(scope="session")
def kept_plays():
    """What was played on SQLite, by play and start: the file, when it was over, what the hall knows of it, the result.

    With it what was parsed meanwhile.
    """
    return {}


@pytest.fixture
def make_played(make_hall, kept_plays, tmp_path_factory):
    """A hall in which something was played, and what the play gave back; on SQLite it is played once a run."""

    def played(play, start="2026-09-28T09:30", kind=Hall):
        hall = make_hall(start, kind)
        own, kept = set(vars(hall)), kept_plays.get((play, start))
        file = hall.database.url.database if hall.database.engine.dialect.name == "sqlite" else None
        if file and kept:
            hall.database.close()
            shutil.copy(kept[0], file)
            hall.clock.set(kept[1])
            vars(hall).update(kept[2])
            hall.kesu.office.mail.messages.update(kept[3])
            hall.kesu.runtime.deployments.update(kept[5])
            return hall, kept[4]
        result = play(hall)
        if file:
            copy = tmp_path_factory.mktemp("played") / "kesu.db"
            with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
            known = {name: value for name, value in vars(hall).items() if name not in own}
            messages, parsed = dict(hall.kesu.office.mail.messages), dict(hall.kesu.runtime.deployments)
            kept_plays[play, start] = copy, hall.clock.now(), known, messages, result, parsed
        return hall, result

    return played


@pytest.fixture
def disputed(make_played):
    """The flagship case, up to the third review, and its number."""
    return make_played(story.dispute)
