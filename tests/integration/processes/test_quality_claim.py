"""The operating rule: what no scenario can say of second persons, compensation, units and the class of a complaint."""

from types import SimpleNamespace

import pytest
from house import actor
from played import SHANGHAI, shanghai
from sqlalchemy import select

from engine import FormFile, instances, messages, queries, tasks
from engine.errors import BpmnError, FormRefused, KesuError
from engine.store.schema import DbTask
from processes import folders
from processes.cases.schema import DbCase, DbCaseEntry
from processes.op_quality_claim.services import check_class
from processes.shipments import listing
from web.gate import Gate

OFFICE, COLLEAGUE, MANAGER = actor("ouyang", "office"), actor("lu", "office"), actor("guan", "op_manager")
QA, WORKSHOP, STORE = actor("qian", "qa_finished"), actor("shi", "workshop"), actor("cang", "warehouse")
LIST = b"order_no,lot_no,customer,product,quantity,delivered_on\nPO-1,L1,A,B,2000,2026-10-28\n"
COMPLAINT = {
    "channel": "phone",
    "company": "江南电机",
    "name": "顾明",
    "email": "gu@example.com",
    "order_no": "PO-1",
    "lot_no": "L1",
    "complaint_ground": "not_conforming",
    "description": "端盖轴孔偏大，装配后轴承松动。",
    "demands": ["exchange", "compensation"],
    "claimed_amount": "12000.00",
    "injury_or_safety": False,
    "regulator_or_media": False,
}
SURVEY = {
    "survey_step": "conclude",
    "survey_findings": "十一件轴孔超差。",
    "our_fault": "yes",
    "conforms_to_spec": False,
    "seeks_money": True,
    "contract_clause": "第七条",
    "conformity_evidence": None,
}
MARKET = {"our_fault": "no", "conforms_to_spec": True, "contract_clause": None}
PROPOSAL = {
    "solution": "更换并赔偿。",
    "prevention": "定期检查。",
    "schedule": "一周内。",
    "reply_manner": "email",
}
SIGNATURE = {"kind": "password", "by": "lu", "at": "2026-11-05T09:00:00+08:00", "sha256": "0" * 64}


def remedy(kind, amount=None):
    return {"kind": kind, "amount": amount, "promised_date": "2026-11-12", "detail": "按约定办理。"}


@pytest.fixture
def works(make_house):
    """An office that has just accepted a complaint about a delivered lot."""
    house = make_house(start="2026-11-05T09:00")
    house.deploy()
    with house.database.transaction() as session:
        listing.import_csv(session, LIST, by=OFFICE)
    house.instance = house.start("op_quality_claim", OFFICE)
    house.do("UT_Accept", OFFICE, **COMPLAINT)
    return house


def surveyed(house, by=OFFICE, **changes):
    house.do("UT_FieldSurvey", by, **SURVEY | changes)


def proposed(house, *remedies):
    house.do("UT_FillForm", OFFICE, form_summary="轴孔超差。", qa_question="原因？")
    house.do("UT_QaInvestigate", QA, cause_found=True, cause="刀具磨损。", responsible_unit="workshop", qa_findings="x")
    house.do("UT_UnitProposal", WORKSHOP, unit_proposal="更换。")
    house.do("UT_Proposal", OFFICE, **PROPOSAL, remedies=list(remedies))


def value(house, name):
    with house.database.reading() as session:
        return instances.get_variables(session, house.instance)[name]


def may(house, element, by):
    """Whether somebody may do the open task."""
    with house.database.reading() as session:
        [task] = [each for each in queries.tasks_of(session, house.instance) if each.element == element]
        return tasks.may_work(session, task, by)


def form(name):
    """A form of the folder."""
    [folder] = (each for each in folders.shipped() if each.key == "op_quality_claim")
    return FormFile(name, f"{name}.form", folder.files[f"{name}.form"], "")


def refused(name, answers, known):
    """Of some answers the fields that a form of the folder refuses."""
    try:
        Gate(SHANGHAI).accept(form(name), answers, known, actor=OFFICE, now=shanghai("2026-11-05T10:00"), signatures={})
    except FormRefused as error:
        return set(error.errors)
    return set()


@pytest.mark.parametrize(
    ("op_class", "clause", "remedies", "right"),
    [
        ("appeal", None, [remedy("exchange")], True),
        ("appeal", None, [remedy("compensation", "0.00")], True),
        ("appeal", None, [remedy("compensation", "0.01")], False),
        ("appeal", "第七条", [remedy("exchange"), remedy("price_cut", "100.00")], False),
        ("appeal", None, [remedy("other", "100.00")], False),
        ("appeal", None, [remedy("return", "3600.00")], True),
        ("claim", "第七条", [remedy("compensation", "12000.00")], True),
        ("claim", None, [remedy("compensation", "12000.00")], False),
        ("claim", "第七条", [remedy("compensation", None)], False),
    ],
)
def test_a_proposal_gives_what_its_class_allows(op_class, clause, remedies, right):
    answers = {**PROPOSAL, "remedies": remedies}
    known = dict.fromkeys(("cause", "answer_note", "approval_comment", "proposal_blocked", "approval_result"))
    known |= {"op_class": op_class, "contract_clause": clause, "unit_proposals": [], "approved_amount": None}
    assert bool(refused("F15j", answers, known)) is not right


@pytest.mark.parametrize(
    ("op_class", "clause", "remedies", "said"),
    [
        ("appeal", None, [remedy("return", "3600.00"), remedy("compensation", "0.00")], None),
        ("appeal", "第七条", [remedy("compensation", "0.01")], "without compensation; the proposal gives 0.01"),
        ("appeal", None, [remedy("price_cut", "5.00"), remedy("other", "6.00")], "the proposal gives 11.00"),
        ("claim", "第七条", [remedy("compensation", "12000.00")], None),
        ("claim", " ", [remedy("compensation", "12000.00")], "rests on a clause of the contract"),
        ("claim", None, [remedy("exchange")], None),
    ],
)
def test_the_service_refuses_what_the_form_would(op_class, clause, remedies, said):
    inputs = {"op_class": op_class, "contract_clause": clause, "remedies": remedies}
    call = SimpleNamespace(inputs=inputs, variables={})
    if said is None:
        assert check_class(None, None, call) == {}
        return
    with pytest.raises(BpmnError, match=said) as stopped:
        check_class(None, None, call)
    assert stopped.value.error_code == "AGAINST_CLASS"


def test_a_compensation_that_came_past_the_form_does_not_reach_the_customer(works):
    surveyed(works, seeks_money=False, contract_clause=None)
    proposed(works, remedy("compensation", "12000.00"))
    works.do("UT_Approve", MANAGER, decision="approve")
    assert works.open_tasks().count("UT_Proposal") == 1
    assert "UT_Compose" not in works.open_tasks()
    assert "without compensation" in value(works, "proposal_blocked")


def test_a_claim_without_a_clause_is_no_claim(works):
    surveyed(works, contract_clause=None)
    assert value(works, "op_class") == "unclear"
    assert not may(works, "UT_Triage", OFFICE)
    assert may(works, "UT_Triage", COLLEAGUE)
    assert may(works, "UT_Triage", MANAGER)


def test_a_claim_has_half_the_time_in_shared_steps_too_and_keeps_its_severity(works):
    surveyed(works)
    proposed(works, remedy("compensation", "12000.00"))
    with works.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        due = session.scalars(select(DbTask.due_at).where(DbTask.element == "UT_Approve")).one()
        assert (case.severity, case.priority) == ("S3", "P2")
        assert due == shanghai("2026-11-05T11:00")


def test_who_surveyed_cannot_be_the_second_person(works):
    surveyed(works, **MARKET)
    assert works.open_tasks() == ["UT_SecondPerson"]
    assert not may(works, "UT_SecondPerson", OFFICE)
    with pytest.raises(KesuError, match="therefore may not"):
        works.do("UT_SecondPerson", OFFICE, second_result="confirm", second_reason="x")
    assert works.open_tasks() == ["UT_SecondPerson"]
    works.do(
        "UT_SecondPerson", COLLEAGUE, second_result="confirm", second_reason="证据充分。", second_signature=SIGNATURE
    )
    assert works.open_tasks() == ["UT_Decline"]


@pytest.mark.parametrize(
    ("evidence", "op_class", "right"),
    [(None, "market", False), ([{"id": 1, "name": "a.pdf"}], "market", True), (None, "not_ours", True)],
)
def test_a_market_complaint_is_declined_with_evidence_only(evidence, op_class, right):
    known = {"op_class": op_class, "conformity_evidence": evidence, "survey_findings": "x", "survey_answers": []}
    answers = {"second_result": "confirm", "second_reason": "检验证据充分，产品合格。"}
    assert ("second_result" not in refused("F15c", answers, known | {"triage_reason": None})) is right


def test_the_survey_of_a_market_complaint_asks_for_evidence():
    answers = {**SURVEY, **MARKET, "surveyed_at": "2026-11-05T09:00:00+08:00", "survey_place": "车间"}
    known = dict.fromkeys(("shipment", "second_reason", "objection_note")) | {"survey_answers": [], "description": "x"}
    assert refused("F15a", answers, known) == {"conformity_evidence"}
    assert refused("F15a", answers | {"conforms_to_spec": False}, known) == set()


def test_the_manager_does_not_approve_a_proposal_of_his_own(works):
    both = actor("guan", "op_manager", "office")
    surveyed(works)
    works.do("UT_FillForm", OFFICE, form_summary="x", qa_question="x")
    works.do("UT_QaInvestigate", QA, cause_found=True, cause="x", responsible_unit="workshop", qa_findings="x")
    works.do("UT_UnitProposal", WORKSHOP, unit_proposal="x")
    works.do("UT_Proposal", both, **PROPOSAL, remedies=[remedy("exchange")])
    assert not may(works, "UT_Approve", both)


def test_the_class_is_changed_by_office_or_manager_with_a_reason(works):
    surveyed(works)
    assert value(works, "pace") == "S1"
    with works.database.reading() as session:
        assert "MsgClass" not in {found.name for found in messages.recordable(session, works.instance, by=WORKSHOP)}
        token = next(
            found.token for found in messages.recordable(session, works.instance, by=OFFICE) if found.name == "MsgClass"
        )
    with works.database.transaction() as session:
        answers = {"reclassed": "appeal", "reclass_reason": "客户书面撤回赔偿要求。"}
        messages.record(session, works.instance, token, by=OFFICE, answers=answers)
    works.work()
    assert (value(works, "op_class"), value(works, "pace"), value(works, "contract_clause")) == ("appeal", "S3", None)


def test_units_that_worked_on_it_are_told_at_the_end(works):
    works.do(
        "UT_FieldSurvey", OFFICE, survey_step="ask_units", survey_units=["warehouse"], survey_findings="x", **NOTHING
    )
    works.do("UT_UnitSurvey", STORE, unit_finding="包装完好。")
    surveyed(works, our_fault="no", conforms_to_spec=False)
    works.do("UT_SecondPerson", MANAGER, second_result="confirm", second_reason="x")
    works.do("UT_Decline", OFFICE, decline_reason="not_our_responsibility", **DECLINE)
    works.until("2026-11-13T09:00")
    with works.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        assert (case.status, case.outcome) == ("closed", "not_our_responsibility")
        query = select(DbCaseEntry).where(DbCaseEntry.kind == "told", DbCaseEntry.element == "ST_Feedback")
        assert [entry.data["to"] for entry in session.scalars(query)] == [["warehouse"]]
        assert "UT_FillForm" not in set(session.scalars(select(DbTask.element)))


NOTHING = dict.fromkeys(("our_fault", "conforms_to_spec", "seeks_money", "contract_clause", "conformity_evidence"))
DECLINE = {
    "reject_reason": "客户装配时敲击致损，与产品质量无关。",
    "reject_apology": "深表遗憾。",
    "reject_objection_how": "请来电。",
    "reply_channel": "email",
    "reply_to": "gu@example.com",
}
