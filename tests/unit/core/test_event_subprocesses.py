"""Event sub-processes: every trigger, interrupting or not, at every level, any number of times."""

import pytest
from core_bpmn import (
    boundary,
    bpmn,
    catch,
    condition,
    end,
    error,
    errors,
    escalation,
    escalations,
    message,
    messages,
    node,
    path,
    service,
    signal,
    signals,
    start,
    sub,
    terminate,
    throw,
    timer,
    user,
)
from core_play import FakeHost, Play

from engine.errors import BpmnError

pytestmark = pytest.mark.usefixtures("mode")

NAMES = messages("M") + signals("S") + errors("E") + escalations("X")
TRIGGERS = {
    "message": (message("M"), lambda play: play.message("M", why="m")),
    "signal": (signal("S"), lambda play: play.signal("S", why="s")),
    "timer": (timer("PT1H"), lambda play: play.advance("PT1H")),
    "conditional": (condition("${late == true}"), lambda play: play.set(late=True)),
}


def handler(trigger, *, interrupting, prefix="e"):
    return sub(
        f"{prefix}_sub",
        start(f"{prefix}_start", trigger, isInterrupting=str(interrupting).lower()),
        user(f"{prefix}_task"),
        end(f"{prefix}_end"),
        path(f"{prefix}_start", f"{prefix}_task", f"{prefix}_end"),
        event=True,
    )


def main_path(*inner):
    return (start(), user("work"), end(), path("start", "work", "end"), *inner)


@pytest.mark.parametrize("kind", TRIGGERS)
def test_interrupting(kind):
    trigger, fire = TRIGGERS[kind]
    play = Play(bpmn(*main_path(handler(trigger, interrupting=True)), extra=NAMES))
    assert play.open == ["work"]
    fire(play)
    assert play.open == ["e_task"]
    assert play.times("cancelled") == {"work": 1}
    play.complete("e_task")
    assert play.ended
    assert play.execution.end_elements == []


@pytest.mark.parametrize("kind", TRIGGERS)
def test_beside(kind):
    trigger, fire = TRIGGERS[kind]
    play = Play(bpmn(*main_path(handler(trigger, interrupting=False)), extra=NAMES))
    fire(play)
    assert play.open == ["e_task", "work"]
    if kind in {"message", "signal"}:
        fire(play)
        assert play.open == ["e_task", "e_task", "work"]
        play.complete("e_task")
    play.complete("work")
    assert not play.ended
    play.complete("e_task")
    assert play.ended


@pytest.mark.parametrize("kind", TRIGGERS)
def test_does_not_hold_the_end(kind):
    trigger, _ = TRIGGERS[kind]
    play = Play(bpmn(*main_path(handler(trigger, interrupting=False)), extra=NAMES)).complete("work")
    assert play.ended
    assert not play.execution.timers
    assert not play.execution.subscriptions


@pytest.mark.parametrize("interrupting", [True, False])
def test_inside_a_subprocess(interrupting):
    inner = sub(
        "box",
        start("s2"),
        user("inner"),
        end("e2"),
        path("s2", "inner", "e2"),
        handler(message("M"), interrupting=interrupting),
    )
    play = Play(bpmn(start(), inner, user("after"), end(), path("start", "box", "after", "end"), extra=NAMES))
    play.message("M")
    assert play.open == (["e_task"] if interrupting else ["e_task", "inner"])
    play.complete("e_task")
    if not interrupting:
        play.complete("inner")
    assert play.open == ["after"]
    assert not play.execution.subscriptions


def test_error_starts_the_handler():
    def fails(call):
        raise BpmnError("E", "broken")

    trigger = error("E", camunda_errorCodeVariable="code", camunda_errorMessageVariable="text")
    diagram = bpmn(
        start(), service("st"), end(), path("start", "st", "end"), handler(trigger, interrupting=True), extra=NAMES
    )
    play = Play(FakeHost(diagram, services={"work": fails}))
    assert play.open == ["e_task"]
    assert play.variables == {"code": "E", "text": "broken"}
    assert [t.data for t in play.trace if t.kind == "error"] == [
        {"code": "E", "message": "broken", "caught_by": "e_start"}
    ]


def test_error_inside_the_error_handler_goes_outward():
    inner = sub(
        "box",
        start("s2"),
        end("e2", error("E")),
        path("s2", "e2"),
        sub("h", start("hs", error("E")), end("he", error("E")), path("hs", "he"), event=True),
    )
    play = Play(
        bpmn(
            start(),
            inner,
            boundary("b", "box", error("E")),
            user("out"),
            end(),
            end("no"),
            path("start", "box", "no"),
            path("b", "out", "end"),
            extra=NAMES,
        )
    )
    assert play.open == ["out"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_escalation(interrupting):
    diagram = bpmn(
        start(),
        throw("t", escalation("X")),
        user("go"),
        end(),
        path("start", "t", "go", "end"),
        handler(escalation("X"), interrupting=interrupting),
        extra=NAMES,
    )
    play = Play(diagram)
    assert play.open == (["e_task"] if interrupting else ["e_task", "go"])


def test_specific_code_before_catch_all():
    play = Play(
        bpmn(
            start(),
            end("e", error("E")),
            path("start", "e"),
            handler(error(), interrupting=True, prefix="all"),
            handler(error("E"), interrupting=True, prefix="one"),
            extra=NAMES,
        )
    )
    assert play.open == ["one_task"]


def test_nested_in_each_other_both_twice():
    inner = handler(message("N"), interrupting=False, prefix="in")
    outer = sub(
        "o",
        start("os", message("M"), isInterrupting="false"),
        user("ot"),
        end("oe"),
        path("os", "ot", "oe"),
        inner,
        event=True,
    )
    play = Play(bpmn(*main_path(outer), extra=messages("M", "N")))
    for _ in range(2):
        play.message("M")
        for _ in range(2):
            play.message("N")
        assert play.open == ["in_task", "in_task", "ot", "work"]
        play.complete("in_task").complete("in_task").complete("ot")
    assert play.open == ["work"]
    assert play.complete("work").ended


def test_clock_of_four_timers_with_terminate():
    """The shape of the seven-day clock: a condition arms four timers at once, the main path ends by terminating."""
    branches = [
        catch(f"t{i}", timer("${due" + str(i) + "}", "timeDate"))
        + service(f"do{i}", topic="mark")
        + end(f"te{i}")
        + path("split", f"t{i}", f"do{i}", f"te{i}")
        for i in range(4)
    ]
    clock = sub(
        "clock",
        start("cs", condition("${due0 != null}"), isInterrupting="false"),
        node("parallelGateway", "split"),
        path("cs", "split"),
        *branches,
        event=True,
    )
    host = FakeHost(bpmn(start(), user("a"), user("b"), end("end", terminate()), path("start", "a", "b", "end"), clock))
    play = Play(host)
    assert play.timers == []
    play.complete(
        "a", due0="2026-01-06T09:00", due1="2026-01-07T24:00", due2="2026-01-08T09:00", due3="2026-01-09T09:00"
    )
    assert play.timers == ["t0", "t1", "t2", "t3"]
    assert sorted(str(t.due_at) for t in play.execution.timers.values())[1] == "2026-01-07 16:00:00+00:00"
    play.outage("PT72H")
    assert [call[1] for call in host.calls] == ["do0", "do1", "do2"]
    assert [t.element for t in play.trace if t.kind == "timer"] == ["t0", "t1", "t2"]
    play.complete("b")
    assert play.ended
    assert play.execution.end_elements == ["end"]


def test_withdrawal_confirmed_interrupts_everything():
    ask = sub(
        "ask",
        start("as", message("M"), isInterrupting="false"),
        user("confirm"),
        end("ae"),
        path("as", "confirm", "ae"),
        event=True,
    )
    stop = sub(
        "stop",
        start("ss", condition("${confirmed == true}")),
        user("close"),
        end("se"),
        path("ss", "close", "se"),
        event=True,
    )
    play = Play(bpmn(*main_path(ask, stop), extra=NAMES))
    play.message("M")
    play.complete("confirm", confirmed=False)
    assert play.open == ["work"]
    play.message("M")
    play.complete("confirm", confirmed=True)
    assert play.open == ["close"]
    assert play.times("left")["confirm"] == 2
    assert play.complete("close").ended


def test_interrupting_condition_that_holds_at_once():
    play = Play(
        bpmn(
            start(),
            service("never"),
            end(),
            path("start", "never", "end"),
            handler(condition("${x > 1}"), interrupting=True),
        ),
        variables={"x": 2},
    )
    assert play.open == ["e_task"]
    assert play.host.calls == []


def test_condition_that_cannot_be_worked_out_is_an_incident_of_the_listener():
    play = Play(bpmn(*main_path(handler(condition("${n > 1}"), interrupting=True))))
    play.set(n="many")
    assert list(play.incidents) == ["e_start"]
    assert play.open == ["work"]
    play.set(n=3)
    play.retry("e_start")
    assert play.open == ["e_task"]


def test_broken_timer_of_a_listener_does_not_hold_the_scope():
    play = Play(bpmn(*main_path(handler(timer("${missing}"), interrupting=True))))
    assert list(play.incidents) == ["e_start"]
    assert play.complete("work").ended


def test_payload_reaches_the_case():
    play = Play(bpmn(*main_path(handler(message("M"), interrupting=False)), extra=NAMES)).message("M", by="customer")
    assert play.variables["by"] == "customer"
