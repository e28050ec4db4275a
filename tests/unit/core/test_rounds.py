"""Loops: those that come to an end, however many their rounds, and those that never would."""

import pytest
from core_bpmn import (
    both,
    bpmn,
    end,
    extension,
    flow,
    inputs_outputs,
    node,
    path,
    script,
    service,
    several,
    start,
    user,
    xor,
)
from core_play import FakeHost, Play

from engine.core import Execution
from engine.core.loop import MOST_ROUNDS

pytestmark = pytest.mark.usefixtures("mode")


def test_join_in_a_loop_of_many_rounds_costs_the_same():
    play = Play(
        bpmn(
            start(),
            xor("m"),
            both("s"),
            user("a"),
            user("b"),
            both("j"),
            xor("again", default="out"),
            end(),
            flow("start", "m"),
            flow("m", "s"),
            path("s", "a", "j"),
            path("s", "b", "j"),
            flow("j", "again"),
            flow("again", "m", "${more}"),
            flow("again", "end", id_="out"),
        )
    )
    sizes = []
    for _ in range(60):
        play.complete("b").complete("a", more=True)
        sizes.append(len(play.execution.dump()))
    assert max(sizes[5:]) - sizes[5] <= 8
    play.complete("a").complete("b", more=False)
    assert play.ended


def test_many_rounds_in_one_step():
    play = Play(
        bpmn(
            start(),
            xor("m"),
            script("inc", "n = n + 1"),
            xor("g", default="out"),
            user("u"),
            end(),
            path("start", "m", "inc", "g"),
            flow("g", "m", "${n < 60}"),
            flow("g", "u", id_="out"),
            path("u", "end"),
        ),
        variables={"n": 0},
        reload=False,
    )
    assert play.open == ["u"]
    assert play.variables == {"n": 60}


def test_endless_loop_is_an_incident():
    host = FakeHost(bpmn(start(), xor("m"), node("task", "t"), path("start", "m", "t", "m")))
    execution = Execution.start("d1", "p", host, {})
    execution.run(limit=500)
    (incident,) = execution.incidents.values()
    assert "endless loop" in incident.message
    assert len(execution.dump()) < 300


@pytest.mark.parametrize(
    "box",
    [
        node("task", "t"),
        script("t", "n = n"),
        service("t", extension(inputs_outputs({"name": "${n}"}))),
        node("task", "t", several(count=3)),
    ],
    ids=["task", "script", "service", "items"],
)
def test_a_loop_in_which_no_variable_changes_is_stopped_soon(box):
    diagram = bpmn(
        start(),
        xor("m"),
        box,
        xor("g", default="back"),
        end(),
        path("start", "m", "t", "g"),
        flow("g", "m", id_="back"),
        flow("g", "end", "${n == 1}"),
    )
    execution = Execution.start("d1", "p", FakeHost(diagram, services={"work": {}}), {"n": 0})
    taken = execution.run()
    (incident,) = execution.incidents.values()
    assert "endless loop" in incident.message
    assert taken < 10 * MOST_ROUNDS
    execution.set_variables({"n": 1})
    execution.retry(incident.token)
    execution.run()
    assert execution.ended


def test_rounds_in_which_a_variable_changes_are_many_before_they_are_too_many():
    play = Play(
        bpmn(
            start(),
            xor("m"),
            node("task", "t"),
            node("serviceTask", "s", camunda_expression="${n + 1}", camunda_resultVariable="n"),
            xor("g", default="out"),
            end(),
            path("start", "m", "t", "s", "g"),
            flow("g", "m", "${n < %d}"),
            flow("g", "end", id_="out"),
        ).replace(b"%d", str(3 * MOST_ROUNDS).encode()),
        variables={"n": 0},
        reload=False,
    )
    assert play.ended


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("box", ["task", "subProcess"])
def test_a_thousand_items_are_no_loop(box, sequential):
    inner = start("a") + node("task", "t") + end("z") + path("a", "t", "z") if box == "subProcess" else ""
    several_times = several("items", variable="item", sequential=sequential)
    diagram = bpmn(start(), node(box, "s", several_times, inner), end(), path("start", "s", "end"))
    play = Play(diagram, variables={"items": list(range(1000))}, reload=False)
    assert play.ended
    assert play.incidents == {}
