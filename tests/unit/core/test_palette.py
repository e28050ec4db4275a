"""The rest of what can be drawn: loops, ad-hoc sub-processes, complex gateways, quantities, receive tasks that start."""

import pytest
from core_bpmn import (
    both,
    boundary,
    bpmn,
    catch,
    end,
    flow,
    line,
    message,
    messages,
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
from core_play import Play

pytestmark = pytest.mark.usefixtures("mode")


def again(condition=None, **facts):
    inner = "" if condition is None else f"<loopCondition>{condition}</loopCondition>"
    return node("standardLoopCharacteristics", "again", inner, **facts).replace(' id="again"', "")


@pytest.mark.parametrize(
    ("loop", "rounds"),
    [
        (again("${n &lt; 3}"), 3),
        (again("${n &lt; 0}"), 1),
        (again("${n &lt; 0}", testBefore="true"), 0),
        (again("${n &lt; 3}", testBefore="true"), 3),
        (again("${n &lt; 100}", loopMaximum=5), 5),
        (again(loopMaximum=4), 4),
        (again("${loopCounter &lt; 2}"), 2),
    ],
)
def test_a_standard_loop(loop, rounds):
    script_in = script("a", "n = n + 1").replace("</scriptTask>", f"{loop}</scriptTask>")
    play = Play(line(script_in, user("u")), variables={"n": 0})
    assert (play.variables["n"], play.open) == (rounds, ["u"])


def test_a_loop_of_a_sub_process_with_a_deadline():
    inside = sub("s", again("${more}"), start("s0"), user("u"), end("s1"), path("s0", "u", "s1"))
    play = Play(
        bpmn(
            start(), inside, user("after"), user("late"), end(), end("e2"), boundary("b", "s", timer("P1D")),
            path("start", "s", "after", "end"), path("b", "late", "e2"),
        ),
        variables={"more": True},
    )  # fmt: skip
    play.complete("u").complete("u")
    assert play.open == ["u"]
    assert [task.local for task in play.opened.values()][-1]["loopCounter"] == 2
    play.advance("P2D")
    assert play.open == ["late"]


def ad_hoc(*inner, enough=None, **facts):
    condition = "" if enough is None else f"<completionCondition>{enough}</completionCondition>"
    return node("adHocSubProcess", "h", *inner, condition, **facts)


def test_people_begin_what_they_like_until_each_was_done_once():
    play = Play(line(ad_hoc(user("a"), user("b"), user("c"), path("b", "c")), user("after")))
    assert play.open == ["a", "b"]
    play.complete("b")
    assert play.open == ["a", "c"]
    play.complete("a").complete("c")
    assert play.open == ["after"]


def test_an_ad_hoc_sub_process_is_over_when_its_condition_holds():
    play = Play(
        line(ad_hoc(user("a"), user("b"), enough="${is_defined(solved) and solved}"), user("after")),
    )
    for _ in range(3):
        play.complete("a")
        assert play.open == ["a", "b"]
    play.complete("b", solved=True)
    assert play.open == ["after"]
    assert play.times()["a"] == 4


@pytest.mark.parametrize("kind", ["behind another", "by an event"])
def test_the_condition_of_an_ad_hoc_sub_process_is_looked_at_whatever_activity_has_ended(kind):
    event = sub(
        "e", start("e0", message("M"), isInterrupting="false"), user("b"), end("e1"), path("e0", "b", "e1"), event=True
    )
    behind = user("b") + path("a", "b")
    play = Play(
        bpmn(
            start(), ad_hoc(user("a"), behind if kind == "behind another" else event, user("c"), enough="${done}"),
            user("u"), end(), path("start", "h", "u", "end"), extra=messages("M"),
        ),
        variables={"done": False},
    )  # fmt: skip
    play = play.complete("a") if kind == "behind another" else play.message("M")
    assert play.open == ["a", "b", "c"]
    play.complete("b", done=True)
    assert play.open == ["u"]


def test_what_was_interrupted_in_an_ad_hoc_sub_process_is_offered_again():
    inside = user("a"), boundary("b", "a", timer("P1D")), user("late"), path("b", "late")
    play = Play(
        bpmn(start(), ad_hoc(*inside, enough="${done}"), user("u"), end(), path("start", "h", "u", "end")),
        variables={"done": False},
    )
    play.advance("PT25H")
    assert play.open == ["a", "late"]
    play.complete("late")
    assert play.open == ["a"]
    play.complete("a", done=True)
    assert play.open == ["u"]


def test_one_of_several_in_an_ad_hoc_sub_process_is_not_enough_yet():
    play = Play(
        bpmn(
            start(), ad_hoc(user("a"), user("b", several(count=2)), path("a", "b"), enough="${done}"), user("u"), end(),
            path("start", "h", "u", "end"),
        ),
        variables={"done": False},
    )  # fmt: skip
    play.complete("a").complete("b", done=True)
    assert play.open == ["a", "b"]
    play.complete("b")
    assert play.open == ["u"]


def test_what_is_open_is_waited_for_where_nothing_is_cancelled():
    play = Play(
        line(ad_hoc(user("a"), user("b"), enough="${solved}", cancelRemainingInstances="false"), user("after")),
        variables={"solved": False},
    )
    play.complete("a", solved=True)
    assert play.open == ["b"]
    play.complete("b")
    assert play.open == ["after"]


def test_a_service_is_begun_by_people_too():
    play = Play(line(ad_hoc(service("s"), user("b")), user("after")))
    assert (play.open, play.host.calls) == (["b", "s"], [])
    play.complete("s")
    assert [call[1] for call in play.host.calls] == ["s"]
    play.complete("b")
    assert play.open == ["after"]


def test_a_condition_of_an_ad_hoc_sub_process_that_fails_is_an_incident():
    play = Play(line(ad_hoc(user("a"), enough="${solved}"), user("after")))
    play.complete("a")
    assert list(play.incidents) == ["h"]
    play.set(solved=True).retry("h")
    assert play.open == ["after"]


def test_an_ad_hoc_sub_process_is_interrupted():
    play = Play(
        bpmn(
            start(), ad_hoc(user("a"), enough="${false}"), end(), boundary("b", "h", timer("P1D")), user("late"),
            end("e2"), path("start", "h", "end"), path("b", "late", "e2"),
        )
    )  # fmt: skip
    play.complete("a").advance("P2D")
    assert play.open == ["late"]


def complex_of(condition):
    return bpmn(
        start(), both("split"), user("a"), user("b"), user("c"),
        node("complexGateway", "x", f"<activationCondition>{condition}</activationCondition>"), user("after"), end(),
        flow("start", "split"), *(path("split", name, "x") for name in "abc"), path("x", "after", "end"),
    )  # fmt: skip


def test_a_complex_gateway_goes_on_with_two_of_three():
    play = Play(complex_of("${activationCount &gt;= 2}"))
    play.complete("a")
    assert play.open == ["b", "c"]
    play.complete("c")
    assert play.open == ["after", "b"]
    play.complete("b")
    assert play.open == ["after"]
    play.complete("after")
    assert play.ended
    assert play.times()["after"] == 1


def two_of_three_in_a_loop():
    return Play(
        bpmn(
            start(), xor("m"), both("split"), user("a"), user("b"), user("c", default="c-x"),
            node("complexGateway", "x", "<activationCondition>${activationCount >= 2}</activationCondition>"),
            user("after"), xor("y", default="y-end"), end(), end("gone"), path("start", "m", "split"),
            *(path("split", name, "x") for name in "abc"), path("x", "after", "y", "end"), flow("y", "m", "${more}"),
            flow("c", "gone", "${lost}"),
        ),
        variables={"more": True, "lost": False},
    )  # fmt: skip


def test_a_complex_gateway_in_a_loop_holds_the_next_round_until_the_late_one_has_come():
    play = two_of_three_in_a_loop()
    play.complete("a").complete("b").complete("after").complete("a").complete("b")
    assert play.open == ["c", "c"]
    play.complete("c")
    assert play.open == ["after", "c"]
    play.complete("c").complete("after", more=False)
    assert (play.incidents, play.ended) == ({}, True)


def test_a_complex_gateway_begins_anew_when_the_late_one_cannot_come_any_more():
    play = two_of_three_in_a_loop()
    play.complete("a").complete("b").complete("c", lost=True).complete("after").complete("c", lost=False)
    assert play.open == ["a", "b"]
    play.complete("a")
    assert play.open == ["after", "b"]
    play.complete("after", more=False).complete("b")
    assert (play.incidents, play.ended) == ({}, True)


def test_a_complex_gateway_takes_one_token_of_each_flow():
    play = Play(
        bpmn(
            start(), both("split"), user("a", completionQuantity=2), user("b"),
            node("complexGateway", "x", "<activationCondition>${activationCount == 2 or urgent}</activationCondition>"),
            user("after"), end(), path("start", "split", "a", "x", "after", "end"), path("split", "b", "x"),
        ),
        variables={"urgent": False},
    )  # fmt: skip
    play.complete("a").complete("b", urgent=True)
    assert play.open == ["after", "after"]


def test_a_complex_gateway_looks_at_variables_and_says_when_it_waits_for_ever():
    play = Play(complex_of("${activationCount == 3 or urgent}"), variables={"urgent": False})
    play.complete("a")
    assert play.open == ["b", "c"]
    play.complete("b", urgent=True)
    assert play.open == ["after", "c"]
    play = Play(complex_of("${activationCount == 4}"))
    play.complete("a").complete("b").complete("c")
    assert "waits for ever" in play.incidents["x"]


def test_a_complex_gateway_chooses_as_many_ways_as_hold():
    play = Play(
        bpmn(
            start(), node("complexGateway", "x"), user("a"), user("b"), user("c"), end(),
            flow("start", "x"), flow("x", "a", "${n &gt; 0}".replace("&gt;", ">")), flow("x", "b", "${n > 1}"),
            flow("x", "c", "${n > 5}"), path("a", "end"), path("b", "end"), path("c", "end"),
        ),
        variables={"n": 2},
    )  # fmt: skip
    assert play.open == ["a", "b"]


def test_quantities_of_tokens():
    play = Play(
        bpmn(
            start(), user("a", completionQuantity=3), user("b", startQuantity=2), end(), path("start", "a", "b", "end")
        )
    )
    play.complete("a")
    assert play.open == ["b"]
    play.complete("b")
    assert "waits for ever" in play.incidents["b"]


def by_events(kind):
    """A process that begins with a gateway, behind which messages are waited for."""
    return bpmn(
        node("eventBasedGateway", "g", instantiate="true", eventGatewayType=kind), catch("m", message("M")),
        node("receiveTask", "r", messageRef="N"), user("u"), user("v"), end(), end("end2"),
        path("g", "m", "u", "end"), path("g", "r", "v", "end2"), extra=messages("M", "N"),
    )  # fmt: skip


@pytest.mark.parametrize(("begun", "opened"), [("m", "u"), ("r", "v")])
def test_each_event_behind_a_gateway_starts_the_process(begun, opened):
    play = Play(by_events("Exclusive"), element=begun, variables={"x": 1})
    assert play.open == [opened]
    starts = play.host.known["d1"].processes["p"].starts
    assert [(point.element, point.kind, point.name) for point in starts] == [
        ("m", "message", "M"),
        ("r", "message", "N"),
    ]
    assert play.complete(opened).ended


def test_all_events_behind_a_parallel_gateway_have_to_come():
    play = Play(by_events("Parallel"), element="r")
    assert play.open == ["v"]
    assert not play.complete("v").ended
    play.message("M", x=1)
    assert play.open == ["u"]
    assert play.complete("u").ended


def test_a_receive_task_starts_its_process():
    diagram = bpmn(
        node("receiveTask", "r", messageRef="M", instantiate="true"), user("u"), end(), path("r", "u", "end"),
        extra=messages("M"),
    )  # fmt: skip
    play = Play(diagram, element="r", variables={"x": 1})
    assert play.open == ["u"]
    assert play.times() == {"r": 1, "u": 1}
    process = play.host.known["d1"].processes["p"]
    assert [(point.element, point.kind, point.name) for point in process.starts] == [("r", "message", "M")]
    assert play.complete("u").ended
