"""Cases that began on diagrams without a declaration go on where they are, with the services of today."""

import zipfile
from importlib import import_module
from pathlib import Path

import pytest
from house import GM_OFFICE, HEAD, INTAKE, OTHER_SALES, QC, REGISTER, SALES, UNIT, actor
from played import shanghai
from shipped import let_nothing_begin
from sqlalchemy import select
from staff import settle

from engine import Severity, deployments, history, messages
from engine.deploy.checks import check
from engine.deploy.digests import digest_of
from engine.store.schema import DbIncident
from engine.values import SYSTEM
from processes import folders, procedures
from processes.cases.schema import DbCase, DbCaseEntry
from processes.letters.schema import DbLetter
from processes.retention.protection import lifted

pytestmark = [pytest.mark.usefixtures("checked_once"), pytest.mark.seconds(14)]

FORMER = Path(__file__).with_name("former_sales.zip")
WAREHOUSE = actor("xu", "warehouse", "finance")
ACCEPTED = {"deviates_from_standard": True, "countermeasure_unit": "injection_workshop"}
INVESTIGATED = {"cause": "cold mould", "facts_match": "agrees", "solution": "heat", "prevention": "check"}
PLAN = {
    "remedies": [{"kind": "exchange", "quantity": 12, "amount": "3600.00", "promised_date": "2026-10-12"}],
    "schedule": "12 October",
    "reply_manner": "email",
}
REPLY = {"reply_channel": "email", "reply_to": "wang@example.com", "reply_solution": "We exchange the 12 casings."}
REFUSAL = {"reject_reason": "It was connected to the wrong voltage.", "reply_channel": "letter", "reply_to": None}

complete = import_module("processes.migrations.versions.0012_former_sales").complete


def former_files():
    with zipfile.ZipFile(FORMER) as kept:
        return {name: kept.read(name) for name in kept.namelist()}


def deploy_former(house):
    """What an installation had, and what the migration makes of it."""
    with house.database.transaction() as session:
        deployments.deploy(session, "kb_sales_quality", former_files(), by=SYSTEM)
        with lifted(session):  # the migration ran before versions were kept
            complete(session.connection())
    house.database.runtime.deployments.clear()


@pytest.fixture
def case(house):
    """A case that was taken over on the former diagrams, before the declaration came and today's folders with it."""
    deploy_former(house)
    house.register()
    with house.database.transaction() as session:
        seeded = {each.key: each.files for each in folders.shipped()}
        assert deployments.seed(session, seeded, by=SYSTEM) == []
    let_nothing_begin(house.database)
    return house


@pytest.fixture(autouse=True)
def without_incident(house):
    yield
    with house.database.reading() as session:
        assert [(each.element, each.message) for each in session.scalars(select(DbIncident))] == []


def look(house):
    """How the case and its clock stand, the kinds of the lines of its record, and its letters, whether they are out."""
    with house.database.reading() as session:
        found = session.scalars(select(DbCase)).one()
        kinds = list(session.scalars(select(DbCaseEntry.kind).order_by(DbCaseEntry.id)))
        letters = session.scalars(select(DbLetter).order_by(DbLetter.id))
        (clock,) = found.clocks
        stands = (found.status, found.outcome, clock.breached_at, clock.stopped_at)
        return stands, kinds, [(each.template, each.sent_at is not None) for each in letters]


def say(house, message, by=SALES, **payload):
    with house.database.transaction() as session:
        number = session.scalars(select(DbCase.instance_id)).one()
        messages.correlate(session, message, instance_id=number, payload=payload, by=by)
    house.work()


def to_inspection(house):
    house.do("UT_Verify", SALES, verify_result="accept")
    house.do("UT_FillSlip", SALES, **ACCEPTED)
    house.do("UT_QcInspect", QC, conform="no", defect_found=True)


def to_approval(house):
    to_inspection(house)
    house.do("UT_QcAttribute", QC, confirmed_unit="injection_workshop")
    house.do("UT_CmInvestigate", UNIT, **INVESTIGATED)
    house.do("UT_QcSolution", QC, qc_solution="exchange")
    house.do("UT_ReviewCm", SALES, cm_decision="accept")
    house.do("UT_DraftPlan", SALES, **PLAN)


def test_the_way_through_late_and_with_the_promised_date_over(case):
    to_approval(case)
    case.until("2026-10-12T09:00")
    late = [kind for kind in look(case)[1] if kind in ("warned", "breached", "escalated")]
    assert late == ["warned", "breached", "escalated", "escalated"]
    case.do("UT_Approve", HEAD, decision="approve")
    case.do("UT_Compose", OTHER_SALES, **REPLY)
    case.until("2026-10-16T09:00")
    say(case, "MsgAccept")
    case.until("2026-10-19T09:00")
    case.do("UT_Execute", WAREHOUSE, executed_on="2026-10-19", execution_result="sent")
    case.do("UT_ConfirmDone", SALES, remedy_done=True)
    case.until("2026-10-23T09:00")
    case.do("UT_Ask", SALES, reached=True, solved=True, wants_reopen=False, score=5)
    case.do("UT_Close", SALES, outcome="upheld", severity="S3", responsible_unit="injection_workshop")
    stands, kinds, letters = look(case)
    assert stands == ("closed", "upheld", shanghai("2026-10-09T00:00"), shanghai("2026-10-12T09:00"))
    assert kinds.count("process_started") == 1
    assert letters == [(name, True) for name in ("TPL-ACK", "TPL-REPLY", "TPL-REMINDER", "TPL-PROGRESS")]


def test_a_rejection_on_paper_an_objection_and_a_withdrawal(case):
    case.do("UT_Verify", SALES, verify_result="not_our_responsibility", verify_reason="voltage")
    case.do("UT_ExplainReject", SALES, **REFUSAL)
    case.do("UT_HeadConfirmReject", HEAD, reject_decision="confirm")
    stands, kinds, letters = look(case)
    assert letters == [("TPL-ACK", True), ("TPL-REJECT", True)]
    assert kinds.count("told") == 1  # nobody but a person can post it
    assert stands == ("open", None, None, shanghai("2026-09-28T10:00"))
    say(case, "MsgObjection", objection_channel="phone", objection_reason="nothing was rebuilt")
    case.do("UT_Verify", OTHER_SALES, verify_result="accept")
    case.do("UT_FillSlip", SALES, **ACCEPTED)
    case.do("UT_QcInspect", QC, conform="no", defect_found=True)
    say(case, "MsgWithdrawRequest", withdrawn_by="Lin", withdrawal_channel="email")
    case.do("UT_ConfirmWithdrawal", SALES, withdrawal_confirmed=True)
    stands, kinds, letters = look(case)
    assert stands[:2] == ("closed", "withdrawn")
    assert letters[2:] == [("TPL-WITHDRAWN", True)]
    assert kinds.count("process_started") == 1


def test_a_silent_customer_is_reminded_and_asked(case):
    to_approval(case)
    case.do("UT_Approve", HEAD, decision="approve")
    case.do("UT_Compose", OTHER_SALES, **REPLY)
    for day in ("2026-10-14T09:00", "2026-10-20T09:00", "2026-11-03T09:00"):
        case.until(day)
    assert [name for name, _ in look(case)[2]].count("TPL-REMINDER") == 2


def test_a_case_that_nobody_takes_over_is_told_of_twice(house):
    deploy_former(house)
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, received_at="2026-09-28T09:30:00+08:00", **REGISTER)
    house.until("2026-09-29T18:00")
    assert look(house)[1] == ["told", "told"]


def test_nobody_approves_their_own_work(case):
    with case.database.transaction() as session:
        people = {"li": ["sales", "dept_head"], "gao": ["gm_office"]}
        settle(session, people, ("sales", "dept_head", "gm_office"))
    to_approval(case)
    case.do("UT_Approve", GM_OFFICE, decision="approve")
    assert case.open_tasks() == ["UT_Compose"]
    with case.database.reading() as session:
        number = session.scalars(select(DbCase.instance_id)).one()
        changes = [each.data for each in history.of(session, number, kinds=["variable"])]
    assert [each["new"] for each in changes if each["name"] == "approver_role" and each["new"]] == ["gm_office"]


def test_the_declaration_is_laid_beside_once(case):
    with case.database.transaction() as session:
        before = deployments.find_deployment(session, "kb_sales_quality", 1)
        complete(session.connection())
        assert deployments.find_deployment(session, "kb_sales_quality", 1) == before
        assert before.digest == digest_of("kb_sales_quality", deployments.get_files(session, before.id))
        procedure = procedures.of_deployment(session, before.id)
    assert (procedure.key, len(procedure.phases), procedure.clocks[0].name) == ("kb_sales_quality", 9, "reply")


def test_nothing_new_may_name_what_is_there_for_them(house):
    checked = check(house.database.runtime, former_files())
    found = [each for each in checked.findings if each.code == "former"]
    assert {each.severity for each in found} == {Severity.WARNING}
    assert any("the topic deadlines.set" in str(each) for each in found)
    assert any("the function reminder_due" in str(each) for each in found)
