"""The patient's procedure: what no scenario can say of clocks, payment, consultation, promises and approval."""

import pytest
from house import actor
from played import SHANGHAI, shanghai
from sqlalchemy import select

from engine import FormFile, instances, queries, tasks
from engine.errors import FormRefused
from engine.run import messages, task_forms
from engine.store.schema import DbTask, DbTimer
from processes import folders
from processes.cases import access, disclosure
from processes.cases.recompute import take_notice
from processes.cases.schema import DbCase, DbCaseEntry
from web.gate import Gate

NURSE, AFTER_SALES, LEADER = actor("qin", "nurse"), actor("shen", "after_sales"), actor("gu", "leader")
FINANCE, GIFTS, SURGEON = actor("wu", "finance"), actor("lv", "gift_admin"), actor("zhou", "dept_surgery")
NURSING, ADMIN = actor("yan", "dept_nursing"), actor("root", "admin")

SIGNATURE = {"kind": "password", "by": "gu", "at": "2026-11-11T09:00:00+08:00", "sha256": "0" * 64}
GIVEN = {"UT_FinancePay", "UT_Gift", "UT_Execute"}
"""The tasks in which something is given."""

REGISTER = {
    "channel": "counter",
    "complainant_kind": "patient",
    "name": "陈秀英",
    "phone": "13800001111",
    "email": "chen@example.com",
    "patient_no": "ZY20261110",
    "id_last4": "204X",
    "departments": ["dept_surgery"],
    "ward": "外二科",
    "staff_concerned": "周医师",
    "care_kind": "operation",
    "description": "术后切口愈合不良，换药时护士态度生硬。",
    "demands": ["apology", "compensation"],
    "patient_request": "赔礼道歉，补偿换药费用。",
    "claimed_amount": "5000.00",
    "danger_to_health": False,
    "violence": False,
    "regulator_or_media": False,
    "emotion": "upset",
}
CONTACT = {
    "contact_mode": "phone",
    "facts": "术后第五天切口渗液，换药两次未说明原因。",
    "restated_confirmed": True,
    "further_enquiry": False,
    "promises_made": False,
    "danger_to_health": False,
    "consultations": [],
    "departments": ["dept_surgery"],
}
ANALYSE = {
    "assessment": "reasonable",
    "fault_found": True,
    "fault_degree": "minor",
    "cause": "换药说明不足。",
    "prevention": "换药须说明。",
}
EXPLAIN = {"explanation_given": "切口愈合过程。", "agreed_direction": "道歉并适当补偿。", "promises_made": False}
REPLY = {
    "reply_channel": "email",
    "reply_to": "chen@example.com",
    "reply_cause": "换药说明不足。",
    "reply_solution": "承担换药费用。",
    "reply_compensation": "补偿 2000 元。",
    "reply_amount": "2000.00",
    "reply_prevention": "换药须说明。",
    "reply_schedule": "三日内办理。",
    "reply_route": None,
}


def remedy(kind, amount=None, executor=None):
    return {
        "kind": kind,
        "nature": "material",
        "amount": amount,
        "promised_date": "2026-11-12",
        "detail": "按约定办理。",
        "executor": executor,
    }


OPINION = {
    "remedies": [remedy("compensation", "2000.00"), remedy("gift", "120.00")],
    "grounds": "换药说明不足，责任较轻。",
    "solution": "承担换药费用。",
    "schedule": "三日内办理。",
    "reply_manner": "email",
}


@pytest.fixture
def ward(make_house):
    """A hospital in which a nurse has just registered a complaint, at twenty to nine on a Tuesday."""
    house = make_house(start="2026-11-10T08:40")
    house.deploy()
    house.instance = house.start("pt_patient", NURSE)
    house.do("UT_Register", NURSE, **REGISTER)
    return house


def analysed(house, **contact):
    house.do("UT_Contact", AFTER_SALES, **CONTACT | contact)


def proposed(house, **opinion):
    house.do("UT_Analyse", AFTER_SALES, **ANALYSE)
    house.do("UT_Explain", AFTER_SALES, **EXPLAIN)
    house.do("UT_Opinion", AFTER_SALES, **OPINION | opinion)


def confirmed(house):
    analysed(house)
    proposed(house)
    house.do("UT_Approve", LEADER, decision="approve")
    house.do("UT_Compose", AFTER_SALES, **REPLY)
    send(house, "MsgAccept", answer_channel="phone")


def signed(house):
    """Both sides sign on the screen; neither paying nor sending gifts is possible before."""
    prepared = {
        "prepare_result": "offer",
        "party_patient": "陈秀英",
        "party_house": "仁和医院",
        "agreement_facts": "x" * 20,
    }
    unsaid = dict.fromkeys(("agent_name", "agent_relation", "authorisation", "agreement_clauses", "change_reason"))
    house.do("UT_Prepare", AFTER_SALES, **prepared, **unsaid)
    with house.database.reading() as session:
        [item] = [each for each in queries.list_tasks(session, AFTER_SALES).items if each.element == "UT_Sign"]
        text = task_forms.visible_variables(session, item)["agreement_sha256"]
    drawn = {
        "sign_result": "drawn",
        "signing_place": "接待室",
        "patient_signature": SIGNATURE,
        "signed_sha256": text,
    }
    house.do("UT_Sign", AFTER_SALES, **drawn)
    assert not ever(house) & GIVEN
    house.do("UT_CounterSign", LEADER, counter_result="sign", house_signature=SIGNATURE, signed_sha256=text)


def send(house, name, by=AFTER_SALES, **values):
    with house.database.transaction() as session:
        messages.correlate(session, name, instance_id=house.instance, payload=values, by=by)
    house.work()


def case_of(house):
    """When the case is due, its clocks as (due, breached, stopped), and what is known of it."""
    with house.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        clocks = {clock.name: (clock.due_at, clock.breached_at, clock.stopped_at) for clock in case.clocks}
        return case.due_at, clocks, {name: fact.text for name, fact in case.facts.items()}


def ever(house):
    """The elements of all tasks that there have been."""
    with house.database.reading() as session:
        return set(session.scalars(select(DbTask.element)))


def told(house):
    """Who was told of what, in their order."""
    with house.database.reading() as session:
        query = select(DbCaseEntry).where(DbCaseEntry.kind == "told").order_by(DbCaseEntry.id)
        return [(entry.element, entry.data["to"]) for entry in session.scalars(query)]


def timers(house):
    with house.database.reading() as session:
        query = select(DbTimer.element, DbTimer.due_at).where(DbTimer.instance_id == house.instance)
        return dict(session.execute(query).all())


def variables(house):
    with house.database.reading() as session:
        return instances.get_variables(session, house.instance)


def form(name):
    """A form of the folder."""
    [folder] = (each for each in folders.shipped() if each.key == "pt_patient")
    return FormFile(name, f"{name}.form", folder.files[f"{name}.form"], "")


def refused(name, answers, known):
    """Of some answers the fields that a form of the folder refuses."""
    try:
        Gate(SHANGHAI).accept(
            form(name), answers, known, actor=FINANCE, now=shanghai("2026-11-12T10:00"), signatures={}
        )
    except FormRefused as error:
        return set(error.errors)
    return set()


def test_money_and_gifts_cannot_be_given_before_both_sides_have_signed(ward):
    confirmed(ward)
    assert not ever(ward) & GIVEN
    for by in (FINANCE, GIFTS):
        with ward.database.reading() as session:
            assert list(queries.list_tasks(session, by).items) == []
    signed(ward)
    assert {"UT_FinancePay", "UT_Gift"} <= set(ward.open_tasks())


@pytest.mark.parametrize(
    ("paid", "right"), [("2000.00", True), ("1999.99", False), ("2000.01", False), ("20000.00", False)]
)
def test_what_is_paid_is_what_was_agreed_to_the_cent(paid, right):
    answers = {"paid_amount": paid, "payment_voucher": "FK-1", "paid_on": "2026-11-12"}
    known = {"agreed_compensation": "2000.00", "agreement_no": "XY-1"}
    assert refused("F13a_pt", answers, known) == (set() if right else {"paid_amount"})


def test_a_further_department_moves_the_running_limit_and_what_waits_for_it(ward):
    due, clocks, _ = case_of(ward)
    assert due == clocks["regulation"][0] == shanghai("2026-11-18T00:00")
    ward.until("2026-11-12T10:00")
    send(ward, "MsgAddDepartment", added_departments=["dept_nursing"], added_reason="换药由护理部负责。")
    due, clocks, _ = case_of(ward)
    assert due == clocks["regulation"][0] == shanghai("2026-11-25T00:00")  # from the day it was received
    assert timers(ward)["TC_Due"] == shanghai("2026-11-25T00:00")
    assert timers(ward)["TC_Warn"] == shanghai("2026-11-20T09:00")
    ward.until("2026-11-18T09:00")
    assert case_of(ward)[1]["regulation"][1] is None
    ward.until("2026-11-25T00:00")
    assert case_of(ward)[1]["regulation"][1] == shanghai("2026-11-25T00:00")


def test_naming_a_department_twice_moves_nothing(ward):
    send(ward, "MsgAddDepartment", added_departments=["dept_surgery"], added_reason="已在内。")
    assert variables(ward)["departments"] == ["dept_surgery"]
    assert case_of(ward)[0] == shanghai("2026-11-18T00:00")


def test_a_changed_calendar_moves_both_clocks(ward):
    notice = b"date,kind,name\n2026-11-10,rest,x\n2026-11-16,rest,x\n"
    take_notice(ward.database, ward.office, notice, source="the notice", by=ADMIN)
    assert timers(ward)["TC_SameDay"] == shanghai("2026-11-11T18:00")
    assert timers(ward)["TC_Due"] == shanghai("2026-11-19T00:00")


def test_the_target_of_the_day_is_said_when_it_passes_and_is_never_a_breach(ward):
    assert timers(ward)["TC_SameDay"] == shanghai("2026-11-10T18:00")
    ward.until("2026-11-10T18:00")
    assert ("ST_SameDayMissed", ["owner"]) in told(ward)
    ward.until("2026-11-16T08:00")
    due, clocks, _ = case_of(ward)
    assert due == clocks["regulation"][0]
    assert clocks["same_day"] == (shanghai("2026-11-10T18:00"), None, None)


def test_a_reply_stops_both_clocks(ward):
    confirmed(ward)
    _, clocks, _ = case_of(ward)
    assert {stopped for _, _, stopped in clocks.values()} == {ward.clock.now()}
    assert not {"TC_SameDay", "TC_Warn", "TC_Due", "TC_Level2"} & set(timers(ward))


def test_each_colleague_sees_the_question_and_the_own_answer(ward):
    asked = [{"unit": "dept_surgery", "question": "切口？"}, {"unit": "dept_nursing", "question": "换药？"}]
    analysed(ward, consultations=asked)
    assert ward.open_tasks() == ["UT_Consult", "UT_Consult"]
    for by, question in ((SURGEON, "切口？"), (NURSING, "换药？")):
        with ward.database.reading() as session:
            [item] = queries.list_tasks(session, by).items
            seen = task_forms.visible_variables(session, item)
        assert {name for name, value in seen.items() if value is not None} == {"unit", "question", "severity"}
        assert seen["question"] == question
        with ward.database.transaction() as session:
            tasks.complete(session, item.id, by=by, answers={"consult_answer": f"{question}合规。"})
    ward.work()
    assert variables(ward)["consult_answers"] == [
        {"unit": "dept_surgery", "question": "切口？", "answer": "切口？合规。"},
        {"unit": "dept_nursing", "question": "换药？", "answer": "换药？合规。"},
    ]
    assert ward.open_tasks() == ["UT_Analyse"]


def test_a_promise_that_is_reported_alerts_the_leader_and_stays_in_the_record(ward):
    analysed(ward, promises_made=True, promise_text="护士答应免除全部费用。")
    assert ("ST_AlertPromise", ["leader", "owner"]) in told(ward)
    proposed(ward)
    assert case_of(ward)[2]["promise"] == "护士答应免除全部费用。"
    assert variables(ward)["promise_reported"] is True


def test_the_approval_of_one_opinion_is_no_approval_of_the_next(ward):
    analysed(ward)
    proposed(ward)
    ward.do("UT_Approve", LEADER, decision="refuse", approval_comment="理由不足。")
    assert ward.open_tasks() == ["UT_Opinion"]
    ward.do("UT_Opinion", AFTER_SALES, **OPINION | {"remedies": [remedy("compensation", "9000.00")]})
    assert "UT_Compose" not in ever(ward)
    ward.do("UT_Approve", LEADER, decision="approve")
    ward.do("UT_Compose", AFTER_SALES, **REPLY | {"reply_amount": "9000.01", "reply_compensation": "补偿 9000.01 元。"})
    assert ward.open_tasks() == ["UT_Compose"]  # the guard has sent it back


def test_a_clear_no_waits_for_the_leader(ward):
    analysed(ward)
    no = {"assessment": "unreasonable", "fault_found": False, "fault_degree": "none"}
    ward.do("UT_Analyse", AFTER_SALES, **ANALYSE | no)
    ward.do("UT_Explain", AFTER_SALES, **EXPLAIN)
    ward.do("UT_Opinion", AFTER_SALES, **OPINION | {"remedies": []})
    assert ward.open_tasks() == ["UT_Approve"]
    assert "UT_ClearNo" not in ever(ward)
    ward.do("UT_Approve", LEADER, decision="approve")
    assert ward.open_tasks() == ["UT_ClearNo"]


def test_the_advice_to_pay_little_changes_no_amount(ward):
    """Skill 5 of the source is shown beside the law, and is no rule (PT-T5a)."""
    analysed(ward)
    proposed(ward)
    known = variables(ward)
    assert known["guidance"] == {"hint": "moderate_or_moral"}
    assert [row["amount"] for row in known["remedies"]] == ["2000.00", "120.00"]
    shown = form("F11").content.decode()
    assert "An advice only; nothing is cut because of it." in shown
    assert "neither far too high nor far too low" in shown


def test_who_is_only_asked_reads_nothing_of_the_case_then_or_later(ward):
    analysed(ward, consultations=[{"unit": "dept_surgery", "question": "切口？"}])

    def sees(by):
        with ward.database.reading() as session:
            return access.may_see(session, by, session.scalars(select(DbCase)).one())

    assert not sees(SURGEON)
    with ward.database.reading() as session:
        [item] = queries.list_tasks(session, SURGEON).items
        assert disclosure.get_task(session, item.id, SURGEON).id == item.id
    with ward.database.transaction() as session:
        tasks.claim(session, item.id, by=SURGEON)
    assert not sees(SURGEON)
    ward.do("UT_Consult", SURGEON, consult_answer="合规。")
    assert not sees(SURGEON)
    assert sees(AFTER_SALES)
    assert sees(LEADER)
    assert sees(NURSE)
    assert not sees(ADMIN)
    assert not sees(actor("feng", "manager"))
