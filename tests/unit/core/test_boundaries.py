"""Events on the border of activities."""

import pytest
from core_bpmn import (
    boundary,
    bpmn,
    call,
    condition,
    definitions,
    end,
    error,
    errors,
    escalation,
    escalations,
    flow,
    message,
    messages,
    path,
    process,
    service,
    several,
    signal,
    signals,
    start,
    sub,
    throw,
    timer,
    user,
)
from core_play import FakeHost, Play

from engine.errors import BpmnError

pytestmark = pytest.mark.usefixtures("mode")

NAMES = messages("M") + signals("S") + errors("E", "F") + escalations("X")


def with_boundary(trigger, *, interrupting, host=None):
    return bpmn(
        start(),
        host or user("work"),
        user("after"),
        end(),
        path("start", "work", "after", "end"),
        boundary("b", "work", trigger, interrupting=interrupting),
        user("side"),
        end("e2"),
        path("b", "side", "e2"),
        extra=NAMES,
    )


FIRE = {
    "message": (message("M"), lambda play: play.message("M")),
    "signal": (signal("S"), lambda play: play.signal("S")),
    "conditional": (condition("${late}"), lambda play: play.set(late=False).set(late=True)),
    "timer": (timer("R/PT1H", "timeCycle"), lambda play: play.advance("PT1H")),
}


@pytest.mark.parametrize("kind", FIRE)
def test_beside_fires_every_time_and_outlives_its_host(kind):
    trigger, fire = FIRE[kind]
    play = Play(with_boundary(trigger, interrupting=False))
    for count in (1, 2, 3):
        fire(play)
        assert play.open == ["side"] * count + ["work"]
    play.complete("work")
    assert play.open == ["after", "side", "side", "side"]
    assert play.times()["b"] == 3
    play.complete("after")
    for _ in range(3):
        assert not play.ended
        play.complete("side")
    assert play.ended


@pytest.mark.parametrize("kind", FIRE)
def test_interrupting(kind):
    trigger, fire = FIRE[kind]
    play = Play(with_boundary(trigger, interrupting=True))
    fire(play)
    assert play.open == ["side"]
    assert play.times("cancelled")["work"] == 1
    assert not play.execution.timers
    assert not play.execution.subscriptions
    assert play.complete("side").ended


def test_side_items_survive_an_interrupting_event_of_the_same_host():
    diagram = bpmn(
        start(),
        user("work"),
        end(),
        path("start", "work", "end"),
        boundary("b", "work", message("M"), interrupting=False),
        user("side"),
        end("e2"),
        path("b", "side", "e2"),
        boundary("c", "work", signal("S")),
        user("stopped"),
        end("e3"),
        path("c", "stopped", "e3"),
        extra=NAMES,
    )
    play = Play(diagram).message("M").signal("S")
    assert play.open == ["side", "stopped"]


def test_error_of_a_service():
    def fails(call):
        raise BpmnError(call.inputs["code"], "no")

    host = service("work")
    diagram = bpmn(
        start(),
        host,
        end(),
        path("start", "work", "end"),
        boundary("b", "work", error("E")),
        user("exact"),
        end("e2"),
        path("b", "exact", "e2"),
        boundary("c", "work", error()),
        user("any"),
        end("e3"),
        path("c", "any", "e3"),
        extra=NAMES,
    )
    assert Play(FakeHost(diagram, services={"work": fails}), variables={"code": "E"}).open == ["exact"]
    assert Play(FakeHost(diagram, services={"work": fails}), variables={"code": "Z"}).open == ["any"]


def test_error_caught_nowhere_is_an_incident():
    def fails(call):
        raise BpmnError("Z", "no")

    play = Play(FakeHost(bpmn(start(), service("work"), end(), path("start", "work", "end")), services={"work": fails}))
    assert play.incidents == {"work": "the error Z is caught nowhere: no"}
    assert Play(bpmn(start(), end("end", error("E")), path("start", "end"), extra=NAMES)).incidents == {
        "end": "the error E is caught nowhere"
    }


def test_error_leaves_a_call_and_cancels_all_in_it():
    called = process(
        start("s"),
        user("u"),
        user("v"),
        end("e", error("E")),
        flow("s", "u"),
        path("s", "v", "e"),
        path("u", "e"),
        key="q",
    )
    caller = process(
        start(),
        call("work", "q"),
        end(),
        path("start", "work", "end"),
        boundary("b", "work", error("E")),
        user("side"),
        end("x"),
        path("b", "side", "x"),
    )
    play = Play(definitions(errors("E"), caller, called))
    play.complete("u")
    assert play.open == ["side"]
    assert list(play.execution.variables) == [0]


def test_escalation_passes_several_times():
    inner = sub(
        "work",
        start("s"),
        throw("t1", escalation("X")),
        throw("t2", escalation("X")),
        user("u"),
        end("e"),
        path("s", "t1", "t2", "u", "e"),
    )
    play = Play(with_boundary(escalation("X"), interrupting=False, host=inner))
    assert play.open == ["side", "side", "u"]
    play = Play(with_boundary(escalation("X"), interrupting=True, host=inner))
    assert play.open == ["side"]
    assert play.times()["t2"] == 0


def test_escalation_caught_nowhere_goes_on():
    assert Play(
        bpmn(start(), throw("t", escalation("X")), user("u"), end(), path("start", "t", "u", "end"), extra=NAMES)
    ).open == ["u"]


def test_boundary_of_a_whole_multi_instance():
    play = Play(with_boundary(signal("S"), interrupting=True, host=user("work", several(count=3))))
    play.complete("work")
    assert play.open == ["work", "work"]
    play.signal("S")
    assert play.open == ["side"]


def test_timer_on_a_subprocess_that_holds_a_person():
    host = sub("work", start("s"), user("deep"), end("e"), path("s", "deep", "e"))
    play = Play(with_boundary(timer("P2D"), interrupting=True, host=host)).advance("P2D")
    assert play.open == ["side"]


def test_cycle_of_three():
    play = Play(with_boundary(timer("R3/PT1H", "timeCycle"), interrupting=False)).advance("P1D")
    assert play.open == ["side", "side", "side", "work"]
    assert play.timers == []


@pytest.mark.parametrize(("catch_up", "fired"), [("one", 1), ("all", 10)])
def test_missed_cycles(catch_up, fired):
    play = Play(FakeHost(with_boundary(timer("R/PT1H", "timeCycle"), interrupting=False), catch_up=catch_up))
    play.outage("PT10H30M")
    assert play.open.count("side") == fired
    assert [str(t.due_at) for t in play.execution.timers.values()] == ["2026-01-05 12:00:00+00:00"]


def test_failing_timer_leaves_the_host_alone():
    play = Play(with_boundary(timer("${when}"), interrupting=True))
    assert list(play.incidents) == ["b"]
    assert play.open == ["work"]
    play.set(when="PT1H").retry("b")
    assert play.timers == ["b"]
    play.advance("PT1H")
    assert play.open == ["side"]


def test_a_condition_that_holds_at_once_comes_before_the_service():
    play = Play(with_boundary(condition("${x == 1}"), interrupting=True, host=service("work")), variables={"x": 1})
    assert play.open == ["side"]
    assert play.host.calls == []


@pytest.mark.parametrize(("written", "opened"), [("0", ["side", "work"]), ("1", ["side"])])
def test_yes_and_no_in_numbers(written, opened):
    diagram = with_boundary(message("M"), interrupting=True).replace(
        b'cancelActivity="true"', f'cancelActivity="{written}"'.encode()
    )
    assert Play(diagram).message("M").open == opened
