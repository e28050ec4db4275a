"""Hostile diagrams, tables, forms and answers: refused with a clear word, quickly, with nothing changed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
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

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)
LINE = (
    '<bpmn:startEvent id="S"/><bpmn:userTask id="T" name="{name}" camunda:candidateGroups="qc"/><bpmn:endEvent id="E"/>'
    '<bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="T"/><bpmn:sequenceFlow id="f2" sourceRef="T" targetRef="E"/>'
)
FIELD = {"type": "textfield", "id": "f", "key": "a", "label": "A"}
MEGABYTE = 1024 * 1024


def diagram(inner=None, name="T", before=""):
    body = LINE.format(name=name) if inner is None else inner
    return f'{before}{HEAD}<bpmn:process id="p" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'.encode()


def choice(condition):
    return diagram(
        '<bpmn:startEvent id="S"/><bpmn:exclusiveGateway id="G" default="f3"/><bpmn:endEvent id="E"/>'
        '<bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="G"/><bpmn:sequenceFlow id="f3" sourceRef="G" targetRef="E"/>'
        '<bpmn:sequenceFlow id="f2" sourceRef="G" targetRef="E"><bpmn:conditionExpression>'
        f"<![CDATA[{condition}]]></bpmn:conditionExpression></bpmn:sequenceFlow>"
    )


def script(text):
    return diagram(
        f'<bpmn:startEvent id="S"/><bpmn:scriptTask id="T" scriptFormat="python"><bpmn:script><![CDATA[{text}]]></bpmn:script>'
        '</bpmn:scriptTask><bpmn:endEvent id="E"/><bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="T"/>'
        '<bpmn:sequenceFlow id="f2" sourceRef="T" targetRef="E"/>'
    )


def nested(depth):
    """Sub-processes in each other, or nothing but brackets when told so."""
    return diagram('<bpmn:subProcess id="s">' * depth + "</bpmn:subProcess>" * depth)


def table(cell):
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x"><decision id="D" name="D">'
        '<decisionTable id="t"><input id="i"><inputExpression id="ie" typeRef="number"><text>x</text></inputExpression></input>'
        f'<output id="o" name="y" typeRef="string"/><rule id="r"><inputEntry id="e1"><text><![CDATA[{cell}]]></text></inputEntry>'
        '<outputEntry id="e2"><text>"a"</text></outputEntry></rule></decisionTable></decision></definitions>'
    ).encode()


def form(*components, **more):
    return json.dumps({"id": "F", "type": "default", "components": components, **more}).encode()


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {n} "{f"&{m};" * 10}">' for m, n in ("ab", "bc", "cd", "de", "ef", "fg", "gh", "hi", "ij"))
    + "]>"
)
HOSTILE = {
    "entity bomb": ("x.bpmn", diagram(name="&j;", before=BOMB)),
    "external entity": ("x.bpmn", diagram(name="T", before='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')),
    "external entity used": (
        "x.bpmn",
        diagram(
            '<bpmn:documentation>&e;</bpmn:documentation><bpmn:startEvent id="S"/>',
            before='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        ),
    ),
    "parameter entity": ("x.bpmn", diagram(before='<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x"> %e;]>')),
    "entity bomb in a table": ("x.dmn", BOMB.encode() + table("&j;")),
    "50 MB of diagram": ("x.bpmn", diagram() + b"<!--" + b"x" * 50 * MEGABYTE + b"-->"),
    "50 MB of table": ("x.dmn", table("1") + b"<!--" + b"x" * 50 * MEGABYTE + b"-->"),
    "50 MB of form": ("x.form", form(FIELD, note="x" * 50 * MEGABYTE)),
    "import in a condition": ("x.bpmn", choice("${__import__('os').system('id')}")),
    "classes in a condition": ("x.bpmn", choice("${().__class__.__bases__[0].__subclasses__()}")),
    "classes in a plain condition": ("x.bpmn", choice("x.__class__")),
    "a method in a condition": ("x.bpmn", choice("${''.join(['a'])}")),
    "a lambda in a condition": ("x.bpmn", choice("${(lambda: 1)()}")),
    "eval in a condition": ("x.bpmn", choice("${eval('1')}")),
    "open in a condition": ("x.bpmn", choice("${open('/etc/passwd')}")),
    "an assignment in a condition": ("x.bpmn", choice("${(x := 1)}")),
    "a template in a condition": ("x.bpmn", choice("{{ cycler.__init__.__globals__ }}")),
    "a long condition": ("x.bpmn", choice("${" + "1+" * 200_000 + "1}")),
    "a deep condition": ("x.bpmn", choice("${" + "(" * 20_000 + ")" * 20_000 + "}")),
    "code in a cell": ("x.dmn", table("__import__('os').system('id')")),
    "classes in a cell": ("x.dmn", table("?.__class__")),
    "code in a timer": (
        "x.bpmn",
        diagram(
            '<bpmn:startEvent id="S"/><bpmn:intermediateCatchEvent id="C"><bpmn:timerEventDefinition><bpmn:timeDuration>'
            "${__import__('os')}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
            '<bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="C"/>'
        ),
    ),
    "code in a name": ("x.bpmn", diagram(name="${__import__('os').getcwd()}")),
    "a broken script": ("x.bpmn", script("def f(:\n  pass")),
    "a long script": ("x.bpmn", script("x = 1\n" * 100_000)),
    "a thousand scopes": ("x.bpmn", nested(1000)),
    "ten thousand scopes": ("x.bpmn", nested(10_000)),
    "duplicate ids": ("x.bpmn", diagram(LINE.format(name="T") + '<bpmn:userTask id="T"/>')),
    "a latin diagram that says UTF-8": ("x.bpmn", diagram(name="Größe").decode().encode("latin-1")),
    "an unknown encoding": ("x.bpmn", diagram(before='<?xml version="1.0" encoding="x-klingon"?>')),
    "a wrong encoding": ("x.bpmn", diagram(before='<?xml version="1.0" encoding="UTF-16"?>')),
    "a zip": ("x.bpmn", b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(range(256)) * 20),
    "a picture": ("x.bpmn", b"\x89PNG\r\n\x1a\n" + bytes(1000)),
    "nothing": ("x.bpmn", b""),
    "zero bytes": ("x.bpmn", bytes(10_000)),
    "a page": ("x.bpmn", b"<html><body>hello</body></html>"),
    "a zip as table": ("x.dmn", b"PK\x03\x04" + bytes(1000)),
    "a zip as form": ("x.form", b"PK\x03\x04" + bytes(1000)),
    "a form that is a list": ("x.form", b"[]"),
    "a deep form": ("x.form", b'{"id": "F", "components": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "deep groups": (
        "x.form",
        b'{"id":"F","components":[' + b'{"type":"group","id":"g","components":[' * 300 + b"]}" * 300 + b"]}",
    ),
    "code in a form": ("x.form", form({**FIELD, "conditional": {"hide": "=__import__('os').system('id')"}})),
    "an unknown component": ("x.form", form({"type": "applet", "id": "i", "url": "http://example.com"})),
    "a pattern that looks around": ("x.form", form({**FIELD, "validate": {"pattern": "^(?!a)b$"}})),
    "a pattern that is too large": ("x.form", form({**FIELD, "validate": {"pattern": "(a{900}){900}"}})),
    "a huge name": ("x.bpmn", diagram(name="T" * 3 * MEGABYTE)),
    "a huge id": ("x.bpmn", diagram().replace(b'"T"', b'"' + b"T" * MEGABYTE + b'"')),
    "a huge group": ("x.bpmn", diagram().replace(b'"qc"', b'"' + b"T" * MEGABYTE + b'"')),
}


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
