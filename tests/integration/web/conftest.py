import shutil

import pytest
import story
from hall import Hall


@pytest.fixture(scope="session")
def hall_template(sqlite_template, tmp_path_factory):
    """A database with procedures and people, and what was parsed of the procedures."""
    path = tmp_path_factory.mktemp("hall") / "kesu.db"
    shutil.copy(sqlite_template, path)
    hall = Hall(f"sqlite:///{path}")
    hall.database.close()
    return path, hall.kesu.runtime.deployments


@pytest.fixture
def make_hall(hall_template, tmp_path):
    opened = []

    def make(start="2026-09-28T09:30"):
        template, parsed = hall_template
        path = tmp_path / f"hall{len(opened)}.db"
        shutil.copy(template, path)
        hall = Hall(f"sqlite:///{path}", start, deployments=parsed)
        opened.append(hall.database)
        return hall

    yield make
    for database in opened:
        database.close()


@pytest.fixture
def hall(make_hall):
    """People and procedures, no case yet."""
    return make_hall()


@pytest.fixture
def disputed(hall):
    """The flagship case, up to the third review, and its number."""
    return hall, story.dispute(hall)
