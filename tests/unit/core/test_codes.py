"""What an event waits for and nothing there throws is found."""

import pytest
from core_bpmn import (
    boundary,
    bpmn,
    call,
    definitions,
    end,
    error,
    errors,
    escalation,
    escalations,
    flow,
    line,
    node,
    path,
    process,
    script,
    service,
    start,
    sub,
    user,
)

from engine.deploy.checks import check
from engine.runtime import make_runtime
from engine.services import Services
from engine.values import Severity

SERVICES = Services()
SERVICES.task("late", doc="Look.\n\nOutputs: none.\n\nErrors:\n    LATE: it is too late.")(lambda _session, _call: None)
SERVICES.task("silent", doc="Look.")(lambda _session, _call: None)
RUNTIME = make_runtime(services=SERVICES)
INSIDE = path("in", "inner", "out")
CALLED = bpmn(start(), service("s", topic="late"), end(), path("start", "s", "end"), key="called")


def thrown_in(host, event, *extra):
    diagram = bpmn(
        start(), host, boundary("caught", "host", event), end(), path("start", "host", "end"), flow("caught", "end"),
        extra="".join(extra),
    )  # fmt: skip
    found = check(RUNTIME, {"p.bpmn": diagram, "c.bpmn": CALLED}).findings
    return [each.message for each in found if each.code == "never_thrown"]


HOSTS = {
    "a service": service("host", topic="late"),
    "a script": script("host", 'raise BpmnError("LATE", "x")'),
    "what a sub-process holds": sub("host", start("in"), service("inner", topic="late"), end("out"), INSIDE),
    "an end event": sub("host", start("in"), user("inner"), end("out", error("LATE")), INSIDE),
    "a called process": call("host", "called"),
}


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_an_error_that_is_thrown_there(host):
    known = errors("LATE", "LATTE")
    assert not thrown_in(host, error("LATE"), known)
    assert not thrown_in(host, error(), known)
    (said,) = thrown_in(host, error("LATTE"), known)
    assert said.endswith("it waits for the error LATTE, which nothing there throws: did you mean LATE?")


@pytest.mark.parametrize(
    "host",
    [
        service("host", topic="silent"),
        script("host", "raise BpmnError(code)"),
        call("host", "${key}"),
        call("host", "elsewhere"),
    ],
)
def test_nothing_is_said_where_nobody_can_tell(host):
    assert not thrown_in(host, error("LATTE"), errors("LATTE"))


def test_where_nothing_is_thrown_at_all_every_error_waits_in_vain():
    assert "it waits for every error, which nothing there throws" in thrown_in(user("host"), error())[0]


def test_a_code_that_looks_like_none_that_is_thrown_is_a_warning():
    diagram = bpmn(
        start(), service("host", topic="late"), boundary("caught", "host", error("PRICE")), end(), path("start", "host", "end"),
        flow("caught", "end"), extra=errors("PRICE"),
    )  # fmt: skip
    (found,) = [each for each in check(RUNTIME, {"p.bpmn": diagram}).findings if each.code == "never_thrown"]
    assert found.severity is Severity.WARNING
    assert found.message.endswith("which nothing there throws: there are LATE")


def test_an_escalation():
    thrower = node("intermediateThrowEvent", "inner", escalation("GRAVE"))
    host = sub("host", start("in"), thrower, end("out"), INSIDE)
    known = escalations("GRAVE", "BRAVE")
    assert not thrown_in(host, escalation("GRAVE"), known)
    assert "did you mean GRAVE?" in thrown_in(host, escalation("BRAVE"), known)[0]


def test_an_event_sub_process_listens_to_what_is_beside_it():
    def told(code):
        caught = sub("e", start("e1", error(code)), end("e2"), path("e1", "e2"), event=True)
        diagram = line(service("s", topic="late"), extra=errors(code)).replace(
            b"</process>", caught.encode() + b"</process>"
        )
        return [each.element for each in check(RUNTIME, {"p.bpmn": diagram}).findings if each.code == "never_thrown"]

    assert told("LATE") == []
    assert told("LATTE") == ["e1"]


def test_a_long_row_of_calls_and_one_with_many_ways_through_are_looked_through():
    def called(number, *others):
        calls = [call(f"c{number}_{other}", f"r{other}") for other in others] or [user("u")]
        names = [f"c{number}_{other}" for other in others] or ["u"]
        ends = start(f"s{number}"), end(f"e{number}"), path(f"s{number}", *names, f"e{number}")
        return process(*ends, *calls, key=f"r{number}")

    row = [
        called(number, *([number + 1] if number < 519 else [])) for number in range(520)
    ]  # Python holds 1,000 frames
    wide = [called(number, *range(number + 1, 22)) for number in range(22)]
    undo = node("intermediateThrowEvent", "t", "<compensateEventDefinition/>")
    caller = process(
        start(), call("c", "r0"), undo, end(), boundary("b", "c", error("E")), path("start", "c", "t", "end"),
        path("b", "end"),
    )  # fmt: skip
    for processes in (row, wide):
        found = check(RUNTIME, {"a.bpmn": definitions(errors("E"), caller, *processes)}).findings
        assert {("never_thrown", "b"), ("undoes_nothing", "t")} <= {(each.code, each.element) for each in found}
