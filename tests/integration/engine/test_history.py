"""What the history says of elements whose id stands in two diagrams of one case."""

from datetime import timedelta

import pytest
from core_bpmn import boundary, call, catch, definitions, end, flow, path, process, service, start, timer, user
from engine_world import LEE, ROOT, WANG

from engine.look import pending
from engine.run import tasks
from engine.work import timers


def walk(key, *inner, names):
    return process(start(), user("u", camunda_candidateGroups="qc"), *inner, end(), path(*names), key=key)


@pytest.fixture
def twice(world):
    """A process with the elements start, u, t, s and end that calls another one with the very same."""

    @world.services.task("mail", outside=True)
    def mail(call):
        raise OSError("no route to host")

    parts = (catch("t", timer("P1D")), service("s", topic="mail"))
    inner = walk("inner", *parts, names=("start", "u", "t", "s", "end"))
    late = (boundary("late", "u", timer("PT1H"), interrupting=False), end("told"), flow("late", "told"))
    outer = walk("p", call("c", "inner"), *late, *parts, names=("start", "u", "c", "t", "s", "end"))
    world.deploy(definitions(outer), definitions(inner))
    world.number = world.start()
    return world


def lines(world, *kinds):
    return [(event.kind, event.element, event.process) for event in world.events(world.number, *kinds)]


def test_every_line_names_the_process_its_element_is_drawn_in(twice):
    twice.complete("u", by=WANG)
    assert lines(twice, "entered", "left", "flow", "completed") == [
        ("entered", "start", "p"),
        ("left", "start", "p"),
        ("flow", "start", "p"),
        ("entered", "u", "p"),
        ("completed", "u", "p"),
        ("left", "u", "p"),
        ("flow", "u", "p"),
        ("entered", "c", "p"),
        ("entered", "start", "inner"),
        ("left", "start", "inner"),
        ("flow", "start", "inner"),
        ("entered", "u", "inner"),
    ]
    assert lines(twice, "cancelled") == []


def test_what_people_and_jobs_do_names_it_too(twice):
    twice.clock.advance(timedelta(hours=2))
    twice.work()
    twice.complete("u", by=WANG)
    twice.do(tasks.claim, twice.task("u").id, by=WANG)
    twice.do(tasks.reassign, twice.task("u").id, LEE.id, by=ROOT, reason="holiday")
    twice.complete("u", by=LEE)
    (armed,) = twice.ask(pending.timers_of, twice.number)
    twice.do(timers.fire_now, armed.id, by=ROOT, reason="a test")
    twice.work()
    assert lines(twice, "timer", "claimed", "reassigned", "timer_fired", "job_failed") == [
        ("timer", "late", "p"),
        ("claimed", "u", "inner"),
        ("reassigned", "u", "inner"),
        ("timer_fired", "t", "inner"),
        ("timer", "t", "inner"),
        ("job_failed", "s", "inner"),
    ]


def test_what_concerns_no_element_names_none(twice):
    assert lines(twice, "started") == [("started", None, None)]
