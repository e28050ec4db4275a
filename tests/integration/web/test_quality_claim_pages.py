"""The operating rule on its pages: a compensation in an appeal, and the first person as the second, sent directly."""

import pytest
from hall import PASSWORD
from staff import settle

from engine import SYSTEM
from processes.shipments import listing

GROUPS = ("office", "op_manager", "qa_finished", "workshop")
PEOPLE = {
    "ouyang": ["office"],
    "lu": ["office"],
    "guan": ["op_manager"],
    "qa_qian": ["qa_finished"],
    "shi": ["workshop"],
}
LIST = b"order_no,lot_no,customer,product,quantity,delivered_on\nPO-1,L1,A,B,2000,2026-09-18\n"
COMPLAINT = {
    "channel": "phone",
    "company": "江南电机",
    "name": "顾明",
    "email": "gu@example.com",
    "order_no": "po-1",
    "lot_no": "l1",
    "complaint_ground": "unsuitable",
    "description": "端盖轴孔偏大，装配后轴承松动。",
    "demands": ["exchange"],
    "injury_or_safety": "false",
    "regulator_or_media": "false",
}
SURVEY = {
    "surveyed_at": "2026-09-28T09:00:00+08:00",
    "survey_place": "客户车间",
    "survey_findings": "十一件轴孔超差。",
    "survey_step": "conclude",
    "our_fault": "yes",
    "conforms_to_spec": "false",
    "seeks_money": "false",
}
PROPOSAL = {
    "remedies.0.promised_date": "2026-10-10",
    "remedies.0.detail": "按约定办理。",
    "solution": "更换。",
    "prevention": "定期检查。",
    "schedule": "一周内。",
    "reply_manner": "email",
}


@pytest.fixture
def works(hall):
    """The office and its people, and a complaint that one of them has registered on the page."""
    with hall.database.transaction() as session:
        settle(session, PEOPLE, GROUPS)
        listing.import_csv(session, LIST, by=SYSTEM)
    client = hall.visitor("ouyang")
    assert client.get("/register/op_quality_claim").status_code == 200
    sent = client.post("/register/op_quality_claim", data=COMPLAINT | {"_once": "one"})
    assert sent.status_code == 303, sent.text
    hall.work()
    return hall


def send(hall, element, login, data):
    task = hall.open_task(element)
    answer = hall.visitor(login).post(f"/tasks/{task}", data=data)
    hall.work()
    return answer


def test_a_compensation_in_an_appeal_is_refused_however_it_is_sent(works):
    assert send(works, "UT_FieldSurvey", "ouyang", SURVEY).status_code == 303
    works.do("UT_FillForm", "ouyang", form_summary="x", qa_question="x")
    found = {"records_checked": ["retained"], "qa_findings": "x", "cause_found": True, "cause": "x"}
    works.do("UT_QaInvestigate", "qa_qian", **found, responsible_unit="workshop")
    works.do("UT_UnitProposal", "shi", unit_proposal="x")
    works.claim("UT_Proposal", "ouyang")
    paid = {"remedies.0.kind": "compensation", "remedies.0.amount": "1.00"}
    answer = send(works, "UT_Proposal", "ouyang", PROPOSAL | paid)
    assert answer.status_code == 422
    assert "An appeal is handled without compensation" in answer.text
    assert works.open_tasks() == ["UT_RootCause", "UT_Proposal"]
    assert send(works, "UT_Proposal", "ouyang", PROPOSAL | {"remedies.0.kind": "exchange"}).status_code == 303
    assert works.open_tasks() == ["UT_RootCause", "UT_Approve"]


def test_the_first_person_cannot_send_the_decision_of_the_second(works):
    first = SURVEY | {"our_fault": "no", "seeks_money": "false"}
    assert send(works, "UT_FieldSurvey", "ouyang", first).status_code == 303
    decision = {"second_result": "confirm", "second_reason": "检验证据充分，产品合格。"}
    decision |= {"_sign:second_signature:password": PASSWORD}
    assert send(works, "UT_SecondPerson", "ouyang", decision).status_code == 403
    assert works.open_tasks() == ["UT_SecondPerson"]
    assert send(works, "UT_SecondPerson", "lu", decision).status_code == 303
    assert works.open_tasks() == ["UT_Decline"]
