"""Deployments: immutable by content, refused with all findings, found again by what runs on them."""

import pytest
import sqlalchemy as sa
from core_bpmn import bpmn, call, definitions, end, extension, flow, path, process, start, user, xor
from engine_world import ROOT, WANG

from engine.deploy import checks, deployments
from engine.errors import DeploymentRefused, NotFound
from engine.run import instances
from engine.runtime import make_runtime
from engine.store.definitions import DbResource
from engine.values import Finding, Severity

ONE = bpmn(start(), user("u", camunda_candidateGroups="qc"), end(), path("start", "u", "end"))
TWO = bpmn(start(), user("u2", camunda_candidateGroups="qc"), end(), path("start", "u2", "end"))


def test_the_same_content_is_the_same_deployment(world):
    first = world.deploy(ONE, note=b"x")
    assert world.deploy(ONE, note=b"x") == first
    second = world.deploy(TWO, note=b"x")
    assert (first.id, second.id) == (1, 2)
    assert world.ask(deployments.get_process_definition, "p").version == 2
    assert world.ask(deployments.get_process_definition, "p", 1).deployment_id == 1
    assert [entry.id for entry in world.ask(deployments.list_deployments)] == [2, 1]
    assert world.ask(deployments.get_resource, 1, "d0.bpmn") == ONE
    assert set(world.ask(deployments.get_files, 2)) == {"d0.bpmn", "note"}
    for ask in (
        (deployments.get_resource, 1, "other"),
        (deployments.get_process_definition, "q"),
        (deployments.get_deployment, 9),
    ):
        with pytest.raises(NotFound):
            world.ask(*ask)


def test_running_instances_stay_on_their_version(world):
    world.deploy(ONE)
    old = world.start()
    world.deploy(TWO)
    new = world.start()
    assert (world.open(old), world.open(new)) == (["u"], ["u2"])
    world.database.runtime.deployments.clear()  # as after a restart
    world.complete("u", by=WANG, number=old)
    assert world.status(old) == "completed"
    again = world.start(definition=world.ask(deployments.get_process_definition, "p", 1))
    assert world.open(again) == ["u"]


def test_a_refused_deployment_leaves_nothing(world):
    wrong = bpmn(start(), user("u"), end(), path("start", "u", "end"), flow("u", "nowhere"))
    with pytest.raises(DeploymentRefused) as told:
        world.deploy(ONE.replace(b'id="p"', b'id="q"'), wrong)
    assert any(finding.severity is Severity.ERROR for finding in told.value.findings)
    assert (world.ask(deployments.list_deployments), world.ask(deployments.list_process_definitions)) == ([], [])


def test_lint_needs_no_database():
    assert checks.check(make_runtime(), {"a.bpmn": ONE}).findings == []
    findings = checks.check(make_runtime(), {"a.bpmn": b"<nonsense", "b.form": b"{}"}).findings
    assert {finding.file for finding in findings} == {"a.bpmn", "b.form"}


def test_a_called_process_is_that_of_the_same_deployment_else_the_current_one(world):
    def inner(element):
        return bpmn(
            start("a"), user(element, camunda_candidateGroups="qc"), end("b"), path("a", element, "b"), key="inner"
        )

    def caller(key, **binding):
        return bpmn(start(), call("c", "inner", **binding), end(), path("start", "c", "end"), key=key)

    own, latest = caller("own"), caller("latest", camunda_calledElementBinding="latest")
    world.deploy(own, latest, inner("v1"))
    before = [world.start("own"), world.start("latest")]
    world.deploy(own, latest, inner("v2"))
    first = {"camunda_calledElementBinding": "version", "camunda_calledElementVersion": "1"}
    world.deploy(caller("other"), caller("first", **first))
    opened = {key: world.open(world.start(key)) for key in ("own", "latest", "other", "first")}
    assert opened == {"own": ["v2"], "latest": ["v2"], "other": ["v2"], "first": ["v1"]}
    assert [world.open(number) for number in before] == [["v1"], ["v1"]]
    world.database.runtime.deployments.clear()
    world.complete("v1", number=before[0])
    assert world.status(before[0]) == "completed"


def test_a_call_keeps_to_what_the_latest_version_of_another_deployment_declares(world):
    def inner(inputs):
        told = f'<camunda:properties><camunda:property name="inputs" value="{inputs}"/></camunda:properties>'
        return definitions(process(extension(told), start(), end(), path("start", "end"), key="inner"))

    def caller(*names):
        rows = "".join(f'<camunda:in source="{name}" target="{name}"/>' for name in names)
        told = call("c", "inner", extension(rows))
        return bpmn(start(), told, end(), path("start", "c", "end"), key="outer")

    world.deploy(inner("a"))
    world.deploy(inner("a b"))
    with pytest.raises(DeploymentRefused) as told:
        world.deploy(caller("a", "d"))
    wrong = (finding for finding in told.value.findings if finding.severity is Severity.ERROR)
    found = {(finding.code, finding.file, finding.element) for finding in wrong}
    assert found == {("input_missing", "d0.bpmn", "c"), ("input_unknown", "d0.bpmn", "c")}
    world.deploy(caller("a", "b"))
    definition = world.ask(deployments.get_process_definition, "inner")
    assert world.ask(deployments.get_process, definition).contract.inputs == {"a": True, "b": True}


def test_stricter_checks_do_not_stop_what_runs_already(world, monkeypatch):
    world.deploy(ONE)
    number = world.start()
    monkeypatch.setattr("engine.core.reader.check", lambda diagrams, **others: [Finding("d0.bpmn", "not any more")])
    world.database.runtime.deployments.clear()
    with pytest.raises(DeploymentRefused, match="not any more"):
        world.deploy(TWO)
    world.complete("u", number=number)
    assert world.status(number) == "completed"


def test_a_rolled_back_deployment_is_not_remembered(world):
    def fail():
        with world.database.transaction() as session:
            deployments.deploy(session, "x", {"a.bpmn": ONE}, by=ROOT)
            instances.start(session, "p", by=ROOT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert world.database.runtime.deployments == {}
    assert world.database.runtime.audiences == {}
    world.deploy(TWO)
    assert world.open(world.start()) == ["u2"]


def test_a_gateway_without_a_way_out_is_an_incident_not_an_error(world):
    world.deploy(
        bpmn(
            start(),
            xor("g"),
            end("a"),
            end("b"),
            path("start", "g"),
            flow("g", "a", "x == 1"),
            flow("g", "b", "x == 2"),
        )
    )
    number = world.start(variables={"x": 3})
    assert world.status(number) == "incident"


def test_processes_that_nobody_may_run_get_no_version(world):
    world.deploy(
        definitions(
            process(start(), end(), path("start", "end")),
            process(start("s2"), end("e2"), path("s2", "e2"), key="drawn", executable="false"),
        )
    )
    assert [entry.key for entry in world.ask(deployments.list_process_definitions)] == ["p"]
    with world.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(DbResource)) == 1
