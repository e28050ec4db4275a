"""The dispatcher of this process: it wakes by itself, keeps order, and there is only one of it on an SQLite file."""

import threading
from datetime import timedelta

import pytest
from apscheduler.schedulers.base import STATE_PAUSED
from at_once import wait_until
from core_bpmn import boundary, bpmn, end, flow, path, service, start, timer, user
from engine_world import ROOT
from sqlalchemy import update

from engine.errors import AnotherProcessRuns
from engine.look import pending
from engine.run import instances
from engine.store.schema import DbJob
from engine.work import broker, leases
from engine.work.dispatch import EmbeddedDispatcher
from engine.work.procrastination import ProcrastinateDispatcher

CLOCKED = bpmn(
    start(), user("u"), boundary("t", "u", timer("PT1H")), service("s", topic="mail"), end(), end("late"),
    path("start", "u", "end"), path("t", "s", "late"),
)  # fmt: skip


@pytest.fixture(params=[("embedded", "sqlite"), ("embedded", "postgresql"), ("procrastinate", "postgresql")])
def place(request):
    """Who keeps the order, and where: the same tests for both, Procrastinate on the database that it is for."""
    return request.param


@pytest.fixture
def kind(place):
    return place[0]


@pytest.fixture
def database_url(request, place):
    return request.getfixturevalue(f"{place[1]}_url")


@pytest.fixture
def world(make_world, kind):
    return make_world(dispatcher=broker.HandingOver() if kind == "procrastinate" else None)


def make_dispatcher(world, kind):
    if kind == "embedded":
        return EmbeddedDispatcher(world.database, interval=0.02)
    return ProcrastinateDispatcher(world.database, world.database.runtime.dispatcher, interval=0.05)


@pytest.fixture
def dispatcher(world, kind):
    running = make_dispatcher(world, kind)
    running.start()
    yield running
    running.stop()


def test_due_timers_and_jobs_are_done_without_being_asked(world, dispatcher):
    told = []
    world.services.task("mail", outside=True)(lambda call: told.append(call.idempotency_key))
    world.deploy(CLOCKED)
    numbers = [world.start() for _ in range(8)]
    world.clock.advance(timedelta(hours=1))
    wait_until(lambda: {world.status(number) for number in numbers} == {"completed"})
    assert len(set(told)) == len(told) == 8
    assert all(len(world.events(number, "timer")) == 1 for number in numbers)


def test_what_a_dead_process_left_is_picked_up_at_the_start(world, kind):
    told = []
    world.services.task("mail", outside=True)(lambda call: told.append(call.idempotency_key))
    world.deploy(bpmn(start(), service("s", topic="mail"), end(), path("start", "s", "end")))
    number = world.start()
    if world.database.engine.dialect.name == "sqlite":  # whoever had it has died: nobody waits until its lease is over
        with world.database.transaction() as session:
            until = leases.from_now(session, timedelta(minutes=4))
            session.execute(update(DbJob).values(owner="dead", leased_until=until))
    running = make_dispatcher(world, kind)
    running.start()
    try:
        wait_until(lambda: world.status(number) == "completed")
    finally:
        running.stop()
    assert len(told) == 1


def test_a_slow_effect_does_not_hold_the_timers(world, dispatcher):
    release = threading.Event()
    world.services.task("mail", outside=True)(lambda call: release.wait(20) and None)
    world.deploy(
        bpmn(start(), service("s", topic="mail"), end(), path("start", "s", "end"), key="slow"),
        bpmn(
            start(),
            user("u"),
            boundary("t", "u", timer("PT1H")),
            end(),
            end("late"),
            path("start", "u", "end"),
            flow("t", "late"),
        ),
    )
    try:
        slow = [world.start("slow") for _ in range(6)]
        quick = world.start()
        world.clock.advance(timedelta(hours=1))
        wait_until(lambda: world.status(quick) == "completed")
        assert {world.status(number) for number in slow} == {"running"}
    finally:
        release.set()
    wait_until(lambda: {world.status(number) for number in slow} == {"completed"})


def test_a_second_process_on_the_same_sqlite_file_is_told_so(world, kind):
    if kind == "procrastinate":
        return
    first, second = EmbeddedDispatcher(world.database), EmbeddedDispatcher(world.database)
    first.start()
    try:
        if world.database.engine.dialect.name == "sqlite":
            with pytest.raises(AnotherProcessRuns, match="use PostgreSQL for several"):
                second.start()
        else:
            second.start()
            second.stop()
    finally:
        first.stop()
    third = EmbeddedDispatcher(world.database)
    third.start(held=True)
    try:
        assert third._scheduler.state == STATE_PAUSED
        if world.database.engine.dialect.name == "sqlite":
            with pytest.raises(AnotherProcessRuns):
                second.start()
    finally:
        assert third.stop() is True


def test_two_dispatchers_on_postgresql_share_the_work(world, kind):
    if world.database.engine.dialect.name == "sqlite":
        return
    world.services.task("mail", outside=True)(lambda call: None)
    world.deploy(CLOCKED)
    numbers = [world.start() for _ in range(20)]
    running = [make_dispatcher(world, kind) for _ in range(2)]
    for one in running:
        one.start()
    try:
        world.clock.advance(timedelta(hours=1))
        wait_until(lambda: {world.status(number) for number in numbers} == {"completed"}, 30)
    finally:
        for one in running:
            one.stop()
    assert all(len(world.events(number, "timer")) == 1 for number in numbers)
    assert all(len(world.events(number, "job_done")) == 1 for number in numbers)
    assert ROOT.admin


def test_stopping_finishes_what_is_under_way_and_begins_nothing_new(world, kind):
    begun, release = threading.Semaphore(0), threading.Event()

    @world.services.task("mail", outside=True)
    def send(call):
        begun.release()
        release.wait(20)

    world.deploy(bpmn(start(), service("s", topic="mail"), end(), path("start", "s", "end")))
    numbers = [world.start() for _ in range(12)]
    running = make_dispatcher(world, kind)
    running.start()
    for _ in range(4):
        assert begun.acquire(timeout=20)
    stopped = []
    stopping = threading.Thread(target=lambda: stopped.append(running.stop(20)))
    stopping.start()
    wait_until(lambda: not running.taking)
    release.set()
    stopping.join(30)
    assert stopped == [True]
    states = [world.status(number) for number in numbers]
    assert (states.count("completed"), states.count("running")) == (4, 8)


def test_losing_the_tables_of_the_dispatcher_loses_nothing(world, kind):
    if kind == "embedded":
        return
    world.services.task("mail", outside=True)(lambda call: None)
    world.deploy(bpmn(start(), service("s", topic="mail"), end(), path("start", "s", "end")))
    number = world.start()
    with world.database.transaction() as session:
        connection = session.connection()
        assert connection.exec_driver_sql("SELECT count(*) FROM procrastinate_jobs").scalar() == 1
        connection.exec_driver_sql("COMMENT ON TABLE procrastinate_jobs IS 'of before'")
        assert broker.create_tables(connection) is True
        assert broker.create_tables(connection) is False
        assert connection.exec_driver_sql("SELECT count(*) FROM procrastinate_jobs").scalar() == 0
        session.execute(update(DbJob).values(leased_until=leases.from_now(session, timedelta(seconds=-1))))
    running = make_dispatcher(world, kind)
    running.start()
    try:
        wait_until(lambda: world.status(number) == "completed")
    finally:
        running.stop()


def test_what_is_undone_is_not_handed_over_and_nothing_is_handed_over_for_later(world, kind):
    if kind == "embedded":
        return
    world.services.task("mail", outside=True)(lambda call: 1 / 0)
    world.deploy(bpmn(start(), service("s", topic="mail"), end(), path("start", "s", "end")))

    def held():
        with world.database.reading() as session:
            query = "SELECT count(*), count(scheduled_at) FROM procrastinate_jobs"
            return tuple(session.connection().exec_driver_sql(query).one())

    with world.database.trial() as session:
        instances.start(session, "p", by=ROOT)
    assert held() == (0, 0)
    number = world.start()
    assert held() == (1, 0)
    running = make_dispatcher(world, kind)
    running.start()
    try:
        wait_until(lambda: world.ask(pending.jobs_of, number)[0].attempts == 1)
        wait_until(lambda: held() == (0, 0))  # its second attempt is later: it waits in our own table
    finally:
        running.stop()
