"""Activities with several instances: items at once, one after another, enough of them."""

import pytest
from core_bpmn import (
    end,
    line,
    path,
    script,
    service,
    several,
    start,
    sub,
    user,
)
from core_play import FakeHost, Play

pytestmark = pytest.mark.usefixtures("mode")


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


def each(round_, *loop, **more):
    """One round after another of a sub-process with a script in it."""
    inside = start("s1"), script("k", round_), end("e1"), path("s1", "k", "e1")
    return line(sub("each", several(*loop, sequential=True, **more), *inside))


@pytest.mark.parametrize(
    "round_",
    [
        "names = [names[2], names[1], names[0]]",
        "names = []",
        "names = names + ['more']",
        "names = ['other', 'names', 'here', 'now']",
        "names = None",
        "names[1] = 'changed'",
    ],
)
def test_the_items_are_those_of_the_beginning_whatever_a_round_does_to_them(round_):
    play = Play(
        each(f"seen.append(name)\n{round_}", "names", variable="name"),
        variables={"names": ["x", {"y": [1]}, "z"], "seen": []},
    )
    assert play.ended
    assert play.variables["seen"] == ["x", {"y": [1]}, "z"]


@pytest.mark.parametrize("change", ["count + 1", "count - 1", "0", "'many'", "None"])
def test_the_number_of_items_is_that_of_the_beginning(change):
    play = Play(each(f"rounds = rounds + 1\ncount = {change}", count="${count}"), variables={"count": 3, "rounds": 0})
    assert play.ended
    assert play.variables["rounds"] == 3


def test_a_person_who_changes_the_list_between_two_items_changes_none_of_them():
    play = Play(
        line(user("u", several("units", variable="unit", sequential=True))), variables={"units": ["a", "b", "c"]}
    )
    for left in (["c"], []):
        play.complete("u", units=left)
    assert [t.local["unit"] for t in play.opened.values()] == ["a", "b", "c"]
    assert play.complete("u").ended


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


def test_items_know_how_many_they_are():
    play = Play(line(user("u", several(count=3), name="${loopCounter + 1} of ${nrOfInstances}")))
    assert [task.name for task in play.opened.values()] == ["1 of 3", "2 of 3", "3 of 3"]
    assert [task.local for task in play.opened.values()] == [{"loopCounter": i} for i in range(3)]
