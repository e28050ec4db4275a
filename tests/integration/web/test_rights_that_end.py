"""Rights that end while a page is open: nothing is seen or done any more, and what was typed stands there."""

import io

import pytest
from hall import COMPLAINT, PASSWORD
from sqlalchemy import func, select

from engine.run import instances, tasks
from processes.cases import register
from processes.cases.schema import DbCaseEntry, DbDocument, DbNotice
from processes.desk import assignments
from processes.desk.schema import DbDraft
from processes.letters.schema import DbLetter
from processes.people.schema import DbPersonAct
from processes.retention import cases

pytestmark = pytest.mark.seconds(15)

REASON = "只是问了一下价格，没有问题。"
VERIFY = {"checked_items": ["order"], "verify_result": "misunderstanding", "verify_reason": REASON}


def move(hall, login, groups, **details):
    """An administrator changes somebody's units and roles, or whether they may sign in; how many tasks go back."""
    with hall.database.transaction() as session:
        return assignments.change_access(session, login, groups, by=hall.actor("admin"), **details)


def pdf(name):
    return io.BytesIO(b"%PDF-1.4 x\n%%EOF\n"), name


def counted(hall):
    """What would show that something was done after all."""
    with hall.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(kind)) for kind in (DbCaseEntry, DbDocument, DbDraft)]


def assignee(hall, element):
    with hall.database.reading() as session:
        return tasks.get_task(session, hall.open_task(element)).assignee


@pytest.fixture
def case(hall):
    """A case that sales has taken over; `he` has written a comment with a file, and the customer has a letter."""
    hall.number = hall.register()
    hall.until("2026-09-28T10:05")
    hall.do("UT_AcceptCase", "wang")
    hall.task = hall.open_task("UT_Verify")
    hall.he = hall.visitor("he")
    hall.he.post(f"/cases/{hall.number}/comment", data={"text": "请看", "_once": "a", "files": pdf("照片.pdf")})
    with hall.database.reading() as session:
        hall.document = session.scalar(select(DbDocument.id).where(DbDocument.name == "照片.pdf"))
        hall.letter = session.scalar(select(func.min(DbLetter.id)))
    return hall


def addresses(hall):
    """Where something of the case is seen."""
    case = f"/cases/{hall.number}"
    shown = (f"/files/{hall.document}", f"/letters/{hall.letter}", f"/letters/{hall.letter}.pdf")
    return (case, f"{case}/file.pdf", f"{case}?tab=way", *shown)


def test_who_has_left_the_unit_sees_nothing_and_does_nothing(case):
    for address in (*addresses(case), f"/tasks/{case.task}"):
        assert case.he.get(address).status_code == 200, address
    move(case, "qian", ["sales", "qc"])
    qian = case.visitor("qian")
    assert qian.get(f"/tasks/{case.task}").status_code == 200
    assert case.number in qian.get("/cases.csv").text
    move(case, "qian", ["qc"])
    before = counted(case)
    for address in (*addresses(case), f"/tasks/{case.task}"):
        assert qian.get(address).status_code == 404, address
    assert case.number not in qian.get("/cases.csv").text
    sent = {
        f"/tasks/{case.task}": VERIFY,
        f"/tasks/{case.task}/draft": VERIFY,
        f"/tasks/{case.task}/fields": VERIFY,
        f"/tasks/{case.task}/claim": {"x": REASON},
        f"/tasks/{case.task}/reassign": {"to": "qian", "reason": REASON},
        f"/tasks/{case.task}/snooze": {"until": "2026-09-29", "reason": REASON},
        f"/cases/{case.number}/comment": {"text": REASON, "_once": "b", "files": pdf("还有.pdf")},
        f"/cases/{case.number}/documents/add": {"text": REASON, "files": pdf("还有.pdf")},
    }
    for address, data in sent.items():
        answer = qian.post(address, data=data)
        assert answer.status_code in (404, 405), address
        assert case.number not in answer.text.replace(address, ""), address
        if answer.status_code == 404:
            assert REASON in answer.text, address
    assert counted(case) == before
    assert case.open_tasks() == ["UT_Verify"]


def test_what_was_typed_for_a_registration_that_is_no_longer_ones_own_is_not_lost(hall):
    client = hall.visitor("sun")
    assert client.get("/register/kb_sales_quality").status_code == 200
    client.post("/register/kb_sales_quality/draft", data=COMPLAINT)  # the page keeps it while it is typed
    move(hall, "sun", [])
    answer = client.post("/register/kb_sales_quality", data=COMPLAINT | {"_once": "e", "photos": pdf("裂纹.pdf")})
    assert answer.status_code == 404
    for typed in ("林女士", COMPLAINT["description"], "裂纹.pdf"):
        assert typed in answer.text
    given_back = answer.text.split('id="typed"')[1].split("</dl>")[0]
    assert "csrf_token" not in given_back
    assert "<dt>What happened</dt>" in given_back
    assert '<dd class="pre">Phone</dd>' in given_back
    assert "description" not in given_back
    assert counted(hall) == [0, 0, 1]  # the draft that was there


def test_a_page_that_one_may_not_see_gives_back_ones_own_words_as_text(hall):
    client = hall.visitor("stranger")
    asked = {"reason": "<script>alert(1)</script>", "password": "very secret"}
    there, not_there = (client.post(f"/tasks/{number}/claim", data=asked) for number in (1, 99_999))
    assert "&lt;script&gt;" in there.text
    assert "very secret" not in there.text
    assert there.text.replace("/tasks/1/", "") == not_there.text.replace("/tasks/99999/", "")


@pytest.mark.both_databases
def test_work_that_is_no_longer_ones_own_goes_back_to_its_unit(case):
    wang = case.visitor("wang")
    wang.post(f"/tasks/{case.task}/claim")
    wang.post(f"/tasks/{case.task}/draft", data=VERIFY)
    assert move(case, "wang", ["sales", "qc"]) == 0
    assert assignee(case, "UT_Verify") == "wang"
    assert move(case, "wang", ["qc"]) == 1
    assert assignee(case, "UT_Verify") is None
    answer = wang.post(f"/tasks/{case.task}", data=VERIFY)
    assert answer.status_code == 404
    assert REASON in answer.text
    assert case.open_tasks() == ["UT_Verify"]
    assert "No longer yours, by Chen Jie" in wang.get("/notices").text
    move(case, "wang", ["sales"])
    assert REASON in wang.get(f"/tasks/{case.task}").text  # the draft has waited
    wang.post(f"/tasks/{case.task}", data=VERIFY)
    assert case.open_tasks() == ["UT_ExplainReject"]


def test_an_administrator_is_told_how_much_went_back(case):
    case.visitor("wang").post(f"/tasks/{case.task}/claim")
    look = case.visitor("admin")
    data = {"name_zh": "王丽", "name_en": "Wang Li", "email": "", "groups": ["sales"]}  # and may not sign in
    assert look.post("/admin/people/wang", data=data).status_code == 303
    assert "Kept. 1 task went back to its unit." in look.get("/admin/people").text
    assert assignee(case, "UT_Verify") is None
    with case.database.reading() as session:
        act = session.scalars(select(DbPersonAct).where(DbPersonAct.person == "wang")).one()
        assert act.data == {"active": [True, False]}
        assert session.scalar(select(DbNotice.id).where(DbNotice.person == "wang", DbNotice.kind == "taken")) is None


def test_what_an_administrator_has_given_somebody_of_no_unit_stays_with_them(case):
    sent = {"to": "stranger", "reason": "知道此事"}
    assert case.visitor("admin").post(f"/tasks/{case.task}/reassign", data=sent).status_code == 303
    assert move(case, "stranger", ["qc"]) == 0
    assert assignee(case, "UT_Verify") == "stranger"
    assert move(case, "stranger", ["qc"], active=False) == 1


def test_who_is_locked_out_is_asked_to_sign_in_with_the_text_kept(case):
    wang = case.visitor("wang")
    assert wang.get(f"/tasks/{case.task}").status_code == 200
    move(case, "wang", ["sales"], active=False)
    before = counted(case)
    answer = wang.post(f"/tasks/{case.task}", data=VERIFY)
    assert answer.status_code == 401
    assert "what you typed is kept" in answer.text
    assert REASON in answer.text
    again = wang.post("/sign-in", data={"login": "wang", "password": PASSWORD})
    assert "The name or the password is wrong." in again.text
    for address in addresses(case):
        assert wang.get(address).status_code == 302, address
    assert counted(case) == before


def test_a_task_that_was_passed_on_is_not_completed_from_the_open_page(case):
    wang = case.visitor("wang")
    wang.post(f"/tasks/{case.task}/claim")
    sent = {"to": "he", "reason": "出差"}
    assert case.visitor("admin").post(f"/tasks/{case.task}/reassign", data=sent).status_code == 303
    answer = wang.post(f"/tasks/{case.task}", data=VERIFY)
    assert answer.status_code == 409
    assert REASON in answer.text
    assert "He Jun" in answer.text
    assert case.open_tasks() == ["UT_Verify"]


def test_what_somebody_did_for_an_absent_person_ends_with_the_last_day(case):
    data = {"substitute": "stranger", "first_day": "2026-09-28", "last_day": "2026-09-28", "units": ["sales"]}
    assert case.visitor("wang").post("/account/substitutes", data=data | {"reason": "away"}).status_code == 303
    other = case.visitor("stranger")
    for address in addresses(case)[::2]:
        assert other.get(address).status_code == 200, address
    assert other.post(f"/tasks/{case.task}/claim").status_code == 303
    case.until("2026-09-29T00:00")
    answer = other.post(f"/tasks/{case.task}", data=VERIFY)
    assert answer.status_code == 422
    assert REASON in answer.text
    assert case.open_tasks() == ["UT_Verify"]


def test_an_absent_person_who_leaves_a_unit_takes_it_from_who_stands_in(case):
    data = {"substitute": "stranger", "first_day": "2026-09-28", "last_day": "2026-09-30", "units": ["sales"]}
    assert case.visitor("wang").post("/account/substitutes", data=data | {"reason": "away"}).status_code == 303
    other = case.visitor("stranger")
    assert other.get(f"/tasks/{case.task}").status_code == 200
    move(case, "wang", ["qc"])
    answer = other.post(f"/tasks/{case.task}", data=VERIFY)
    assert answer.status_code == 404
    assert REASON in answer.text


def test_who_was_an_administrator_does_nothing_from_the_page_that_is_open(case):
    move(case, "qian", ["admin"])
    qian = case.visitor("qian")
    with case.database.reading() as session:
        instance = register.find_by_number(session, case.number).instance_id
    assert qian.get(f"/admin/instances/{instance}").status_code == 200
    move(case, "qian", ["qc"])
    for address in (
        f"/admin/instances/{instance}/cancel",
        "/admin/people/wang/password",
        f"/admin/instances/{instance}/suspend",
    ):
        answer = qian.post(address, data={"reason": REASON})
        assert answer.status_code == 404, address
        assert REASON in answer.text, address
    assert case.open_tasks() == ["UT_Verify"]


@pytest.mark.both_databases
def test_of_an_erased_case_nothing_is_opened_nor_added_from_a_page_that_is_open(case):
    wang = case.visitor("wang")
    with case.database.transaction() as session:
        found = register.find_by_number(session, case.number)
        instances.cancel(session, found.instance_id, by=case.actor("admin"), reason="called off")
    case.work()
    with case.database.transaction() as session:
        cases.erase(session, register.find_by_number(session, case.number), by=case.actor("admin"), reason="asked")
    assert wang.get(f"/files/{case.document}").status_code == 404
    assert wang.get(f"/letters/{case.letter}").status_code == 404
    answer = wang.post(f"/tasks/{case.task}", data=VERIFY)
    assert answer.status_code == 409
    before = counted(case)
    answer = wang.post(f"/cases/{case.number}/comment", data={"text": REASON, "_once": "z", "files": pdf("还有.pdf")})
    assert answer.status_code == 422
    assert "taken out on request" in answer.text
    assert REASON in answer.text
    assert wang.post(f"/cases/{case.number}/documents/add", data={"files": pdf("还有.pdf")}).status_code == 404
    assert counted(case) == before
    page = wang.get(f"/cases/{case.number}").text
    assert f"/cases/{case.number}/comment" not in page
    assert f"/cases/{case.number}/documents/add" not in page
    assert wang.get(f"/cases/{case.number}/reopen").status_code == 404
