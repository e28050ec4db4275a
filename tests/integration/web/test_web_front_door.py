"""The front door through the pages: whoever took it in sees where it went, the next ones find all that is known."""

import pytest
from hall import COMPLAINT
from sqlalchemy import select

from engine.deploy import deployments
from engine.run import instances
from engine.values import SYSTEM
from processes import folders
from processes.cases.schema import DbCase
from processes.folders import ROOT
from processes.letters.schema import DbLetter
from processes.people import organisation, passwords

TOLD = {
    "channel": "phone",
    "name": "林女士",
    "phone": "13805744021",
    "email": "lin@example.com",
    "received_at": "2026-09-28T08:30:00+08:00",
    "description": "200 件中 12 件壳体浇口处开裂，要求换货。",
}


@pytest.fixture
def door(make_hall):
    """A hall with a reception and somebody who sorts what is not clear."""
    hall = make_hall()
    with hall.database.transaction() as session:
        for key, chinese, english, login, name in (
            ("reception", "前台", "Reception", "ren", "任静"),
            ("triage", "分流", "Triage", "fen", "冯芬"),
            ("leader", "领导", "Leader", "gu", "顾明"),
        ):
            organisation.create_unit(session, key, name_zh=chinese, name_en=english, kind="role")
            organisation.create_person(
                session,
                login,
                name_zh=name,
                name_en=name,
                password=passwords.hash_new("correct horse battery", "low"),
                groups=[key],
            )
    return hall


def take_in(hall, about):
    """A complaint that the reception takes in; its number."""
    with hall.database.transaction() as session:
        instances.start(session, "front_door", by=hall.actor("ren"))
    hall.do("UT_Register", "ren", **TOLD, about=about)
    hall.work()
    return case_of(hall).number


def case_of(hall):
    with hall.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        session.expunge(case)
        return case


def test_what_is_clear_begins_in_its_procedure_with_all_that_is_known(door):
    number = take_in(door, "goods")
    case = case_of(door)
    assert (number[:3], case.procedure) == ("CC-", "kb_sales_quality")
    assert case.received_at.isoformat() == "2026-09-28T00:30:00+00:00"
    assert door.open_tasks() == ["UT_Register"]
    form = door.visitor("sun").get(f"/tasks/{door.claim('UT_Register', 'sun')}").text
    for known in (number, "林女士", "4021", "12 件壳体浇口处开裂"):
        assert known in form
    seen = door.visitor("ren").get(f"/cases/{number}").text
    assert "Moved to another procedure: Complaints about goods" in seen
    assert "Has come here from: Any complaint" in door.visitor("sun").get("/notices").text
    assert seen.count("Register any complaint") >= 1
    assert "来件登记告知函" in seen
    assert door.visitor("sun").get("/cases").text.count(f"/cases/{number}") == 1


def test_the_clock_counts_from_the_receipt_at_the_door(door):
    take_in(door, "goods")
    door.until("2026-09-30T10:00")
    door.do("UT_Register", "sun", **(COMPLAINT | {"received_at": TOLD["received_at"]}))
    case = case_of(door)
    assert case.received_at.isoformat() == "2026-09-28T00:30:00+00:00"
    with door.database.reading() as session:
        clocks = {row.name: row.start_at for row in session.scalars(select(DbCase)).one().clocks}
    assert clocks == {"reply": case.received_at}
    # the customer is told once that it was received, then until when there is an answer
    with door.database.reading() as session:
        letters = session.scalars(select(DbLetter).order_by(DbLetter.id)).all()
        assert [letter.template for letter in letters] == ["TPL-RECEIPT", "TPL-DATE"]
        assert "最迟于2026年10月8日" in letters[1].html


def test_what_is_unclear_is_a_task_with_a_reason(door):
    number = take_in(door, "unknown")
    assert door.open_tasks() == ["UT_Triage"]
    address = f"/tasks/{door.open_task('UT_Triage')}/fields"
    page = door.visitor("fen").post(address, data={"triage_decision": "move"}).text
    assert "患者投诉处理" in page
    assert "投诉受理" not in page
    choice = {"triage_decision": "move", "target": "pt_patient", "triage_reason": "投诉人是住院患者的家属。"}
    door.claim("UT_Triage", "fen")
    sent = door.visitor("fen").post(f"/tasks/{door.open_task('UT_Triage')}", data=choice, follow_redirects=True)
    assert sent.status_code == 200
    case = case_of(door)
    assert (case.number, case.procedure) == (number, "pt_patient")
    seen = door.visitor("gu").get(f"/cases/{number}").text
    assert "投诉人是住院患者的家属" in seen
    printed = door.visitor("gu").get(f"/cases/{number}/file")
    assert (printed.status_code, "投诉人是住院患者的家属" in printed.text) == (200, True)
    paper = door.visitor("gu").get(f"/cases/{number}/file.pdf")
    assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
    assert "Choose the procedure" in seen
    assert f"instance={case.instance_id - 1}" in seen


def test_who_worked_on_it_before_does_not_see_a_case_that_has_become_private(door):
    number = take_in(door, "unknown")
    assert door.visitor("ren").get(f"/cases/{number}").status_code == 200
    assert door.visitor("fen").get(f"/cases/{number}").status_code == 200
    door.do("UT_Triage", "fen", triage_decision="move", target="pt_patient", triage_reason="投诉人是住院患者的家属。")
    for login in ("ren", "fen"):
        visitor = door.visitor(login)
        assert visitor.get(f"/cases/{number}").status_code == 404
        for page in ("/work", "/notices", "/cases?state=all", f"/cases?q={number}", f"/search?q={number}"):
            assert f"/cases/{number}" not in visitor.get(page).text
    told = door.visitor("ren").get(f"/register/done/{number}").text
    assert "Patients&#39; complaints" in told
    assert "林女士" not in told
    assert f"/cases/{number}" not in told
    assert door.visitor("fen").get(f"/register/done/{number}").status_code == 404


def test_a_procedure_that_is_not_deployed_is_a_task_too(door):
    with door.database.transaction() as session:
        table = (ROOT / "front_door" / "D01_cc_route.dmn").read_bytes().replace(b"kb_sales_quality", b"kb_of_tomorrow")
        files = {**folders.read(ROOT / "front_door").files, "D01_cc_route.dmn": table}
        deployments.deploy(session, "front_door", files, by=SYSTEM, reason="another table")
    take_in(door, "goods")
    assert door.open_tasks() == ["UT_Triage"]
    assert case_of(door).status == "open"


def test_whoever_registers_reads_the_number_and_where_it_went(door):
    ren = door.visitor("ren")
    assert ren.get("/register").headers["Location"].endswith("/register/front_door")
    sent = ren.post(
        "/register/front_door", data=TOLD | {"received_at": "", "about": "goods", "customer_language": "zh"}
    )
    assert sent.status_code == 303, sent.text
    page = ren.get(sent.headers["Location"]).text
    number = case_of(door).number
    assert number in page
    assert "Complaints about goods" in page
    assert "/register/front_door" in page
    door.work()
    assert ren.get(f"/cases/{number}").status_code == 200
