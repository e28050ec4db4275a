"""Another procedure, with other names: its facts are searched, its clocks moved, its cases read by whom it says."""

import pytest
from house import INTAKE, actor
from played import shanghai
from sqlalchemy import select

from engine import instances
from engine.store.schema import DbTimer
from processes.cases import access, search
from processes.cases.case_filter import CaseFilter
from processes.cases.recompute import take_notice
from processes.cases.schema import DbCase, DbCaseEntry

DECLARATION = """
key = "ward"
name = { en = "Ward complaints", zh = "病房投诉" }
prefix = "WD"
readers = { groups = ["leader"], admins = "diagram only" }

[register]
process = "ward_case"
groups = ["intake"]

[case]
title = "=subject"
description = "=said"

[[clocks]]
name = "visit"
label = { en = "Visit", zh = "探望" }
start = "=received_at"
rule = "=limits"
limit = "visit"
stops = "visited_at"
sets = { due = "visit_until" }
tell = { breach = ["leader"] }

[[clocks]]
name = "statutory"
label = { en = "Statutory reply", zh = "规定答复" }
start = "=received_at"
rule = "=limits"
limit = "reply"
stops = "answered_at"

[[facts]]
name = "ward"
label = { en = "Ward", zh = "科室" }
value = "=ward"
searched = true
filtered = true
listed = true

[[facts]]
name = "beds"
label = { en = "Beds", zh = "床位" }
value = "=beds"
kind = "number"
listed = true
"""

DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t" id="d">
  <bpmn:process id="ward_case" isExecutable="true" name="Ward complaint" camunda:candidateStarterGroups="intake" camunda:historyTimeToLive="3650">
    <bpmn:startEvent id="S"/><bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="Open"/>
    <bpmn:serviceTask id="Open" name="Open" camunda:type="external" camunda:topic="case.open"/>
    <bpmn:sequenceFlow id="f2" sourceRef="Open" targetRef="One"/>
    <bpmn:serviceTask id="One" name="Visit clock" camunda:type="external" camunda:topic="clock.start"/>
    <bpmn:sequenceFlow id="f3" sourceRef="One" targetRef="Two"/>
    <bpmn:serviceTask id="Two" name="Statutory clock" camunda:type="external" camunda:topic="clock.start">
      <bpmn:extensionElements><camunda:inputOutput>
        <camunda:inputParameter name="clock">statutory</camunda:inputParameter>
        <camunda:outputParameter name="statutory_nominal_due">${statutory_nominal_due}</camunda:outputParameter>
        <camunda:outputParameter name="statutory_due">${statutory_due}</camunda:outputParameter>
        <camunda:outputParameter name="statutory_warn_at">${statutory_warn_at}</camunda:outputParameter>
      </camunda:inputOutput></bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="f4" sourceRef="Two" targetRef="Talk"/>
    <bpmn:userTask id="Talk" name="Talk" camunda:candidateGroups="nurses"/>
    <bpmn:boundaryEvent id="Visit" attachedToRef="Talk" cancelActivity="false"><bpmn:timerEventDefinition>
      <bpmn:timeDate xsi:type="bpmn:tFormalExpression">${visit_until}</bpmn:timeDate>
    </bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f5" sourceRef="Visit" targetRef="Late"/>
    <bpmn:serviceTask id="Late" name="Late" camunda:type="external" camunda:topic="clock.breach"/>
    <bpmn:sequenceFlow id="f6" sourceRef="Late" targetRef="E2"/><bpmn:endEvent id="E2"/>
    <bpmn:boundaryEvent id="Reply" attachedToRef="Talk" cancelActivity="false"><bpmn:timerEventDefinition>
      <bpmn:timeDate xsi:type="bpmn:tFormalExpression">${statutory_due}</bpmn:timeDate>
    </bpmn:timerEventDefinition></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f7" sourceRef="Reply" targetRef="E3"/><bpmn:endEvent id="E3"/>
    <bpmn:sequenceFlow id="f8" sourceRef="Talk" targetRef="Stop"/>
    <bpmn:serviceTask id="Stop" name="Visited" camunda:expression="${now()}" camunda:resultVariable="visited_at"/>
    <bpmn:sequenceFlow id="f9" sourceRef="Stop" targetRef="Stop2"/>
    <bpmn:serviceTask id="Stop2" name="Answered" camunda:expression="${now()}" camunda:resultVariable="answered_at"/>
    <bpmn:sequenceFlow id="f10" sourceRef="Stop2" targetRef="E"/><bpmn:endEvent id="E"/>
  </bpmn:process>
</bpmn:definitions>"""

LIMITS = {"visit": 3, "reply": 10, "unit": "working", "warn": 2}
ADMIN, LEADER, MANAGER = actor("ma", "admin"), actor("gu", "leader"), actor("feng", "manager")


@pytest.fixture
def wards(make_house):
    """The sales procedure and another one, with three cases of the latter."""
    house = make_house(start="2026-12-28T09:00")
    house.deploy()
    house.deploy({"ward.bpmn": DIAGRAM.encode(), "procedure.toml": DECLARATION.encode()})
    for ward, beds in (("儿科 Ａ区", 9), ("外科", 12), (None, None)):
        values = {"ward": ward, "beds": beds, "subject": f"on {ward}", "said": "noise", "limits": LIMITS}
        house.start("ward_case", INTAKE, received_at="2026-12-28T09:00:00+08:00", **values)
    return house


def numbers(house, who=LEADER, **wanted):
    with house.database.reading() as session:
        return [case.number[-1] for case in search.search(session, who, CaseFilter(sort="number", **wanted)).cases]


def sorted_by(house, sort):
    with house.database.reading() as session:
        return [case.number[-1] for case in search.search(session, LEADER, CaseFilter(sort=sort)).cases]


def test_its_facts_are_filtered_sorted_and_searched(wards):
    assert numbers(wards) == ["1", "2", "3"]
    assert numbers(wards, facts={"ward": "儿科 a区"}) == ["1"]  # as people write it, in whichever width
    assert numbers(wards, facts={"ward": "儿科"}) == []
    assert numbers(wards, facts={"beds": "12"}) == ["2"]
    assert numbers(wards, text="儿科") == numbers(wards, text="a区") == ["1"]
    assert numbers(wards, procedure="ward", text="noise") == ["1", "2", "3"]
    assert numbers(wards, procedure="kb_sales_quality") == []
    assert sorted_by(wards, "beds") == ["1", "2", "3"]  # nine before twelve, what is not known last
    assert sorted_by(wards, "-beds") == ["2", "1", "3"]
    assert sorted_by(wards, "-received")[0] == "3"


def test_its_numbers_and_cases_carry_its_name(wards):
    with wards.database.reading() as session:
        case = session.scalars(select(DbCase).order_by(DbCase.id)).first()
        assert (case.number, case.procedure, case.title) == ("WD-2026-000001", "ward", "on 儿科 Ａ区")


def test_its_cases_are_read_by_whom_it_names_and_not_by_administrators(wards):
    number = wards.start("complaint_intake", INTAKE)
    wards.do("UT_Register", INTAKE, description="x", name="王磊", channel="phone")
    with wards.database.reading() as session:
        ward = session.scalars(select(DbCase).where(DbCase.procedure == "ward").order_by(DbCase.id)).first()
        one = ward.id
        sale = session.scalars(select(DbCase).where(DbCase.instance_id == number)).one()
        seen = {
            who: (access.may_see(session, who, ward), access.may_see(session, who, sale))
            for who in (LEADER, MANAGER, ADMIN)
        }
    assert seen == {LEADER: (True, False), MANAGER: (False, True), ADMIN: (False, True)}
    assert numbers(wards, ADMIN) == ["1"]
    with wards.database.transaction() as session:  # unless it gives them work
        access.admit(session, session.get(DbCase, one), people=["ma"])
    assert numbers(wards, ADMIN, procedure="ward") == ["1"]


def test_a_changed_calendar_moves_both_of_its_clocks_and_what_waits_for_them(wards):
    with wards.database.reading() as session:
        case = session.scalars(select(DbCase).order_by(DbCase.id)).first()
        assert [(row.name, row.due_at) for row in case.clocks] == [
            ("visit", shanghai("2027-01-01T00:00")),
            ("statutory", shanghai("2027-01-13T00:00")),
        ]
        assert case.due_at == shanghai("2027-01-01T00:00")
    notice = "date,kind,name\n2026-12-31,rest,元旦\n2027-01-04,rest,元旦\n"
    _, moved = take_notice(wards.database, wards.office, notice.encode(), source="the notice", by=ADMIN)
    assert [(each.number, each.clock, each.timers) for each in moved][:2] == [
        ("WD-2026-000001", "visit", ("Visit",)),
        ("WD-2026-000001", "statutory", ("Reply",)),
    ]
    with wards.database.reading() as session:
        case = session.scalars(select(DbCase).order_by(DbCase.id)).first()
        visit, statutory = (row.due_at for row in case.clocks)
        assert (visit, statutory) == (shanghai("2027-01-06T00:00"), shanghai("2027-01-15T00:00"))
        assert case.due_at == visit
        values = instances.get_variables(session, case.instance_id)
        assert values["visit_until"] == "2027-01-06T00:00:00+08:00"
        timers = select(DbTimer.element, DbTimer.due_at).where(DbTimer.instance_id == case.instance_id)
        assert dict(session.execute(timers).all()) == {"Visit": visit, "Reply": statutory}
        told = session.scalars(
            select(DbCaseEntry).where(DbCaseEntry.case_id == case.id, DbCaseEntry.kind == "moved")
        ).all()
        assert [(entry.data["clock"], entry.data["to"]) for entry in told] == [
            ("visit", ["owner", "nurses"]),
            ("statutory", ["owner", "nurses"]),
        ]
    wards.until("2027-01-06T00:00")
    with wards.database.reading() as session:
        case = session.scalars(select(DbCase).order_by(DbCase.id)).first()
        assert [row.breached_at for row in case.clocks] == [visit, None]
        assert access.may_see(session, actor("x", "nurses"), case)
