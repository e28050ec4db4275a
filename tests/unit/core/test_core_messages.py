"""Messages and signals: who receives them, what they carry, what they start."""

import pytest
from core_bpmn import (
    both,
    bpmn,
    catch,
    end,
    extension,
    flow,
    inputs_outputs,
    line,
    message,
    messages,
    node,
    path,
    several,
    signal,
    signals,
    start,
    throw,
    user,
)
from core_play import FakeHost, Play

from engine.core import Execution
from engine.errors import Ambiguous, NotCorrelated

pytestmark = pytest.mark.usefixtures("mode")


def test_messages():
    play = Play(line(catch("m", message("M")), node("receiveTask", "r", messageRef="N"), extra=messages("M", "N")))
    with pytest.raises(NotCorrelated):
        play.message("N")
    play.message("M", a=1)
    assert [s.kind + s.name for s in play.execution.subscriptions.values()] == ["messageN"]
    play.execution.complete(play.token("r", play.execution.subscriptions), {"b": 2})
    assert play.settle().ended
    assert play.variables == {"a": 1, "b": 2}


def test_ambiguous_message_is_refused_unless_it_correlates():
    box = node("receiveTask", "r", several("units", variable="unit"), messageRef="M")
    play = Play(line(box, extra=messages("M")), variables={"units": ["a", "b"]})
    with pytest.raises(Ambiguous):
        play.message("M")
    play.execution.deliver("message", "M", {}, where={"unit": "b"})
    play.settle()
    play.execution.deliver("message", "M", {}, token=next(iter(play.execution.subscriptions)))
    assert play.settle().ended


def test_message_name_with_an_expression():
    play = Play(line(catch("m", message("M")), extra='<message id="M" name="order-${no}"/>'), variables={"no": 5})
    assert play.message("order-5").ended


def test_signal_reaches_everybody_and_the_outbox():
    diagram = bpmn(
        start(),
        both("g"),
        catch("a", signal("S")),
        catch("b", signal("S")),
        user("u"),
        throw("t", signal("S", extension('<camunda:in source="n" target="m"/>'))),
        end("end", signal("S")),
        flow("start", "g"),
        path("g", "a", "end"),
        path("g", "b", "end"),
        path("g", "u", "t", "end"),
        extra=signals("S"),
    )
    play = Play(diagram, variables={"n": 1}).complete("u")
    assert play.ended
    assert play.sent[0] == ("signal", "S", {"m": 1})
    assert len(play.sent) == 4
    assert play.variables == {"n": 1, "m": 1}


def test_thrown_messages():
    diagram = line(
        throw("t", message("M")),
        node("sendTask", "s", extension(inputs_outputs({"what": "${n}"})), messageRef="M"),
        throw("x", message("M", camunda_type="external", camunda_topic="mail")),
        extra=messages("M"),
    )
    host = FakeHost(diagram)
    play = Play(host, variables={"n": 3})
    assert play.sent == [("message", "M", {}), ("message", "M", {"what": 3})]
    assert [call[:2] for call in host.calls] == [("mail", "x")]
    assert play.ended


def test_message_start():
    diagram = bpmn(
        start(),
        start("ms", message("M")),
        user("u"),
        user("v"),
        end(),
        path("start", "u", "end"),
        path("ms", "v", "end"),
        extra=messages("M"),
    )
    host = FakeHost(diagram)
    starts = {s.element: (s.kind, s.name) for s in host.compiled("d1").processes["p"].starts}
    assert starts == {"start": ("none", None), "ms": ("message", "M")}
    assert Play(host, element="ms").open == ["v"]
    with pytest.raises(LookupError):
        Execution.start("d1", "p", host, {}, element="u")
