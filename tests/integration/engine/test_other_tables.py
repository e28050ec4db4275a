"""Tables that another version has changed under a process: whatever they refuse is over by itself, and no mistake."""

from datetime import timedelta

import pytest
from core_bpmn import boundary, bpmn, end, path, service, start, timer, user
from engine_world import table
from sqlalchemy.exc import DBAPIError

from engine.errors import TablesChanged
from engine.work import leases

MAIL = bpmn(start(), service("s", topic="mail"), end(), path("start", "s", "end"))
LATE = bpmn(
    start(), user("u"), boundary("t", "u", timer("PT1H")), end(), end("late"),
    path("start", "u", "end"), path("t", "late"),
)  # fmt: skip
REFUSED = (
    "SELECT nothing_there FROM instance",
    "DELETE FROM nothing_there",
    "INSERT INTO lease (nothing_there) VALUES ('x')",
    "INSERT INTO lease (name) VALUES ('x')",  # others have to be filled
)


class Upgrade:
    """Another version comes to the tables, in which a column has another name, and goes again."""

    def __init__(self, database):
        self.database, self.known = database, True
        database.expect(lambda _connection: self.known)

    def begin(self):
        self.rename("actor", "actor_now", known=False)

    def undo(self):
        self.rename("actor_now", "actor", known=True)

    def rename(self, old, new, *, known):
        with self.database.transaction() as session:
            session.connection().exec_driver_sql(f"ALTER TABLE event RENAME COLUMN {old} TO {new}")
        self.known = known


@pytest.fixture
def upgrade(world):
    return Upgrade(world.database)


def run(database, statement):
    with database.transaction() as session:
        session.connection().exec_driver_sql(statement)


def jobs(world):
    return [(row.status, row.attempts) for row in table(world, "job")]


@pytest.mark.parametrize("statement", REFUSED)
def test_what_they_refuse_is_our_mistake_unless_another_version_has_changed_them(world, upgrade, statement):
    with pytest.raises(DBAPIError):
        run(world.database, statement)
    assert not world.database.watch.changed
    upgrade.known = False
    with pytest.raises(TablesChanged):
        run(world.database, statement)
    assert world.database.watch.changed
    with pytest.raises(TablesChanged):
        world.database.check()


def test_that_it_cannot_be_asked_which_form_they_have_hides_no_mistake(world):
    world.database.expect(lambda connection: connection.exec_driver_sql("SELECT nothing_there FROM instance"))
    with pytest.raises(DBAPIError, match="no_such_table"):
        run(world.database, "DELETE FROM no_such_table")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_plan_that_was_prepared_for_the_form_of_before_is_no_mistake(world, upgrade):
    def look():
        with world.database.reading() as session:
            return session.connection().exec_driver_sql("SELECT * FROM lease").all()

    for _ in range(7):  # then the driver has prepared it
        look()
    run(world.database, "ALTER TABLE lease ADD COLUMN beside INTEGER")
    upgrade.known = False
    with pytest.raises(TablesChanged):
        look()


def test_a_timer_that_cannot_be_written_is_no_failure_and_fires_in_the_tables_that_are_known(world, upgrade):
    world.deploy(LATE)
    number = world.start()
    upgrade.begin()
    world.clock.advance(timedelta(hours=2))
    world.work()
    assert jobs(world) == [("open", 0)]
    assert table(world, "incident") == []
    upgrade.undo()
    world.work()
    assert (world.status(number), world.events(number, "job_failed")) == ("completed", [])


def test_a_letter_whose_result_cannot_be_written_is_left_at_once_and_no_failure(world, upgrade):
    keys = []

    @world.services.task("mail", outside=True)
    def send(call):
        keys.append(call.idempotency_key)
        if len(keys) == 1:
            upgrade.begin()

    world.deploy(MAIL)
    number = world.start()
    world.work()
    assert (jobs(world), table(world, "incident")) == ([("open", 0)], [])
    upgrade.undo()
    world.do(leases.release_all)
    world.work()
    assert (world.status(number), world.events(number, "job_failed")) == ("completed", [])
    assert len(keys) == 2
    assert len(set(keys)) == 1
