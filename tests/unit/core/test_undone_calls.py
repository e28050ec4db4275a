"""Compensation of called processes: undone by what is in them, with the variables that they had."""

import pytest
from core_bpmn import (
    LOG,
    UNDO,
    booked,
    boundary,
    call,
    definitions,
    end,
    error,
    errors,
    extension,
    flow,
    node,
    path,
    process,
    script,
    service,
    several,
    start,
    sub,
    throw,
    undo,
    undoing,
    undone_by,
    user,
    xor,
)
from core_play import FakeHost, Play

from engine.errors import BpmnError

pytestmark = pytest.mark.usefixtures("mode")


def called(*parts, key="q"):
    """A process that is called, from its start event through the activities of these names to its end."""
    names = [text.split('id="', 1)[1].split('"', 1)[0] for text in parts]
    return process(start("q0"), *parts, end("q1"), path("q0", *names, "q1"), key=key)


ALL_IN = '<camunda:in variables="all"/>'
LOG_BACK = '<camunda:out source="log" target="log"/>'


def calling(*inner, key="q"):
    return call("c", key, extension(ALL_IN, LOG_BACK), *inner)


def asked(name):
    """A task of a person, with one that undoes it."""
    return user(name) + user(f"un{name}", isForCompensation="true") + undone_by(name, f"un{name}")


def test_a_called_process_that_has_ended_is_undone_by_what_is_in_it_with_its_variables():
    keeps = '<camunda:in sourceExpression="${[]}" target="log"/><camunda:out source="log" target="mine"/>'
    caller = process(
        start(), booked("a"), call("c", "q", extension(keeps)), booked("b"), throw("t", undo()), user("u"), end(),
        path("start", "a", "c", "b", "t", "u", "end"),
    )  # fmt: skip
    inner = called(script("x", "log = log + [1]"), asked("y"), booked("z"))
    play = Play(definitions(caller, inner), variables={"log": []})
    play.complete("y", seen=7)
    assert (play.open, play.variables["log"], play.variables["mine"]) == (["uny"], ["a", "b", "-b"], [1, "z"])
    (number,) = set(play.execution.variables) - {0}
    assert play.execution.variables[number] == {"log": [1, "z", "-z"], "seen": 7}
    assert play.execution.calls == [("d1", "q")]
    assert play.execution.home(play.token("uny")) == ("d1", "q")
    play.complete("uny")
    assert (play.open, play.variables["log"], play.variables["mine"]) == (["u"], ["a", "b", "-b", "-a"], [1, "z"])
    assert play.execution.variables == {0: play.variables}


def test_one_call_is_undone_by_its_name_and_what_it_calls_in_turn():
    caller = process(
        start(), calling(), booked("b"), end("t", undo("c")), path("start", "c", "b", "t"),
    )  # fmt: skip
    between = process(
        start("q0"), booked("m"), call("d", "r", extension(ALL_IN, LOG_BACK)), booked("n"), end("q1"),
        path("q0", "m", "d", "n", "q1"), key="q",
    )  # fmt: skip
    play = Play((definitions(caller, between), definitions(called(asked("y"), key="r"))), variables={"log": []})
    play.complete("y")
    assert play.open == ["uny"]
    play.complete("uny")
    entered = [each.element for each in play.trace if each.kind == "entered" and each.element.startswith("un")]
    assert (entered, play.ended) == (["unn", "uny", "unm"], True)


@pytest.mark.parametrize("sequential", [False, True])
def test_each_of_several_calls_is_undone_with_what_it_had(sequential):
    given = '<camunda:in source="n" target="n"/>'
    each = call("c", "q", extension(given), several("${[1, 2]}", variable="n", sequential=sequential))
    caller = process(start(), each, throw("t", undo()), end(), path("start", "c", "t", "end"))
    inner = process(
        start("q0"), user("y"), undoing("uny", "kept = kept + [n, w]"), undone_by("y", "uny"), end("q1"),
        path("q0", "y", "q1"), key="q",
    )  # fmt: skip
    play = Play(definitions(caller, inner))
    play.complete("y", w="a", kept=[]).complete("y", w="b", kept=[])
    told = [each.data["new"] for each in play.trace if each.kind == "variable" and each.data["name"] == "kept"]
    assert [value for value in told if value] == [[2, "b"], [1, "a"]]
    assert play.ended


def test_a_handler_on_a_call_stands_for_all_that_is_in_it():
    caller = process(
        start(), calling(), undoing("unc", LOG.format("-c")), undone_by("c", "unc"), end("t", undo()),
        path("start", "c", "t"),
    )  # fmt: skip
    play = Play(definitions(caller, called(booked("x"))), variables={"log": []})
    assert play.variables["log"] == ["x", "-c"]
    assert play.ended


def test_an_event_sub_process_says_how_a_called_process_is_undone():
    way_back = sub(
        "e", start("e0", UNDO), user("first"), throw("rest", undo()), end("e1"), path("e0", "first", "rest", "e1"),
        event=True,
    )  # fmt: skip
    inner = process(start("q0"), asked("x"), end("q1"), path("q0", "x", "q1"), way_back, key="q")
    caller = process(start(), call("c", "q"), throw("t", undo()), end(), path("start", "c", "t", "end"))
    play = Play(definitions(caller, inner))
    play.complete("x")
    assert play.open == ["first"]
    play.complete("first")
    assert play.open == ["unx"]
    play.complete("unx")
    assert play.ended


def test_what_a_transaction_has_called_is_undone_when_it_is_cancelled():
    inside = (calling(), user("decide"), end("cancel", "<cancelEventDefinition/>"), path("s0", "c", "decide", "cancel"))
    outer = (
        start(), node("transaction", "tx", start("s0"), *inside), user("good"), user("bad"), end(), end("e2"),
        boundary("cancelled", "tx", "<cancelEventDefinition/>"), path("start", "tx", "good", "end"),
        path("cancelled", "bad", "e2"),
    )  # fmt: skip
    play = Play(definitions(process(*outer), called(asked("x"))), variables={"log": []})
    play.complete("x").complete("decide")
    assert play.open == ["unx"]
    play.complete("unx")
    assert play.open == ["bad"]


def test_an_error_in_the_way_back_of_a_called_process_is_caught_around_the_throw():
    inner = process(
        start("q0"), script("x", "y = 1"), service("unx", topic="work", isForCompensation="true"), undone_by("x", "unx"),
        end("q1"), path("q0", "x", "q1"), key="q",
    )  # fmt: skip
    inside = sub("s", start("s0"), call("c", "q"), throw("t", undo()), end("s1"), path("s0", "c", "t", "s1"))
    caller = process(
        start(), inside, end(), boundary("b", "s", error("E")), user("u"), end("e2"), path("start", "s", "end"),
        path("b", "u", "e2"),
    )  # fmt: skip

    def fails(_):
        raise BpmnError("E", "no")

    play = Play(FakeHost(definitions(errors("E"), caller, inner), services={"work": fails}))
    assert play.open == ["u"]
    assert play.execution.variables == {0: play.variables}


def test_what_lies_too_deep_to_be_kept_is_an_incident():
    again = process(
        start(), booked("a"), xor("x", default="x-end"), call("c", "p", extension(ALL_IN)), end(),
        path("start", "a", "x", "end"), flow("x", "c", "${count(log) < 110}"), path("c", "end"),
    )  # fmt: skip
    play = Play(definitions(again), variables={"log": []}, reload=False)
    assert play.incidents == {"c": "what is to be undone lies in more than 100 scopes"}
    play.execution.dump()
