"""What a worker may take, keep and write: what is open, due and free, and what is still its own."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from core_bpmn import (
    boundary,
    bpmn,
    catch,
    end,
    flow,
    message,
    messages,
    path,
    service,
    signal,
    signals,
    start,
    timer,
    user,
)
from engine_world import LEE, table

from engine.errors import LeaseLost, NotFound
from engine.kinds import InstanceStatus, JobKind, JobStatus
from engine.look import pending
from engine.run import suspensions
from engine.run.messages import broadcast
from engine.store.schema import DbInstance, DbJob
from engine.store.working import DbLease
from engine.work import jobs, leases, timers

MAIL = bpmn(start(), service("s", topic="mail"), end(), path("start", "s", "end"))
SOON, HOUR = timedelta(seconds=8), timedelta(hours=1)


@pytest.fixture
def mailed(world):
    """A world with an open job, due now, that nobody has; who does it is written down."""
    world.sent = []
    world.services.task("mail", outside=True)(lambda call: world.sent.append(call.job_id))
    world.deploy(MAIL)
    world.number = world.start()
    return world


def put(world, *, until=None, **values):
    """Let something stand in the rows of all jobs."""
    with world.database.transaction() as session:
        if until is not None:
            values["leased_until"] = leases.from_now(session, until)
        if values:
            session.execute(sa.update(DbJob).values(**values))


def stands(world):
    with world.database.reading() as session:
        return session.execute(sa.select(DbJob.status, DbJob.owner, DbJob.attempts)).one()


def ways(world):
    """What each way to take a job gives, a number or None; nothing stays taken."""
    with world.database.reading() as session:
        number = session.scalar(sa.select(DbJob.id))
    nothing = sa.select(DbJob.id).where(sa.false())
    found = {}
    for name, way in (
        ("take", lambda session: [job.id for job in leases.take(session, "p", 9, service=True, owner="me")]),
        ("take_one", lambda session: [job.id for job in [leases.take_one(session, number, "me")] if job]),
        ("choose", lambda session: leases.choose(session, "p", 9, service=True, but=nothing)),
        ("end", lambda session: [number] * leases.end(session, number)),
        ("queues", lambda session: [number] * len(leases.queues(session, service=True))),
    ):
        with world.database.trial() as session:
            found[name] = way(session) == [number]
    return {name for name, taken in found.items() if taken}


EVERY = {"take", "take_one", "choose", "end", "queues"}


@pytest.mark.parametrize(
    ("stand", "possible"),
    [
        ({}, EVERY),
        ({"status": JobStatus.FAILED}, set()),
        ({"owner": "other", "until": SOON}, {"queues"}),
        ({"owner": "other", "until": -SOON}, EVERY),
        ({"owner": "other", "until": HOUR}, EVERY),  # of before the clock was set back
    ],
)
def test_taken_is_what_is_open_and_free(mailed, stand, possible):
    put(mailed, **stand)
    assert ways(mailed) == possible
    assert jobs.run_due(mailed.database) == (1 if "end" in possible else 0)
    assert len(mailed.sent) == (1 if "end" in possible else 0)


def test_of_what_is_due_later_only_the_one_that_was_asked_for_is_taken(mailed):
    put(mailed, due_at=mailed.clock.now() + HOUR)
    assert ways(mailed) == {"take_one", "end"}
    assert jobs.run_due(mailed.database) == 0


def test_chosen_is_nothing_that_is_handed_over_and_of_an_instance_the_first_step(world):
    world.deploy(bpmn(start(), user("u"), end(), path("start", "u", "end")))
    number = world.start()
    with world.database.transaction() as session:
        values = {"kind": JobKind.TIMER, "queue": "p", "instance_id": number, "payload": {}, "status": JobStatus.OPEN}
        values |= {"allowance": 9, "attempts": 0, "created_at": world.clock.now(), "token": 1}
        rows = [values | {"due_at": world.clock.now() - timedelta(minutes=each)} for each in (1, 3, 2)]
        session.execute(sa.insert(DbJob), rows)
    with world.database.reading() as session:
        first = session.scalars(sa.select(DbJob.id).order_by(DbJob.due_at)).first()
        nothing = sa.select(DbJob.id).where(sa.false())
        assert leases.choose(session, "p", 9, service=False, but=nothing) == [first]
        assert leases.choose(session, "p", 9, service=False, but=sa.select(DbJob.id)) == []


@pytest.mark.parametrize("stand", [{"owner": "other", "until": SOON}, {"owner": "me", "status": JobStatus.FAILED}])
def test_what_is_not_ones_own_any_more_is_not_kept_given_back_held_or_counted(mailed, stand):
    (job,) = mailed.do(leases.take, "p", 9, service=True, owner="me")
    put(mailed, **stand)
    before = table(mailed, "job")
    with pytest.raises(LeaseLost), mailed.database.transaction() as session:
        leases.confirm(session, job)
    if stand["owner"] == "other":
        mailed.do(leases.release, job)
    mailed.do(leases.hold, job)
    for each in (job, replace(job, owner=None)):  # who has taken it, or does it in the transaction that ends it
        assert jobs._note_failure(mailed.database, each, OSError("late")) is False
        assert jobs._keep(mailed.database, each, OSError("late")) is False
        assert jobs.run(mailed.database, each) is False
    assert table(mailed, "job") == before
    assert mailed.status(mailed.number) == "running"


def test_what_is_done_with_one_job_of_a_taking_leaves_the_others_as_they_are(mailed):
    mailed.start()
    first, second = mailed.do(leases.take, "p", 9, service=True, owner="me")

    def after(act, *given, owner="me"):
        put(mailed, owner=owner, **({"until": SOON} if owner else {"leased_until": None}))
        (before,) = (each for each in table(mailed, "job") if each.id == second.id)
        done = act(*given)
        (left,) = (each for each in table(mailed, "job") if each.id == second.id)
        return done, left == before

    for act in (leases.confirm, leases.hold, leases.release):
        assert after(mailed.do, act, first) == (None, True)
    assert after(mailed.do, leases.take_one, first.id, "you", owner=None)[1]
    assert after(jobs._keep, mailed.database, first, OSError("late")) == (True, True)
    assert after(jobs._note_failure, mailed.database, first, OSError("late")) == (True, True)
    assert after(jobs.run, mailed.database, replace(first, attempts=1)) == (True, True)
    assert [each.id for each in table(mailed, "job")] == [second.id]
    mailed.start()
    put(mailed, owner=None, leased_until=None)
    (third,) = (each.id for each in table(mailed, "job") if each.id != second.id)
    assert mailed.do(leases.end, third) is True
    assert [each.id for each in table(mailed, "job")] == [second.id]


def test_a_sign_of_life_is_for_ones_own(mailed):
    put(mailed, owner="other", until=-SOON)
    before = table(mailed, "job")
    mailed.do(leases.renew, {"me"})
    assert table(mailed, "job") == before


def test_a_failure_is_counted_once_and_frees_the_job(mailed):
    (job,) = mailed.do(leases.take, "p", 9, service=True, owner="me")
    assert jobs._note_failure(mailed.database, job, OSError("no line")) is True
    assert stands(mailed) == ("open", None, 1)
    put(mailed, owner="me", until=SOON)  # a second one who has looked before the first had counted
    assert jobs._note_failure(mailed.database, job, OSError("no line")) is False
    assert stands(mailed) == ("open", "me", 1)


def test_only_what_has_failed_for_good_is_given_its_attempts_again(mailed):
    put(mailed, attempts=2)
    (number,) = [job.id for job in mailed.ask(pending.jobs_of, mailed.number)]
    for values in ({"status": JobStatus.FAILED}, {"status": JobStatus.OPEN, "kind": JobKind.TIMER}):
        put(mailed, **values)
        with pytest.raises(NotFound), mailed.database.transaction() as session:
            jobs.retry(session, number, by=LEE)
    assert stands(mailed).attempts == 2
    mailed.start()
    put(mailed, status=JobStatus.FAILED, kind=JobKind.TIMER)
    mailed.do(jobs.retry, number, by=LEE)
    assert {each.status for each in table(mailed, "job") if each.id == number} == {"open"}
    assert {each.status for each in table(mailed, "job") if each.id != number} == {"failed"}


EVERY_HOUR = bpmn(start("start", timer("R/PT1H", "timeCycle")), end(), path("start", "end"))
TOLD = bpmn(start("start", message("m")), end(), path("start", "end"), extra=messages("m"), key="q")
TELLS = bpmn(start(), end("e", message("m")), path("start", "e"), extra=messages("m"))
LATE = bpmn(
    start(), user("u"), boundary("t", "u", timer("PT1H")), end(), end("late"), path("start", "u", "end"),
    flow("t", "late"),
)  # fmt: skip
HEARS = bpmn(start(), catch("c", signal("S")), end(), path("start", "c", "end"), extra=signals("S"))


def statuses(world):
    return [each.status for each in table(world, "instance")]


@pytest.mark.parametrize(
    ("kind", "diagrams", "before", "after"),
    [
        (JobKind.MESSAGE, (TELLS, TOLD), ["completed"], ["completed"] * 2),
        (JobKind.TIMER, (LATE,), ["running"], ["completed"]),
    ],
)
def test_a_step_is_done_by_whoever_has_it_and_once(world, kind, diagrams, before, after):
    world.deploy(*diagrams)
    world.start()
    world.clock.advance(HOUR)
    world.do(timers.hand_over_due)
    (job,) = world.do(leases.take, "p", 9, service=False, owner="me")
    assert job.kind is kind
    put(world, owner="other", until=SOON)
    for each in (job, replace(job, owner=None)):
        assert jobs.run(world.database, each) is False
    assert statuses(world) == before
    put(world, owner="me", until=SOON)
    assert jobs.run(world.database, job) is True
    assert jobs.run(world.database, job) is False
    assert statuses(world) == after


@pytest.mark.parametrize("diagram", [LATE, HEARS])
def test_a_step_of_what_is_over_is_done_with_and_no_failure(world, diagram):
    world.deploy(diagram)
    world.start()
    world.clock.advance(HOUR)
    assert world.do(timers.hand_over_due) + world.do(broadcast, "S", by=LEE) == 1
    (job,) = world.do(leases.take, "p" if diagram is LATE else "", 9, service=False, owner="me")
    with world.database.transaction() as session:
        session.execute(sa.update(DbInstance).values(status=InstanceStatus.CANCELLED))
    assert jobs.run(world.database, job) is True
    assert table(world, "job") == []


def test_a_start_that_another_one_has_is_done_by_nobody_else(world):
    world.deploy(EVERY_HOUR)
    world.clock.advance(HOUR)
    assert world.do(timers.hand_over_due) == 1
    (job,) = world.do(leases.take, "p", 9, service=False, owner="me")
    assert job.kind is JobKind.START
    put(world, owner="other", until=SOON)
    assert jobs.run(world.database, job) is False
    assert table(world, "instance") == []


def test_timers_that_are_not_due_are_not_handed_over(world):
    world.deploy(EVERY_HOUR)
    world.clock.advance(HOUR / 2)
    assert world.do(timers.hand_over_due) == 0
    world.do(suspensions.suspend, process_key="p", by=LEE, reason="to be mended")
    world.clock.advance(HOUR)
    assert world.do(timers.hand_over_due) == 0
    world.do(suspensions.resume, process_key="p", by=LEE, reason="mended")
    assert world.do(timers.hand_over_due) == 1


def test_what_one_does_for_all_is_confirmed_and_ended_by_its_owner_alone(world):
    with leases.one_at_a_time(world.database, "mail") as first:
        world.do(leases.release_all)  # it was frozen, and its lease is over
        assert table(world, "lease") == []
        with leases.one_at_a_time(world.database, "mail") as second:
            with pytest.raises(LeaseLost):
                first.confirm()
            second.confirm()
            with leases.one_at_a_time(world.database, "mail") as third:
                assert third is None
            (row,) = table(world, "lease")
            assert row.owner == second.owner
            with world.database.transaction() as session:
                until = leases.from_now(session, HOUR)  # of before the clock was set back
                session.execute(sa.update(DbLease).values(leased_until=until))
            with leases.one_at_a_time(world.database, "mail") as fourth:
                assert fourth is not None
            with pytest.raises(LeaseLost):
                second.confirm()


def test_the_end_of_the_first_one_leaves_the_lease_of_the_second(world):
    first = leases.one_at_a_time(world.database, "mail")
    first.__enter__()
    world.do(leases.release_all)
    with leases.one_at_a_time(world.database, "mail") as second:
        first.__exit__(None, None, None)
        second.confirm()
    assert table(world, "lease") == []


def test_whoever_had_something_has_died(mailed):
    put(mailed, owner="other", until=SOON)
    mailed.do(leases.release_all)
    assert stands(mailed) == ("open", None, 0)
    assert mailed.work() == 1


def test_of_what_stands_still_no_letter_goes_and_no_timer_fires(world):
    sent = []
    world.services.task("mail", outside=True)(lambda call: sent.append(call.job_id))
    world.deploy(MAIL)
    world.deploy(LATE.replace(b'id="p"', b'id="q"'))
    numbers = [world.start("p"), world.start("q")]
    world.clock.advance(HOUR)
    world.do(timers.hand_over_due)
    for number in numbers:
        world.do(suspensions.suspend, instance_id=number, by=LEE, reason="to be mended")
    for outside, queue in ((True, "p"), (False, "q")):
        (job,) = world.do(leases.take, queue, 9, service=outside, owner="me")
        assert jobs.run(world.database, job) is False
    assert (sent, statuses(world)) == ([], ["running"] * 2)
    assert [each.owner for each in table(world, "job")] == [leases.HELD] * 2
    for number in numbers:
        world.do(suspensions.resume, instance_id=number, by=LEE, reason="mended")
    assert world.work() == 2
    assert (len(sent), statuses(world)) == (1, ["completed"] * 2)


def test_a_letter_that_no_step_waits_for_any_more_does_not_go(mailed):
    put(mailed, token=999)
    assert mailed.work() == 1
    assert (mailed.sent, table(mailed, "job")) == ([], [])
