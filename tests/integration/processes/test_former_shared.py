"""Cases that began before shared processes were told their units, tables and letters go on with those of their time."""

import zipfile
from pathlib import Path

import pytest
from house import HEAD, OTHER_SALES, QC, SALES, UNIT, actor
from shipped import let_nothing_begin
from sqlalchemy import select

from engine import deployments, messages
from engine.store.schema import DbIncident, DbInstance, DbJob
from engine.values import SYSTEM
from processes import folders
from processes.cases.schema import DbCase

pytestmark = pytest.mark.usefixtures("checked_once")

FORMER = Path(__file__).with_name("former_shared.zip")
"""The folder of complaints about goods and those that it called, as they were shipped until 28 November 2026."""
WAREHOUSE = actor("tang", "warehouse", "finance")
ACCEPTED = {"deviates_from_standard": True, "countermeasure_unit": "injection_workshop"}
INVESTIGATED = {"cause": "cold mould", "facts_match": "agrees", "solution": "heat the mould", "prevention": "check"}
PLAN = {
    "remedies": [{"kind": "exchange", "quantity": 12, "amount": "3600.00", "promised_date": "2026-10-12"}],
    "schedule": "12 October",
    "reply_manner": "email",
}
REPLY = {
    "reply_channel": "email",
    "reply_to": "wang@example.com",
    "reply_cause": "The mould was cold.",
    "reply_solution": "We exchange the 12 casings.",
    "reply_prevention": "The mould is checked before each shift.",
    "reply_compensation": None,
    "reply_schedule": "By 12 October.",
    "reply_route": None,
}


def former():
    """The files of each folder by its key, those that others call first."""
    found = {}
    with zipfile.ZipFile(FORMER) as kept:
        for name in kept.namelist():
            folder, _, path = name.partition("/")
            found.setdefault(folder, {})[path] = kept.read(name)
    return found


def seed(house, files):
    with house.database.transaction() as session:
        assert deployments.seed(session, files, by=SYSTEM) == []
    let_nothing_begin(house.database)


@pytest.fixture
def case(house):
    """A case that was taken over before today's folders came."""
    seed(house, former())
    house.register()
    seed(house, {each.key: each.files for each in folders.shipped()})
    return house


@pytest.fixture(autouse=True)
def without_fault(house):
    yield
    with house.database.reading() as session:
        assert [(each.element, each.message) for each in session.scalars(select(DbIncident))] == []
        assert list(session.scalars(select(DbJob.id).where(DbJob.status == "failed"))) == []


def called(house):
    """The versions of the processes of other folders that the case has called."""
    with house.database.reading() as session:
        found = session.get_one(DbInstance, house.instance).called
        return {each.process_key: deployments.get_deployment(session, each.deployment_id).version for each in found}


def say(house, message, **payload):
    with house.database.transaction() as session:
        number = session.scalars(select(DbCase.instance_id)).one()
        messages.correlate(session, message, instance_id=number, payload=payload, by=SALES)
    house.work()


def to_plan(house):
    house.do("UT_Verify", SALES, verify_result="accept")
    house.do("UT_FillSlip", SALES, **ACCEPTED)
    house.do("UT_QcInspect", QC, conform="no", defect_found=True)
    house.do("UT_QcAttribute", QC, confirmed_unit="injection_workshop")
    house.do("UT_CmInvestigate", UNIT, **INVESTIGATED)
    house.do("UT_QcSolution", QC, qc_solution="exchange")


@pytest.mark.both_databases
def test_the_way_through_calls_what_goes_with_the_case(case):
    to_plan(case)
    case.do("UT_ReviewCm", SALES, cm_decision="accept")
    case.do("UT_DraftPlan", SALES, **PLAN)
    case.do("UT_Approve", HEAD, decision="approve")
    case.do("UT_Compose", OTHER_SALES, **REPLY)
    say(case, "MsgAccept")
    case.until("2026-10-12T09:00")
    case.do("UT_Execute", WAREHOUSE, executed_on="2026-10-12", execution_result="sent")
    case.do("UT_ConfirmDone", SALES, remedy_done=True)
    case.until("2026-10-20T09:00")
    case.do("UT_Ask", SALES, reached=True, solved=True, wants_reopen=False, score=5)
    case.do("UT_Close", SALES, outcome="upheld", severity="S3", responsible_unit="injection_workshop")
    versions = called(case)
    assert {key: versions[key] for key in ("kb_sales_quality", "sub_approval", "sub_reply", "sub_remedy")} == {
        "kb_sales_quality": 1,
        "sub_approval": 1,
        "sub_reply": 1,
        "sub_remedy": 1,
    }, "they need inputs by now that the case does not hand over"
    with case.database.reading() as session:
        assert session.scalars(select(DbCase.status)).one() == "closed"
        beside = session.scalars(select(DbInstance).where(DbInstance.called.is_(None))).all()
        kinds = [deployments.get_definition(session, each.definition_id) for each in beside]
        assert [(each.key, each.version) for each in kinds] == [("sub_capa", 1)], "started beside with what it knew"


def test_a_case_of_today_calls_what_is_current(case):
    case.register()
    with case.database.reading() as session:
        newest = {each.key: each.version for each in deployments.list_process_definitions(session)}
    assert {newest[key] for key in ("sub_approval", "sub_reply", "sub_remedy", "sub_mediation", "sub_capa")} == {2}
    assert called(case)["send_letter"] == 2
