"""A patient gets no reply and signs nothing that was not approved in exactly that version, whichever way it is tried."""

import pytest
from at_once import at_once
from sqlalchemy import func, select
from ward import ANSWERS, NUMBER, complained, consulted, play, send, stand_in

from engine.errors import AlreadyCompleted, NotCorrelated
from engine.run import instances, messages, tasks
from engine.store.schema import DbTask, DbVariable
from processes.agreements.schema import DbAgreementSigning
from processes.cases.schema import DbCase, DbCaseEntry
from processes.letters.schema import DbLetter

pytestmark = pytest.mark.seconds(10)

DEARER = {"reply_amount": "9000.00", "reply_compensation": "补偿 9000 元。"}


def weighed(hall):
    complained(hall)
    consulted(hall)


@pytest.fixture
def patient(make_played):
    """A patient's case in which both departments have answered and the opinion waits for the leader."""
    return make_played(weighed, "2026-11-10T08:40")[0]


def replies(hall):
    with hall.database.reading() as session:
        query = select(func.count()).select_from(DbLetter).join(DbCase, DbCase.id == DbLetter.case_id)
        return session.scalar(query.where(DbCase.number == NUMBER, DbLetter.template == "PT-REPLY"))


def entries(hall, kind):
    with hall.database.reading() as session:
        query = select(DbCaseEntry.data).join(DbCase, DbCase.id == DbCaseEntry.case_id)
        return session.scalars(query.where(DbCase.number == NUMBER, DbCaseEntry.kind == kind)).all()


def variable(hall, name):
    with hall.database.reading() as session:
        query = select(DbVariable.value).where(DbVariable.instance_id == hall.instance, DbVariable.name == name)
        return session.scalars(query.order_by(DbVariable.scope)).first()


def tamper(hall, **values):
    """An administrator writes values by hand, wherever they are."""
    with hall.database.transaction() as session:
        query = select(DbVariable.scope, DbVariable.name).where(DbVariable.instance_id == hall.instance)
        for scope, name in session.execute(query.where(DbVariable.name.in_(values))).all():
            by = hall.actor("admin")
            instances.set_variables(session, hall.instance, {name: values[name]}, by=by, reason="a test", scope=scope)


def post(hall, who, element, **changes):
    """Hand a task in by the page, with whatever fields somebody likes to send."""
    task = hall.open_task(element)
    client = hall.visitor(who)
    client.post(f"/tasks/{task}/claim")
    return client.post(f"/tasks/{task}", data={**ANSWERS[element], **changes, "_once": str(changes)})


def test_before_the_approval_there_is_nothing_to_reply_with(patient):
    assert patient.open_tasks()[-1] == "UT_Approve"
    payload = {"approved_plan_version": 1, "approved_amount": "9000.00"}
    for name in ("MsgAccept", "UT_Compose", "reply.guard", "approve"):
        with pytest.raises(NotCorrelated), patient.database.transaction() as session:
            messages.correlate(session, name, instance_id=patient.instance, payload=payload, by=patient.actor("shen"))
    assert (replies(patient), "UT_Compose" in patient.open_tasks()) == (0, False)


@pytest.mark.parametrize("who", ["shen", "qin", "zhou", "wu", "tao", "wang", "admin"])
def test_nobody_but_the_leader_approves(patient, who):
    task = patient.open_task("UT_Approve")
    client = patient.visitor(who)
    for address in (f"/tasks/{task}/claim", f"/tasks/{task}"):
        assert client.post(address, data={**ANSWERS["UT_Approve"], "_once": "x"}).status_code >= 400
    client.post("/tasks/selected/complete", data={"task": [task], "_sure": "1", "_once": "y"})
    assert patient.open_tasks()[-1] == "UT_Approve"
    assert replies(patient) == 0


def test_who_gave_the_opinion_does_not_approve_it_as_a_substitute(patient):
    stand_in(patient, "gu", "shen", ["leader"])
    task = patient.open_task("UT_Approve")
    client = patient.visitor("shen")
    client.post(f"/tasks/{task}/claim")
    assert client.post(f"/tasks/{task}", data={**ANSWERS["UT_Approve"], "_once": "x"}).status_code >= 400
    assert "UT_Approve" in patient.open_tasks()


def test_a_substitute_approves_for_the_leader_until_the_last_day(patient):
    stand_in(patient, "gu", "tao", ["leader"], last="2026-11-10")
    tao = patient.visitor("tao")
    assert tao.get(f"/cases/{NUMBER}").status_code == 200  # as the leader reads it
    patient.until("2026-11-11T09:00")
    assert tao.get(f"/cases/{NUMBER}").status_code == 404
    task = patient.open_task("UT_Approve")
    assert tao.post(f"/tasks/{task}", data={**ANSWERS["UT_Approve"], "_once": "x"}).status_code >= 400
    assert "UT_Approve" in patient.open_tasks()


@pytest.mark.both_databases
def test_two_who_approve_at_once_one_counts(patient):
    stand_in(patient, "gu", "tao", ["leader"])
    task, gu, tao = patient.open_task("UT_Approve"), patient.actor("gu"), patient.actor("tao")

    def approve(who, **decision):
        with patient.database.transaction() as session:
            tasks.complete(session, task, by=who, answers={**ANSWERS["UT_Approve"], **decision})
        return who.id

    refusal = {"decision": "refuse", "approval_comment": "请说明理由。"}
    outcomes = at_once(lambda: approve(gu), lambda: approve(tao, **refusal))
    patient.work()
    [winner] = [each for each in outcomes if not isinstance(each, AlreadyCompleted)]
    [decided] = entries(patient, "decided")
    assert decided["result"] == ("approved" if winner == "gu" else "refused")


def test_a_reply_that_promises_more_is_not_sent_by_page_nor_with_fields_of_ones_own(patient):
    play(patient, "UT_Approve", by="gu")
    patient.until("2026-11-10T16:30")
    own = {"approved_amount": "9000.00", "approved_plan_version": "2", "plan_version": "2", "remedies": "[]"}
    assert post(patient, "shen", "UT_Compose", **DEARER, **own).status_code == 422  # the form has no such fields
    post(patient, "shen", "UT_Compose", **DEARER)
    assert replies(patient) == 0
    assert len(entries(patient, "blocked")) == 1
    assert variable(patient, "approved_amount") == "2120.00"
    assert variable(patient, "approved_plan_version") == 1
    assert "UT_Compose" in patient.open_tasks()


@pytest.mark.parametrize("changed", [{"approved_amount": "9000.00"}, {"plan_version": 2, "approved_plan_version": 2}])
def test_values_changed_by_hand_send_no_reply(patient, changed):
    play(patient, "UT_Approve", by="gu")
    tamper(patient, **changed)
    play(patient, "UT_Compose", **(DEARER if "approved_amount" in changed else {}))
    assert replies(patient) == 0
    [blocked] = entries(patient, "blocked")
    assert "¥2,120.00" in blocked["why"] if "approved_amount" in changed else "version 2" in blocked["why"]


def test_no_message_and_no_form_of_a_message_approves(patient):
    play(patient, "UT_Approve", by="gu")
    play(patient, "UT_Compose")
    patient.until("2026-11-11T10:00")
    client = patient.visitor("shen")
    with patient.database.reading() as session:
        waiting = messages.recordable(session, patient.instance, by=patient.actor("shen"))
    more = {"approved_amount": "9000.00", "agreement_status": "signed", "remedies": "[]", "answer_channel": "phone"}
    [token] = [each.token for each in waiting if "accept" in each.label.lower()]
    said = client.post(f"/cases/{NUMBER}/record/{token}", data={**more, "answer_note": "同意"})
    assert said.status_code == 422  # what the form does not have is refused, not left out
    assert "This form has no field “approved_amount”" in said.text
    assert variable(patient, "approved_amount") == "2120.00"
    assert variable(patient, "agreement_status") is None
    assert len(variable(patient, "remedies")) == 3
    assert "UT_Prepare" not in patient.open_tasks()


def test_nobody_signs_for_the_house_but_the_leader_and_only_what_was_approved(patient):
    play(patient, "UT_Approve", by="gu")
    play(patient, "UT_Compose")
    send(patient, "MsgAccept", answer_channel="phone")
    play(patient, "UT_Prepare", "UT_Sign")
    task = patient.open_task("UT_CounterSign")
    for who in ("shen", "qin", "wu", "zhou", "wang", "admin"):
        client = patient.visitor(who)
        client.post(f"/tasks/{task}/claim")
        assert client.post(f"/tasks/{task}", data={**ANSWERS["UT_CounterSign"], "_once": who}).status_code >= 400, who
    tamper(patient, remedies=[{"kind": "compensation", "nature": "material", "amount": "9000.00"}])
    play(patient, "UT_CounterSign", by="gu")
    with patient.database.reading() as session:
        assert session.scalars(select(DbAgreementSigning)).all() == []
        given = select(DbTask.element).where(DbTask.element.in_(("UT_FinancePay", "UT_Gift")))
        assert session.scalars(given).all() == []


def test_what_both_signed_is_what_is_paid_and_a_substitute_pays_no_more(patient):
    play(patient, "UT_Approve", by="gu")
    play(patient, "UT_Compose")
    send(patient, "MsgAccept", answer_channel="phone")
    play(patient, "UT_Prepare", "UT_Sign")
    page = patient.visitor("gu").get(f"/tasks/{patient.open_task('UT_CounterSign')}").text
    assert "陈秀英, Wed 11 Nov 2026 10:00; taken by shen" in page
    assert "card only-s" not in page  # the clocks are over; on a telephone the work comes first
    play(patient, "UT_CounterSign", by="gu")
    patient.until("2026-11-12T10:00")
    stand_in(patient, "wu", "bai", ["finance"])
    answer = post(patient, "bai", "UT_FinancePay", paid_amount="2000.01")
    assert answer.status_code == 422
    assert "UT_FinancePay" in patient.open_tasks()
    seen = patient.visitor("bai").get(f"/tasks/{patient.open_task('UT_FinancePay')}").text
    assert "陈秀英" not in seen
    assert patient.visitor("bai").get(f"/cases/{NUMBER}").status_code == 404
