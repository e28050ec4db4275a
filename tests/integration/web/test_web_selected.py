"""Several tasks of the list at once."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import story
from sqlalchemy import select

import processes
from engine.deploy import deployments
from engine.loaded import FormFile
from engine.run import instances
from engine.store.schema import DbEvent, DbTask
from engine.values import SYSTEM
from processes.cases.schema import DbCaseEntry
from processes.desk.schema import DbDraft
from web.gate import Gate

FORM = (
    '{"id": "%s", "type": "default", "schemaVersion": 18, "components":'
    ' [{"id": "a", "type": "textfield", "key": "remark", "label": "Remark", "validate": {"required": %s}}]}'
)
DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="t" id="d">
  <bpmn:process id="notes" isExecutable="true" name="Notes">
    <bpmn:startEvent id="S"/><bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="G"/>
    <bpmn:parallelGateway id="G"/>
    <bpmn:sequenceFlow id="a1" sourceRef="G" targetRef="UT_Free"/><bpmn:sequenceFlow id="a2" sourceRef="G" targetRef="UT_Asks"/>
    <bpmn:userTask id="UT_Free" name="Take note" camunda:candidateGroups="sales" camunda:formRef="FREE" camunda:formRefBinding="deployment"/>
    <bpmn:userTask id="UT_Asks" name="Explain" camunda:candidateGroups="sales" camunda:formRef="ASKS" camunda:formRefBinding="deployment"/>
    <bpmn:sequenceFlow id="b1" sourceRef="UT_Free" targetRef="E1"/><bpmn:sequenceFlow id="b2" sourceRef="UT_Asks" targetRef="E2"/>
    <bpmn:endEvent id="E1"/><bpmn:endEvent id="E2"/>
  </bpmn:process>
</bpmn:definitions>"""


@pytest.fixture
def three(hall):
    """Three cases that sales may take over, and their tasks."""
    numbers = [hall.register() for _ in range(3)]
    with hall.database.reading() as session:
        query = select(DbTask.id).where(DbTask.element == "UT_AcceptCase", DbTask.status == "open").order_by(DbTask.id)
        return hall, numbers, list(session.scalars(query))


def owner_of(hall, task):
    with hall.database.reading() as session:
        return session.get_one(DbTask, task).assignee


def test_each_row_can_be_chosen_and_the_acts_wait_above(three):
    hall, numbers, tasks = three
    page = hall.visitor("wang").get("/work?view=group").text
    for number, task in zip(numbers, tasks, strict=True):
        assert f'type="checkbox" name="task" value="{task}" form="chosen"' in page
        assert f"Select: Take over the case, {number}" in page
    # to take a case over asks nothing, so that several can be taken over at once
    assert re.findall(r'formaction="/work/selected/(\w+)"', page) == ["reassign", "comment", "snooze", "complete"]


@pytest.mark.both_databases
def test_several_are_claimed_at_once(three):
    hall, _numbers, tasks = three
    client = hall.visitor("wang")
    answer = client.post("/work/selected/claim", data={"task": tasks[:2], "_from": "/work?view=group"})
    assert (answer.status_code, answer.location) == (303, "/work?view=group")
    assert "Claimed: 2 tasks." in client.get(answer.location).text
    assert [owner_of(hall, task) for task in tasks] == ["wang", "wang", None]


@pytest.mark.both_databases
def test_what_could_not_be_done_is_named_with_its_reason(three):
    hall, numbers, tasks = three
    hall.visitor("he").post("/work/selected/claim", data={"task": tasks[0]})
    story.measured(hall)
    hidden = hall.open_task("UT_ReviewCm")
    client = hall.visitor("wang")
    answer = client.post("/work/selected/claim", data={"task": [*tasks, 9999]})
    assert answer.status_code == 200
    assert "Claimed: 2 tasks." in answer.text
    assert "2 tasks were left as they are:" in answer.text
    assert f"{numbers[0]}" in answer.text
    assert "has been with He Jun since" in answer.text
    assert "#9999" in answer.text
    stranger = hall.visitor("stranger").post("/work/selected/claim", data={"task": [hidden]}).text
    assert "Review" not in stranger
    assert f"#{hidden}" in stranger


def test_several_are_passed_on_with_a_reason(three):
    hall, _numbers, tasks = three
    client = hall.visitor("wang")
    asked = client.post("/work/selected/reassign", data={"task": tasks}, headers={"HX-Request": "true"}).text
    assert "Reassign: 3 tasks" in asked
    assert '<option value="he">He Jun</option>' in asked
    assert "<html" not in asked
    form = {"task": tasks, "to": "he", "reason": " ", "_sure": "1"}
    assert client.post("/work/selected/reassign", data=form).status_code == 422
    assert client.post("/work/selected/reassign", data=form | {"reason": "ill", "to": "chen"}).status_code == 200
    assert {owner_of(hall, task) for task in tasks} == {None}
    assert client.post("/work/selected/reassign", data=form | {"reason": "ill"}).status_code == 303
    assert {owner_of(hall, task) for task in tasks} == {"he"}


@pytest.mark.both_databases
def test_one_comment_goes_to_each_case_once(three):
    hall, numbers, tasks = three
    client = hall.visitor("wang")
    asked = client.post("/work/selected/comment", data={"task": tasks}).text
    once = re.search(r'name="_once" value="([^"]+)"', asked)[1]
    form = {"task": tasks, "_sure": "1", "_once": once, "text": " "}
    assert client.post("/work/selected/comment", data=form).status_code == 422
    for _ in range(2):
        assert client.post("/work/selected/comment", data=form | {"text": "同一批号"}).status_code == 303
    with hall.database.reading() as session:
        assert len(session.scalars(select(DbCaseEntry.id).where(DbCaseEntry.kind == "comment")).all()) == len(numbers)


@pytest.mark.both_databases
def test_several_are_snoozed_but_none_past_its_due_date(three):
    hall, _numbers, tasks = three
    client = hall.visitor("wang")
    asked = client.post("/work/selected/snooze", data={"task": tasks}).text
    assert 'type="date"' in asked
    answer = client.post("/work/selected/snooze", data={"task": tasks, "_sure": "1", "until": "2027-01-01"})
    assert "3 tasks were left as they are:" in answer.text
    assert "cannot be put off past that" in answer.text
    with hall.database.reading() as session:
        assert not session.scalars(select(DbEvent.id).where(DbEvent.kind == "snoozed")).all()


@pytest.fixture
def notes(hall):
    """A procedure with a form that asks nothing and one that does; the numbers of their tasks."""
    files = {"n.bpmn": DIAGRAM.encode()}
    files |= {f"{key}.form": (FORM % (key, need)).encode() for key, need in (("FREE", "false"), ("ASKS", "true"))}
    with hall.database.transaction() as session:
        deployments.deploy(session, "notes", files, by=SYSTEM)
        instances.start(session, "notes", by=hall.actor("wang"))
    return hall, hall.open_task("UT_Free"), hall.open_task("UT_Asks")


@pytest.mark.both_databases
def test_only_what_asks_nothing_is_completed_at_once(notes):
    hall, free, asks = notes
    client = hall.visitor("wang")
    assert 'formaction="/work/selected/complete"' in client.get("/work?view=group").text
    assert client.post("/work/selected/complete", data={"task": [free, asks]}).status_code == 200
    assert len(hall.open_tasks()) == 2
    answer = client.post("/work/selected/complete", data={"task": [free, asks], "_sure": "1"})
    assert "Completed: 1 task." in answer.text
    assert "Explain has a form to fill in" in answer.text
    assert hall.open_tasks() == ["UT_Asks"]


def test_nothing_is_completed_over_a_draft(notes):
    hall, free, _asks = notes
    client = hall.visitor("wang")
    client.post(f"/tasks/{free}/claim")
    client.post(f"/tasks/{free}/draft", data={"remark": "half a sen"})
    answer = client.post("/work/selected/complete", data={"task": [free], "_sure": "1"})
    assert "or a draft that was begun" in answer.text
    with hall.database.reading() as session:
        assert session.get(DbDraft, ("wang", f"task:{free}")).values["remark"] == "half a sen"


def test_which_shipped_forms_ask_nothing():
    files = sorted(Path(processes.__file__).parent.glob("*/*.form"))
    gate = Gate(ZoneInfo("Asia/Shanghai"))
    assert [
        file.stem for file in files if not gate.form(FormFile("", file.name, file.read_bytes(), "")).needs_answers
    ] == ["F01a"]
