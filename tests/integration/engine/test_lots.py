"""What is found open is handed to Procrastinate in lots; whoever works long at one of its steps holds up nobody."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from core_bpmn import boundary, bpmn, end, flow, path, start, timer, user
from engine_world import LEE
from procrastinate import PsycopgConnector
from procrastinate.exceptions import ConnectorException
from psycopg.errors import AdminShutdown, RaiseException
from sqlalchemy import text

from engine.deploy import versions
from engine.errors import DatabaseAway
from engine.kinds import JobKind
from engine.run import instances
from engine.seams import JobRow
from engine.work import broker, dispatch, procrastination, timers
from engine.work.procrastination import ProcrastinateDispatcher
from engine.work.turns import Turns

TWICE = bpmn(
    start(), user("u"), boundary("a", "u", timer("PT1H"), interrupting=False),
    boundary("b", "u", timer("PT2H"), interrupting=False), end(), end("ea"), end("eb"),
    path("start", "u", "end"), flow("a", "ea"), flow("b", "eb"),
)  # fmt: skip


@pytest.fixture
def database_url(postgresql_url):
    return postgresql_url


@pytest.fixture
def world(make_world):
    return make_world(dispatcher=broker.HandingOver())


def begin(world, key, count):
    with world.database.transaction() as session:
        for _ in range(count):
            instances.start(session, key, by=LEE)


def hand_over_open(world, turn=0):
    return world.do(broker.hand_over_open, world.database.runtime.dispatcher.app, turn)


def handed(world):
    """The lots that wait, each with the processes of its jobs."""
    query = (
        "SELECT each.id, lock, array_agg(job.queue), count(DISTINCT job.instance_id), array_agg(DISTINCT job.element)"
        " FROM procrastinate_jobs AS each, jsonb_array_elements_text(each.args -> 'job_ids') AS number"
        " JOIN job ON job.id = number::bigint GROUP BY each.id ORDER BY each.id"
    )
    with world.database.reading() as session:
        return [tuple(row) for row in session.connection().exec_driver_sql(query)]


def run(coroutine):
    """Run it in a thread of its own: in this one a browser of other tests may have its loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def test_timers_are_handed_over_in_lots_with_one_step_of_an_instance(world):
    world.deploy(TWICE)
    begin(world, "p", 85)
    world.clock.advance(timedelta(hours=3))
    assert world.do(timers.hand_over_due) == 170
    waiting = hand_over_open(world)
    assert (waiting.rows, waiting.jobs["steps"], waiting.is_crowded) == (2, 85, True)
    lots = handed(world)
    assert [(lock, len(queues), instances, elements) for _, lock, queues, instances, elements in lots] == [
        (None, 80, 80, ["a"]),
        (None, 5, 5, ["a"]),
    ]
    hand_over_open(world)
    assert handed(world) == lots  # nothing twice, and the second step of an instance after the first one
    with world.database.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM procrastinate_jobs")
    hand_over_open(world)
    assert len(handed(world)) == 2  # what it has lost it is given anew


def test_what_a_lost_worker_had_is_handed_over_anew(world):
    world.deploy(TWICE)
    begin(world, "p", 1)
    world.clock.advance(timedelta(hours=1))
    world.do(timers.hand_over_due)
    hand_over_open(world)
    with world.database.transaction() as session:
        connection = session.connection()
        connection.exec_driver_sql("INSERT INTO procrastinate_workers DEFAULT VALUES")
        connection.exec_driver_sql(
            "SELECT procrastinate_fetch_job_v2(NULL, (SELECT max(id) FROM procrastinate_workers))"
        )
    assert hand_over_open(world).rows == 0  # it is with a worker that lives
    with world.database.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '11 s'"
        )
    assert hand_over_open(world).rows == 1


def test_a_flood_of_one_process_leaves_room_for_another(world, monkeypatch):
    monkeypatch.setitem(broker.MOST, broker.STEPS, 20)
    world.deploy(TWICE)
    world.deploy(TWICE.replace(b'id="p"', b'id="q"'))
    begin(world, "p", 30)
    begin(world, "q", 3)
    world.clock.advance(timedelta(hours=1))
    world.do(timers.hand_over_due)
    hand_over_open(world)
    ((_, _, queues, _, _),) = handed(world)
    assert (queues.count("p"), queues.count("q")) == (10, 3)


def test_who_has_done_many_hands_over_more_before_the_next_look(world, monkeypatch):
    monkeypatch.setitem(broker.MOST, broker.STEPS, 20)
    monkeypatch.setattr(broker, "LOT", 10)
    monkeypatch.setattr(procrastination, "REFILL", 20)
    world.deploy(TWICE)
    begin(world, "p", 40)
    world.clock.advance(timedelta(hours=1))
    dispatcher = ProcrastinateDispatcher(world.database, world.database.runtime.dispatcher)
    dispatcher.tick()
    with world.database.transaction() as session:
        query = text("DELETE FROM procrastinate_jobs RETURNING args -> 'job_ids'")
        first, second = session.connection().execute(query).scalars()
    dispatcher._do_steps(first)
    assert handed(world) == []
    dispatcher._do_steps(second)
    assert [len(queues) for _, _, queues, _, _ in handed(world)] == [10, 10]


def test_a_slow_step_lets_the_next_lot_begin_and_gives_up_the_rest_of_its_own(world, monkeypatch):
    begun, held, passed, ran = threading.Event(), threading.Event(), threading.Event(), []

    def run(_database, job):
        ran.append(job.id)
        if job.id == 1:
            begun.set()
            held.wait(30)
        if job.id == 3:
            passed.set()

    monkeypatch.setattr("engine.work.jobs.run", run)
    monkeypatch.setattr("engine.work.turns.SLOW_SECONDS", 0)
    kind = JobKind.TIMER
    monkeypatch.setattr("engine.work.jobs.pick", lambda _, ids: [SimpleNamespace(id=each, kind=kind) for each in ids])
    dispatcher = ProcrastinateDispatcher(world.database, world.database.runtime.dispatcher)
    threads = [threading.Thread(target=dispatcher._do_steps, args=(lot,)) for lot in ([1, 2], [3])]
    threads[0].start()
    assert begun.wait(10)
    threads[1].start()
    assert not passed.is_set()
    dispatcher._turns.pass_the_slow()
    assert passed.wait(10)
    held.set()
    for thread in threads:
        thread.join(10)
    assert ran == [1, 3]  # the second one is open, and is handed over anew


def test_a_turn_that_was_given_is_not_given_twice():
    turns = Turns()
    with turns.taken() as first:
        turns.give(first)
        with turns.taken() as second:
            turns.give(first)
            assert (turns.keep(first), turns.keep(second)) == (False, True)
    with turns.taken() as third:
        assert turns.keep(third)


def test_a_connection_that_breaks_while_something_is_handed_over_is_the_database_away(world):
    def hand_over(session):
        number = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with world.database.reading() as other:
            other.connection().exec_driver_sql(f"SELECT pg_terminate_backend({number}, 5000)")
        world.database.runtime.dispatcher.hand_over(session, [JobRow(1, 1, JobKind.TIMER)])

    with pytest.raises(DatabaseAway):
        world.do(hand_over)


def test_a_part_of_the_dispatcher_that_ends_before_its_time_is_begun_again(world, monkeypatch):
    monkeypatch.setattr(procrastination, "AGAIN_SECONDS", 0)
    dispatcher = ProcrastinateDispatcher(world.database, world.database.runtime.dispatcher)
    begun = []

    async def part():
        begun.append(len(begun))
        if begun == [0]:
            raise ConnectorException
        if len(begun) == 3:
            dispatcher._stopping.set()

    run(dispatcher._keep_on(part))
    assert begun == [0, 1, 2]


@pytest.mark.parametrize(
    ("causes", "raises"),
    [
        ([AdminShutdown, AdminShutdown, AdminShutdown], True),
        ([AdminShutdown, RaiseException], False),  # the answer was lost, not the word
        ([RaiseException], True),
    ],
)
def test_what_has_ended_is_told_again_when_the_connection_breaks(monkeypatch, causes, raises):
    monkeypatch.setattr(procrastination, "PERSIST_SECONDS", (0, 0))
    left = list(causes)

    async def execute(_connector, _query, **_arguments):
        raise ConnectorException from left.pop(0)()

    monkeypatch.setattr(PsycopgConnector, "execute_query_async", execute)
    with pytest.raises(ConnectorException) if raises else nullcontext():
        run(procrastination._Persistent().execute_query_async("ended"))
    assert not left


def test_who_deploys_may_think_longer_than_a_step(world):
    asked = "SHOW idle_in_transaction_session_timeout"
    with world.database.transaction() as session:
        assert session.connection().exec_driver_sql(asked).scalar_one() == "10s"
        versions.one_at_a_time(session)
        assert session.connection().exec_driver_sql(asked).scalar_one() == "1min"


def test_a_clock_that_is_not_the_one_of_the_database_is_told(world, monkeypatch):
    told = SimpleNamespace(warning=lambda said, **facts: lines.append((said[:10], facts)))
    lines = []
    dispatch.compare_clocks(world.database, told)
    monkeypatch.setattr(
        dispatch, "datetime", SimpleNamespace(now=lambda zone: datetime.now(zone) + timedelta(minutes=10))
    )
    dispatch.compare_clocks(world.database, told)
    assert lines == [("the clocks", {"seconds": 600})]
