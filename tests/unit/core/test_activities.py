"""People, services, scripts, tables, several instances, sub-processes, calls, parameters."""

from types import SimpleNamespace

import pytest
from core_bpmn import (
    boundary,
    bpmn,
    end,
    extension,
    inputs_outputs,
    line,
    node,
    path,
    script,
    service,
    several,
    start,
    sub,
    user,
)
from core_play import FakeHost, Play

from engine.errors import NotWaiting

pytestmark = pytest.mark.usefixtures("mode")


def test_attributes_of_a_task_are_worked_out_once():
    diagram = line(
        user(
            "u",
            name="Look at ${no}",
            camunda_assignee="${who}",
            camunda_candidateUsers="a, b",
            camunda_candidateGroups="${groups},x",
            camunda_dueDate="${due}",
            camunda_followUpDate="2026-01-07T08:00",
            camunda_priority="${1 + 1}",
            camunda_formKey="F9",
        )
    )
    play = Play(diagram, variables={"who": "lee", "groups": "g1,g2", "due": "P1D", "no": 7})
    (task,) = play.opened.values()
    assert (task.name, task.assignee, task.candidate_users, task.candidate_groups, task.priority, task.form_ref) == (
        "Look at 7",
        "lee",
        ("a", "b"),
        ("g1", "g2", "x"),
        2,
        "F9",
    )
    assert str(task.due_at) == "2026-01-06 01:00:00+00:00"
    assert str(task.follow_up_at) == "2026-01-07 00:00:00+00:00"


def test_attribute_that_fails_is_an_incident_and_opens_on_retry():
    play = Play(line(user("u", camunda_assignee="${who}")))
    assert list(play.incidents) == ["u"]
    assert play.open == []
    play.set(who=None).retry("u")
    assert play.open == ["u"]
    assert play.opened[play.token("u")].assignee is None


def test_lane_is_the_group():
    lanes = (
        '<laneSet id="ls"><lane id="l1" name="Sales"><flowNodeRef>u</flowNodeRef></lane>'
        '<lane id="l2" name="QC"><extensionElements><camunda:properties><camunda:property name="group" value="qc"/></camunda:properties></extensionElements>'
        "<flowNodeRef>v</flowNodeRef><flowNodeRef>box</flowNodeRef></lane></laneSet>"
    )
    box = sub("box", start("s"), user("w"), user("x", camunda_candidateGroups="y"), end("e"), path("s", "w", "x", "e"))
    play = Play(bpmn(lanes, start(), user("u"), user("v"), box, end(), path("start", "u", "v", "box", "end")))
    for name in "uvwx":
        play.complete(name)
    assert [task.candidate_groups for task in play.opened.values()] == [("Sales",), ("qc",), ("qc",), ("y",)]
    assert play.ended


def test_manual_and_none_tasks():
    play = Play(line(node("task", "t"), node("manualTask", "m")))
    assert play.open == ["m"]
    assert play.complete("m").ended


def test_completing_twice_is_refused():
    play = Play(line(user("u")))
    token = play.token("u")
    play.complete("u")
    with pytest.raises(NotWaiting):
        play.execution.complete(token, {})


def test_outside_service():
    host = FakeHost(
        line(
            service(
                "s",
                extension(
                    "<camunda:failedJobRetryTimeCycle>R3/PT5M</camunda:failedJobRetryTimeCycle>",
                    inputs_outputs({"to": "${name}!"}),
                ),
            )
        ),
        outside={"work"},
    )
    play = Play(host, variables={"name": "lee"})
    (job,) = play.handed.values()
    assert (job.element, job.topic, job.inputs, job.retries) == ("s", "work", {"to": "lee!"}, "R3/PT5M")
    play.execution.fail(job.token, "no network")
    assert play.incidents == {"s": "no network"}
    assert play.execution.jobs == {}
    play.handed.clear()
    play.set(name="kim").retry("s")
    assert next(iter(play.handed.values())).inputs == {"to": "kim!"}
    play.execution.complete(job.token, {"mail": 5})
    play.settle()
    assert play.ended
    assert play.variables == {"name": "kim", "mail": 5}


def test_outside_service_that_raises_a_business_error():
    diagram = bpmn(
        start(),
        service("s"),
        end(),
        path("start", "s", "end"),
        boundary("b", "s", "<errorEventDefinition/>"),
        user("u"),
        path("b", "u", "end"),
    )
    play = Play(FakeHost(diagram, outside={"work"}))
    play.execution.throw(play.token("s", play.execution.jobs), "error", "E1", "bad")
    assert play.settle().open == ["u"]


def test_service_that_fails_changes_nothing():
    answers = iter([RuntimeError("boom"), {"x": object()}, {"x": 1}])

    def sometimes(call):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    play = Play(FakeHost(line(service("s")), services={"work": sometimes}))
    assert play.incidents == {"s": "boom"}
    play.retry("s")
    assert "cannot be kept as JSON" in play.incidents["s"]
    assert play.variables == {}
    play.retry("s")
    assert play.variables == {"x": 1}
    assert [t.kind for t in play.trace if t.kind in {"incident", "resolved"}] == [
        "incident",
        "resolved",
        "incident",
        "resolved",
    ]


def test_services_get_copies():
    def meddles(call):
        call.variables["list"].append(2)

    play = Play(FakeHost(line(service("s")), services={"work": meddles}), variables={"list": [1]})
    assert play.variables == {"list": [1]}


def test_parameters():
    data = "<camunda:list><camunda:value>a</camunda:value><camunda:value>${n}</camunda:value></camunda:list>"
    table = '<camunda:map><camunda:entry key="k">${n + 1}</camunda:entry></camunda:map>'
    box = service("s", extension(inputs_outputs({"list": data, "map": table}, {"out": "${result * 2}"})))
    host = FakeHost(line(box), services={"work": {"result": 4}})
    play = Play(host, variables={"n": 1})
    assert host.calls[0][2] == {"list": ["a", 1], "map": {"k": 2}}
    assert play.variables == {"n": 1, "out": 8}


def test_failing_output_undoes_the_service_and_a_retry_calls_it_again():
    box = service("s", extension(inputs_outputs({}, {"out": "${result + missing}"})))
    host = FakeHost(line(box), services={"work": {"result": 4}})
    play = Play(host)
    assert "missing" in play.incidents["s"]
    play.set(missing=1).retry("s")
    assert play.variables == {"missing": 1, "out": 5}
    assert len(host.calls) == 2


def test_failing_output_keeps_the_form():
    play = Play(line(user("u", extension(inputs_outputs({}, {"out": "${answer + missing}"})))))
    play.complete("u", answer=1)
    assert play.variables == {"answer": 1}
    assert list(play.incidents) == ["u"]
    assert play.set(missing=1).retry("u").ended


def test_script():
    play = Play(line(script("s", "total = a + b\nb = 5")), variables={"a": 1, "b": 2})
    assert play.variables == {"a": 1, "b": 5, "total": 3}
    assert [
        (t.data["name"], t.data["old"], t.data["new"]) for t in play.trace if t.kind == "variable" and t.element
    ] == [("b", 2, 5), ("total", None, 3)]


def test_script_errors():
    diagram = bpmn(
        start(),
        script("s", 'raise BpmnError("E", "bad")'),
        end(),
        path("start", "s", "end"),
        boundary("b", "s", "<errorEventDefinition/>"),
        user("u"),
        path("b", "u", "end"),
    )
    assert Play(diagram).open == ["u"]
    assert list(Play(line(script("s", "x = 1 / 0"))).incidents) == ["s"]


def test_expression_task():
    box = node("serviceTask", "s", camunda_expression="${a * 2}", camunda_resultVariable="b")
    assert Play(line(box), variables={"a": 2}).variables == {"a": 2, "b": 4}


@pytest.mark.parametrize(
    ("mapping", "result", "value"),
    [
        ("singleEntry", {"r": 1}, 1),
        ("singleEntry", 7, 7),
        ("singleResult", {"r": 1, "q": 2}, {"r": 1, "q": 2}),
        ("collectEntries", [{"r": 1}, {"r": 2}], [1, 2]),
        ("resultList", [{"r": 1}], [{"r": 1}]),
        (None, {"r": 1}, [{"r": 1}]),
        ("singleEntry", None, None),
    ],
)
def test_decisions(mapping, result, value):
    box = node(
        "businessRuleTask", "d", camunda_decisionRef="D1", camunda_resultVariable="x", camunda_mapDecisionResult=mapping
    )
    host = FakeHost(line(box))
    host.decisions["D1"] = SimpleNamespace(decide=lambda names, functions: SimpleNamespace(result=result, rows=(2,)))
    play = Play(host)
    assert play.variables == {"x": value}
    assert next(t.data for t in play.trace if t.kind == "decision") == {"decision": "D1", "rows": [2], "result": value}


@pytest.mark.parametrize(
    ("mapping", "result"), [("singleEntry", {"a": 1, "b": 2}), ("singleResult", [{"a": 1}, {"a": 2}])]
)
def test_decision_of_another_shape_is_an_incident(mapping, result):
    box = node(
        "businessRuleTask", "d", camunda_decisionRef="D1", camunda_resultVariable="x", camunda_mapDecisionResult=mapping
    )
    host = FakeHost(line(box))
    host.decisions["D1"] = SimpleNamespace(decide=lambda names, functions: SimpleNamespace(result=result, rows=(2,)))
    assert list(Play(host).incidents) == ["d"]


def test_cancel():
    play = Play(line(sub("box", start("s"), user("u"), end("e"), path("s", "u", "e"))))
    play.execution.cancel()
    play.gather()
    assert play.ended
    assert play.open == []
    assert play.times("cancelled") == {"box": 1, "u": 1}


def test_evaluate():
    play = Play(line(user("u", several(count=1))), variables={"n": 2})
    assert play.execution.evaluate("${n + 1}") == 3
    assert play.execution.evaluate("item ${loopCounter}", play.token("u")) == "item 0"
