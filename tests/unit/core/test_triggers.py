"""Events with several triggers: one of them is enough, or all of them have to come."""

import pytest
from core_bpmn import (
    both,
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
    extension,
    inputs_outputs,
    line,
    message,
    messages,
    node,
    path,
    process,
    service,
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

EXTRA = messages("M", "N") + signals("S") + errors("E") + escalations("X")


def between(*triggers, together=False):
    event = node("intermediateCatchEvent", "c", *triggers, parallelMultiple="true" if together else None)
    return line(event, user("after"), extra=EXTRA)


@pytest.mark.parametrize("trigger", ["message", "timer", "condition"])
def test_one_of_several_is_enough(trigger):
    play = Play(between(message("M"), timer("P1D"), condition("${is_defined(x) and x == 1}")))
    assert (len(play.execution.subscriptions), play.timers) == (1, ["c"])
    act = {"message": lambda: play.message("M", y=2), "timer": lambda: play.advance("P2D")}
    act.get(trigger, lambda: play.set(x=1))()
    assert play.open == ["after"]
    assert (len(play.execution.subscriptions), play.timers) == (0, [])
    assert play.times() == {"start": 1, "c": 1, "after": 1}
    assert play.times("cancelled") == {}
    assert play.complete("after").ended


def test_all_of_several_have_to_come_in_any_order():
    play = Play(between(message("M"), timer("P1D"), message("N"), together=True))
    play.message("N", n=1)
    assert (play.open, len(play.execution.subscriptions)) == ([], 1)
    play.message("M", m=1).advance("PT1H")
    assert play.open == []
    play.advance("P1D")
    assert (play.open, play.variables) == (["after"], {"n": 1, "m": 1})
    assert play.times() == {"start": 1, "c": 1, "after": 1}


def bordered(*triggers, interrupting=True, together=False, host=None):
    border = boundary("b", "u", *triggers, interrupting=interrupting)
    if together:
        border = border.replace("attachedToRef", 'parallelMultiple="true" attachedToRef')
    return bpmn(
        start(), host or user("u"), user("after"), end(), border, user("late"), end("e2"),
        path("start", "u", "after", "end"), path("b", "late", "e2"), extra=EXTRA,
    )  # fmt: skip


def test_a_border_with_several_interrupts_once():
    play = Play(bordered(timer("P1D"), message("M")))
    play.message("M")
    assert (play.open, play.timers) == (["late"], [])
    play = Play(bordered(timer("P1D"), message("M")))
    play.complete("u")
    assert (play.open, play.timers, len(play.execution.subscriptions)) == (["after"], [], 0)


def test_a_border_with_several_fires_every_time_beside():
    play = Play(bordered(message("M"), timer("P1D"), signal("S"), interrupting=False))
    play.message("M").advance("P2D").signal("S").message("M")
    assert play.open == ["late"] * 4 + ["u"]
    assert play.timers == []
    play.complete("u")
    assert len(play.execution.subscriptions) == 0


def test_a_border_whose_first_trigger_is_spent_hears_the_others():
    play = Play(bordered(timer("P1D"), message("M"), interrupting=False))
    play.advance("P2D").message("M")
    assert play.open == ["late", "late", "u"]


def test_a_border_that_needs_all_begins_anew_when_it_has_fired():
    play = Play(bordered(message("M"), signal("S"), interrupting=False, together=True))
    play.message("M")
    assert play.open == ["u"]
    play.signal("S")
    assert play.open == ["late", "u"]
    play.signal("S")
    assert play.open == ["late", "u"]
    play.message("M")
    assert play.open == ["late", "late", "u"]


def test_an_error_and_an_escalation_among_several():
    def fails(call):
        raise BpmnError("E", "no")

    host = FakeHost(bordered(message("M"), error("E"), host=service("u")), services={"work": fails})
    assert Play(host).open == ["late"]


def handled(*triggers, interrupting=True, together=False):
    event = start("e0", *triggers, isInterrupting=str(interrupting).lower(), parallelMultiple=str(together).lower())
    inside = sub("e", event, user("handle"), end("e1"), path("e0", "handle", "e1"), event=True)
    return bpmn(start(), user("u"), end(), inside, path("start", "u", "end"), extra=EXTRA)


def test_an_event_sub_process_with_several_starts():
    play = Play(handled(message("M"), timer("P1D"), interrupting=False))
    play.message("M").advance("P2D").message("M")
    assert play.open == ["handle"] * 3 + ["u"]
    play = Play(handled(message("M"), signal("S"), together=True))
    play.message("M")
    assert play.open == ["u"]
    play.signal("S")
    assert play.open == ["handle"]
    assert play.complete("handle").ended


def test_several_things_are_thrown_in_order():
    play = Play(line(throw("t", message("M"), signal("S"), escalation("X")), user("after"), extra=EXTRA))
    assert [sent[:2] for sent in play.sent] == [("message", "M"), ("signal", "S")]
    assert play.open == ["after"]


def test_a_process_with_several_starts_in_one():
    diagram = bpmn(start("s", message("M"), timer("R/P1D", "timeCycle"), signal("S")), user("u"), end(),
                   path("s", "u", "end"), extra=EXTRA)  # fmt: skip
    play = Play(diagram, element="s")
    assert play.open == ["u"]
    starts = play.host.known["d1"].processes["p"].starts
    assert [(point.element, point.kind, point.name, point.timer) for point in starts] == [
        ("s", "message", "M", None),
        ("s", "timer", None, "cycle"),
        ("s", "signal", "S", None),
    ]


def changed(*, event_sub=True, interrupting=False, **facts):
    written = "".join(f" camunda:{name}='{value}'" for name, value in facts.items())
    trigger = condition("${x > 5}").replace("<conditionalEventDefinition", f"<conditionalEventDefinition{written}")
    return handled(trigger, interrupting=interrupting) if event_sub else bordered(trigger, interrupting=interrupting)


@pytest.mark.parametrize("event_sub", [True, False])
def test_a_condition_that_is_looked_at_when_one_variable_changes(event_sub):
    open_then = "handle" if event_sub else "late"
    play = Play(changed(event_sub=event_sub, variableName="x"), variables={"x": 9})
    assert play.open == sorted(["u", open_then])  # it holds when it begins to wait
    play.set(y=1)
    assert play.open == sorted(["u", open_then])
    play.set(x=6).set(x=7).set(x=1)
    assert play.open == sorted(["u", open_then, open_then, open_then])


@pytest.mark.parametrize(("events", "count"), [("create", 1), ("update", 1), ("create, update", 2)])
def test_a_condition_by_what_happens_to_the_variable(events, count):
    play = Play(changed(variableName="x", variableEvents=events))
    play.set(x=6).set(x=7)
    assert play.open == ["handle"] * count + ["u"]


def test_a_condition_of_an_event_sub_process_that_interrupts():
    play = Play(changed(interrupting=True, variableName="x"))
    play.set(x=6)
    assert play.open == ["handle"]


ONE = (
    "<conditionalEventDefinition camunda:variableName='n'><condition>${n > 0}</condition></conditionalEventDefinition>"
)
HIT = sub(
    "e", start("e0", ONE, isInterrupting="false"), user("hit"), end("e1"), path("e0", "hit", "e1"), event=True,
)  # fmt: skip


@pytest.mark.parametrize("place", ["caller", "called"])
def test_a_condition_is_set_off_by_the_variable_it_sees_not_by_one_of_that_name_in_another_process(place):
    given = extension('<camunda:in source="n" target="n"/>', '<camunda:out source="n" target="back"/>')
    caller = process(
        start(), both("f"), call("c", "q", given), user("x"), end(), path("start", "f", "c", "end"), path("f", "x", "end"),
        HIT if place == "caller" else "",
    )  # fmt: skip
    called = process(
        start("q0"), user("y"), user("z"), end("q1"), path("q0", "y", "z", "q1"), HIT if place == "called" else "",
        key="q",
    )  # fmt: skip
    play = Play(definitions(caller, called), variables={"n": 1})
    assert play.open == ["hit", "x", "y"]
    play.complete("x" if place == "called" else "y", n=5)
    assert play.open.count("hit") == 1
    play.complete("y" if place == "called" else "x", n=6)
    assert play.open.count("hit") == 2


def test_a_condition_hears_of_no_variable_that_a_task_has_for_itself():
    inputs = extension(inputs_outputs({"n": "${n + 1}"}))
    play = Play(bpmn(start(), user("u", inputs), end(), path("start", "u", "end"), HIT), variables={"n": 1})
    assert play.open == ["hit", "u"]


@pytest.mark.parametrize("kind", ["an answer", "an input"])
def test_what_changed_before_a_condition_is_looked_at_for_the_first_time_does_not_set_it_off_again(kind):
    inside = sub(
        "s", extension(inputs_outputs({"n": "${m}"})), start("s0"), user("v"), end("s1"), path("s0", "v", "s1"), HIT
    )
    border = user("v") + boundary("b", "v", ONE, interrupting=False) + user("hit") + end("e2") + path("b", "hit", "e2")
    drawn = (
        (border, path("start", "u", "v", "end")) if kind == "an answer" else (inside, path("start", "u", "s", "end"))
    )
    play = Play(bpmn(start(), user("u"), end(), *drawn), variables={"m": 1})
    play.complete("u", n=5)
    assert play.open == ["hit", "v"]
    play.set(n=6)
    assert play.open.count("hit") == (2 if kind == "an answer" else 1)


def test_a_condition_in_a_call_that_another_condition_ends_is_not_looked_at_any_more():
    stop = sub("e", start("e0", ONE), user("hit"), end("e1"), path("e0", "hit", "e1"), event=True)
    inside = process(start("q0"), user("y"), end("q1"), path("q0", "y", "q1"), stop.replace("hit", "other"), key="q")
    inner = inside.replace('"e', '"i')
    given = extension('<camunda:in source="n" target="n"/>')
    border = boundary("b", "c", ONE) + user("late") + end("e3") + path("b", "late", "e3")
    caller = process(start(), call("c", "q", given), border, end(), path("start", "c", "end"))
    play = Play(definitions(caller, inner), variables={"n": 0})
    play.execution.set_variables({"n": 1}, next(iter(set(play.execution.variables) - {0})))
    play.set(n=1)
    assert play.open == ["late"]
