"""Drawings as other tools and people leave them: what BPMN lets stand runs, what was forgotten is told."""

import pytest
from core_bpmn import (
    GOOD,
    boundary,
    bpmn,
    catch,
    definitions,
    end,
    error,
    errors,
    first_of,
    flow,
    line,
    link,
    message,
    messages,
    node,
    path,
    process,
    service,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)
from core_play import Play, findings

from engine.core import read
from engine.values import Severity


def warned(content):
    return findings(content, Severity.WARNING)


def test_without_a_start_event_all_begins_that_no_flow_leads_to():
    play = Play(bpmn(user("a"), user("b"), user("c"), end("e"), path("a", "c", "e"), path("b", "e")))
    assert sorted(play.open) == ["a", "b"]
    play.complete("a")
    assert sorted(play.open) == ["b", "c"]


def test_a_sub_process_without_a_start_event_begins_so_too():
    inner = sub("x", user("a"), user("b"), catch("c", link("L")), throw("t", link("L")), path("b", "t"))
    play = Play(line(inner))
    assert sorted(play.open) == ["a", "b"]


def test_links_find_each_other_by_source_and_target():
    there = '<linkEventDefinition id="L1" name="to the end"><target>L2</target></linkEventDefinition>'
    back = '<linkEventDefinition id="L2"><source>L1</source></linkEventDefinition>'
    play = Play(
        bpmn(start(), throw("t", there), catch("c", back), user("u"), end(), path("start", "t"), path("c", "u", "end"))
    )
    assert play.open == ["u"]


def test_an_event_refers_to_a_definition_beside_the_process():
    beside = '<timerEventDefinition id="T"><timeDuration>P1D</timeDuration></timerEventDefinition>'
    waits = catch("c", "<eventDefinitionRef>T</eventDefinitionRef>")
    content = line(waits, extra=beside)
    assert findings(content) == {}
    assert Play(content).timers == ["c"]


def test_a_way_that_just_stops_beside_end_events_is_refused():
    content = bpmn(
        start(), user("u", name="Look"), user("v", name="Send"), end("e"), path("start", "u", "e"), flow("u", "v")
    )
    assert findings(content)["dead_end", "v"] == (
        '"Send": no flow leaves it, and the way just stops here: draw the flow, or an end event'
    )
    assert warned(bpmn(start(), user("u"), path("start", "u"))) == {}, (
        "without any end event it is the way of the house"
    )


@pytest.mark.parametrize(("interrupting", "said"), [(True, "what it interrupts ends"), (False, "nothing happens then")])
def test_an_event_on_a_border_that_leads_nowhere_is_told(interrupting, said):
    content = bpmn(*GOOD, boundary("b", "u", timer("P1D"), interrupting=interrupting))
    assert said in warned(content)["dead_end", "b"]


def test_two_events_of_a_border_that_wait_for_the_same_are_refused():
    twice = (boundary("b1", "u", message("M")), boundary("b2", "u", message("M")))
    found = findings(bpmn(*GOOD, *twice, end("f"), path("b1", "f"), path("b2", "f"), extra=messages("M")))
    assert "waits for the message M, too" in found["same_event", "b2"]
    other = (boundary("b1", "s", error("E")), boundary("b2", "s", error("F")))
    ways = (service("s"), *other, end("f"), path("b1", "f"), path("b2", "f"))
    assert findings(bpmn(start(), *ways, path("start", "s", "f"), extra=errors("E", "F"))) == {}


def test_behind_an_event_gateway_a_receive_task_has_a_bare_border():
    waits = node("receiveTask", "r", messageRef="M")
    drawn = (start(), first_of("g"), waits, catch("c", timer("P1D")), boundary("b", "r", timer("PT1H")), end("e"))
    ways = (path("start", "g", "r", "e"), path("g", "c", "e"), path("b", "e"))
    assert ("border_here", "r") in findings(bpmn(*drawn, *ways, extra=messages("M")))


def test_a_parallel_event_gateway_is_refused_with_its_reason():
    gateway = node("eventBasedGateway", "g", eventGatewayType="Parallel")
    drawn = (start(), gateway, catch("a", timer("P1D")), catch("c", timer("P2D")), end("e"))
    found = findings(bpmn(*drawn, path("start", "g", "a", "e"), path("g", "c", "e")))
    assert "can only begin a process" in found["not_executed", "g"]


@pytest.mark.parametrize("words", ["approved", "Approved?", "the amount is large"])
def test_a_condition_of_words_is_no_condition(words):
    drawn = (start(), xor("g", default="d"), end("a"), end("b"), flow("start", "g"))
    found = findings(bpmn(*drawn, flow("g", "a", words, id_="w"), flow("g", "b", id_="d")))
    assert f'the condition "{words}" is only words' in found["only_words", "w"]


def test_what_other_tools_have_left_is_told_once_with_what_to_write():
    tasks = [
        f'<userTask id="{name}" xmlns:flowable="http://flowable.org/bpmn" xmlns:signavio="http://www.signavio.com"'
        f' flowable:candidateGroups="office" flowable:skipExpression="${{true}}" signavio:colour="red"/>'
        for name in ("u", "v")
    ]
    left = "<extensionElements><signavio:x xmlns:signavio='http://www.signavio.com'/></extensionElements>"
    tasks.append(
        '<serviceTask id="w"><extensionElements><zeebe:taskDefinition xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
        ' type="mail"/></extensionElements></serviceTask>'
    )
    content = bpmn(start("start", left), *tasks, end(), path("start", "u", "v", "w", "end"))
    task = "the user task: flowable:"
    said = [each.message for each in read({"a.bpmn": content}).findings if each.code == "not_read"]
    assert sorted(said) == [
        (
            'the service task: zeebe:taskDefinition of another tool is not read here: write camunda:type="external" and a'
            " camunda:topic"
        ),
        f"{task}candidateGroups of another tool is not read here, nor on 1 more: write camunda:candidateGroups",
        f"{task}skipExpression of another tool is not read here, nor on 1 more",
        "what only other tools draw with is left out: signavio (3)",
    ]


def test_what_has_no_label_is_called_by_what_stands_around_it():
    drawn = (start(), user("u", name="Look\nat it"), xor("sid-1"), end("e", ""), path("start", "u", "sid-1"))
    found = findings(bpmn(*drawn, flow("sid-1", "e"), flow("sid-1", "gone", id_="w")))
    assert found["no_condition", "sid-1-e"].startswith(
        'the flow from the exclusive gateway behind "Look at it" to the end event'
    )
    assert found["loose_flow", "w"].startswith(
        'the flow from the exclusive gateway behind "Look at it" to something that is not there'
    )


def test_what_is_not_executable_says_what_to_tick_once():
    content = definitions(process(start(), end(), path("start", "end"), executable="false"))
    assert list(warned(content)) == [("not_executable", "p")]
    assert "tick Executable" in warned(content)["not_executable", "p"]


FORGOTTEN = {
    "a gateway with one way": (line(xor("x")), ("idle_gateway", "x")),
    "a gateway without any": (bpmn(xor("x")), ("idle_gateway", "x")),
    "an end without a start": (bpmn(user("u"), end(), path("u", "end")), ("no_start", "p")),
    "a public process": (definitions(process(*GOOD, processType="Public")), ("public", "p")),
    "undoing that does not interrupt": (
        bpmn(*GOOD, sub("e", start("s0", "<compensateEventDefinition/>", isInterrupting="false"), event=True)),
        ("not_read", "s0"),
    ),
}  # fmt: skip


LOST = {
    "the only way has a condition": (
        bpmn(start(), user("u"), end(), path("start", "u"), flow("u", "end", "${a == 1}")), ("only_way", "u"),
    ),
    "an event in between without a way to it": (
        bpmn(catch("c", timer("P1D")), user("u"), path("c", "u")), ("no_start", "c"),
    ),
    "an event in between without a way on": (
        bpmn(start(), catch("c", timer("P1D")), path("start", "c")), ("dead_end", "c"),
    ),
    "a link that nothing jumps to": (
        bpmn(*GOOD, catch("c", "<linkEventDefinition name='L'/>"), path("c", "end")), ("unreachable", "c"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("lost", LOST)
def test_where_a_case_would_stop_or_never_come_is_refused(lost):
    content, place = LOST[lost]
    assert list(findings(content)) == [place]


@pytest.mark.parametrize("forgotten", FORGOTTEN)
def test_what_was_forgotten_is_told(forgotten):
    content, place = FORGOTTEN[forgotten]
    assert findings(content) == {}
    assert list(warned(content)) == [place]


def test_flows_do_not_wait_and_definitions_are_there():
    dwelling = '<sequenceFlow id="f" sourceRef="start" targetRef="end" isImmediate="false"/>'
    assert list(findings(bpmn(start(), end(), dwelling))) == [("not_executed", "f")]
    lost = throw("c", "<eventDefinitionRef>nowhere</eventDefinitionRef>")
    assert list(findings(line(lost))) == [("no_reference", "c")]


def test_a_called_global_task_says_that_it_is_one():
    task = '<globalUserTask id="g" name="Look"/>'
    found = findings(line(node("callActivity", "c", calledElement="g"), extra=task))
    assert "g is a global task, which is not executed" in found["unknown_process", "c"]


def test_data_of_a_sub_process_are_told_of_once():
    inside = sub("s", "<ioSpecification id='io'/>", start("s0"), end("s1"), path("s0", "s1"))
    assert list(warned(line(inside))) == [("data_not_read", "s")]


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (("x", "start"), {"start": "a message flow leads to it, and it waits for no message"}),
        (("start", "x"), {"start": "a message flow comes from it, and it sends none"}),
        (("x", "end"), {"end": "a message flow leads to it, and it receives none"}),
        (("end", "x"), {"end": "a message flow comes from it, and it sends no message"}),
        (("u", "v"), {"u": "a message flow leads to the pool that it comes from"}),
        (("x", "m"), {}),
        (("u", "x"), {}),
        (("x", "p"), {}),
    ],
)
def test_a_message_flow_that_says_what_does_not_happen_is_refused(ends, said):
    drawn = process(start(), user("u"), user("v"), catch("m", message("M")), end(), path("start", "u", "v", "m", "end"))
    source, target = ends
    flows = f'<messageFlow id="mf" sourceRef="{source}" targetRef="{target}"/>'
    pools = f'<participant id="x" name="Bank"/><participant id="y" processRef="p"/>{flows}'
    content = definitions(messages("M"), f'<collaboration id="c">{pools}</collaboration>', drawn)
    found = {element: text for (code, element), text in findings(content).items() if code == "message_flow"}
    assert set(found) == set(said)
    assert all(said[element] in text for element, text in found.items())


def test_a_process_without_a_label_is_called_by_its_pool_or_by_what_is_in_it():
    flows = (start(), user("u", name="Look"), xor("x"), flow("start", "u"), flow("u", "x"))
    for key, said in (("sid-1a2b3c4d-0001", 'the process with "Look"'), ("returns", "the process returns")):
        found = findings(bpmn(*flows, start("s2"), key=key))
        assert found["several_starts", key].startswith(f"{said}: ")
    pools = '<collaboration id="c"><participant id="a" name="Shop" processRef="sid-1a2b3c4d"/></collaboration>'
    found = findings(bpmn(*flows, start("s2"), key="sid-1a2b3c4d", extra=pools))
    assert found["several_starts", "sid-1a2b3c4d"].startswith('the pool "Shop": ')


def test_no_finding_says_an_id_in_the_place_of_a_name():
    inside = sub("s", start("s0"), user("v", name="Pack"), path("s0", "v"))
    found = findings(bpmn(start(), user("u"), inside, path("start", "u"), flow("u", "v", id_="f")))
    assert 'its target, "Pack", is in another process or sub-process' in found["loose_flow", "f"]
    codes = '<error id="sid-1" name="Too late"/><error id="sid-2"/>'
    found = findings(bpmn(start(), end("a", error("sid-1")), path("start", "a"), extra=codes))
    assert found["no_reference", "a"].endswith('the error "Too late" has no code: write one')
    found = findings(bpmn(start(), end("a", error("sid-2")), path("start", "a"), extra=codes))
    assert found["no_reference", "a"].endswith("the error that it names has no code: write one")


def test_an_event_that_cannot_be_here_is_one_finding_and_so_is_a_data_object():
    wrong = catch("c", "<cancelEventDefinition/>", "<terminateEventDefinition/>")
    assert list(findings(line(wrong))) == [("event_kind", "c")]
    data = '<dataObject id="d" name="List"/><dataObjectReference id="r" name="List" dataObjectRef="d"/>'
    assert list(warned(bpmn(*GOOD, data))) == [("data_not_read", "r")]
