"""Signing on the page: a client can send no signature, and what is no longer approved is not signed by any request."""

import base64

import pytest
from settlement import CASE, DECLARATION, DIAGRAM
from sqlalchemy import select

from engine import SYSTEM
from engine.deploy import deployments
from engine.run import instances, messages
from processes.agreements.schema import DbAgreement, DbAgreementSigning
from processes.people import organisation

UNITS = ("after_sales", "leader", "finance", "legal", "dept_surgery")
DRAWN = "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 40).decode()
PREPARED = {
    "prepare_result": "offer",
    "party_patient": "何敏",
    "party_house": "仁和医院",
    "signed_by_agent": "false",
    "agreement_facts": CASE["facts"],
}
SIGNED = {"sign_result": "drawn", "signing_place": "接待室"}


@pytest.fixture
def desk(hall):
    """The hall with a hospital in it, where a text is offered; whoever has it signed, and whoever signs for the house."""
    with hall.database.transaction() as session:
        for key in UNITS:
            organisation.create_unit(session, key, name_zh=f"单位 {key}", name_en=key)
        organisation.set_groups(session, "wang", ["after_sales"])
        organisation.set_groups(session, "zhao", ["leader"])
        files = {"settled.bpmn": DIAGRAM.format(approved="approved_plan_version"), "procedure.toml": DECLARATION}
        deployments.deploy(session, "settled", {name: text.encode() for name, text in files.items()}, by=SYSTEM)
    with hall.database.transaction() as session:
        hall.instance = instances.start(session, "settled_case", variables=CASE, by=hall.actor("wang")).id
    hall.work()
    hall.do("Decide", "zhao", decision="approve")
    hall.wang, hall.zhao = hall.visitor("wang"), hall.visitor("zhao")
    assert send(hall, hall.wang, "UT_Prepare", **PREPARED).status_code == 303
    return hall


def send(hall, client, element, **answers):
    number = hall.open_task(element)
    client.post(f"/tasks/{number}/claim")
    answer = client.post(f"/tasks/{number}", data=answers)
    hall.work()
    return answer


def plan_anew(hall):
    with hall.database.transaction() as session:
        messages.correlate(session, "PlanAnew", instance_id=hall.instance, payload={}, by=hall.actor("wang"))
    hall.work()


def signings(hall):
    with hall.database.reading() as session:
        return session.scalars(select(DbAgreementSigning.by)).all()


@pytest.mark.parametrize(
    "forged",
    [
        {"patient_signature": "true"},
        {"patient_signature": '{"kind": "drawn", "by": "wang", "at": "2026-09-28T09:30:00+08:00"}'},
        {"patient_signature.kind": "drawn", "patient_signature.by": "wang"},
        {"_sign:patient_signature:password": "correct horse battery"},
        {"_sign:patient_signature:drawn": "data:image/png;base64,bm90aGluZw=="},
    ],
)
def test_a_request_brings_no_signature_of_its_own(desk, forged):
    assert send(desk, desk.wang, "UT_Sign", **SIGNED, **forged).status_code == 422
    assert desk.open_tasks() == ["UT_Sign"]


def test_both_sign_on_the_page_and_nobody_signs_twice(desk):
    send(desk, desk.wang, "UT_Sign", **SIGNED, **{"_sign:patient_signature:drawn": DRAWN})
    number = desk.open_task("UT_CounterSign")
    house = {"counter_result": "sign", "_sign:house_signature:password": "correct horse battery"}
    assert send(desk, desk.zhao, "UT_CounterSign", **house).status_code == 303
    assert desk.zhao.post(f"/tasks/{number}", data=house).status_code in (303, 409)
    assert signings(desk) == ["zhao"]
    assert desk.open_tasks() == ["Pay"]


def test_what_is_no_longer_approved_is_signed_by_no_request(desk):
    send(desk, desk.wang, "UT_Sign", **SIGNED, **{"_sign:patient_signature:drawn": DRAWN})
    number = desk.open_task("UT_CounterSign")
    plan_anew(desk)
    assert desk.wang.post(f"/tasks/{number}", data={"counter_result": "sign"}).status_code in (403, 404)
    house = {"counter_result": "sign", "_sign:house_signature:password": "correct horse battery"}
    assert send(desk, desk.zhao, "UT_CounterSign", **house, approved_version="2").status_code == 422
    send(desk, desk.zhao, "UT_CounterSign", **house)
    assert signings(desk) == []
    assert desk.open_tasks() == ["Again"]
    page = desk.wang.get("/cases/SC-2026-000001").text
    assert "The approval of version 1 is void" in page


def test_a_text_whose_plan_was_made_anew_is_not_signed_by_the_patient(desk):
    plan_anew(desk)
    send(desk, desk.wang, "UT_Sign", **SIGNED, **{"_sign:patient_signature:drawn": DRAWN})
    assert desk.open_tasks() == ["Again"]
    with desk.database.reading() as session:
        assert session.scalars(select(DbAgreement)).one().signing is None
