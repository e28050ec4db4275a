"""Inclusive gateways: which ways are taken, and what a join waits for."""

import pytest
from core_bpmn import (
    both,
    boundary,
    bpmn,
    either,
    end,
    flow,
    path,
    start,
    timer,
    user,
    xor,
)
from core_play import Play

pytestmark = pytest.mark.usefixtures("mode")


def test_inclusive():
    diagram = bpmn(
        start(),
        either("s", default="none"),
        *[user(n) for n in "abc"],
        either("j"),
        user("after"),
        end(),
        flow("start", "s"),
        flow("s", "a", "${a}"),
        flow("s", "b", "${b}"),
        flow("s", "c", id_="none"),
        *[path(n, "j") for n in "abc"],
        path("j", "after", "end"),
    )
    play = Play(diagram, variables={"a": True, "b": True})
    assert play.complete("a").open == ["b"]
    assert play.complete("b").open == ["after"]
    play = Play(diagram, variables={"a": False, "b": False})
    assert play.open == ["c"]
    assert play.complete("c").open == ["after"]


def test_inclusive_join_released_by_a_branch_that_ends_elsewhere():
    play = Play(
        bpmn(
            start(),
            both("s"),
            user("a"),
            user("b"),
            xor("g"),
            either("j"),
            user("after"),
            end(),
            end("x"),
            flow("start", "s"),
            path("s", "a", "j"),
            path("s", "b", "g"),
            flow("g", "j", "${join}"),
            flow("g", "x", "${!join}"),
            path("j", "after", "end"),
        )
    )
    assert play.complete("a").open == ["b"]
    assert play.complete("b", join=False).open == ["after"]


def test_inclusive_join_in_a_loop_with_a_bypass():
    play = Play(
        bpmn(
            start(),
            either("j"),
            user("u"),
            either("s", default="out"),
            user("v"),
            end(),
            flow("start", "j"),
            flow("j", "u"),
            flow("u", "s"),
            flow("s", "v", "${again}"),
            flow("v", "j"),
            flow("s", "end", id_="out"),
        )
    )
    play.complete("u", again=True).complete("v")
    assert play.open == ["u"]
    assert play.complete("u", again=False).ended


def test_inclusive_join_waits_for_what_a_boundary_event_may_send():
    play = Play(
        bpmn(
            start(),
            both("s"),
            user("a"),
            user("b"),
            either("j"),
            user("after"),
            end(),
            end("x"),
            flow("start", "s"),
            path("s", "a", "j"),
            path("s", "b", "x"),
            path("j", "after", "end"),
            boundary("t", "b", timer("PT1H"), interrupting=False),
            flow("t", "j"),
        )
    )
    assert play.complete("a").open == ["b"]
    assert play.complete("b").open == ["after"]
