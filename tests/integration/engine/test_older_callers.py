"""Instances on an older version of a caller call the newest version of another folder's process that goes with it."""

import pytest
import sqlalchemy as sa
from core_bpmn import bpmn, call, definitions, end, extension, path, process, start, user

from engine.deploy import deployments
from engine.store.schema import DbIncident
from engine.values import SYSTEM


def inner(name, inputs=None, outputs=None):
    """A version of what is called: the element says which."""
    named = {"inputs": inputs, "outputs": outputs}
    rows = "".join(f'<camunda:property name="{k}" value="{v}"/>' for k, v in named.items() if v is not None)
    told = extension(f"<camunda:properties>{rows}</camunda:properties>")
    task = user(name, camunda_candidateGroups="qc")
    return {"inner.bpmn": definitions(process(told, start("s"), task, end("e"), path("s", name, "e"), key="inner"))}


def outer(*inputs, outputs=(), everything=False, **binding):
    """A version of the caller, which waits before it calls."""
    rows = "".join(f'<camunda:in source="{name}" target="{name}"/>' for name in inputs)
    rows += "".join(f'<camunda:out source="{name}" target="{name}"/>' for name in outputs)
    rows += '<camunda:in variables="all"/>' if everything else ""
    nodes = (user("wait", camunda_candidateGroups="qc"), call("c", "inner", extension(rows), **binding))
    return {"outer.bpmn": bpmn(start(), *nodes, end(), path("start", "wait", "c", "end"), key="outer")}


def put(world, called, caller):
    world.do(deployments.deploy_together, {"inner": called, "outer": caller}, by=SYSTEM)


def incidents(world):
    return world.ask(lambda session: list(session.scalars(sa.select(DbIncident.message))))


def goes_on(world, number):
    world.complete("wait", number=number)
    return world.open(number)


@pytest.mark.both_databases
def test_an_older_caller_keeps_to_the_version_that_needs_no_more_than_it_hands_over(world):
    put(world, inner("one", "a"), outer("a"))
    before = world.start("outer", variables={"a": 1})
    put(world, inner("two", "a b"), outer("a", "b"))
    after = world.start("outer", variables={"a": 1, "b": 2})
    assert goes_on(world, before) == ["one"]
    assert goes_on(world, after) == ["two"]
    assert incidents(world) == []


@pytest.mark.parametrize("binding", [{}, {"camunda_calledElementBinding": "latest"}], ids=["none", "latest"])
def test_of_the_versions_that_go_it_is_the_newest(world, binding):
    put(world, inner("one", "a"), outer("a", **binding))
    before = world.start("outer", variables={"a": 1})
    put(world, inner("two", "a c?"), outer("a", "c", **binding))
    put(world, inner("three", "a b"), outer("a", "b", **binding))
    assert goes_on(world, before) == ["two"]


def test_where_the_current_version_goes_it_is_that_one(world):
    put(world, inner("one", "a"), outer("a"))
    before = world.start("outer", variables={"a": 1})
    put(world, inner("two", "a b?"), outer("a", "b"))
    assert goes_on(world, before) == ["two"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ((inner("one", "a b"), outer("a", "b")), (inner("two", "a"), outer("a"))),
        ((inner("one", "a", "r"), outer("a", outputs=["r"])), (inner("two", "a", "s"), outer("a", outputs=["s"]))),
        ((inner("one"), outer(everything=True)), (inner("two", "a"), outer("a"))),
    ],
    ids=["an input that it does not take", "an output that it does not give", "all variables"],
)
def test_what_the_current_version_does_not_know_is_for_an_older_one(world, old, new):
    put(world, *old)
    before = world.start("outer", variables={"a": 1, "b": 2})
    put(world, *new)
    assert goes_on(world, before) == ["one"]


def test_a_version_after_the_current_one_is_not_taken_and_the_incident_says_what_is_missing(world):
    earlier = inner("one", "a b"), outer("a", "b")
    put(world, *earlier)
    put(world, inner("two", "a"), outer("a"))
    number = world.start("outer", variables={"a": 1})
    put(world, *earlier)
    assert goes_on(world, number) == []
    [said] = incidents(world)
    assert "the current version of inner does not go with its caller: it needs b, not handed over" in said
    assert "deploy one that does" in said
