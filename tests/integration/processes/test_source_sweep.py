import pytest
from house import INTAKE, REGISTER, actor

from engine.look import queries
from engine.run import instances
from processes.cases import documents, search
from processes.cases.case_filter import CaseFilter
from processes.cases.schema import DbCase, DbCaseEntry
from processes.people import organisation, passwords

DAYS = {"looked_from": "2026-09-21", "looked_to": "2026-09-27", "looked": True}
LIST = "编号,内容,客户,产品,批号\nW-7,壳体开裂要求换货,宁波远帆,GF-220,L2609\nW-8,询问价格,,,\n".encode("gb18030")


@pytest.fixture
def swept(house):
    """The list of repairs is there; the other sources have nothing."""
    house.deploy()
    with house.database.transaction() as session:
        organisation.create_unit(session, "intake", name_zh="受理", name_en="Intake")
        password = passwords.hash_new("long enough", "low")
        organisation.create_person(
            session, INTAKE.id, name_zh="周", name_en="Zhou", password=password, groups=INTAKE.groups
        )
        settings = house.office.settings
        file = documents.store(session, documents.look("repairs.csv", LIST, settings), by=INTAKE, settings=settings)
        house.repairs = documents.as_value(file)
    house.start("source_sweep", INTAKE)
    house.do("UT_Look", INTAKE, anything_found=True, source_list=[house.repairs], **DAYS)
    for _ in range(6):
        house.do("UT_Look", INTAKE, anything_found=False, **DAYS)
    return house


def test_a_record_becomes_a_case_that_names_the_sweep_or_is_dismissed_with_a_reason(swept):
    swept.do("UT_Decide", INTAKE, record_result="case")
    with swept.database.reading() as session:
        assert session.get_one(DbCase, 1).status == "open"
    swept.do("UT_Decide", INTAKE, record_result="dismiss", dismiss_reason="咨询，不属抱怨。")
    with swept.database.reading() as session:
        taken, dismissed = session.query(DbCaseEntry).filter(DbCaseEntry.kind.like("source_%")).order_by("id")
        assert (taken.data["ref"], dismissed.data["ref"], dismissed.data["reason"]) == (
            "W-7",
            "W-8",
            "咨询，不属抱怨。",
        )
        assert session.get_one(DbCase, 1).status == "closed"
        begun = instances.get_variables(session, taken.data["instance"])
        assert [each.element for each in queries.tasks_of(session, taken.data["instance"])] == ["UT_Register"]
    assert (begun["channel"], begun["lot_no"], begun["name"]) == ("repair_report", "L2609", "宁波远帆")
    given = {**REGISTER, "channel": begun["channel"], "description": begun["description"]}
    swept.do("UT_Register", INTAKE, received_at="2026-09-28T09:30:00+08:00", **given)
    with swept.database.reading() as session:
        wanted = CaseFilter(text="SW-2026-000001")
        (case,) = search.search(session, actor("chen", "admin"), wanted).cases
        assert case.facts["source"].text == "SW-2026-000001 · A W-7"
