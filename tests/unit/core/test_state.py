"""The saved state: small, versioned, the same however often it is saved."""

import orjson
import pytest
from core_bpmn import (
    both,
    boundary,
    bpmn,
    call,
    condition,
    definitions,
    end,
    flow,
    message,
    messages,
    node,
    path,
    process,
    script,
    service,
    several,
    start,
    sub,
    user,
    xor,
)
from core_play import FakeHost, Play
from hypothesis import given, settings
from hypothesis import strategies as some

from engine.core import Execution, StateUnreadable, StepBroken, loop


def test_is_small():
    play = Play(bpmn(start(), user("u"), end(), path("start", "u", "end")))
    assert len(play.execution.dump()) < 80


@pytest.mark.parametrize("state", [b"", b"{}", b"[]", b"[99]", b'[2,1,"d1","p",[],[],0,[],[]]', b"[1,2]"])
def test_unknown_versions_are_refused(state):
    host = FakeHost(bpmn(start(), user("u"), end(), path("start", "u", "end")))
    with pytest.raises(StateUnreadable):
        Execution.load(state, {}, host)


def test_state_that_does_not_fit_its_diagram_is_refused():
    host = FakeHost(bpmn(start(), user("u"), end(), path("start", "u", "end")))
    state = Play(host).execution.dump()
    other = FakeHost(bpmn(start(), user("v"), end(), path("start", "v", "end")))
    with pytest.raises(StateUnreadable, match="no u"):
        Execution.load(state, {}, other)


@pytest.mark.parametrize("dirty", [1, {"x": "update"}])
def test_a_state_of_before_conditions_knew_what_changed_is_read(dirty):
    diagram = bpmn(
        start(), user("u"), boundary("b", "u", condition("${x > 1}")), user("v"), end(), end("e"),
        path("start", "u", "end"), path("b", "v", "e"),
    )  # fmt: skip
    play = Play(diagram, variables={"x": 1})
    arrays = orjson.loads(play.execution.dump())
    arrays[6] = dirty
    loaded = Execution.load(orjson.dumps(arrays), {0: {"x": 2}}, play.host)
    loaded.run()
    assert list(loaded.tasks.values()) == ["v"]


def test_names_of_what_version_1_learned_later():
    """These are in saved states of running cases, too."""
    undoing = boundary("b", "a", "<compensateEventDefinition/>") + user("ua", isForCompensation="true")
    undoing += "<association id='as' sourceRef='b' targetRef='ua'/>"
    loose = node("adHocSubProcess", "h", service("s"), user("m"))
    both_of = node("intermediateCatchEvent", "c", message("M"), message("N"), parallelMultiple="true")
    play = Play(
        bpmn(
            start(), user("a"), undoing, node("parallelGateway", "g"), loose, both_of, user("two", startQuantity=2),
            end("t", "<compensateEventDefinition/>"), path("start", "a", "g", "h", "two", "t"), path("g", "c", "t"),
            flow("g", "t"), extra=messages("M", "N"),
        )
    )  # fmt: skip
    play.complete("a").message("N")
    scopes = orjson.loads(play.execution.dump())[8]
    assert [[(token[2], token[4]) for token in scope[4]] for scope in scopes] == [
        [
            ("#start", {"undo": []}),
            ("h", 0),
            ("c#any", 0),
            ("t", 0),
            ("c", 0),
            ("c#2", {"met": 1}),
            ("ua", {"for": 7}),
        ],
        [("#start", 0), ("s#offer", 0), ("m", 0)],
    ]


def test_names_of_version_1():
    """These are in saved states of running cases: a change of this test needs a new version of the state."""
    box = sub("box", start("s"), user("w", several(count=1)), end("e"), path("s", "w", "e"))
    play = Play(bpmn(start(), box, end(), path("start", "box", "end")))
    assert orjson.loads(play.execution.dump()) == [
        1,
        7,
        "d1",
        "p",
        [],
        [],
        0,
        [],
        [
            [0, 0, 0, 0, [[1, 0, "#start", 64, 0], [3, 1, "box", 32, 0]]],
            [
                3,
                0,
                0,
                0,
                [
                    [4, 0, "#start", 64, 0],
                    [6, 4, "w", 32, {"size": 1, "ended": 0, "next": 1}],
                    [7, 6, "w#item", 32, {"local": {"loopCounter": 0}}],
                ],
            ],
        ],
    ]


def test_a_thousand_nodes_in_a_row():
    names = [f"n{i}" for i in range(1000)]
    play = Play(bpmn(start(), *[node("task", n) for n in names], end(), path("start", *names, "end")), reload=False)
    assert play.ended


def test_sub_processes_150_deep():
    inner = (start("s0"), user("u"), end("e0"), path("s0", "u", "e0"))
    for i in range(1, 151):
        inner = (start(f"s{i}"), sub(f"b{i}", *inner), end(f"e{i}"), path(f"s{i}", f"b{i}", f"e{i}"))
    play = Play(bpmn(*inner), reload=False)
    state = play.execution.dump()
    play.execution = Execution.load(state, play.execution.variables, play.host)
    assert play.complete("u").ended


def test_400_calls_deep():
    diagram = definitions(
        process(
            start(),
            script("s", "n = n + 1"),
            xor("g"),
            call(
                "c",
                "p",
                "<extensionElements xmlns:camunda='http://camunda.org/schema/1.0/bpmn'><camunda:in variables='all'/></extensionElements>",
            ),
            user("u"),
            end(),
            path("start", "s", "g"),
            flow("g", "c", "${n < 400}"),
            flow("g", "u", "${n >= 400}"),
            path("c", "end"),
            path("u", "end"),
        )
        .replace("scriptTask", "serviceTask")
        .replace('scriptFormat="python"', 'camunda:expression="${n + 1}" camunda:resultVariable="n"')
        .replace("<script>n = n + 1</script>", "")
    )
    play = Play(FakeHost(diagram), variables={"n": 0}, reload=False)
    assert play.open == ["u"]
    assert len(play.execution.variables) == 400
    state = play.execution.dump()
    other = Execution.load(state, play.execution.variables, play.host)
    other.cancel()
    assert other.ended
    assert play.complete("u").ended


@pytest.mark.parametrize("sequential", [True, False])
def test_a_thousand_items(sequential):
    play = Play(
        bpmn(start(), user("u", several(count=1000, sequential=sequential)), end(), path("start", "u", "end")),
        reload=False,
    )
    assert len(play.open) == (1 if sequential else 1000)
    for _ in range(20 if not sequential else 1000):
        play.execution.complete(next(iter(play.execution.tasks)), {})
        play.execution.run()
    assert play.ended == sequential
    play.execution = Execution.load(play.execution.dump(), play.execution.variables, play.host)
    assert len(play.open) == (0 if sequential else 980)


def test_ten_thousand_rounds_cost_the_same():
    play = Play(
        bpmn(
            start(),
            xor("m"),
            node("serviceTask", "s", camunda_expression="${n + 1}", camunda_resultVariable="n"),
            xor("g", default="out"),
            user("u"),
            end(),
            path("start", "m", "s", "g"),
            flow("g", "m", "${n < 10000}"),
            flow("g", "u", id_="out"),
            path("u", "end"),
        ),
        variables={"n": 0},
        reload=False,
    )
    assert play.open == ["u"]
    assert len(play.execution.dump()) < 90


def test_what_breaks_while_tokens_move_is_undone_or_given_up(monkeypatch):
    diagram = bpmn(start(), user("u"), node("task", "t"), user("v"), end(), path("start", "u", "t", "v", "end"))
    play = Play(diagram)
    spec = play.host.known["d1"].specs["p"].task_specs["v"]

    def breaks(task):
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(spec, "_update_hook", breaks)
    play.complete("u")
    assert play.incidents == {"t": "unforeseen"}
    assert play.open == []
    monkeypatch.undo()
    assert play.retry("t").open == ["v"]
    play = Play(diagram)
    monkeypatch.setattr(play.host.known["d1"].specs["p"].task_specs["v"], "_update_hook", breaks)
    monkeypatch.setattr(loop, "SNAPSHOT_LIMIT", 0)
    with pytest.raises(StepBroken, match="unforeseen"):
        play.complete("u")


@settings(max_examples=60)
@given(some.lists(some.sampled_from("abc"), min_size=1, max_size=14))
def test_a_join_takes_one_token_of_each_flow(arrivals):
    """Random tokens at a join of three flows against the rule itself: it fires as often as the rarest flow has tokens."""
    sources = [user(f"u{i}", name=source) for i, source in enumerate(arrivals)]
    gates = [xor(f"m{source}") for source in "abc"]
    diagram = bpmn(
        start(),
        xor("never", default="on"),
        both("s"),
        *sources,
        *gates,
        both("j"),
        user("after"),
        flow("start", "never"),
        flow("never", "s", id_="on"),
        *[flow("s", f"u{i}") + flow(f"u{i}", f"m{source}") for i, source in enumerate(arrivals)],
        *[flow(f"m{source}", "j") for source in "abc"],
        *[flow("never", f"m{source}", "${1 == 2}") for source in "abc"],
        flow("j", "after"),
    )
    play = Play(diagram)
    for i in range(len(arrivals)):
        play.complete(f"u{i}")
        wanted = min(arrivals[: i + 1].count(source) for source in "abc")
        assert play.times()["j"] == wanted
    assert play.open == ["after"] * wanted
    assert len(play.execution.incidents) == (0 if wanted else len(arrivals))
