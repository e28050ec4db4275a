"""Called processes: what goes in, what comes out, which version runs."""

import pytest
from core_bpmn import (
    bpmn,
    call,
    definitions,
    end,
    extension,
    path,
    process,
    script,
    start,
    user,
)
from core_play import FakeHost, Play

pytestmark = pytest.mark.usefixtures("mode")


def test_call():
    caller = process(
        start(),
        call(
            "c",
            "q",
            extension(
                '<camunda:in source="a" target="b"/><camunda:in sourceExpression="${a + 1}" target="c"/><camunda:in businessKey="#{execution.processBusinessKey}"/>',
                '<camunda:out source="b" target="r"/><camunda:out sourceExpression="${b + c}" target="t"/>',
            ),
        ),
        user("after"),
        end(),
        path("start", "c", "after", "end"),
    )
    called = process(start("s"), user("u"), end("e"), path("s", "u", "e"), key="q")
    play = Play(definitions(caller, called), variables={"a": 1})
    token = next(iter(set(play.execution.variables) - {0}))
    assert play.execution.variables[token] == {"b": 1, "c": 2}
    play.complete("u", b=10)
    assert play.variables == {"a": 1, "r": 10, "t": 12}
    assert play.execution.variables == {0: play.variables}
    assert play.open == ["after"]


def test_call_with_everything():
    caller = process(
        start(),
        call("c", "q", extension('<camunda:in variables="all"/><camunda:out variables="all"/>')),
        end(),
        path("start", "c", "end"),
    )
    called = process(start("s"), script("x", "n = n + 1"), end("e"), path("s", "x", "e"), key="q")
    assert Play(definitions(caller, called), variables={"n": 1}).variables == {"n": 2}


def test_running_call_stays_on_its_version():
    caller = bpmn(start(), call("c", "q"), end(), path("start", "c", "end"))
    old, new = (
        definitions(process(start("s"), user(name), end("e"), path("s", name, "e"), key="q")) for name in ("old", "new")
    )
    host = FakeHost(caller, d0={"q.bpmn": old})
    play = Play(host)
    assert play.open == ["old"]
    host.files["d9"] = {"q.bpmn": new}
    host.known["d9"] = host.read("d9")
    play.settle()
    assert play.complete("old").ended
    assert Play(host).open == ["new"]


def test_missing_process_and_failing_mapping_are_incidents_without_traces():
    caller = bpmn(
        start(),
        call("c", "${which}", extension('<camunda:in sourceExpression="${n + 1}" target="n"/>')),
        end(),
        path("start", "c", "end"),
    )
    host = FakeHost(
        caller, d0={"q.bpmn": definitions(process(start("s"), user("u"), end("e"), path("s", "u", "e"), key="q"))}
    )
    play = Play(host, variables={"which": "nobody", "n": 1})
    assert "not deployed" in play.incidents["c"]
    play.set(which="q", n="x").retry("c")
    assert list(play.incidents) == ["c"]
    assert list(play.execution.variables) == [0]
    play.set(n=1).retry("c")
    assert play.open == ["u"]


def test_process_that_calls_itself_without_end_is_an_incident():
    play = Play(definitions(process(start(), call("c", "p"), end(), path("start", "c", "end"))), reload=False)
    assert "call itself" in play.incidents["c"]
