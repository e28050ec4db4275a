from datetime import timedelta

import pytest
from house import GM_OFFICE, INTAKE, REGISTER, actor

from engine.errors import KesuError
from engine.run import instances
from processes.cases import register, search
from processes.cases.case_filter import CaseFilter
from processes.cases.schema import DbCase, DbCaseEntry

GM, PAYROLL = actor("ma", "gm"), actor("cai", "payroll")


@pytest.fixture
def closed(make_house):
    """Three complaints: a severe one closed last month, a severe one closed this month, an ordinary one."""
    house = make_house("2026-09-14T09:30")
    house.deploy()
    for _ in range(3):
        house.start("complaint_intake", INTAKE)
        house.do("UT_Register", INTAKE, received_at="2026-09-14T09:30:00+08:00", **REGISTER)
    house.clock.set(house.clock.now().replace(month=10, day=2))
    with house.database.transaction() as session:
        for number, severity, days in ((1, "S2", -5), (2, "S1", 0), (3, "S3", -5)):
            [case] = register.find_each(session, [number])
            case.severity, case.closed_at = severity, house.clock.now() + timedelta(days=days)
    return house


def test_severe_cases_of_the_month_before_are_looked_at_and_what_came_of_them_is_recorded(closed):
    number = closed.start("reward_penalty", GM_OFFICE)
    with closed.database.reading() as session:
        known = instances.get_variables(session, number)
    assert [(each["no"], each["case"]) for each in known["serious"]] == [("RP-2026-000001-1", "KB-2026-000001")]
    reasons = {"cause_text": "未按作业指导书。", "impact_text": "整批换货。"}
    closed.do("UT_Attribute", GM_OFFICE, penalty_cause="work_error", impact="S2", **reasons)
    subject = {"subject_kind": "person", "subject_unit": "manufacturing", "subject_name": "张强"}
    closed.do("UT_Decide", GM_OFFICE, penalty_kind="bonus", **subject)
    notice = {"notice_item": "罚扣奖金", "notice_amount": "400.00", "notice_reason": "未按作业指导书操作，致整批开裂。"}
    closed.do("UT_Notice", GM_OFFICE, notice_signature=True, **notice)
    with pytest.raises(KesuError):
        closed.do("UT_GMApprove", actor("gao", "gm_office", "gm"), gm_decision="approve", gm_signature=True)
    closed.do("UT_GMApprove", GM, gm_decision="approve", gm_signature=True)
    closed.do("UT_Deduct", PAYROLL, carried_out_on="2026-10-02", carried_out_with="十月薪资")
    with closed.database.reading() as session:
        entry = session.query(DbCaseEntry).filter_by(kind="penalty").one()
        assert {**entry.data} | {"case": "KB-2026-000001", "notice_amount": "400.00"} == {**entry.data}
        assert session.get_one(DbCase, entry.case_id).status == "closed"


def test_who_works_elsewhere_does_not_read_of_penalties(closed):
    closed.start("reward_penalty", GM_OFFICE)
    wanted = CaseFilter(procedure="reward_penalty")
    with closed.database.reading() as session:
        seen = {who.id: search.search(session, who, wanted).total for who in (GM, PAYROLL, INTAKE)}
    assert seen == {"ma": 1, "cai": 0, "zhou": 0}
