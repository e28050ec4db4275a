"""Effects outside the database: after the commit, at least once, three attempts, then an incident."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from core_bpmn import (
    boundary,
    bpmn,
    end,
    error,
    errors,
    extension,
    flow,
    inputs_outputs,
    path,
    service,
    start,
    timer,
    user,
)
from engine_world import ROOT

from engine.errors import BpmnError
from engine.look import pending
from engine.run import incidents, instances
from engine.store import schema
from engine.work import leases
from engine.work.jobs import attempts_and_waits, run_job

MINUTE = timedelta(minutes=1)


def mail(*inner, **attributes):
    return bpmn(start(), service("s", *inner, topic="mail", **attributes), end(), path("start", "s", "end"))


@pytest.fixture
def letters(world):
    """The mail service: what it was told, and what it is to do next time."""
    told = []
    told_and = {"do": lambda call: {"sent": True}}

    @world.services.task("mail", outside=True)
    def send(call):
        told.append(call)
        return told_and["do"](call)

    told_and["told"] = told
    return told_and


def test_it_is_called_after_the_commit_with_an_idempotency_key(world, letters):
    world.deploy(mail(extension(inputs_outputs({"to": "${who}"}, {"done": "${sent}"}))))
    number = world.start(variables={"who": "a@b"}, business_key="K1")
    (job,) = world.ask(pending.jobs_of, number)
    assert (letters["told"], job.kind, job.topic, job.element, job.attempts) == ([], "service", "mail", "s", 0)
    assert world.work() == 1
    (call,) = letters["told"]
    assert (dict(call.inputs), call.job_id, call.business_key, call.instance_id) == (
        {"to": "a@b"},
        job.id,
        "K1",
        number,
    )
    assert (call.element.id, call.variables["who"]) == ("s", "a@b")
    assert (world.status(number), world.variables(number)) == ("completed", {"who": "a@b", "done": True})
    assert [line.kind for line in world.events(number, "job_done", "job_failed")] == ["job_done"]
    assert world.ask(pending.jobs_of, number) == []


def test_three_attempts_with_the_same_key_then_an_incident_then_a_retry(world, letters):
    def fail(call):
        raise OSError("no route to host")

    letters["do"] = fail
    world.deploy(mail())
    number = world.start()
    for attempt in (1, 2, 3):
        assert world.work() == 1
        assert world.work() == 0
        assert len(letters["told"]) == attempt
        world.clock.advance(MINUTE)
    assert world.work() == 0
    assert world.status(number) == "incident"
    (incident,) = world.ask(pending.incidents_of, number)
    (job,) = world.ask(pending.jobs_of, number)
    assert (incident.element, incident.message) == ("s", "no route to host")
    assert (job.status, job.attempts, job.last_error) == ("failed", 3, "no route to host")
    assert [line.data["attempt"] for line in world.events(number, "job_failed")] == [1, 2, 3]
    letters["do"] = lambda call: {}
    assert world.do(incidents.retry, incident.id, by=ROOT) is True
    assert world.work() == 1
    assert world.status(number) == "completed"
    assert {call.idempotency_key for call in letters["told"]} == {f"{job.id}-{job.created_at:%y%m%d%H%M%S}"}


def test_attempts_and_waits_are_those_of_the_diagram(world, letters):
    def fail(call):
        raise OSError("down")

    letters["do"] = fail
    world.deploy(mail(extension("<camunda:failedJobRetryTimeCycle>R2/PT10M</camunda:failedJobRetryTimeCycle>")))
    number = world.start()
    world.work()
    (job,) = world.ask(pending.jobs_of, number)
    assert job.due_at == world.clock.now() + 10 * MINUTE
    world.clock.advance(10 * MINUTE)
    world.work()
    assert world.status(number) == "incident"


@pytest.mark.parametrize(
    ("text", "count", "waits"), [("R3/PT10M", 3, [600, 600]), ("PT1M,PT5M", 3, [60, 300]), ("R1/PT1H", 1, [])]
)
def test_the_two_ways_to_write_attempts(text, count, waits):
    found, between = attempts_and_waits(text)
    assert (found, [wait.seconds for wait in between]) == (count, waits)


def test_a_business_error_goes_to_the_error_event(world, letters):
    def refuse(call):
        raise BpmnError("no_address", "the customer has none")

    letters["do"] = refuse
    world.deploy(
        bpmn(
            start(), service("s", topic="mail"), boundary("none", "s", error("no_address")), end(), end("by_hand"),
            path("start", "s", "end"), flow("none", "by_hand"), extra=errors("no_address"),
        )
    )  # fmt: skip
    number = world.start()
    assert world.work() == 1
    assert (world.status(number), len(letters["told"])) == ("completed", 1)
    assert world.ask(instances.get_instance, number).end_element == "by_hand"


def test_an_unknown_business_error_is_an_incident(world, letters):
    def refuse(call):
        raise BpmnError("other", "unexpected")

    letters["do"] = refuse
    world.deploy(mail())
    number = world.start()
    world.work()
    (incident,) = world.ask(pending.incidents_of, number)
    assert "other" in incident.message


def test_what_is_cancelled_meanwhile_is_not_done(world, letters):
    world.deploy(
        bpmn(
            start(), service("s", topic="mail"), boundary("late", "s", timer("PT1H")), end(), end("e2"),
            path("start", "s", "end"), flow("late", "e2"),
        )
    )  # fmt: skip
    cancelled, interrupted = world.start(), world.start()
    world.do(instances.cancel, cancelled, by=ROOT, reason="wrong")
    assert world.ask(pending.jobs_of, cancelled) == []

    def slow(call):
        # while the mail is under way, the clock strikes
        world.clock.advance(timedelta(hours=2))
        with world.database.transaction() as session:
            from engine.work import timers

            (waits,) = pending.timers_of(session, interrupted)
            timers.fire_now(session, waits.id, by=ROOT, reason="test")
        return {"sent": True}

    letters["do"] = slow
    world.work()
    assert (world.status(interrupted), world.variables(interrupted), len(letters["told"])) == ("completed", {}, 1)


def test_a_worker_that_died_after_the_call_calls_again_and_writes_once(world, letters):
    world.deploy(mail())
    number = world.start()
    (job,) = world.ask(pending.jobs_of, number)

    class Died(BaseException):
        pass

    def die(call):
        raise Died

    letters["do"] = die
    with pytest.raises(Died):
        run_job(world.database, job.id)
    assert world.ask(pending.jobs_of, number) == [job]
    letters["do"] = lambda call: {"sent": True}
    assert run_job(world.database, job.id) is False  # it is still the dead worker's
    world.do(leases.release_all)
    assert run_job(world.database, job.id) is True
    assert run_job(world.database, job.id) is False
    assert world.variables(number) == {"sent": True}
    assert len({call.idempotency_key for call in letters["told"]}) == 1


def test_numbers_of_jobs_are_never_used_again(world, letters):
    world.deploy(mail())
    keys = []
    for _ in range(3):
        world.start()
        world.work()
        keys.append(letters["told"][-1].idempotency_key)
    assert len(set(keys)) == 3


def test_a_step_that_fails_again_and_again_stops_and_is_shown(world):
    broken = {"now": True}

    def fail(session, result):
        if broken["now"] and not result.started:
            raise RuntimeError("the register is locked")

    object.__setattr__(world.database.runtime, "observers", (fail,))
    world.deploy(
        bpmn(
            start(),
            user("u"),
            boundary("t", "u", timer("PT1H")),
            end(),
            end("e2"),
            path("start", "u", "end"),
            flow("t", "e2"),
        )
    )
    number = world.start()
    world.clock.advance(timedelta(hours=1))
    for _ in range(3):
        world.work()
        world.clock.advance(MINUTE)
    (job,) = world.ask(pending.jobs_of, number)
    assert (job.kind, job.status, job.last_error, world.status(number)) == (
        "timer",
        "failed",
        "the register is locked",
        "running",
    )
    broken["now"] = False
    from engine.work import jobs

    world.do(jobs.retry, job.id, by=ROOT)
    world.work()
    assert world.status(number) == "completed"
    with world.database.reading() as session:
        assert session.scalars(sa.select(schema.DbJob)).all() == []
