"""A signature drawn by hand: what is drawn is kept as a picture, and nothing around it wipes it away."""

import json

import pytest
from sqlalchemy import select

from engine.deploy import deployments
from engine.run import instances
from engine.store.schema import DbSubmission, DbTask
from engine.values import SYSTEM
from processes.cases.schema import DbDocument
from processes.people import organisation

FORM = {
    "type": "default",
    "id": "F_Sign",
    "schemaVersion": 19,
    "components": [
        {"type": "checkbox", "id": "Field_more", "key": "more", "label": "There is more to say"},
        {
            "type": "textfield",
            "id": "Field_what",
            "key": "what",
            "label": "What",
            "conditional": {"hide": "=more != true"},
        },
        {
            "type": "checkbox",
            "id": "Field_mark",
            "key": "mark",
            "label": "My signature",
            "validate": {"required": True},
            "properties": {"signature": "drawn"},
        },
    ],
}

DIAGRAM = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="t" id="d">
  <bpmn:process id="signing" isExecutable="true" name="Signing">
    <bpmn:startEvent id="S"/><bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="UT_Sign"/>
    <bpmn:userTask id="UT_Sign" name="Sign" camunda:candidateGroups="sales" camunda:formRef="F_Sign"/>
    <bpmn:sequenceFlow id="f2" sourceRef="UT_Sign" targetRef="E"/><bpmn:endEvent id="E"/>
  </bpmn:process>
</bpmn:definitions>"""


@pytest.fixture
def task(house):
    files = {"signing.bpmn": DIAGRAM, "F_Sign.form": json.dumps(FORM).encode()}
    with house.database.transaction() as session:
        deployments.deploy(session, "signing", files, by=SYSTEM)
        instances.start(session, "signing", by=organisation.actor_of(session, "li"))
    with house.database.reading() as session:
        return session.scalars(select(DbTask.id).where(DbTask.element == "UT_Sign")).one()


def claimed(visit, task):
    person = visit("li")
    person.go(f"/tasks/{task}")
    with person.page.expect_navigation():
        person.page.locator("[data-key=a]").first.click()
    return person.page


def draw(page):
    box = page.locator(".sign-pad canvas").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 50, steps=5)
    page.mouse.up()


def send(page):
    with page.expect_navigation():
        page.locator("main form[data-main] .bar button.p").click()


def test_it_is_kept_as_a_picture_with_the_name_and_the_moment(house, visit, task):
    page = claimed(visit, task)
    draw(page)
    page.locator("[name=more]").check()
    page.locator("[name=what]").wait_for()  # the fields came anew; the drawing stays
    page.fill("[name=what]", "nothing")
    send(page)
    with house.database.reading() as session:
        answers = session.scalars(select(DbSubmission)).one().answers
        picture = session.execute(select(DbDocument.type, DbDocument.uploaded_by)).one()
    assert answers["what"] == "nothing"
    assert (answers["mark"]["kind"], answers["mark"]["by"]) == ("drawn", "li")
    assert answers["mark"]["at"].startswith("2026-11-02T10:00")
    assert tuple(picture) == ("image/png", "li")


def test_an_empty_pad_signs_nothing(house, visit, task):
    page = claimed(visit, task)
    draw(page)
    page.get_by_role("button", name="Clear", exact=True).click()
    send(page)
    assert page.locator(".sign .err").is_visible()
    with house.database.reading() as session:
        assert session.scalars(select(DbSubmission)).all() == []
        assert session.get(DbTask, task).status == "open"
