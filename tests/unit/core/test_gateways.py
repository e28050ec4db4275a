"""Gateways, implicit splits, links."""

import itertools

import pytest
from core_bpmn import (
    both,
    boundary,
    bpmn,
    catch,
    end,
    first_of,
    flow,
    link,
    message,
    messages,
    node,
    path,
    service,
    signal,
    signals,
    start,
    sub,
    terminate,
    throw,
    timer,
    user,
    xor,
)
from core_play import Play

pytestmark = pytest.mark.usefixtures("mode")

NAMES = messages("M", "N") + signals("S")


def test_conditions_are_tried_in_the_order_of_the_file():
    first, second = flow("g", "a", "${x > 1}"), flow("g", "b", "x > 2")
    for flows, taken in (((first, second), "a"), ((second, first), "b")):
        play = Play(
            bpmn(
                start(),
                xor("g"),
                user("a"),
                user("b"),
                end(),
                flow("start", "g"),
                *flows,
                path("a", "end"),
                path("b", "end"),
            ),
            variables={"x": 3},
        )
        assert play.open == [taken]


def test_no_match_is_an_incident_that_can_be_mended():
    play = Play(
        bpmn(start(), xor("g"), user("a"), end(), flow("start", "g"), flow("g", "a", "${x == 1}"), path("a", "end")),
        variables={"x": 0},
    )
    assert "no condition holds" in play.incidents["g"]
    state = play.execution.dump()
    play.retry("g")
    assert play.incidents
    play.set(x=1).retry("g")
    assert play.open == ["a"]
    assert len(state) < 400


def test_unknown_name_in_a_condition_is_an_incident():
    play = Play(
        bpmn(
            start(), xor("g"), user("a"), end(), flow("start", "g"), flow("g", "a", "${nobody == 1}"), path("a", "end")
        )
    )
    assert "nobody" in play.incidents["g"]


@pytest.mark.parametrize("order", list(itertools.permutations("abc")))
def test_three_way_join(order):
    play = Play(
        bpmn(
            start(),
            both("s"),
            *[user(n) for n in "abc"],
            both("j"),
            user("after"),
            end(),
            flow("start", "s"),
            *[path("s", n, "j") for n in "abc"],
            path("j", "after", "end"),
        )
    )
    for name in order:
        assert play.times()["j"] == 0
        play.complete(name)
    assert play.open == ["after"]
    assert play.times()["j"] == 1
    assert len([f for f in play.flows if f.endswith("-j")]) == 3


def test_surplus_token_stays_at_the_join():
    """Two tokens come by one flow: the second waits for the next round."""
    play = Play(
        bpmn(
            start(),
            both("s"),
            user("a"),
            user("b"),
            user("c"),
            xor("m"),
            both("j"),
            user("after"),
            end(),
            flow("start", "s"),
            path("s", "a", "m"),
            path("s", "b", "m"),
            flow("m", "j"),
            path("s", "c", "j"),
            path("j", "after", "end"),
        )
    )
    play.complete("a").complete("b").complete("c")
    assert play.open == ["after"]
    play.complete("after")
    assert not play.ended
    assert "waits for ever" in play.incidents["j"]


def test_two_flows_from_one_gateway_to_the_same_join():
    play = Play(
        bpmn(
            start(),
            both("s"),
            both("j"),
            user("u"),
            end(),
            flow("start", "s"),
            flow("s", "j", id_="f1"),
            flow("s", "j", id_="f2"),
            path("j", "u", "end"),
        )
    )
    assert play.open == ["u"]
    assert play.flows == ["start-s", "f1", "f2", "j-u"]


def test_implicit_split_and_conditional_flows():
    play = Play(
        bpmn(
            start(),
            user("u"),
            user("a"),
            user("b"),
            end(),
            path("start", "u"),
            flow("u", "a"),
            flow("u", "b"),
            path("a", "end"),
            path("b", "end"),
        )
    )
    assert play.complete("u").open == ["a", "b"]
    play = Play(
        bpmn(
            start(),
            node("userTask", "u", default="d"),
            user("a"),
            user("b"),
            user("c"),
            end(),
            path("start", "u"),
            flow("u", "a", "${x > 1}"),
            flow("u", "b", "${x > 2}"),
            flow("u", "c", id_="d"),
            *[path(n, "end") for n in "abc"],
        )
    )
    assert play.complete("u", x="many").incidents
    assert play.variables == {"x": "many"}
    play.set(x=3).retry("u")
    assert play.open == ["a", "b"]


@pytest.mark.parametrize(("x", "taken"), [(1, ["b", "c"]), (3, ["a", "c"])])
def test_a_flow_without_condition_beside_conditional_ones_hides_no_default(x, taken):
    flows = flow("u", "a", "${x > 1}"), flow("u", "b", id_="d"), flow("u", "c")
    named = [user(name) for name in "abc"]
    play = Play(bpmn(start(), node("userTask", "u", default="d"), *named, path("start", "u"), *flows))
    assert play.complete("u", x=x).open == taken


WAITERS = {
    "an event gateway": first_of("w") + catch("c", signal("S")) + path("w", "c", "heard"),
    "an event with several triggers": catch("w", signal("S"), message("M")) + path("w", "heard"),
    "an event on a border": user("w") + path("w", "end") + boundary("c", "w", signal("S")) + path("c", "heard"),
}


@pytest.mark.parametrize("waiter", WAITERS)
def test_what_waits_beside_a_throw_hears_it_whatever_is_drawn_first(waiter):
    beside = (
        user("heard"),
        throw("t", signal("S")),
        end(),
        path("t", "end"),
        path("heard", "end"),
        both("g"),
        WAITERS[waiter],
    )
    for first in ("t", "w"):
        ways = [flow("g", name) for name in sorted(("t", "w"), key=first.__ne__)]
        assert Play(bpmn(start(), *beside, flow("start", "g"), *ways, extra=NAMES)).open == ["heard"]


def test_start_event_with_two_flows():
    assert Play(bpmn(start(), user("a"), user("b"), flow("start", "a"), flow("start", "b"))).open == ["a", "b"]


def test_event_based_gateway():
    diagram = bpmn(
        start(),
        first_of("g"),
        catch("m", message("M")),
        catch("t", timer("PT1H")),
        node("receiveTask", "r", messageRef="N"),
        *[user(n) for n in "abc"],
        end(),
        flow("start", "g"),
        path("g", "m", "a", "end"),
        path("g", "t", "b", "end"),
        path("g", "r", "c", "end"),
        extra=NAMES,
    )
    assert Play(diagram).message("M").open == ["a"]
    play = Play(diagram).advance("PT1H")
    assert play.open == ["b"]
    assert not play.execution.subscriptions
    assert play.times("cancelled") == {"m": 1, "r": 1}
    assert Play(diagram).message("N").open == ["c"]


def test_listener_branch_of_an_event_gateway_in_a_loop():
    play = Play(
        bpmn(
            start(),
            both("s"),
            user("work"),
            end("done", terminate()),
            xor("m"),
            first_of("g"),
            catch("c", message("M")),
            catch("d", signal("S")),
            service("note"),
            end(),
            flow("start", "s"),
            path("s", "work", "done"),
            path("s", "m", "g"),
            path("g", "c", "note", "m"),
            path("g", "d", "end"),
            extra=NAMES,
        )
    )
    for count in range(1, 40):
        play.message("M")
        assert play.times()["note"] == count
    assert play.complete("work").ended


def test_links():
    play = Play(
        bpmn(
            start(),
            both("s"),
            throw("t1", link("L")),
            throw("t2", link("L")),
            catch("c", link("L")),
            user("u"),
            end(),
            flow("start", "s"),
            flow("s", "t1"),
            flow("s", "t2"),
            path("c", "u", "end"),
        )
    )
    assert play.open == ["u", "u"]
    assert play.times()["c"] == 2


def test_terminate_ends_its_scope_only():
    box = sub(
        "box",
        start("s"),
        both("g"),
        user("a"),
        user("b"),
        end("e", terminate()),
        flow("s", "g"),
        path("g", "a", "e"),
        path("g", "b", "e"),
    )
    play = Play(bpmn(start(), box, user("after"), end(), path("start", "box", "after", "end")))
    assert play.complete("a").open == ["after"]
    assert play.times("cancelled") == {"b": 1}


def test_condition_said_to_be_feel():
    when = flow("g", "a", "items[1] = 5").replace("<conditionExpression", '<conditionExpression language="feel"')
    diagram = bpmn(
        start(),
        xor("g", default="d"),
        user("a"),
        end(),
        flow("start", "g"),
        when,
        flow("g", "end", id_="d"),
        path("a", "end"),
    )
    assert Play(diagram, variables={"items": [5, 6]}).open == ["a"]
