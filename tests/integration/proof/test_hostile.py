"""Hostile diagrams, tables, forms and answers: refused with a clear word, quickly, with nothing changed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hostile_files import HOSTILE, choice, diagram, script
from sqlalchemy import func, select

from engine.deploy import deployments
from engine.errors import DeploymentRefused, FormRefused, NotFound, Refused, VariablesRefused
from engine.look import pending, queries
from engine.run import instances, tasks
from engine.store.base import Base
from engine.values import SYSTEM, Actor, Severity
from engine.work.dispatch import work_once
from processes.folders import ROOT
from processes.scenario.format import Scenario, moment, read
from processes.settings import Settings
from web.command import main
from web.stages import Stages

pytestmark = pytest.mark.seconds(28)


@pytest.fixture(scope="module")
def stages(tmp_path_factory):
    return Stages(tmp_path_factory.mktemp("hostile"), Settings())


@pytest.fixture
def open_stage(stages):
    """Opens an installation on a copy of its own: with the shipped procedures, or with nothing for diagrams of a test."""
    opened = []

    def open_with(*diagrams):
        at = moment("2026-11-02T10:00+08:00")
        opened.append(stages(Scenario(Path("x"), "x", "p", diagrams, at, {}, {}, None, (), {}, 1, None)))
        return opened[-1]

    yield open_with
    for each in opened:
        each.database.close()


@pytest.fixture
def stage(open_stage):
    """An installation with the shipped procedures."""
    return open_stage()


@pytest.fixture
def bare(open_stage):
    """An installation with no procedure yet: what a file does by itself needs no others beside it."""
    return open_stage(Path("x"))


def rows(database):
    with database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables
        }


def deploy(stage, **files):
    with stage.database.transaction() as session:
        return deployments.deploy(session, "hostile", files, by=SYSTEM)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused(name, bare):
    file, content = HOSTILE[name]
    before = rows(bare.database)
    with pytest.raises(DeploymentRefused) as refused:
        deploy(bare, **{file: content})
    assert rows(bare.database) == before
    errors = [finding for finding in refused.value.findings if finding.severity is Severity.ERROR]
    assert all(len(str(finding)) < 2000 and finding.file == file for finding in errors)
    assert not any("root:" in str(finding) for finding in errors)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("import in a condition", 1),
        *((name, 2) for name in ("entity bomb", "a zip", "a deep form", "ten thousand scopes")),  # cannot be read
    ],
)
def test_lint_says_the_same_on_the_command_line(name, status, tmp_path):
    file, content = HOSTILE[name]
    (tmp_path / file).write_bytes(content)
    told = CliRunner().invoke(main, ["lint", str(tmp_path)])
    assert told.exit_code == status
    assert told.exception is None or isinstance(told.exception, SystemExit)
    *findings, closing = told.output.splitlines()
    assert findings
    assert all(line.startswith(f"{file}:") for line in findings)
    assert closing.startswith("1 file checked, ")
    told = CliRunner().invoke(main, ["lint", "--json", str(tmp_path / file)])
    assert told.exit_code == status
    assert {finding["file"] for finding in json.loads(told.output)} == {file}


RUNAWAY = {
    "a script without end": script("while True:\n    pass"),
    "a script that eats memory": script("x = []\nwhile True:\n    x.append('a' * 1000000)"),
    "a script that calls itself": script("def f():\n    return f()\nx = f()"),
    "a script that imports": script("import os\nx = os.listdir('/')"),
    "a script that opens a file": script("x = open('/etc/passwd').read()"),
    "a script that leaves much behind": script("x = 'a' * 40000000"),
    "a script that leaves infinity": script("x = 1e308 * 1e308"),
    "an input that is infinite": diagram(
        '<bpmn:startEvent id="S"/><bpmn:userTask id="T" camunda:candidateGroups="qc"><bpmn:extensionElements><camunda:inputOutput>'
        '<camunda:inputParameter name="y">${[1e308 * 1e308]}</camunda:inputParameter></camunda:inputOutput></bpmn:extensionElements>'
        '</bpmn:userTask><bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="T"/>'
    ),
    "a power": choice("${9 ** 9 ** 9 > 1}"),
    "a long text": choice("${len('a' * 1000000000) > 1}"),
    "a long list": choice("${len([a for a in range(1000000000)]) > 1}"),
    "a condition that is no condition": choice("${x}"),
    "a loop of gateways": diagram(
        '<bpmn:startEvent id="S"/><bpmn:exclusiveGateway id="A"/><bpmn:exclusiveGateway id="B" default="f4"/><bpmn:endEvent id="E"/>'
        '<bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="A"/><bpmn:sequenceFlow id="f2" sourceRef="A" targetRef="B"/>'
        '<bpmn:sequenceFlow id="f3" sourceRef="B" targetRef="E"><bpmn:conditionExpression>${false}</bpmn:conditionExpression></bpmn:sequenceFlow>'
        '<bpmn:sequenceFlow id="f4" sourceRef="B" targetRef="A"/>'
    ),
    "a token that doubles without end": diagram(
        '<bpmn:startEvent id="S"/><bpmn:task id="T"/><bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="T"/>'
        '<bpmn:sequenceFlow id="f2" sourceRef="T" targetRef="T"/><bpmn:sequenceFlow id="f3" sourceRef="T" targetRef="T"/>'
    ),
    "a billion items": diagram(
        '<bpmn:startEvent id="S"/><bpmn:userTask id="T" camunda:candidateGroups="qc"><bpmn:multiInstanceLoopCharacteristics>'
        "<bpmn:loopCardinality>1000000000</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>"
        '<bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="T"/>'
    ),
    "a process that calls itself": diagram(
        '<bpmn:startEvent id="S"/><bpmn:callActivity id="T" calledElement="p"/><bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="T"/>'
    ),
}


@pytest.mark.parametrize("name", RUNAWAY)
def test_what_runs_away_is_an_incident(name, bare, monkeypatch):
    if (
        "doubles" in name
    ):  # the bound itself is not what takes long: the tokens are, and there are as many as it lets be
        monkeypatch.setattr("engine.run.steps.MOST_ENGINE_TASKS", 4000)
    try:
        deploy(bare, **{"x.bpmn": RUNAWAY[name]})
    except DeploymentRefused:
        return
    with bare.database.transaction() as session:
        number = instances.start(session, "p", variables={"x": [1], "kept": "yes"}, by=SYSTEM).id
    work_once(bare.database)  # what takes long goes on as a job
    with bare.database.reading() as session:
        assert instances.get_instance(session, number).status == "incident"
        assert instances.get_variables(session, number) == {"x": [1], "kept": "yes"}
        (incident,) = pending.incidents_of(session, number)
    assert 10 < len(incident.message) < 2100


# answers, on the shipped procedure

QC = Actor("wang", frozenset({"qc"}))
SALES = Actor("lee", frozenset({"sales"}))
INTAKE = Actor("zhou", frozenset({"intake"}))
REGISTER = next(
    step.data["with"]
    for step in read(ROOT / "kb_sales_quality" / "scenarios" / "v01_happy_path.yaml").steps
    if step.verb == "complete"
)


@pytest.fixture
def registering(stage):
    """The task in which a complaint is registered."""
    with stage.database.transaction() as session:
        instances.start(session, "complaint_intake", by=INTAKE)
    return find(stage, "UT_Register")


def find(stage, element):
    with stage.database.reading() as session:
        return queries.list_tasks(session, SYSTEM, queries.TaskFilter(whose="all", element=element)).items[0].id


def complete(stage, task, by, answers):
    with stage.database.transaction() as session:
        return tasks.complete(session, task, by=by, answers=answers)


WRONG = {
    "missing": ({**REGISTER, "description": None}, "description"),
    "an empty text": ({**REGISTER, "description": "   "}, "description"),
    "a list for a text": ({**REGISTER, "description": ["a"]}, "description"),
    "a text for a number": ({**REGISTER, "quantity_complained": "many"}, "quantity_complained"),
    "not a number": ({**REGISTER, "quantity_complained": "NaN"}, "quantity_complained"),
    "a text for yes or no": ({**REGISTER, "injury_or_safety": "maybe"}, "injury_or_safety"),
    "an option that is none": ({**REGISTER, "channel": "telepathy"}, "channel"),
    "an object for an option": ({**REGISTER, "channel": {"$gt": ""}}, "channel"),
    "an option of a list that is none": ({**REGISTER, "demands": ["exchange", "gold"]}, "demands"),
    "undeclared": ({**REGISTER, "case_no": "KB-2026-000001"}, "case_no"),
    "undeclared and deep": ({**REGISTER, "__proto__": {"admin": True}}, "__proto__"),
    "a variable of the procedure": ({**REGISTER, "reply_sent_at": "2026-11-02T10:00:00+08:00"}, "reply_sent_at"),
    "too long": ({**REGISTER, "description": "x" * 2_000_000}, "description"),
    "a control character": ({**REGISTER, "description": "a\x01b"}, "description"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_answers_are_refused_with_the_field(name, stage, registering):
    answers, field = WRONG[name]
    before = rows(stage.database)
    with pytest.raises(FormRefused) as refused:
        complete(stage, registering, INTAKE, answers)
    assert [path.split(".")[0] for path in refused.value.errors] == [field]
    assert rows(stage.database) == before


def deep(depth):
    value = "x"
    for _ in range(depth):
        value = [value]
    return value


NO_VALUES = {
    "a deep list": deep(2000),
    "a number beyond JSON": 10**40,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "bytes": b"x",
    "a set": {1},
    "half of a character": "\ud800",
    "keys that are no text": {1: {2: 3}},
}


@pytest.mark.parametrize("name", NO_VALUES)
@pytest.mark.parametrize("field", ["description", "quantity_complained", "demands", "undeclared"])
def test_values_that_are_none_are_refused(name, field, stage, registering):
    before = rows(stage.database)
    with pytest.raises(Refused) as refused:
        complete(stage, registering, INTAKE, {**REGISTER, field: NO_VALUES[name]})
    assert field in str(refused.value)
    assert rows(stage.database) == before


def test_a_null_character_is_refused(stage, registering):
    before = rows(stage.database)
    with pytest.raises(VariablesRefused, match="null character"):
        complete(stage, registering, INTAKE, {**REGISTER, "description": "a\0b"})
    assert rows(stage.database) == before


def test_a_script_in_a_text_is_kept_as_a_text(stage, registering):
    text = "<script>alert('x')</script>{{ 7*7 }}${7*7}"
    done = complete(stage, registering, INTAKE, {**REGISTER, "description": text, "name": text})
    with stage.database.reading() as session:
        values = instances.get_variables(session, done.instance_id)
    assert (values["description"], values["name"]) == (text, text)


def test_the_task_of_somebody_else_does_not_exist(stage, registering):
    before = rows(stage.database)
    told = []
    for number in (registering, 987_654):
        for act in (tasks.claim, tasks.unclaim):
            with stage.database.transaction() as session, pytest.raises(NotFound) as hidden:
                act(session, number, by=QC)
            told.append(str(hidden.value).replace(str(number), "N"))
        with pytest.raises(NotFound) as hidden:
            complete(stage, number, QC, REGISTER)
        told.append(str(hidden.value).replace(str(number), "N"))
        with stage.database.reading() as session, pytest.raises(NotFound) as hidden:
            tasks.get_task(session, number, actor=QC)
        told.append(str(hidden.value).replace(str(number), "N"))
    assert len(set(told)) == 1
    assert rows(stage.database) == before


def test_a_reply_before_the_approval_finds_no_task(stage, registering):
    complete(stage, registering, INTAKE, REGISTER)
    work_once(stage.database)
    complete(stage, find(stage, "UT_AcceptCase"), SALES, {})
    before = rows(stage.database)
    answers = {"reply_channel": "email", "reply_to": "a@example.com", "reply_cause": "x", "reply_solution": "y"}
    for number in range(1, 20):
        with stage.database.reading() as session:
            try:
                element = tasks.get_task(session, number).element
            except NotFound:
                element = None
        assert element != "UT_Compose"
        if element is None:
            with pytest.raises(NotFound):
                complete(stage, number, SALES, answers)
    with pytest.raises(FormRefused) as refused:
        complete(stage, find(stage, "UT_Verify"), SALES, answers)
    assert "reply_to" in refused.value.errors
    assert rows(stage.database) == before
