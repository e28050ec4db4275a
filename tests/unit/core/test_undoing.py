"""Compensation and transactions: what has ended is undone, the last first, with its variables."""

import pytest
from core_bpmn import (
    LOG,
    UNDO,
    booked,
    boundary,
    bpmn,
    end,
    error,
    errors,
    extension,
    flow,
    inputs_outputs,
    messages,
    node,
    path,
    script,
    service,
    several,
    start,
    sub,
    throw,
    undo,
    undoing,
    undone_by,
    user,
    xor,
)
from core_play import FakeHost, Play

pytestmark = pytest.mark.usefixtures("mode")


@pytest.mark.parametrize("last", [end("t", undo()), throw("t", undo()) + end("over") + path("t", "over")])
def test_what_has_ended_is_undone_the_last_first_and_once(last):
    parts = (
        start(),
        booked("a"),
        booked("b"),
        booked("c"),
        xor("x", default="x-t"),
        last,
        flow("x", "c", "${count(log) > 2}"),
        flow("c", "t"),
        path("start", "a", "b", "x", "t"),
    )
    play = Play(bpmn(*parts), variables={"log": []})
    assert play.variables["log"] == ["a", "b", "-b", "-a"]
    assert play.ended
    assert play.times()["unc"] == 0


def test_one_activity_is_undone_and_one_that_ran_twice_twice():
    play = Play(
        bpmn(
            start(), booked("a"), booked("b"), user("u"), throw("t", undo("b")), throw("t2", undo()), end(),
            node("exclusiveGateway", "x", default="x-u"), flow("start", "a"), path("a", "b", "x"),
            flow("x", "b", "${count(log) == 2}"), flow("x", "u"), path("u", "t", "t2", "end"),
        ),
        variables={"log": []},
    )  # fmt: skip
    play.complete("u")
    assert play.variables["log"] == ["a", "b", "b", "-b", "-b", "-a"]


def test_people_undo_and_the_throw_waits_for_them():
    play = Play(
        bpmn(
            start(), user("a"), user("b"), throw("t", undo()), user("after"), end(),
            user("una", isForCompensation="true"), user("unb", isForCompensation="true"),
            undone_by("a", "una"), undone_by("b", "unb"), path("start", "a", "b", "t", "after", "end"),
        )
    )  # fmt: skip
    play.complete("a").complete("b")
    assert play.open == ["unb"]
    play.complete("unb")
    assert play.open == ["una"]
    play.complete("una")
    assert play.open == ["after"]
    play.complete("after")
    assert play.ended


def test_a_message_undoes_and_the_throw_waits_for_it():
    back = node("receiveTask", "una", messageRef="M", isForCompensation="true")
    parts = start(), user("a"), back, undone_by("a", "una"), throw("t", undo()), user("u"), end()
    play = Play(bpmn(*parts, path("start", "a", "t", "u", "end"), extra=messages("M")))
    play.complete("a")
    assert play.open == []
    play.message("M")
    assert play.open == ["u"]
    play.complete("u")
    assert play.ended


def test_a_handler_sees_the_variables_of_its_activity():
    made = inputs_outputs({"mine": "${n}"})
    play = Play(
        bpmn(
            start(), user("a", extension(made)), script("s", "n = 2"), throw("t", undo()), end(),
            undoing("una", "log = log + [mine]"), undone_by("a", "una"), path("start", "a", "s", "t", "end"),
        ),
        variables={"log": [], "n": 1},
    )  # fmt: skip
    play.complete("a")
    assert play.variables["log"] == ["1"] or play.variables["log"] == [1]


def test_a_failing_handler_is_an_incident_and_goes_on_after_it():
    play = Play(
        bpmn(
            start(), script("a", LOG.format("a")), undoing("una", "log = log + [missing]"), undone_by("a", "una"),
            throw("t", undo()), user("u"), end(), path("start", "a", "t", "u", "end"),
        ),
        variables={"log": []},
    )  # fmt: skip
    assert list(play.incidents) == ["una"]
    play.set(missing="x").retry("una")
    assert (play.variables["log"], play.open) == (["a", "x"], ["u"])


INNER = sub("s", start("s0"), booked("a"), booked("b"), end("s1"), path("s0", "a", "b", "s1"))


def test_a_sub_process_that_has_ended_is_undone_by_what_is_in_it():
    play = Play(
        bpmn(start(), INNER, booked("c"), end("t", undo()), path("start", "s", "c", "t")), variables={"log": []}
    )
    assert play.variables["log"] == ["a", "b", "c", "-c", "-b", "-a"]
    assert play.ended


def test_a_sub_process_with_people_in_the_way_back():
    inside = sub(
        "s", start("s0"), user("a"), user("una", isForCompensation="true"), undone_by("a", "una"), end("s1"),
        path("s0", "a", "s1"),
    )  # fmt: skip
    play = Play(bpmn(start(), inside, throw("t", undo()), user("u"), end(), path("start", "s", "t", "u", "end")))
    play.complete("a")
    assert play.open == ["una"]
    play.complete("una")
    assert play.open == ["u"]
    play.complete("u")
    assert play.ended


@pytest.mark.parametrize("marked", [None, "true"])
def test_an_event_sub_process_says_how_a_sub_process_is_undone(marked):
    way_back = sub(
        "e", start("e0", UNDO), script("first", LOG.format("first")), throw("rest", undo()), end("e1"),
        path("e0", "first", "rest", "e1"), event=True,
        isForCompensation=marked,
    )  # fmt: skip
    inside = sub("s", start("s0"), booked("a"), booked("b"), end("s1"), path("s0", "a", "b", "s1"), way_back)
    play = Play(
        bpmn(start(), inside, throw("t", undo()), user("u"), end(), path("start", "s", "t", "u", "end")),
        variables={"log": []},
    )
    assert (play.variables["log"], play.open) == (["a", "b", "first", "-b", "-a"], ["u"])


def test_a_handler_on_a_sub_process_stands_for_all_that_is_in_it():
    play = Play(
        bpmn(
            start(), INNER, undoing("uns", LOG.format("-s")), undone_by("s", "uns"), end("t", undo("s")),
            path("start", "s", "t"),
        ),
        variables={"log": []},
    )  # fmt: skip
    assert play.variables["log"] == ["a", "b", "-s"]


def test_each_item_of_a_sub_process_is_undone_with_what_it_had():
    inside = sub(
        "s", several("${[1, 2]}", variable="n", sequential=True), start("s0"), script("a", "log = log + [n]"),
        undoing("una", "log = log + [-n]"), undone_by("a", "una"), end("s1"), path("s0", "a", "s1"),
    )  # fmt: skip
    play = Play(bpmn(start(), inside, end("t", undo()), path("start", "s", "t")), variables={"log": []})
    assert play.variables["log"] == [1, 2, -2, -1]


@pytest.mark.parametrize("sequential", [False, True])
def test_each_item_of_an_activity_is_undone_by_its_handler_with_what_it_had(sequential):
    each = user(
        "a", extension(inputs_outputs({"mine": "${10 * n}"})), several("${[1, 2]}", variable="n", sequential=sequential)
    )
    play = Play(
        bpmn(
            start(), each, undoing("una", "log = log + [mine, n]"), undone_by("a", "una"), end("t", undo()),
            path("start", "a", "t"),
        ),
        variables={"log": []},
    )  # fmt: skip
    play.complete("a").complete("a")
    assert play.variables["log"] == [20, 2, 10, 1]


def test_a_handler_on_several_sub_processes_stands_for_all_that_is_in_each():
    inside = sub(
        "s", several("${['x', 'y']}", variable="n"), start("s0"), booked("a"), end("s1"), path("s0", "a", "s1"),
    )  # fmt: skip
    play = Play(
        bpmn(
            start(), inside, undoing("uns", "log = log + [n]"), undone_by("s", "uns"), end("t", undo()),
            path("start", "s", "t"),
        ),
        variables={"log": []},
    )  # fmt: skip
    assert play.variables["log"] == ["a", "a", "y", "x"]


def test_each_round_of_a_loop_is_undone_by_the_handler_of_the_activity():
    again = (
        "<standardLoopCharacteristics><loopCondition>${count(log) &lt; 3}</loopCondition></standardLoopCharacteristics>"
    )
    rounds = script("a", "log = log + [loopCounter]").replace("</scriptTask>", f"{again}</scriptTask>")
    play = Play(
        bpmn(
            start(), rounds, undoing("una", "log = log + [-loopCounter]"), undone_by("a", "una"), end("t", undo()),
            path("start", "a", "t"),
        ),
        variables={"log": []},
    )  # fmt: skip
    assert play.variables["log"] == [0, 1, 2, -2, -1, 0]


def test_an_error_is_caught_and_what_was_done_is_undone():
    inside = sub("s", start("s0"), booked("a"), end("fail", error("E")), path("s0", "a", "fail"))
    play = Play(
        bpmn(
            start(), booked("before"), inside, end(), boundary("caught", "s", error("E")), end("t", undo()),
            path("start", "before", "s", "end"), path("caught", "t"), extra=errors("E"),
        ),
        variables={"log": []},
    )  # fmt: skip
    assert play.variables["log"] == ["before", "a", "-before"]


def transaction(*inner):
    return bpmn(
        start(), node("transaction", "tx", start("s0"), *inner), user("good"), user("bad"), end(), end("e2"),
        boundary("cancelled", "tx", "<cancelEventDefinition/>"), path("start", "tx", "good", "end"),
        path("cancelled", "bad", "e2"),
    )  # fmt: skip


def test_a_transaction_that_is_cancelled_is_stopped_undone_and_left_by_its_cancel_event():
    inside = (
        booked("a"), node("parallelGateway", "both"), user("beside"), user("decide"), end("e1"),
        end("cancel", "<cancelEventDefinition/>"), path("s0", "a", "both", "beside", "e1"),
        path("both", "decide", "cancel"),
    )  # fmt: skip
    play = Play(transaction(*inside), variables={"log": []})
    play.complete("decide")
    assert (play.variables["log"], play.open) == (["a", "-a"], ["bad"])
    play.complete("bad")
    assert play.ended


def test_a_transaction_that_ends_well_is_not_undone():
    play = Play(transaction(booked("a"), end("e1"), path("s0", "a", "e1")), variables={"log": []})
    assert (play.variables["log"], play.open) == (["a"], ["good"])


def test_a_service_outside_undoes_and_is_waited_for():
    host = FakeHost(
        bpmn(
            start(), user("a"), throw("t", undo()), end(), service("una", topic="refund", isForCompensation="true"),
            undone_by("a", "una"), path("start", "a", "t", "end"),
        ),
        outside=["refund"],
    )  # fmt: skip
    play = Play(host)
    play.complete("a")
    assert list(play.execution.jobs.values()) == ["una"]
    play.execution.complete(next(iter(play.execution.jobs)), {})
    assert play.settle().ended
