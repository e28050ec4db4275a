"""The thinnest slice: a person, a choice, a service, a timer."""

import pytest
from core_bpmn import bpmn, catch, end, flow, path, service, start, timer, user, xor
from core_play import FakeHost, Play

DIAGRAM = bpmn(
    start("Start"),
    user("ask", camunda_candidateGroups="sales,qc", camunda_formRef="F1"),
    xor("gw", default="no"),
    service("send"),
    catch("wait", timer("PT2H")),
    end("End"),
    end("other"),
    path("Start", "ask", "gw"),
    flow("gw", "send", "${ok}"),
    flow("gw", "other", id_="no"),
    path("send", "wait", "End"),
)


@pytest.mark.parametrize("reload", [False, True])
def test_from_start_to_end(reload):
    host = FakeHost(DIAGRAM, services={"work": {"sent": 1}})
    play = Play(host, variables={"a": 1}, reload=reload)
    (task,) = play.opened.values()
    assert (task.element, task.candidate_groups, task.form_ref, task.priority) == ("ask", ("sales", "qc"), "F1", 50)
    play.complete("ask", ok=True)
    assert play.variables == {"a": 1, "ok": True, "sent": 1}
    assert host.calls == [("work", "send", {"a": 1, "ok": True})]
    assert play.timers == ["wait"]
    play.advance("PT1H59M")
    assert not play.ended
    play.advance("PT1M")
    assert play.ended
    assert play.execution.end_elements == ["End"]
    assert play.flows == ["Start-ask", "ask-gw", "gw-send", "send-wait", "wait-End"]
    assert play.times()["send"] == play.times("left")["send"] == 1


def test_default():
    play = Play(DIAGRAM).complete("ask", ok=False)
    assert play.ended
    assert play.execution.end_elements == ["other"]
    assert [(t.data["name"], t.data["old"], t.data["new"]) for t in play.trace if t.kind == "variable"] == [
        ("ok", None, False)
    ]


def test_incident_and_retry():
    play = Play(DIAGRAM).complete("ask", ok="perhaps")
    assert "neither true nor false" in play.incidents["gw"]
    play.set(ok=True).retry("gw")
    assert play.timers == ["wait"]
