"""Answers pass through the form of a task, whichever door they come in."""

import json

import pytest
from core_bpmn import bpmn, end, path, start, user
from engine_world import Gate

from engine.errors import FormRefused
from engine.look import history
from engine.run import task_forms
from engine.values import Finding


class Narrow(Gate):
    """Takes only x, which must be a number; knows the variables."""

    def check(self, name, content):
        return [Finding(name, "no fields")] if not json.loads(content).get("components") else []

    def accept(self, form, answers, variables, *, actor, now, signatures):
        errors = {name: "unknown field" for name in answers if name != "x"}
        if not isinstance(answers.get("x"), int):
            errors["x"] = "a number is needed"
        if errors:
            raise FormRefused(errors)
        return {"x": answers["x"] + variables.get("more", 0)}


def form(key, **others):
    return json.dumps({"id": key, "components": [{"key": "x"}], **others}).encode()


def test_answers_pass_through_the_form_whatever_the_door(make_world):
    world = make_world(forms=Narrow())
    diagram = bpmn(
        start(), user("u", camunda_candidateGroups="qc", camunda_formRef="F1"), end(), path("start", "u", "end")
    )
    world.deploy(diagram, a_form=form("F1"), b_form=form("F2"))
    number = world.start(variables={"more": 40})
    before = world.events(number)
    for answers, wrong in (({}, {"x"}), ({"x": "1"}, {"x"}), ({"x": 1, "status": "closed"}, {"status"})):
        with pytest.raises(FormRefused) as told:
            world.complete("u", **answers)
        assert set(told.value.errors) == wrong
    assert (world.events(number), world.open()) == (before, ["u"])
    done = world.complete("u", x=2)
    assert (dict(done.values), world.variables(number)) == ({"x": 42}, {"more": 40, "x": 42})
    (kept,) = world.ask(history.submissions_of, number)
    assert (kept.form, kept.answers, kept.task_id) == ("F1", {"x": 42}, done.task_id)
    assert len(kept.form_digest) == 64


def test_the_form_is_that_of_the_same_deployment(make_world):
    world = make_world(forms=Narrow())
    own = bpmn(start(), user("u", camunda_candidateGroups="qc", camunda_formRef="F1"), end(), path("start", "u", "end"))
    newest = bpmn(
        start(), user("u", camunda_candidateGroups="qc", camunda_formRef="F1", camunda_formRefBinding="latest"), end(),
        path("start", "u", "end"), key="q",
    )  # fmt: skip
    world.deploy(own, newest, a_form=form("F1", version=1))
    old, new = world.start("p"), world.start("q")
    world.deploy(own, a_form=form("F1", version=2))
    contents = [
        json.loads(world.ask(task_forms.get_form, world.task("u", number)).content)["version"] for number in (old, new)
    ]
    assert contents == [1, 2]
