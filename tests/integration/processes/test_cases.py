from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from at_once import at_once
from house import GM_OFFICE, HEAD, INTAKE, OTHER_SALES, QC, SALES, UNIT, actor
from played import shanghai
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from engine import StandIn
from engine.errors import NotFound
from engine.run import instances
from engine.store.definitions import DbProcessDefinition
from engine.store.schema import DbInstance
from processes import folders, procedures
from processes.cases import access, entries, numbers, search
from processes.cases import register as cases
from processes.cases.case_filter import CaseFilter
from processes.cases.schema import DbCase, DbCaseCounter, DbCaseEntry, DbCasePhase

PLAIN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="t" id="d">
  <bpmn:process id="plain" isExecutable="true" name="Plain">
    <bpmn:startEvent id="S"/><bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="UT_Look"/>
    <bpmn:userTask id="UT_Look" name="Look" camunda:candidateGroups="sales"/>
    <bpmn:sequenceFlow id="f2" sourceRef="UT_Look" targetRef="E"/><bpmn:endEvent id="E"/>
  </bpmn:process>
</bpmn:definitions>"""


SHIPPED = (folders.ROOT / "kb_sales_quality" / "procedure.toml").read_text(encoding="utf-8")


def part(first, after):
    return SHIPPED[SHIPPED.index(first) : SHIPPED.index(after)]


DECLARATION = "\n".join(
    (
        'key = "plain"\nname = { en = "Plain", zh = "简单" }\nprefix = "KB"',
        part("[readers]", "[reopen]"),
        part("[case]", "[[clocks]]"),
        part("[[facts]]", "[summary]"),
    )
)


@pytest.fixture
def plain(house):
    house.deploy({"plain.bpmn": PLAIN.encode(), "procedure.toml": DECLARATION.encode()})
    return house


def open_case(house, session, by=INTAKE, **values):
    instance = instances.start(session, "plain", by=by)
    procedure = procedures.of_instance(session, instance.id)
    return cases.open_case(session, house.office, procedure, instance.id, values, by=by)


def test_numbers_have_no_gaps_and_start_anew_each_year(plain):
    given = []
    for moment in ("2026-12-31T23:00", "2026-12-31T23:59", "2027-01-01T00:01"):
        plain.clock.set(shanghai(moment))
        with plain.database.transaction() as session:
            given.append(open_case(plain, session).number)
            numbers.next_number(session, "OP", plain.clock.now(), plain.office.zone)
    assert given == ["KB-2026-000001", "KB-2026-000002", "KB-2027-000001"]


def test_a_step_that_is_undone_gives_its_number_back(plain):
    def undone():
        with plain.database.transaction() as session:
            assert open_case(plain, session).number == "KB-2026-000001"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    with plain.database.transaction() as session:
        assert open_case(plain, session).number == "KB-2026-000001"


def test_many_at_once_get_different_numbers_without_a_gap(plain):
    def register():
        for _ in range(5):
            with plain.database.transaction() as session:
                open_case(plain, session)

    assert at_once(*[register] * 4) == [None] * 4
    with plain.database.reading() as session:
        numbers = sorted(session.scalars(select(DbCase.number)))
        assert numbers == [f"KB-2026-{number:06d}" for number in range(1, 21)]
        assert session.scalar(select(DbCaseCounter.last)) == 20


def test_a_case_is_opened_once_for_an_instance(plain):
    with plain.database.transaction() as session:
        first = open_case(plain, session, description="Cracked casings\nsecond line", received_at="2026-09-28T09:30")
        again = cases.open_case(
            session, plain.office, procedures.UNDECLARED, first.instance_id, {"description": "other"}, by=SALES
        )
        assert again is first
        assert first.title == "Cracked casings"
        assert first.received_at == datetime(2026, 9, 28, 1, 30, tzinfo=UTC)


def test_searching(plain):
    with plain.database.transaction() as session:
        first = open_case(
            plain, session, name="王磊", phone="13800001111", lot_no="L2610", description="cracked 100% casing"
        )
        second = open_case(plain, session, company="Müller GmbH", order_no="O_77", description="late delivery")
        first.owner, second.closed_at, second.status = "li", plain.clock.now(), "closed"
        first.due_at = plain.clock.now() - timedelta(hours=1)
        second.due_at = plain.clock.now() - timedelta(hours=1)
    admin = actor("ma", "admin")

    def numbers(**wanted):
        with plain.database.reading() as session:
            return [case.number for case in search.search(session, admin, CaseFilter(**wanted)).cases]

    assert numbers(sort="number") == ["KB-2026-000001", "KB-2026-000002"]
    assert numbers(text="王磊") == numbers(text="l2610 cracked") == numbers(text="13800001111") == ["KB-2026-000001"]
    assert numbers(text="100%") == ["KB-2026-000001"]
    assert numbers(text="O_77") == numbers(text="gmbh") == ["KB-2026-000002"]
    assert numbers(text="_") == ["KB-2026-000002"]
    assert numbers(text="cracked late") == []
    assert numbers(status="closed") == ["KB-2026-000002"]
    assert numbers(late=True) == ["KB-2026-000001"]
    assert numbers(late=False) == ["KB-2026-000002"]
    assert numbers(owner="li", sort="due") == ["KB-2026-000001"]
    with plain.database.reading() as session:
        page = search.search(session, admin, CaseFilter(sort="number", page=2, per_page=1))
        assert (page.total, [case.number for case in page.cases]) == (2, ["KB-2026-000002"])
        assert search.find_exact(session, admin, " kb-2026-000002 ").said("company") == "Müller GmbH"
        assert search.find_exact(session, admin, "KB-2026-00000") is None


def test_a_case_is_seen_by_those_it_gives_work_and_nobody_else(plain):
    with plain.database.transaction() as session:
        case = open_case(plain, session)
        access.admit(session, case, groups=["sales"], people=["guo"])
        access.admit(session, case, groups=["sales"], people=["guo"])
    seen = {
        INTAKE: True,  # registered it
        actor("other", "intake"): False,
        SALES: True,
        actor("guo"): True,
        QC: False,
        actor("sales"): False,  # a person called like a group
        actor("x", "guo"): False,  # a group called like a person
        actor("boss", "manager"): True,
        GM_OFFICE: True,  # reads every case for the monthly review
        actor("xu", "warehouse"): False,
        actor("ma", "admin"): True,
    }
    with plain.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        for who, may in seen.items():
            assert access.may_see(session, who, case) is may, who
            assert bool(search.search(session, who).total) is may
            if may:
                assert cases.get_case(session, "kb-2026-000001", who).id == case.id
            else:
                with pytest.raises(NotFound) as hidden:
                    cases.get_case(session, "KB-2026-000001", who)
                with pytest.raises(NotFound) as missing:
                    cases.get_case(session, "KB-2026-000002", who)
                assert str(hidden.value).replace("1", "2") == str(missing.value)


def test_a_substitute_sees_what_the_roles_that_were_passed_on_have_worked_on(plain):
    with plain.database.transaction() as session:
        case = open_case(plain, session)
        access.admit(session, case, groups=["sales"], people=["guo"])
    with plain.database.reading() as session:
        for absent, groups, may in (("guo", "sales", True), ("guo", "warehouse", False), ("xu", "warehouse", False)):
            who = replace(actor("xie", "logistics"), stands_in=(StandIn(absent, frozenset({groups})),))
            assert access.may_see(session, who, session.scalars(select(DbCase)).one()) is may


def test_the_record_of_a_case_cannot_be_changed(plain):
    with plain.database.transaction() as session:
        entries.note(session, open_case(plain, session), "blocked", by=SALES, data={"why": "x"})
    for statement in ("UPDATE case_entry SET kind = 'nothing'", "DELETE FROM case_entry"):
        with pytest.raises(DBAPIError, match="append-only"), plain.database.transaction() as session:
            session.execute(text(statement))


def test_the_register_follows_the_instance(registered):
    house = registered
    house.do("UT_Verify", SALES, verify_result="accept")
    house.do("UT_FillSlip", SALES, deviates_from_standard=True, countermeasure_unit="injection_workshop")
    house.do("UT_QcInspect", QC, conform="no", defect_found=True)
    house.do("UT_QcAttribute", QC, confirmed_unit="injection_workshop")
    with house.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        assert (case.number, case.status, case.owner) == ("KB-2026-000001", "open", "li")
        assert (case.severity, case.unit, case.said("complainant")) == ("S3", "injection_workshop", "王磊")
        assert case.due_at == shanghai("2026-10-09T00:00")
        assert case.clocks[0].nominal_due_at == shanghai("2026-10-06T00:00")
        phases = session.execute(select(DbCasePhase.phase, DbCasePhase.round).order_by(DbCasePhase.id)).all()
        assert [tuple(row) for row in phases[:3]] == [("received", 1), ("verified", 1), ("inspected", 1)]
        assert session.scalar(select(DbInstance.business_key)) == "KB-2026-000001"
        for who in (INTAKE, SALES, QC, UNIT, OTHER_SALES, HEAD, GM_OFFICE):  # the head may take it over
            assert access.may_see(session, who, case)
        assert not access.may_see(session, actor("xu", "warehouse"), case)
        assert session.scalar(select(DbProcessDefinition.key).join(DbInstance)) == "complaint_intake"


def test_a_cancelled_instance_cancels_its_case(registered):
    with registered.database.transaction() as session:
        case = session.scalars(select(DbCase)).one()
        instances.cancel(session, case.instance_id, by=actor("ma", "admin"), reason="entered twice")
    with registered.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        assert case.status == "cancelled"
        assert case.closed_at == registered.clock.now()
        assert session.scalars(select(DbCaseEntry.kind)).all().count("accepted") == 1
