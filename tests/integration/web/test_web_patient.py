"""The pages of a patient's complaint: a colleague who is only asked sees the question and nothing of the case."""

import pytest
from sqlalchemy import select
from staff import settle

from engine import instances
from processes.cases.schema import DbCase
from processes.people import organisation

PEOPLE = {"qin": "nurse", "shen": "after_sales", "gu": "leader", "jiang": "dept_surgery", "hao": "finance"}
REGISTER = {
    "channel": "counter",
    "complainant_kind": "patient",
    "name": "陈秀英",
    "phone": "13800020001",
    "email": "chen@example.com",
    "patient_no": "ZY26110412",
    "id_last4": "204X",
    "departments": ["dept_surgery"],
    "ward": "外二科",
    "staff_concerned": "周医师",
    "care_kind": "operation",
    "description": "术后切口愈合不良，换药时护士态度生硬。",
    "restatement_confirmed": True,
    "demands": ["apology"],
    "patient_request": "赔礼道歉。",
    "danger_to_health": False,
    "violence": False,
    "regulator_or_media": False,
    "recorder_signature": True,
}
CONTACT = {
    "contact_mode": "phone",
    "contacted_at": "2026-09-28T09:30:00+08:00",
    "facts": "两次换药未说明原因。",
    "restated_confirmed": True,
    "patient_request": "赔礼道歉。",
    "demands": ["apology"],
    "danger_to_health": False,
    "further_enquiry": False,
    "promises_made": False,
    "consultations": [{"unit": "dept_surgery", "question": "切口处理是否符合常规？"}],
    "departments": ["dept_surgery"],
}
WEIGHED = {
    "factor_relation": "yes",
    "factor_return": "yes",
    "factor_reputation": "neutral",
    "assessment": "reasonable",
    "assessment_reason": "换药记录与患者所述一致。",
    "fault_found": True,
    "fault_degree": "minor",
    "cause": "换药说明不足。",
    "prevention": "换药须说明并记录。",
}
EXPLAINED = {
    "explained_mode": "phone",
    "explained_at": "2026-09-28T09:30:00+08:00",
    "explanation_given": "切口愈合过程与护理安排。",
    "patient_reaction": "能够理解。",
    "promises_made": False,
}
OPINION = {
    "remedies": [{"kind": "apology", "nature": "moral", "promised_date": "2026-09-30", "detail": "当面道歉"}],
    "grounds": "换药说明不足，责任较轻。",
    "solution": "当面致歉。",
    "schedule": "三日内办理。",
    "reply_manner": "email",
}
REPLY = {
    "reply_channel": "email",
    "reply_cause": "换药说明不足。",
    "reply_solution": "当面致歉。",
    "reply_compensation": "无",
    "reply_prevention": "换药须说明并记录。",
    "reply_schedule": "三日内办理。",
}
HIDDEN = ("陈秀英", "13800020001", "ZY26110412", "204X", "外二科", "周医师", "生硬", "两次换药")
"""Words of the case."""


@pytest.fixture
def asked(hall):
    """A case of a patient in which a surgeon is asked something; `hall.number` is the case's."""
    with hall.database.transaction() as session:
        settle(session, {login: [unit] for login, unit in PEOPLE.items()}, PEOPLE.values())
        hall.instance = instances.start(session, "pt_patient", by=organisation.actor_of(session, "qin")).id
    hall.do("UT_Register", "qin", **REGISTER)
    hall.do("UT_Contact", "shen", **CONTACT)
    with hall.database.reading() as session:
        hall.number = session.scalars(select(DbCase.number)).one()
    return hall


def test_who_is_asked_sees_the_question_and_nothing_of_the_case(asked):
    client, task = asked.visitor("jiang"), asked.open_task("UT_Consult")
    for address in ("/work", f"/tasks/{task}"):
        page = client.get(address).text
        assert [word for word in HIDDEN if word in page] == [], address
    assert "切口处理是否符合常规？" in client.get(f"/tasks/{task}").text
    assert client.get(f"/cases/{asked.number}").status_code == 404
    sent = client.post(f"/tasks/{task}", data={"consult_answer": "符合常规。", "_once": "one"})
    assert sent.status_code == 303
    page = client.get(sent.location, follow_redirects=True).text + client.get(f"/tasks/{task}").text
    assert [word for word in HIDDEN if word in page] == []
    assert client.get(f"/cases/{asked.number}").status_code == 404


@pytest.mark.parametrize("login", ["wang", "feng", "hao", "admin"])
def test_nobody_else_sees_anything_of_it(asked, login):
    client = asked.visitor(login)
    assert client.get(f"/cases/{asked.number}").status_code in (403, 404)
    for address in ("/work", "/cases?state=all", "/cases?q=陈秀英", "/cases?q=13800020001", "/cases?q=ZY26110412"):
        page = client.get(address).text
        assert asked.number not in page, address
        assert "外二科" not in page, address


def test_after_sales_the_leader_and_the_recorder_see_it(asked):
    may_see = asked.visitor("shen").get(f"/cases/{asked.number}").text.split("May see it")[1].split("</dd>")[0]
    assert "leader" in may_see
    assert "dept_surgery" not in may_see  # who is asked sees the question
    for login in ("shen", "gu", "qin"):
        page = asked.visitor(login).get(f"/cases/{asked.number}")
        assert page.status_code == 200
        assert "陈秀英" in page.text
        assert "13800020001" not in page.text  # veiled until somebody asks


@pytest.fixture
def weighed(asked):
    """The case with an opinion that waits for the leader."""
    asked.do("UT_Consult", "jiang", consult_answer="符合常规。")
    asked.do("UT_Analyse", "shen", **WEIGHED)
    asked.do("UT_Explain", "shen", **EXPLAINED)
    asked.do("UT_Opinion", "shen", **OPINION)
    return asked


def test_a_shared_step_is_under_the_clauses_of_the_patients_procedure(weighed):
    page = weighed.visitor("gu").get(f"/tasks/{weighed.open_task('UT_Approve')}").text
    assert "方法 4：将结论汇报单位领导并征得领导同意后" in page
    assert "PT-P4b" in page
    assert "营业单位" not in page
    assert "KB-3.6-1b" not in page


def test_a_shared_form_speaks_in_the_words_of_the_procedure(weighed):
    page = weighed.visitor("gu", "zh").get(f"/tasks/{weighed.open_task('UT_Approve')}").text
    assert "件数" not in page  # nobody has counted any
    weighed.do("UT_Approve", "gu", decision="approve", approval_signature=True)
    page = weighed.visitor("shen", "zh").get(f"/tasks/{weighed.open_task('UT_Compose')}").text
    assert "补偿" in page
    assert [word for word in ("赔偿", "客户") if word in page] == []
    weighed.do("UT_Compose", "shen", **REPLY, reply_to="chen@example.com")
    weighed.work()
    page = weighed.visitor("shen", "zh").get(f"/cases/{weighed.number}").text
    assert "患者接受" in page
    assert "客户" not in page


def test_an_opinion_after_the_talk_is_still_of_the_first_round(weighed):
    assert "×" not in weighed.visitor("gu", "zh").get(f"/cases/{weighed.number}").text.partition("</ol>")[0]


def test_the_address_of_a_reply_is_veiled_and_kept_when_it_is_left_as_it_is(weighed):
    weighed.do("UT_Approve", "gu", decision="approve", approval_signature=True)
    client, task = weighed.visitor("shen"), weighed.open_task("UT_Compose")
    client.post(f"/tasks/{task}/claim")
    page = client.get(f"/tasks/{task}").text
    assert 'value="c***@example.com"' in page
    assert "chen@example.com" not in page
    assert client.post(f"/tasks/{task}", data=REPLY | {"reply_to": "c***@example.com"}).status_code == 303
    weighed.work()
    assert [each.to for each in weighed.kesu.office.mail.messages.values()] == ["chen@example.com"]


def test_what_somebody_looks_at_again_and_again_stands_once_in_the_log(weighed):
    client = weighed.visitor("gu")
    for _ in range(4):
        page = client.get(f"/cases/{weighed.number}").text
    told = page.split("Who looked at it")[-1].split("</table>")[0]
    assert told.count("the case") == 1
    assert "the case ×3" in told
