"""A name that is read before anybody can have written it is found, and none that somebody may have written."""

import pytest
from core_bpmn import (
    both,
    boundary,
    bpmn,
    catch,
    end,
    extension,
    flow,
    link,
    node,
    path,
    script,
    service,
    several,
    start,
    sub,
    timer,
    user,
    xor,
)

from engine.deploy.checks import check
from engine.runtime import make_runtime
from engine.services import Services

SERVICES = Services()
SERVICES.task("need", doc="Use.\n\nInputs:\n    x: it.\n\nOutputs: none.")(lambda _session, _call: None)
RUNTIME = make_runtime(services=SERVICES)
CLOSED = extension('<camunda:properties><camunda:property name="inputs" value="given"/></camunda:properties>')
WRITE = script("w", "x = 1")
ASK = node("serviceTask", "r", camunda_expression="${x + 1}", camunda_resultVariable="y")
ENDS = (end("e1"), end("e2"))


def early(*parts):
    found = check(RUNTIME, {"p.bpmn": bpmn(CLOSED, *parts)}).findings
    return [each.element for each in found if each.code == "read_early"]


EARLY = {
    "a service's expression": (start(), ASK, WRITE, end(), path("start", "r", "w", "end")),
    "what a service needs": (start(), service("r", topic="need"), WRITE, end(), path("start", "r", "w", "end")),
    "a collection": (
        start(), script("r", "pass").replace("</scriptTask>", f"{several('${x}')}</scriptTask>"), WRITE, end(),
        path("start", "r", "w", "end"),
    ),
    "a timer on a border of what writes it": (
        start(), script("a", "z = 1"), script("r", "v = 1"), boundary("t", "r", timer("${x}")), WRITE, *ENDS,
        path("start", "a", "r", "w", "e1"), flow("t", "e2"),
    ),
    "on another way": (
        start(), xor("g", default="g-w"), ASK, WRITE, *ENDS, flow("g", "r", "${given == 1}"), path("start", "g", "w", "e1"),
        flow("r", "e2"),
    ),
    "behind a fork that has joined": (
        start(), both("f"), script("a", "z = 1"), script("b", "v = 1"), both("j"), ASK, WRITE, end(),
        path("start", "f", "a", "j", "r", "w", "end"), path("f", "b", "j"),
    ),
    "in a sub-process before it": (
        start(), sub("s", start("in"), ASK, end("out"), path("in", "r", "out")), sub("s2", start("in2"), WRITE, end("out2"), path("in2", "w", "out2")),
        end(), path("start", "s", "s2", "end"),
    ),
}  # fmt: skip
FINE = {
    "in order": (start(), WRITE, ASK, end(), path("start", "w", "r", "end")),
    "in a loop": (
        start(), xor("m"), xor("g", default="g-w"), ASK, WRITE, end(), path("start", "m", "g", "w", "m"),
        flow("g", "r", "${given == 1}"), flow("r", "end"),
    ),
    "side by side": (start(), both("f"), ASK, WRITE, *ENDS, path("start", "f", "w", "e1"), path("f", "r", "e2")),
    "on a border that goes on beside": (
        start(), user("u"), boundary("t", "u", timer("PT1H"), interrupting=False), WRITE, ASK, *ENDS,
        path("start", "u", "r", "e1"), path("t", "w", "e2"),
    ),
    "in an event sub-process": (
        start(), ASK, user("u"), end(), path("start", "r", "u", "end"),
        sub("ev", start("es", timer("PT1H")), WRITE, end("ee"), path("es", "w", "ee"), event=True),
    ),
    "behind a link": (
        start(), WRITE, node("intermediateThrowEvent", "l1", link("L")), catch("l2", link("L")), ASK, end(),
        path("start", "w", "l1"), path("l2", "r", "end"),
    ),
    "asked for first": (
        start(), node("serviceTask", "r", camunda_expression="${x if is_defined(x) else 0}", camunda_resultVariable="y"),
        WRITE, end(), path("start", "r", "w", "end"),
    ),
    "only where something else holds": (
        start(), node("serviceTask", "r", camunda_expression="${given == 2 and x == 1}", camunda_resultVariable="y"),
        WRITE, end(), path("start", "r", "w", "end"),
    ),
    "written by what reads it afterwards": (
        start(), WRITE, xor("g", default="g-e2"), *ENDS, path("start", "w", "g"),
        flow("g", "e1", "${x == 1}"), flow("g", "e2"),
    ),
    "items of a sub-process": (
        start(), sub("s", several(count=2), start("in"), ASK, WRITE, end("out"), path("in", "r", "w", "out")), end(),
        path("start", "s", "end"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("parts", EARLY.values(), ids=EARLY)
def test_what_is_read_too_early(parts):
    assert early(*parts) in (["r"], ["t"])


@pytest.mark.parametrize("parts", FINE.values(), ids=FINE)
def test_nothing_is_said_where_somebody_may_have_written_it(parts):
    assert early(*parts) == []
