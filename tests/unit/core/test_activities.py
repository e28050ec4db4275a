"""People, services, scripts, tables, several instances, sub-processes, calls, parameters."""

from types import SimpleNamespace

import pytest
from core_bpmn import (
    both,
    boundary,
    bpmn,
    call,
    catch,
    definitions,
    end,
    extension,
    flow,
    inputs_outputs,
    message,
    messages,
    node,
    path,
    process,
    script,
    service,
    several,
    signal,
    signals,
    start,
    sub,
    throw,
    user,
)
from core_play import FakeHost, Play

from engine.core import Execution
from engine.errors import Ambiguous, NotCorrelated, NotWaiting

pytestmark = pytest.mark.usefixtures("mode")


def line(*nodes, extra="", files=()):
    """start → the given nodes → end."""
    ids = [text.split('id="', 1)[1].split('"', 1)[0] for text in nodes]
    return bpmn(start(), *nodes, end(), path("start", *ids, "end"), extra=extra)


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
        flow("b", "u"),
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
        flow("b", "u"),
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


def test_items_at_once():
    play = Play(
        line(user("u", several("${units}", variable="unit"), camunda_candidateGroups="${unit}"), user("after")),
        variables={"units": ["a", "b", "c"]},
    )
    assert [(t.candidate_groups, t.local) for t in play.opened.values()] == [
        ((name,), {"loopCounter": i, "unit": name}) for i, name in enumerate("abc")
    ]
    for _ in range(3):
        assert play.open[0] == "u"
        play.complete("u")
    assert play.open == ["after"]
    assert play.times()["u"] == 3
    assert [t.data for t in play.trace if t.kind == "entered" and t.element == "u"] == [
        {"loopCounter": i} for i in range(3)
    ]


def test_items_one_after_another():
    play = Play(
        line(user("u", several("units", variable="unit", sequential=True)), user("after")),
        variables={"units": ["a", "b"]},
    )
    assert play.open == ["u"]
    assert play.complete("u").open == ["u"]
    assert [t.local["unit"] for t in play.opened.values()] == ["a", "b"]
    assert play.complete("u").open == ["after"]


@pytest.mark.parametrize("sequential", [True, False])
def test_enough_items(sequential):
    play = Play(
        line(
            user("u", several(count="5", enough="${nrOfCompletedInstances >= 2}", sequential=sequential)), user("after")
        )
    )
    assert play.complete("u").complete("u").open == ["after"]
    assert play.times("cancelled")["u"] == (0 if sequential else 3)


def test_completion_condition_stops_services_that_have_not_run():
    host = FakeHost(line(service("s", several(count=4, enough="${nrOfCompletedInstances == 1}"))))
    assert Play(host).ended
    assert len(host.calls) == 1


def test_no_items():
    play = Play(line(user("u", several("${units}", variable="unit"))), variables={"units": []})
    assert play.ended
    assert play.times()["u"] == 1


def test_collection_that_is_none_is_an_incident():
    assert "not a list" in Play(line(user("u", several("${units}"))), variables={"units": "abc"}).incidents["u"]


def test_failing_completion_condition_can_be_mended():
    play = Play(line(user("u", several(count=3, enough="${stop}"))))
    play.complete("u")
    assert list(play.incidents) == ["u"]
    play.complete("u")
    play.set(stop=True).retry("u")
    assert play.ended


def test_several_subprocesses_with_local_variables():
    box = sub(
        "box",
        several("units", variable="unit"),
        start("s"),
        user("u", camunda_candidateGroups="${unit}"),
        end("e"),
        path("s", "u", "e"),
    )
    play = Play(line(box), variables={"units": ["a", "b"]})
    assert sorted(t.candidate_groups for t in play.opened.values()) == [("a",), ("b",)]
    assert play.complete("u").complete("u").ended


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


def test_items_know_how_many_they_are():
    play = Play(line(user("u", several(count=3), name="${loopCounter + 1} of ${nrOfInstances}")))
    assert [task.name for task in play.opened.values()] == ["1 of 3", "2 of 3", "3 of 3"]
    assert [task.local for task in play.opened.values()] == [{"loopCounter": i} for i in range(3)]
