"""What one round of a case decides binds the next: who approved does not approve again, and what was told is known."""

import pytest
from house import GM_OFFICE, HEAD, INTAKE, REGISTER, SALES, actor
from sqlalchemy import select
from staff import settle
from work_seen import Watch

from engine.errors import SeparationOfDuties
from engine.run import instances
from processes.cases import rounds
from processes.cases.schema import DbCase
from processes.cases.timeline import timeline

PLAN = {
    "authority_table": "D03",
    "severity": "S3",
    "authors": "UT_DraftPlan",
    "plan_version": 0,
    "remedies": [{"kind": "exchange", "amount": "3600.00"}],
    **dict.fromkeys(("owner", "pace", "solution", "schedule", "reply_manner", "options", "fault_statement")),
}
APPROVE = {"decision": "approve", "approval_signature": True}
SECOND_HEAD = actor("mei", "dept_head")


def case_of(house):
    with house.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        session.expunge(case)
        return case


def approval(house, number):
    """The approval of a plan of the case, as a round of its own would call it."""
    with house.database.transaction() as session:
        instances.start(session, "sub_approval", variables=PLAN, business_key=number, by=SALES)
    house.work()


def staff(house, *people):
    with house.database.transaction() as session:
        settle(session, {login: [group] for login, group in people}, ("dept_head", "gm_office"), kind="role")


def test_whoever_approved_in_one_round_does_not_approve_in_the_next(registered):
    staff(registered, ("chen", "dept_head"), ("mei", "dept_head"), ("gao", "gm_office"))
    number = case_of(registered).number
    approval(registered, number)
    registered.do("UT_Approve", HEAD, **APPROVE)
    approval(registered, number)
    with pytest.raises(SeparationOfDuties):
        registered.do("UT_Approve", HEAD, **APPROVE)
    registered.do("UT_Approve", SECOND_HEAD, **APPROVE)


def test_a_role_of_nobody_but_earlier_deciders_is_passed_over(registered):
    staff(registered, ("chen", "dept_head"), ("gao", "gm_office"))
    number = case_of(registered).number
    approval(registered, number)
    registered.do("UT_Approve", HEAD, **APPROVE)
    approval(registered, number)
    registered.do("UT_Approve", GM_OFFICE, **APPROVE)


def test_a_case_that_has_moved_keeps_what_was_told(house):
    house.deploy()
    house.start("front_door", actor("su", "reception"))
    told = {"name": "林女士", "email": "lin@example.com", "description": "200 件中 12 件壳体开裂，要求换货。"}
    house.do("UT_Register", actor("su", "reception"), channel="phone", about="goods", **told)
    first = case_of(house)
    assert first.number.startswith("CC-")
    with house.database.transaction() as session:
        case = session.scalars(select(DbCase)).one()
        assert [case.said("complainant"), case.said("email")] == ["林女士", "lin@example.com"]
        assert [each.id for each in rounds.rounds_of(session, case)] == [case.instance_id - 1, case.instance_id]
        assert rounds.procedure_at_first(session, case).key == "front_door"
        known = instances.get_variables(session, case.instance_id)
    assert told.items() <= known.items()
    house.do("UT_Register", INTAKE, **{**INTAKE_ANSWERS, **told})
    assert case_of(house).number == first.number


def test_a_further_round_begins_with_what_is_known_and_counts_from_now(registered):
    staff(registered)
    first, watch = case_of(registered), Watch()
    watch.look_at(registered.database)
    with registered.database.transaction() as session:
        instances.cancel(session, first.instance_id, by=HEAD, reason="to have it closed")
    registered.until("2026-10-12T09:00")
    asked = {"askers": "intake", "deciders": "gm_office", "decided": "UT_Approve", "severity": None}
    with registered.database.transaction() as session:
        instances.start(session, "sub_reopening", variables=asked, business_key=first.number, by=INTAKE)
    registered.do("UT_Ask", INTAKE, reopen_asked_by="customer", reopen_reason="The test report came after the end.")
    registered.do("UT_Decide", GM_OFFICE, reopen_decision="again", reopen_decision_reason="The report is to be read.")
    assert {("sub_reopening", "UT_Ask"), ("sub_reopening", "UT_Decide")} <= watch.seen
    assert watch.blind == set()
    case = case_of(registered)
    assert (case.number, case.status, case.closed_at, case.phase) == (first.number, "open", None, "received")
    assert case.received_at == registered.clock.now()
    registered.do("UT_Register", INTAKE, **REGISTER)
    with registered.database.transaction() as session:
        row = session.scalars(select(DbCase)).one()
        assert [clock.start_at for clock in row.clocks] == [registered.clock.now()]
        assert [each.id for each in rounds.rounds_of(session, row)] == [first.instance_id, row.instance_id]
        assert len(rounds.instances_of(session, row)) == 3
        assert "reopened" in [entry.kind for entry in timeline(session, row)]


INTAKE_ANSWERS = {
    "channel": "phone",
    "complainant_kind": "person",
    "restatement_confirmed": True,
    "complaint_type": "quality_defect",
    "demands": ["exchange"],
    "injury_or_safety": False,
    "regulator_or_media": False,
}
