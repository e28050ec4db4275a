"""Many processes, one truth: what is taken is leased, and done once whoever freezes, is lost or comes later."""

import itertools
import threading
import time
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from at_once import wait_until
from core_bpmn import both, boundary, bpmn, end, flow, message, messages, path, service, start, timer, user
from engine_world import LEE, ROOT

from engine.clock import SetClock
from engine.database import Database
from engine.errors import Busy, LeaseLost
from engine.kinds import JobKind
from engine.look import pending
from engine.run import incidents, instances
from engine.run import messages as told
from engine.runtime import make_runtime
from engine.store.schema import DbIncident, DbInstance, DbJob
from engine.store.working import DbLease
from engine.work import jobs, leases, timers
from engine.work.dispatch import EmbeddedDispatcher, _Lane
from engine.work.renewal import LATE_SECONDS

MAIL = bpmn(start(), service("s", topic="mail"), end(), path("start", "s", "end"))
FORTH = bpmn(
    start(), user("u"), boundary("a", "u", timer("PT1H"), interrupting=False),
    boundary("b", "u", timer("PT2H"), interrupting=False), end(), end("ea"), end("eb"),
    path("start", "u", "end"), flow("a", "ea"), flow("b", "eb"),
)  # fmt: skip


def take(world, owner="me", **options):
    with world.database.transaction() as session:
        return leases.take(session, "p", 10, **({"service": True, "owner": owner} | options))


def let_lease_run_out(world):
    with world.database.transaction() as session:
        past = leases.from_now(session, timedelta(seconds=-1))
        session.execute(sa.update(DbJob).values(leased_until=past))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite there is one process only
def test_two_processes_and_200_letters_each_once(world, database_url):
    sent = Counter()
    guard = threading.Lock()

    @world.services.task("mail", outside=True)
    def send(call):
        call.make_sure()
        time.sleep(0.002)
        with guard:
            sent[call.idempotency_key] += 1

    world.deploy(MAIL)
    with world.database.transaction() as session:
        for _ in range(200):
            instances.start(session, "p", by=LEE)
    other = Database(database_url, make_runtime(clock=SetClock(world.clock.now()), services=world.services))
    running = [EmbeddedDispatcher(database, interval=0.02) for database in (world.database, other)]
    for each in running:
        each.start()
    try:
        wait_until(lambda: not count_jobs(world))
    finally:
        for each in running:
            each.stop()
        other.close()
    assert len(sent) == 200
    assert set(sent.values()) == {1}


def count_jobs(world):
    with world.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(DbJob))


def test_what_is_taken_is_taken_for_nobody_else_until_its_owner_is_lost(world):
    world.services.task("mail", outside=True)(lambda call: None)
    world.deploy(MAIL)
    number = world.start()
    (job,) = take(world)
    assert take(world, "other") == []
    assert jobs.run_job(world.database, job.id) is False
    assert world.do(leases.end, job.id) is False
    assert world.work() == 0
    let_lease_run_out(world)
    (again,) = take(world, "other")
    assert (again.id, again.owner) == (job.id, "other")
    assert jobs.run(world.database, again) is True
    assert world.status(number) == "completed"


def test_a_sign_of_life_keeps_a_lease(world):
    world.services.task("mail", outside=True)(lambda call: None)
    world.deploy(MAIL)
    world.start()
    take(world)
    let_lease_run_out(world)
    world.do(leases.renew, {"me"})
    assert take(world, "other") == []


def test_a_lease_of_before_the_clock_was_set_back_holds_nothing(world):
    world.services.task("mail", outside=True)(lambda call: None)
    world.deploy(MAIL)
    world.start()
    take(world)
    with world.database.transaction() as session:
        session.execute(sa.update(DbJob).values(leased_until=leases.from_now(session, timedelta(hours=1))))
    assert len(take(world, "other")) == 1


@pytest.mark.parametrize("sure", [True, False])
def test_a_worker_frozen_past_its_lease_writes_nothing(world, sure):
    sent = []

    @world.services.task("mail", outside=True)
    def send(call):
        if not sent and not frozen:
            frozen.append(call)
            let_lease_run_out(world)  # it sleeps, and another one takes its job up
            (job,) = take(world, "other")
            assert jobs.run(world.database, job) is True
        if sure:
            call.make_sure()
        sent.append(call.idempotency_key)
        return {"by": len(sent)}

    frozen = []
    world.deploy(MAIL)
    number = world.start()
    (job,) = take(world)
    assert jobs.run(world.database, job) is False
    assert [key.split("-")[0] for key in sent] == [str(job.id)] * (
        1 if sure else 2
    )  # the same key: who does not make sure may repeat it
    assert world.variables(number) == {"by": 1}
    assert len(world.events(number, "job_done")) == 1
    assert world.events(number, "job_failed") == []


def test_a_failure_of_a_worker_frozen_past_its_lease_is_not_counted(world):
    @world.services.task("mail", outside=True)
    def send(call):
        let_lease_run_out(world)
        take(world, "other")
        raise OSError("the connection was closed while we slept")

    world.deploy(MAIL)
    number = world.start()
    (job,) = take(world)
    assert jobs.run(world.database, job) is False
    (left,) = world.ask(pending.jobs_of, number)
    assert (left.attempts, left.last_error) == (0, None)


def test_what_was_sent_is_written_down_however_long_others_hold_the_case(world, monkeypatch):
    monkeypatch.setattr("engine.database.INSIST_SECONDS", (0, 0))
    sent, troubles = [], [Busy(), Busy()]

    @world.services.task("mail", outside=True)
    def send(call):
        sent.append(call)

    world.deploy(MAIL)
    number = world.start()

    def observe(session, result):
        if sent and troubles:
            raise troubles.pop()

    object.__setattr__(world.database.runtime, "observers", (observe,))
    assert world.work() == 1
    assert (world.status(number), len(sent)) == ("completed", 1)


def test_a_lock_wait_is_no_attempt(world):
    troubles = [Busy(), Busy(), Busy(), Busy()]

    @world.services.task("mail", outside=True)
    def send(call):
        if troubles:
            raise troubles.pop()

    world.deploy(MAIL)
    number = world.start()
    for _ in range(4):
        assert world.work() == 0
        (job,) = world.ask(pending.jobs_of, number)
        assert (job.attempts, job.last_error) == (0, None)
    assert world.work() == 1
    assert world.status(number) == "completed"


def test_steps_of_one_instance_are_given_in_their_order_one_at_a_time(world):
    world.deploy(FORTH)
    first, second = world.start(), world.start()
    world.clock.advance(timedelta(hours=3))
    assert world.do(timers.hand_over_due) == 4
    taken = take(world, service=False)
    assert [(job.instance_id, job.element) for job in taken] == [(first, "a"), (second, "a")]
    assert take(world, "other", service=False) == []
    assert jobs.run(world.database, taken[0]) is True
    assert [(job.instance_id, job.element) for job in take(world, "other", service=False)] == [(first, "b")]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_comes_before_a_job_is_looked_for_among_the_few_of_its_instance(world):
    world.deploy(FORTH)
    with world.database.transaction() as session:
        session.connection().exec_driver_sql("ANALYZE job")  # it is empty, and PostgreSQL remembers that
        for _ in range(60):
            instances.start(session, "p", by=LEE)
    world.clock.advance(timedelta(hours=1))
    assert world.do(timers.hand_over_due) == 60
    plans = []

    @sa.event.listens_for(world.database.engine, "before_cursor_execute")
    def explain(connection, _cursor, statement, given, _context, _many):
        if statement.startswith("WITH chosen"):
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # as with a table that is not small
            connection.exec_driver_sql("SET LOCAL enable_hashjoin = off")
            plans.extend(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", given))

    assert len(take(world, service=False)) == 10
    assert "ix_job_instance_id_token" in "".join(plans)
    assert "ix_job_due" not in "".join(plans)


def test_each_queue_gets_its_share(world):
    world.services.task("mail", outside=True)(lambda call: None)
    world.deploy(MAIL)
    world.deploy(MAIL.replace(b'id="p"', b'id="q"'))
    for _ in range(30):
        world.start("p")
    late = world.start("q")
    lane = _Lane(world.database, service=True, threads=1, turns=1)
    found = lane._take(10)
    lane._pool.shutdown()
    assert (len(found), late in {job.instance_id for job in found}) == (10, True)


def test_a_step_that_waits_long_lets_the_next_one_begin(world, monkeypatch):
    begun, held, passed = threading.Event(), threading.Event(), threading.Event()

    def run(_database, job):
        if job.id == 1:
            begun.set()
            held.wait(30)
        else:
            passed.set()

    monkeypatch.setattr("engine.work.jobs.run", run)
    monkeypatch.setattr("engine.work.dispatch.SLOW_SECONDS", 0)
    lane = _Lane(world.database, service=False, threads=2, turns=1)
    found = [[SimpleNamespace(id=number, kind=JobKind.TIMER, owner="me") for number in (1, 2, 3)]]
    monkeypatch.setattr(lane, "_take", lambda _room: found.pop() if found else [])
    lane.fill()
    assert begun.wait(10)
    assert not passed.is_set()
    lane.pass_the_slow()
    assert passed.wait(10)
    held.set()
    assert lane.wait(time.monotonic() + 10)
    assert not lane._begun


def test_of_many_quick_steps_more_are_taken_at_a_time_of_slow_ones_fewer(world, monkeypatch):
    monkeypatch.setattr("engine.work.jobs.run", lambda _database, _job: None)
    lane = _Lane(world.database, service=False, threads=1, turns=1)
    numbers, asked = itertools.count(), []

    def take(room):
        asked.append(room + len(lane._running))
        there = room if len(asked) <= 5 else 0
        return [SimpleNamespace(id=next(numbers), kind=JobKind.TIMER, owner="me") for _ in range(there)]

    def ask():
        asked.clear()
        lane.fill()
        wait_until(lambda: not lane._running)
        return asked[:5]

    monkeypatch.setattr(lane, "_take", take)
    assert ask() == [25, 25, 45, 85, 85]
    monkeypatch.setattr("engine.work.dispatch.QUICK_SECONDS", 0)
    assert ask() == [85, 45, 25, 25, 25]
    assert lane.wait(None)


def test_what_was_taken_a_moment_ago_is_not_renewed(world):
    world.services.task("mail", outside=True)(lambda call: None)
    world.deploy(MAIL)
    world.start()
    take(world)
    for left, renewed in ((timedelta(minutes=4), False), (leases.LEASE - leases.FRESH, True)):  # however slow this is
        with world.database.transaction() as session:
            session.execute(sa.update(DbJob).values(leased_until=leases.from_now(session, left)))
        given = leased_until(world)
        world.do(leases.renew, {"me"})
        assert (leased_until(world) > given) is renewed


def leased_until(world):
    with world.database.reading() as session:
        return session.scalar(sa.select(DbJob.leased_until))


def test_work_that_one_does_for_all(world):
    with leases.one_at_a_time(world.database, "mail") as first:
        with leases.one_at_a_time(world.database, "mail") as second:
            assert second is None
        with leases.one_at_a_time(world.database, "other") as third:
            assert third is not None
        first.confirm()
        world.do(leases.release_all)
        with pytest.raises(LeaseLost):
            first.confirm()
    with leases.one_at_a_time(world.database, "mail") as again:
        assert again is not None


def test_what_one_does_for_all_stays_with_it_however_long_it_takes(world):
    def until(lease):
        with world.database.reading() as session:
            return session.scalar(sa.select(DbLease.leased_until).where(DbLease.name == lease.name))

    assert not leases.does_for_all()
    with leases.one_at_a_time(world.database, "mail") as lease:
        assert leases.does_for_all()
        soon = until(lease) - leases.LEASE * 0.9
        with world.database.transaction() as session:
            session.execute(sa.update(DbLease).values(leased_until=soon))
            session.execute(sa.insert(DbLease).values(name="other", owner="lost", leased_until=soon))
        EmbeddedDispatcher(world.database).renewal.renew()
        assert until(lease) > soon + leases.LEASE * 0.8
        assert until(SimpleNamespace(name="other")) == soon  # of a worker that is lost
    assert not leases.does_for_all()


def test_after_an_outage_one_renews_what_one_has_before_anything_is_taken(world):
    world.services.task("mail", outside=True)(lambda _call: None)
    world.deploy(bpmn(start(), service("s", topic="mail"), end(), path("start", "s", "end")))
    world.start("p")
    dispatcher = EmbeddedDispatcher(world.database)
    lane = dispatcher._outside
    (mine,) = lane._take(1)
    lane._running[mine.id] = str(mine.owner)
    with world.database.transaction() as session:
        session.execute(sa.update(DbJob).values(leased_until=leases.from_now(session, -timedelta(minutes=1))))
    dispatcher.renewal.last -= LATE_SECONDS + 1
    lane.fill()
    with world.database.reading() as session:
        assert session.scalar(sa.select(DbJob.owner)) == mine.owner


def test_a_chain_of_messages_ends_in_an_incident(make_world):
    world = make_world(settings={"most_messages": 30})
    world.deploy(
        bpmn(
            start("start", message("again")), both("fork"), end("a", message("again")), end("b", message("again")),
            path("start", "fork", "a"), flow("fork", "b"), extra=messages("again"),
        )
    )  # fmt: skip
    world.do(told.correlate, "again", by=LEE)
    world.work()
    with world.database.reading() as session:
        stopped = session.scalars(sa.select(DbIncident.message)).all()
        started = session.scalar(sa.select(sa.func.count()).select_from(DbInstance))
        number = session.scalar(sa.select(DbIncident.id).limit(1))
    assert stopped
    assert all("endless chain" in line for line in stopped)
    assert started <= 31
    assert count_jobs(world) == 0
    assert world.do(incidents.retry, number, by=ROOT) is True  # somebody has looked: as many may follow once more
    assert count_jobs(world) == 1
