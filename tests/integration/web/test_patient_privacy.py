"""A patient's complaint, tried on every address by those who may not read it, or no more of it than a form."""

import logging
import re

import pypdfium2
import pytest
from sqlalchemy import func, select, text
from walks import addresses, told
from ward import ANSWER, NUMBER, PLANTED, QUESTIONS, agreed, answer, complained, play, stand_in

from engine.run import instances
from engine.store.schema import DbTask
from processes.cases.schema import DbCase, DbCaseLook, DbNotice
from processes.letters.schema import DbLetter

pytestmark = pytest.mark.seconds(28)

OUTSIDERS = ("wang", "feng", "admin", "bai", "fan")
"""Of another procedure, a manager, an administrator, another nurse, a department that nobody asked."""


@pytest.fixture
def patient(make_played, caplog):
    """A patient's case with two questions open; what is logged from now on is kept."""
    caplog.set_level(logging.DEBUG)
    return make_played(complained, "2026-11-10T08:40")[0]


@pytest.fixture
def paying(make_played):
    """… which finance has to pay."""
    return make_played(agreed, "2026-11-10T08:40")[0]


def known_of(hall):
    """For each argument of an address what it can stand for, of the patient's case where it is about one."""
    with hall.database.reading() as session:

        def first(table, column="id"):
            query = text(f"SELECT max({column}) FROM {table} WHERE instance_id = :id")
            return session.scalar(query, {"id": hall.instance}) or 1

        tasks = session.scalars(select(DbTask.id).where(DbTask.instance_id == hall.instance)).all()
        letter = session.scalar(select(func.max(DbLetter.id)).join(DbCase).where(DbCase.number == NUMBER))
        return {
            "number": [NUMBER],
            "task_id": tasks,
            "instance_id": [hall.instance],
            "document_id": [hall.document],
            "letter_id": [letter or 1],
            "job_id": [first("job")],
            "incident_id": [1],
            "timer_id": [first("timer")],
            "token": [first("subscription", "token")],
            "key": ["pt_patient"],
            "process_key": ["pt_patient"],
            "entry_key": [f"event-{first('event')}"],
            "deployment_id": [hall.deployed("pt_patient")],
            "login": ["qin"],
            "name": ["pt_patient"],
            "other": [hall.sale, NUMBER],
        }


MORE = (
    *("/cases?state=all", "/cases?state=late", "/cases?procedure=pt_patient&state=all&sort=patient"),
    *("/cases?procedure=pt_patient&state=all&ward=外二科", "/notices?page=1", "/work?view=group", "/work?view=waiting"),
    *("/work?view=overdue", "/work/news?view=group", "/admin/instances?state=any", "/admin/instances.csv?state=any"),
    *(f"/search/suggest?q={word}" for word in ("陈秀英", "13800001111", "ZY20261110", NUMBER)),
)


def walk(hall, who, planted):
    """Nothing of the planted words is in any answer to this person; how many pages there were, and which were refused."""
    client, known, seen = hall.visitor(who), known_of(hall), {}
    tabs = ("variables", "tokens", "jobs", "messages", "submissions", "called", "history", "log")
    more = [*MORE, *(f"/admin/instances/{hall.instance}?tab={tab}" for tab in tabs)]
    for address in (*(each for _, each in addresses(hall, known, "GET")), *more):
        reply = client.get(address)
        said = told(reply)
        assert not [word for word in planted if word in said and word not in address], (who, address)
        seen[address] = reply.status_code
    phone = {"task": known["task_id"], "phone": "13800001111", "text": "", "_once": "x"}
    for endpoint, address in addresses(hall, known, "POST"):
        if not endpoint.startswith(("account.", "preferences.", "tasks.complete", "tasks.claim", "selected.claim")):
            said = told(client.post(address, data=phone))
            assert not [word for word in planted if word in said and word not in phone["phone"]], (who, address)
    assert client.get("/account").status_code == 200  # it was all asked by somebody who is signed in
    return seen


@pytest.mark.parametrize("who", OUTSIDERS)
def test_an_outsider_is_told_nothing_by_any_address(patient, who, caplog):
    seen = walk(patient, who, PLANTED)
    assert seen[f"/cases/{NUMBER}"] == 404
    assert seen[f"/cases/{NUMBER}/file.pdf"] == 404
    assert seen[f"/files/{patient.document}"] == 404
    assert 200 in seen.values()
    if who != "admin":
        answers = [patient.visitor(who).get(each) for each in MORE]
        assert NUMBER not in "".join(
            told(each) for each, address in zip(answers, MORE, strict=True) if NUMBER not in address
        )
    assert not [word for word in PLANTED if word in caplog.text]
    with patient.database.reading() as session:
        assert who not in session.scalars(select(DbCaseLook.person)).all()
        of_case = select(DbNotice.person).join(DbCase, DbCase.id == DbNotice.case_id).where(DbCase.number == NUMBER)
        assert who not in session.scalars(of_case).all()


def test_who_is_asked_sees_the_question_and_the_own_answer_alone(patient):
    task = patient.asked["zhou"]
    client = patient.visitor("zhou")
    page = client.get(f"/tasks/{task}").text
    assert QUESTIONS[0]["question"] in page
    assert NUMBER in page
    assert QUESTIONS[1]["question"] not in page
    walk(patient, "zhou", (*PLANTED, QUESTIONS[1]["question"]))
    answer(patient, "zhou")
    page = client.get(f"/tasks/{task}").text
    assert QUESTIONS[1]["question"] not in page
    assert ANSWER in page
    seen = walk(patient, "zhou", (*PLANTED, QUESTIONS[1]["question"]))
    assert seen[f"/cases/{NUMBER}"] == 404
    walk(patient, "yan", (*PLANTED, QUESTIONS[0]["question"], ANSWER))
    with patient.database.reading() as session:
        looked = select(DbCaseLook.what).where(DbCaseLook.person == "zhou")
        assert set(session.scalars(looked)) <= {"task", "form"}
        assert "task" in session.scalars(looked).all()


def test_finance_sees_what_it_has_to_pay_and_nothing_else(paying):
    task = paying.open_task("UT_FinancePay")
    page = paying.visitor("wu").get(f"/tasks/{task}").text
    assert "2,000.00" in page or "2000.00" in page
    seen = walk(paying, "wu", (*PLANTED, *(each["question"] for each in QUESTIONS), ANSWER))
    assert seen[f"/tasks/{task}"] == 200
    assert seen[f"/cases/{NUMBER}"] == 404


def test_those_who_work_on_it_and_the_leader_read_it_and_each_look_is_written_down(patient):
    for who in ("qin", "shen", "gu"):
        page = patient.visitor(who).get(f"/cases/{NUMBER}").text
        assert "陈秀英" in page, who
        assert "13800001111" not in page  # veiled until asked for
        assert "ZY20261110" not in page
    with patient.database.reading() as session:
        looks = session.execute(select(DbCaseLook.person, DbCaseLook.what)).all()
    assert {(who, "case") for who in ("qin", "shen", "gu")} <= {tuple(each) for each in looks}


def test_what_is_veiled_gives_no_order_and_is_found_by_no_part(patient):
    with patient.database.transaction() as session:
        instances.start(session, "pt_patient", by=patient.actor("qin"))
    play(
        patient, "UT_Register", by="qin", id_last4="111X", patient_no="AA1", email="a@example.com", phone="13000000000"
    )
    client = patient.visitor("gu")
    for name in ("id_last4", "phone", "email", "patient_no"):
        page = client.get(f"/cases?state=all&procedure=pt_patient&sort={name}").text
        assert 0 < page.index(f"/cases/{NUMBER}") < page.index("/cases/PT-2026-000002"), name
    for asked, found in (
        *(("fact.id_last4=204X", False), ("fact.phone=1380000", False), ("fact.phone=138 0000 1111", True)),
        *(("fact.patient_no=ZY2026111", False), ("fact.patient_no=ZY20261110", True), ("q=204X", False)),
        *(("q=chen@example.co", False), ("q=ZY2026111", False), ("q=陈秀英 ZY20261110", True)),
    ):
        assert (f"/cases/{NUMBER}" in client.get(f"/cases?state=all&{asked}").text) is found, asked
    admin = patient.visitor("admin")
    link = f">{patient.sale}<"
    assert link in admin.get("/admin/instances?state=any&q=13805744021").text
    for part in ("1380574402", "lin@example.co"):
        assert link not in admin.get(f"/admin/instances?state=any&q={part}").text, part
        assert patient.sale not in admin.get(f"/admin/instances.csv?state=any&q={part}").text, part


@pytest.mark.both_databases
def test_a_substitute_sees_what_the_chosen_roles_of_the_absent_person_see_until_the_last_day(patient):
    stand_in(patient, "shen", "lv", ["dept_internal"], last="2026-11-10")
    stand_in(patient, "qin", "wu", ["nurse"], last="2026-11-10")
    stand_in(patient, "zhou", "fan", ["dept_surgery"], last="2026-11-10")
    assert patient.visitor("lv").get(f"/cases/{NUMBER}").status_code == 404  # shen works on it for after-sales
    assert "陈秀英" in patient.visitor("wu").get(f"/cases/{NUMBER}").text
    fan = patient.visitor("fan")
    assert QUESTIONS[0]["question"] in fan.get(f"/tasks/{patient.asked['zhou']}").text
    assert fan.get(f"/tasks/{patient.asked['yan']}").status_code == 404
    walk(patient, "fan", (*PLANTED, QUESTIONS[1]["question"]))
    stand_in(patient, "shen", "lv", ["after_sales"], last="2026-11-10")
    assert "陈秀英" in patient.visitor("lv").get(f"/cases/{NUMBER}").text
    with patient.database.reading() as session:
        assert {"wu", "lv"} <= set(session.scalars(select(DbCaseLook.person)))
    patient.until("2026-11-11T00:10")
    for who in ("lv", "wu", "fan"):
        assert patient.visitor(who).get(f"/cases/{NUMBER}").status_code == 404, who
    assert patient.visitor("fan").get(f"/tasks/{patient.asked['zhou']}").status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_printed_case_and_its_letters_veil_numbers_and_call_choices_by_words(paying, language):
    client = paying.visitor("gu", language)
    with paying.database.reading() as session:
        letters = session.scalars(select(DbLetter.id).join(DbCase).where(DbCase.number == NUMBER)).all()
    printed = pypdfium2.PdfDocument(client.get(f"/cases/{NUMBER}/file.pdf").get_data())
    shown = "\n".join(page.get_textpage().get_text_range() for page in printed)
    printed.close()
    shown = re.sub(r"[\u200b\ufffe]", "", shown)
    for number in ("13800001111", "ZY20261110", "204X", "chen@example.com"):
        assert number not in shown, number
    assert letters
    written = "\n".join(client.get(f"/letters/{each}").text for each in letters)
    assert not re.findall(r"\b(?:dept_\w+|after_sales|gift_admin|material|free_repair)\b", shown + written)


def test_numbers_stay_veiled_in_answers_forms_and_the_variables_of_administrators(patient):
    task = patient.open_task("UT_Consult")
    numbers = ("13800001111", "ZY20261110", "204X", "chen@example.com")
    admin = patient.visitor("admin")
    asked = {"reason": "the consultation cannot be opened"}
    assert admin.post(f"/admin/instances/{patient.instance}/look", data=asked).status_code == 303
    tabs = [f"/admin/instances/{patient.instance}?tab={tab}" for tab in ("variables", "submissions", "history", "log")]
    tabs += [f"/admin/instances/{patient.instance}/variables/0?name={name}" for name in ("phone", "id_last4")]
    pages = {
        "admin": [*tabs, f"/cases/{NUMBER}", f"/tasks/{task}"],
        "shen": [f"/cases/{NUMBER}", f"/cases/{NUMBER}/file", "/cases?state=all&procedure=pt_patient"],
        "gu": [f"/cases/{NUMBER}", "/cases?state=all", "/work?view=group"],
    }
    for who, addresses_of in pages.items():
        client = patient.visitor(who) if who != "admin" else admin
        for address in addresses_of:
            said = told(client.get(address))
            assert not [number for number in numbers if number in said], (who, address)
    patient.visitor("gu").post(f"/cases/{NUMBER}/contact", data={})
    admin.post(f"/cases/{NUMBER}/contact", data={})
    assert "13800001111" in admin.get(tabs[0]).text  # asked for, and written down
