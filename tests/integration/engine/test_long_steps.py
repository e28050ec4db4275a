"""A step that takes too long is cut where it may be cut, and goes on as a job by the same person."""

import pytest
from core_bpmn import both, bpmn, end, flow, path, script, start, user, xor
from engine_world import LEE, ROOT

from engine.look import pending
from engine.run import instances

COUNT = bpmn(
    start(), script("count", "n = n + 1"), xor("more", default="out"), user("u"), end(),
    path("start", "count", "more"), flow("more", "count", "${n < 4}"), flow("more", "u", id_="out"), path("u", "end"),
)  # fmt: skip


@pytest.fixture
def hurried(make_world):
    return make_world(settings={"step_seconds": 0})


def test_it_goes_on_as_a_job_and_comes_to_the_same(hurried, make_world):
    hurried.deploy(COUNT)
    number = hurried.start(variables={"n": 0})
    (job,) = hurried.ask(pending.jobs_of, number)
    assert (job.kind, hurried.open(number), hurried.status(number)) == ("go_on", [], "running")
    assert hurried.work() > 4
    assert (hurried.open(number), hurried.variables(number)) == (["u"], {"n": 4})
    assert hurried.ask(pending.jobs_of, number) == []
    assert {line.actor for line in hurried.events(number)} == {LEE.id}
    assert [line.element for line in hurried.events(number, "left")].count("count") == 4


def test_what_is_only_tried_comes_to_its_end(hurried):
    hurried.deploy(COUNT)
    with hurried.database.trial() as session:
        found = instances.start(session, "p", variables={"n": 0}, by=LEE)
        assert instances.get_variables(session, found.id) == {"n": 4}


def test_somebody_may_act_between_the_parts(hurried):
    hurried.deploy(
        bpmn(
            start(), both("fork"), user("a"), user("b"), both("join"), script("s", "x = 1"), end(),
            path("start", "fork", "a", "join", "s", "end"), path("fork", "b", "join"),
        )
    )  # fmt: skip
    number = hurried.start()
    hurried.work()
    hurried.complete("a", by=ROOT)
    hurried.complete("b", by=ROOT)
    hurried.work()
    assert (hurried.status(number), hurried.variables(number)["x"]) == ("completed", 1)


def test_what_is_cancelled_between_the_parts_does_not_go_on(hurried):
    hurried.deploy(COUNT)
    number = hurried.start(variables={"n": 0})
    hurried.do(instances.cancel, number, by=LEE, reason="wrong")
    hurried.work()
    assert (hurried.status(number), hurried.ask(pending.jobs_of, number)) == ("cancelled", [])


def test_the_parts_together_have_the_bound_of_one_step(hurried, monkeypatch):
    monkeypatch.setattr("engine.run.steps.MOST_ENGINE_TASKS", 30)
    hurried.deploy(COUNT.replace(b"n &lt; 4", b"n &gt; 0").replace(b"n < 4", b"n > 0"))
    number = hurried.start(variables={"n": 1})
    hurried.work()
    (incident,) = hurried.ask(pending.incidents_of, number)
    assert "endless loop" in incident.message
    assert hurried.ask(pending.jobs_of, number) == []
