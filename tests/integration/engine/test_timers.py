"""Timers fire once each, at their time or when somebody wakes up again; what is moved fires then."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from core_bpmn import boundary, bpmn, call, catch, definitions, end, flow, path, process, start, sub, timer, user
from counting import counting
from engine_world import ROOT

from engine.errors import NotFound, ReasonMissing
from engine.look import pending
from engine.run import instances
from engine.store import schema
from engine.work import leases, timers
from engine.work.jobs import run, run_due, run_job

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def host(*timers_, key="p"):
    """A task with non-interrupting timers t0, t1 … that each lead to an end of their own."""
    parts = []
    for number, text in enumerate(timers_):
        kind = "timeCycle" if text.startswith("R") else "timeDuration"
        parts += [
            boundary(f"t{number}", "u", timer(text, kind), interrupting=False),
            end(f"e{number}"),
            flow(f"t{number}", f"e{number}"),
        ]
    return bpmn(start(), user("u", camunda_candidateGroups="qc"), *parts, end(), path("start", "u", "end"), key=key)


def due(world, number):
    return [(timer.element, timer.due_at) for timer in world.ask(pending.timers_of, number)]


def fired(world, number):
    return [(line.element, line.scheduled_at, line.at) for line in world.events(number, "timer")]


def test_a_timer_fires_at_its_time_and_once(world):
    world.deploy(host("PT1H"))
    number, begin = world.start(), world.clock.now()
    assert due(world, number) == [("t0", begin + HOUR)]
    world.clock.advance(HOUR - timedelta(microseconds=1))
    assert (world.work(), fired(world, number)) == (0, [])
    world.clock.advance(timedelta(microseconds=1))
    assert world.work() == 1
    assert fired(world, number) == [("t0", begin + HOUR, begin + HOUR)]
    world.clock.advance(DAY)
    assert (world.work(), len(fired(world, number))) == (0, 1)
    assert world.events(number, "timer")[0].actor == "system"


def test_after_an_outage_each_fires_once_with_both_times(world):
    world.deploy(host("PT1H", "PT20H", "PT30H", "PT38H"))
    number, begin = world.start(), world.clock.now()
    world.clock.advance(37 * HOUR)
    world.work()
    assert fired(world, number) == [
        (f"t{i}", begin + hours * HOUR, begin + 37 * HOUR) for i, hours in enumerate((1, 20, 30))
    ]
    assert due(world, number) == [("t3", begin + 38 * HOUR)]


@pytest.mark.parametrize(("catch_up", "times"), [("one", 1), ("all", 10)])
def test_missed_cycles(make_world, catch_up, times):
    world = make_world(settings={"catch_up": catch_up})
    world.deploy(host("R/PT1H"))
    number, begin = world.start(), world.clock.now()
    world.clock.advance(10 * HOUR + timedelta(minutes=10))
    world.work()
    assert len(fired(world, number)) == times
    assert due(world, number) == [("t0", begin + 11 * HOUR)]


def test_a_deadline_on_a_sub_process_that_holds_a_task(world):
    inner = sub("s", start("s1"), user("u", camunda_candidateGroups="qc"), end("s2"), path("s1", "u", "s2"))
    world.deploy(
        bpmn(
            start(),
            inner,
            boundary("late", "s", timer("P1D")),
            end(),
            end("gone"),
            path("start", "s", "end"),
            flow("late", "gone"),
        )
    )
    number = world.start()
    world.clock.advance(DAY)
    world.work()
    assert (world.status(number), world.open()) == ("completed", [])


def test_a_timer_inside_a_called_process(world):
    caller = process(start(), call("ask", "inner"), end(), path("start", "ask", "end"))
    inner = process(start("a"), catch("wait", timer("P1D")), end("b"), path("a", "wait", "b"), key="inner")
    world.deploy(definitions(caller, inner))
    number = world.start()
    world.clock.advance(DAY)
    world.work()
    assert world.status(number) == "completed"


def test_many_timers_fire_in_the_order_of_their_times(world):
    world.deploy(host("PT3H", "PT1H", "PT2H"))
    numbers = [world.start() for _ in range(4)]
    world.clock.advance(4 * HOUR)
    world.work()
    for number in numbers:
        assert [element for element, _, _ in fired(world, number)] == ["t1", "t2", "t0"]


def test_a_task_completed_first_takes_its_timers_along(world):
    world.deploy(host("PT1H"))
    number = world.start()
    world.clock.advance(2 * HOUR)
    with world.database.transaction() as session:
        assert timers.hand_over_due(session) == 1
    world.complete("u")
    assert world.work() == 1  # the job finds that nobody waits any more
    assert (world.status(number), fired(world, number)) == ("completed", [])


def test_move_a_timer(world):
    world.deploy(host("PT1H", "R/PT2H"))
    number, begin = world.start(), world.clock.now()
    (first, _) = world.ask(pending.timers_of, number)
    with pytest.raises(ReasonMissing):
        world.do(timers.move, first.id, begin + DAY, by=ROOT, reason="")
    world.do(timers.move, first.id, begin + DAY, by=ROOT, reason="holiday")
    assert dict(due(world, number))["t0"] == begin + DAY
    (line,) = world.events(number, "timer_moved")
    assert (line.element, line.actor, line.reason, line.data["from"]) == (
        "t0",
        "root",
        "holiday",
        (begin + HOUR).isoformat(),
    )
    world.clock.advance(3 * HOUR)
    world.work()
    assert [element for element, _, _ in fired(world, number)] == ["t1"]
    with pytest.raises(NotFound):
        world.do(timers.move, first.id, begin, by=ROOT, reason="again")


def test_a_timer_that_was_moved_after_it_was_handed_over_does_not_fire_early(world):
    world.deploy(host("${wait}"))
    number, begin = world.start(variables={"wait": "PT1H"}), world.clock.now()
    world.clock.advance(HOUR)
    with world.database.transaction() as session:
        timers.hand_over_due(session)
    world.do(instances.set_variables, number, {"wait": "PT24H"}, by=ROOT, reason="new calendar")
    assert (world.work(), fired(world, number)) == (1, [])
    assert due(world, number) == [("t0", begin + DAY)]
    world.clock.advance(DAY)
    world.work()
    assert len(fired(world, number)) == 1


def test_a_timer_follows_its_variables_with_who_and_why(world):
    waits = [boundary(name, "u", timer(f"${{{name}}}", "timeDate"), interrupting=False) for name in ("warn", "late")]
    ends = [end("e1"), end("e2"), flow("warn", "e1"), flow("late", "e2")]
    work = [user(name, camunda_candidateGroups="qc") for name in ("u", "v")]
    world.deploy(bpmn(start(), *work, *waits, *ends, end(), path("start", "u", "v", "end")))
    begin = world.clock.now()
    moments = {"warn": (begin + HOUR).isoformat(), "late": (begin + 2 * HOUR).isoformat()}
    number = world.start(variables={**moments, "other": 1})
    numbers = {waits.element: waits.id for waits in world.ask(pending.timers_of, number)}
    with counting(world.database) as (before, _):
        world.do(instances.set_variables, number, {"other": 2}, by=ROOT, reason="none of their business")
    later = (begin + DAY).isoformat()
    with counting(world.database) as (statements, _):
        world.do(instances.set_variables, number, {"late": later}, by=ROOT, reason="the customer agreed")
    assert len(statements) <= len(before) + 2  # the row of the timer goes and comes
    assert len(statements) > len(before)
    assert due(world, number) == [("warn", begin + HOUR), ("late", begin + DAY)]
    assert {each.element: each.id for each in world.ask(pending.timers_of, number)}["warn"] == numbers["warn"]
    (line,) = world.events(number, "timer_moved")
    assert (line.element, line.process, line.actor, line.reason) == ("late", "p", "root", "the customer agreed")
    assert line.data == {"from": (begin + 2 * HOUR).isoformat(), "to": later}
    world.clock.advance(DAY)
    world.work()
    assert [(element, scheduled) for element, scheduled, _ in fired(world, number)] == [
        ("warn", begin + HOUR),
        ("late", begin + DAY),
    ]


def test_a_moment_that_is_lost_is_an_incident_until_it_is_back(world):
    world.deploy(host("${wait}"))
    number, begin = world.start(variables={"wait": "PT1H"}), world.clock.now()
    world.do(instances.set_variables, number, {"wait": None}, by=ROOT, reason="a slip")
    assert (world.status(number), due(world, number)) == ("incident", [("t0", begin + HOUR)])
    world.do(instances.set_variables, number, {"wait": "PT2H"}, by=ROOT, reason="mended")
    assert (world.status(number), due(world, number)) == ("running", [("t0", begin + 2 * HOUR)])
    assert len(world.events(number, "resolved")) == 1


def test_fire_a_timer_by_hand(world):
    world.deploy(host("PT1H"))
    number = world.start()
    (waits,) = world.ask(pending.timers_of, number)
    world.do(timers.fire_now, waits.id, by=ROOT, reason="the customer waits")
    assert [element for element, _, _ in fired(world, number)] == ["t0"]
    assert [line.reason for line in world.events(number, "timer_fired")] == ["the customer waits"]
    world.clock.advance(DAY)
    world.work()
    assert len(fired(world, number)) == 1


def test_next_due(world):
    assert world.ask(timers.next_due) is None
    world.deploy(host("PT1H", "PT3H"))
    world.start()
    assert world.ask(timers.next_due) == world.clock.now() + HOUR


def test_timer_start_events_start_the_latest_version_in_rhythm(world):
    def clocked(text, label):
        return bpmn(start("every", timer(text, "timeCycle"), name=label), end(), path("every", "end"))

    def started():
        with world.database.reading() as session:
            return session.scalars(sa.select(schema.DbInstance.definition_id).order_by(schema.DbInstance.id)).all()

    world.deploy(clocked("R/PT1H", "old"))
    world.clock.advance(HOUR)
    world.work()
    world.deploy(clocked("R/PT2H", "new"))
    with world.database.reading() as session:
        (row,) = session.scalars(sa.select(schema.DbTimer)).all()
        assert row.due_at == world.clock.now() + 2 * HOUR
    for _ in range(4):
        world.clock.advance(HOUR)
        world.work()
    assert started() == [1, 2, 2]
    (begun,) = world.events(2, "started")
    assert (begun.data["trigger"], begun.scheduled_at) == ("timer", world.clock.now() - 2 * HOUR)


def test_a_fired_timer_does_nothing_twice_whoever_runs_it(world):
    world.deploy(host("PT1H"))
    number = world.start()
    world.clock.advance(HOUR)
    with world.database.transaction() as session:
        timers.hand_over_due(session)
    with world.database.reading() as session:
        (job,) = session.scalars(sa.select(schema.DbJob.id)).all()
    assert run_job(world.database, job) is True
    assert run_job(world.database, job) is False
    assert run_due(world.database) == 0
    assert len(fired(world, number)) == 1


@pytest.mark.parametrize("back", [timedelta(milliseconds=5), 2 * DAY])
def test_a_timer_that_was_taken_by_a_clock_ahead_of_this_one_is_not_lost(world, back):
    world.deploy(host("PT1H"))
    number, begin = world.start(), world.clock.now()
    world.clock.advance(HOUR)
    with world.database.transaction() as session:
        timers.hand_over_due(session)
        (job,) = leases.take(session, "p", 10, service=False, owner="me")
    world.clock.set(begin + HOUR - back)
    assert run(world.database, job) is False
    assert (run_due(world.database), fired(world, number)) == (0, [])
    world.clock.set(begin + HOUR)
    assert run_due(world.database) == 1
    assert fired(world, number) == [("t0", begin + HOUR, begin + HOUR)]
    assert world.events(number, "job_failed") == []


def test_a_burst_of_timers_at_one_moment(world):
    world.deploy(host("PT1H"))
    numbers = [world.start() for _ in range(30)]
    world.clock.advance(HOUR)
    for due in (20, 10, 0):
        assert world.do(timers.hand_over_due, limit=20) == due
        run_due(world.database)
    assert all(len(fired(world, number)) == 1 for number in numbers)
