"""A second procedure, added by its folder alone: every page that knows the sales procedure's cases knows its cases too."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hall import PASSWORD
from sqlalchemy import select
from staff import settle

from engine import deployments
from engine.values import SYSTEM
from processes import folders
from processes.cases.recompute import take_notice
from processes.cases.schema import DbCase
from processes.letters.schema import DbLetter
from processes.people import organisation, passwords
from web.command import main

pytestmark = pytest.mark.seconds(11)

FOLDER = Path(__file__).parents[2] / "procedures" / "library_loan"
ROOT = Path(__file__).parents[3]
GROUPS = {
    "lending_desk": ("借还台", "Lending desk"),
    "stacks": ("书库", "Stacks"),
    "library_head": ("馆长", "Head of the library"),
    "reading_board": ("读者委员会", "Readers’ board"),
}
PEOPLE = {"ma": ["lending_desk"], "xu": ["stacks"], "gu": ["library_head"], "bo": ["reading_board"]}
LOAN = {
    "reader": "何敏",
    "tel": "13811112222",
    "mail": "he@example.com",
    "writes_in": "zh",
    "item_kind": "map",
    "shelf_mark": "K992/3 华北",
    "fee": "1350.50",
    "story": "地图已还，仍被收费。",
}
NUMBER = "LB-2026-000001"


def opened(hall):
    """The sales procedure with a case, and the library with its people: its folder is deployed, nothing more."""
    with hall.database.transaction() as session:
        given = folders.read(FOLDER)
        deployments.deploy(session, given.key, given.files, by=SYSTEM)
        settle(session, PEOPLE, GROUPS)
        organisation.create_person(
            session,
            "both",
            name_zh="b",
            name_en="b",
            password=passwords.hash_new(PASSWORD, "low"),
            groups=["intake", "lending_desk"],
        )
    hall.sale = hall.register()


def registered(hall):
    """… and a case of it, registered by its page."""
    opened(hall)
    done = hall.visitor("ma").post("/register/library_loan", data=LOAN | {"_once": "one"})
    assert done.status_code == 303, done.text
    hall.until("2026-09-28T10:05")


@pytest.fixture
def library(make_played):
    """The library before its first case."""
    return make_played(opened)[0]


@pytest.fixture
def loan(make_played):
    """The library with a case."""
    return make_played(registered)[0]


def shown(hall, who, address, language="en"):
    answer = hall.visitor(who, language).get(address)
    assert answer.status_code == 200, (who, address, answer.status_code)
    return answer.text


def case_of(hall):
    with hall.database.reading() as session:
        query = select(DbCase.procedure, DbCase.owner, DbCase.instance_id).where(DbCase.number == NUMBER)
        return session.execute(query).one()


def test_who_may_register_both_is_offered_both_and_others_go_to_their_form(library):
    both = shown(library, "both", "/register")
    assert "Complaints about loans" in both
    assert "Complaints about goods" in both
    assert "/register/library_loan" in library.visitor("ma").get("/register").location
    assert "/register/kb_sales_quality" in library.visitor("sun").get("/register").location
    assert library.visitor("sun").get("/register/library_loan").status_code == 404
    form = shown(library, "ma", "/register/library_loan", "zh-CN")
    assert "请出示读者证" in form
    assert "向读者发出回执" in form


def test_its_numbers_are_counted_by_themselves(loan):
    case = case_of(loan)
    assert (case.procedure, loan.sale) == ("library_loan", "KB-2026-000001")


def test_the_page_of_a_case_speaks_as_it_is_declared(loan):
    page = shown(loan, "ma", f"/cases/{NUMBER}")
    for text in ("Noted", "Shelf searched", "Asked again", "Call back", "Answer to the reader", "Map sheet", "Reader"):
        assert text in page, text
    chinese = shown(loan, "ma", f"/cases/{NUMBER}", "zh-CN")
    for text in ("查架", "读者答复", "回电读者", "读者答复时限", "索书号", "收取费用"):
        assert text in chinese, text
    assert LOAN["tel"] not in page
    assert "dispute" not in page  # its clocks are about something else
    assert "Note the complaint" in shown(loan, "ma", f"/cases/{NUMBER}/file")
    assert "登记投诉" in shown(loan, "ma", f"/cases/{NUMBER}/file", "zh-CN")


def test_lists_find_sort_and_filter_it(loan):
    for query in ("q=华北", "procedure=library_loan", "q=何敏", "sort=shelf_mark", "item_kind=map"):
        assert NUMBER in shown(loan, "ma", f"/cases?{query}"), query
    assert NUMBER not in shown(loan, "ma", "/cases?procedure=kb_sales_quality")
    assert "1,350.50" in shown(loan, "ma", "/cases?procedure=library_loan")
    assert NUMBER in shown(loan, "ma", "/search/suggest?q=华北")
    known = loan.visitor("ma").post("/register/library_loan/caller", data={"phone": LOAN["tel"]}).text
    assert NUMBER in known
    assert LOAN["reader"] in known


def test_nobody_of_the_one_sees_the_other(loan):
    for who, number in (("wang", NUMBER), ("feng", NUMBER), ("admin", NUMBER), ("ma", loan.sale), ("bo", loan.sale)):
        client = loan.visitor(who)
        for address in (f"/cases/{number}", f"/cases/{number}/file"):
            assert client.get(address).status_code == 404, (who, address)
        for address in ("/cases", f"/cases?q={number}", "/search/suggest?q=" + number, "/notices", "/work"):
            assert f"/cases/{number}" not in client.get(address).text, (who, address)
        assert client.post(f"/cases/{number}/comment", data={"text": "x", "_once": who}).status_code == 404
    assert NUMBER in shown(loan, "bo", f"/cases/{NUMBER}")
    with loan.database.reading() as session:
        letter = session.scalars(select(DbLetter.id).join(DbCase).where(DbCase.number == NUMBER)).first()
    assert loan.visitor("ma").get(f"/letters/{letter}").status_code == 200
    assert loan.visitor("wang").get(f"/letters/{letter}").status_code == 404


def test_its_work_is_done_on_its_pages(loan):
    assert NUMBER in shown(loan, "ma", "/work?view=group")
    task = loan.claim("Check_Ring", "ma")
    assert "Ring the reader" in shown(loan, "ma", f"/tasks/{task}")
    assert "致电读者" in shown(loan, "ma", f"/tasks/{task}", "zh-CN")
    assert "两个工作日内回电" in shown(loan, "ma", f"/tasks/{task}", "zh-CN")
    loan.visitor("ma").post(f"/tasks/{task}", data={"call_note": "再找找", "_once": "two"})
    assert case_of(loan).owner == "ma"
    assert "Book has turned up" in shown(loan, "ma", f"/cases/{NUMBER}")
    assert "图书已找到" in shown(loan, "ma", f"/cases/{NUMBER}", "zh-CN")


REPLY = {
    "reply_channel": "email",
    "reply_to": "he@example.com",
    "reply_cause": "书在架上，归还时漏登记。",
    "reply_solution": "免除费用。",
    "reply_compensation": "退还 35 元。",
    "reply_amount": "35.00",
    "reply_prevention": "归还时复核条码。",
    "reply_schedule": "三日内退款。",
}


def test_shared_steps_do_their_part_on_its_pages_up_to_the_outcome(loan):
    desk = loan.visitor("ma")
    loan.do("Check_Ring", "ma", call_note="再找找")
    loan.do("Check_Shelf", "xu", on_shelf=True, finding="书在架上。")
    task = loan.claim("Check_Propose", "ma")
    assert desk.post(f"/tasks/{task}/draft", data={"fee_back": "35", "solution": "先记一半"}).status_code == 200
    assert "先记一半" in shown(loan, "ma", f"/tasks/{task}")
    plan = {"fee_back": "35.00", "solution": "免除费用。"}
    assert desk.post(f"/tasks/{task}", data=plan).status_code == 303
    task = loan.open_task("UT_Approve")
    assert desk.get(f"/tasks/{task}").status_code == 404  # the head of the library decides, whatever the folder is
    assert "35.00" in shown(loan, "gu", f"/tasks/{task}")
    loan.do("UT_Approve", "gu", decision="approve", approval_signature=True)
    task = loan.claim("UT_Compose", "ma")
    assert desk.post(f"/tasks/{task}", data=REPLY | {"reply_compensation": "退还 350 元。"}).status_code == 303
    task = loan.claim("UT_Compose", "ma")
    assert "350" in shown(loan, "ma", f"/tasks/{task}")  # it was blocked: more than was approved
    looked_at = desk.post(f"/tasks/{task}/letter", data=REPLY).text
    assert "退还 35 元" in looked_at
    assert desk.post(f"/tasks/{task}", data=REPLY).status_code == 303
    loan.work()
    with loan.database.reading() as session:
        sent = session.scalars(select(DbLetter).where(DbLetter.template == "LOAN-REPLY")).one()
        assert (sent.html, sent.sent_at is None) == (looked_at, False)
    record = re.search(rf'(/cases/{NUMBER}/record/\d+)">Customer accepts', shown(loan, "ma", f"/cases/{NUMBER}"))[1]
    assert desk.post(record, data={"answer_channel": "phone"}).status_code == 303
    loan.until("2026-10-12T12:00")
    loan.do("UT_Ask", "ma", followup_channel="phone", reached=True, score=5, solved=True, wants_reopen=False)
    for language, outcome in (("en", "fee waived"), ("zh-CN", "免除费用")):
        assert outcome in shown(loan, "ma", f"/cases/{NUMBER}", language)
        assert outcome in shown(loan, "ma", "/cases?state=all", language)


def test_what_is_told_of_it_is_recorded_with_its_own_form(loan):
    loan.do("Check_Ring", "ma", call_note="再找找")
    desk = loan.visitor("ma")
    page = desk.get(f"/cases/{NUMBER}").text
    assert "Record: Book has turned up" in page
    record = re.search(rf"/cases/{NUMBER}/record/\d+", page)[0]
    assert desk.post(record, data={}).status_code == 422
    assert loan.visitor("xu").get(record).status_code == 404
    assert desk.post(record, data={"finding": "读者送回。"}).status_code == 303
    assert "Recorded: Book has turned up" in desk.get(f"/cases/{NUMBER}").text


def test_administrators_see_where_it_stands(loan):
    assert "Complaint about a loan" in shown(loan, "admin", "/admin/instances")
    assert "Ring the reader" in shown(loan, "admin", "/admin/instances")
    page = shown(loan, "admin", f"/admin/instances/{case_of(loan).instance_id}")
    assert "loan_check.en.bpmn" in page
    rows = shown(loan, "admin", "/admin/deployments").split("<tr")
    (row,) = [row for row in rows if "library_loan" in row and "Check of a loan v1" in row]
    assert re.findall(r"<td[^>]*>\s*(\d+)", row)[-1] == "1", row  # one case, in whichever of its processes it is


def test_a_changed_calendar_moves_its_clocks_and_their_timers(loan):
    notice = "date,kind,name\n2026-09-29,rest,馆庆\n".encode()
    office, by = loan.kesu.office, loan.actor("admin")
    _, moved = take_notice(loan.database, office, notice, source="the notice", by=by)
    mine = [(each.clock, each.timers) for each in moved if each.number == NUMBER]
    assert mine == [
        ("ring", ("Desk_RingLate",)),
        ("answer", ("Desk_AnswerNear", "Desk_AnswerLate", "Desk_AnswerBoard")),
    ]


def test_it_is_clean_and_its_scenarios_hold():
    run = CliRunner()
    linted = run.invoke(main, ["lint", str(ROOT / "processes"), str(FOLDER)])
    assert (linted.exit_code, "0 errors, 0 warnings" in linted.output) == (0, True), linted.output
    played = run.invoke(main, ["scenario", "run", str(FOLDER)])
    assert (played.exit_code, "3 passed" in played.output) == (0, True), played.output


def test_nothing_outside_its_folder_names_it():
    kinds = {".py", ".html", ".js", ".css", ".bpmn", ".dmn", ".form", ".toml", ".po", ".tsv", ".txt", ".yaml"}
    drawn = b"".join(path.read_bytes() for path in FOLDER.glob("*.bpmn"))
    names = ["library_loan", *{name.decode() for name in re.findall(rb'id="((?:Desk|Check)_\w+)"', drawn)}]
    for room in ("engine", "forms", "processes", "web"):
        for path in (ROOT / room).rglob("*"):
            if path.suffix in kinds and "node_modules" not in path.parts:
                text = path.read_text()
                assert not [name for name in names if name in text], path


def with_words(*pairs):
    """The files of the library with other Chinese words."""
    files = dict(folders.read(FOLDER).files)
    for old, new in pairs:
        path = next(path for path in files if old.encode() in files[path])
        files[path] = files[path].replace(old.encode(), new.encode())
    return files


def upload(hall, files):
    """A version deployed on the page, as an owner does it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    sent = {"folder": "library_loan", "files": (io.BytesIO(packed.getvalue()), "library.zip")}
    look = hall.visitor("admin")
    proposed = look.post("/admin/deployments/new", data=sent)
    assert proposed.status_code == 303, proposed.text
    made = look.post(proposed.location, data={"reason": "other words", "confirmed": "1"})
    assert made.status_code == 303, made.text
    return proposed.location, made.location


WORDS = (
    ("信函语言", "来信语言"),
    ("致电读者", "给读者打电话"),
    ("两个工作日内回电", "两日内回电"),
    ('zh = "查架"', 'zh = "到架查找"'),
)


def test_a_version_that_is_uploaded_speaks_its_own_words(library):
    upload(library, with_words(*WORDS))
    assert "来信语言" in shown(library, "ma", "/register/library_loan", "zh-CN")
    library.visitor("ma").post("/register/library_loan", data=LOAN | {"_once": "one"})
    library.until("2026-09-28T10:05")
    task = library.claim("Check_Ring", "ma")
    for address, words in {
        f"/tasks/{task}": ("给读者打电话", "两日内回电"),
        f"/cases/{NUMBER}": ("到架查找", "给读者打电话"),
        "/work": ("给读者打电话",),
    }.items():
        page = shown(library, "ma", address, "zh-CN")
        assert [word for word in words if word not in page] == [], address


def test_an_upload_is_compared_and_the_version_before_comes_back(library):
    before = library.deployed("library_loan")
    _, made = upload(library, with_words(*WORDS))
    page = shown(library, "admin", f"/admin/deployments/compare?before={before}&after={made.rpartition('/')[2]}")
    for text in ("translations/zh.po", "rules.tsv", "procedure.toml"):
        assert text in page, text
    assert upload(library, with_words(*WORDS))[1] == made, "the same files make no version"
    address = f"/admin/deployments/{before}/activate"
    assert library.visitor("admin").post(address, data={"reason": "too early"}).status_code == 303
    assert "信函语言" in shown(library, "ma", "/register/library_loan", "zh-CN")
