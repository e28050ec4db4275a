"""A procedure whose cases few may read: tried on every address of the application, for those who may not."""

import io
import re

import pytest
from sqlalchemy import func, select, text, update
from staff import settle
from test_library_loan import FOLDER, GROUPS, LOAN, NUMBER, PEOPLE
from walks import addresses, told

from engine import SYSTEM, deployments, instances, now
from processes import folders
from processes.cases import notices
from processes.cases.schema import DbCase, DbCaseEntry, DbCaseLook, DbDocument, DbNotice
from processes.letters.schema import DbLetter

pytestmark = pytest.mark.seconds(22)

PLANTED = ("何敏", "13811112222", "1112222", "he@example.com", "华北", "地图已还", "再找找", "悄悄话", "密件")
"""Words of the case: facts, title, text, an answer, a comment, a document."""
OPEN = b'groups = ["reading_board"]\nadmins = "diagram only"'
CLOSED = b'groups = ["reading_board"]\nprivate = true\nlook_minutes = 45'
CLOSED_TO = ("wang", "feng", "admin", "gu", "both")
"""Of another procedure, its manager, an administrator, a unit that is told of delays, a colleague of the desk."""


def opened(hall):
    """The library with private cases, its people, and a case of the sales procedure."""
    given = folders.read(FOLDER)
    files = dict(given.files)
    assert OPEN in files["procedure.toml"]
    files["procedure.toml"] = files["procedure.toml"].replace(OPEN, CLOSED)
    with hall.database.transaction() as session:
        deployments.deploy(session, given.key, files, by=SYSTEM)
        settle(session, {**PEOPLE, "both": ["intake", "lending_desk"]}, GROUPS)
    hall.sale = hall.register()


def rung(library):
    """… and a private one: registered, rung by `ma`, with a comment and a document; the shelf waits for the stacks."""
    opened(library)
    client = library.visitor("ma")
    assert client.post("/register/library_loan", data=LOAN | {"_once": "one"}).status_code == 303
    library.until("2026-09-28T10:05")
    library.task = library.claim("Check_Ring", "ma")
    client.post(f"/tasks/{library.task}", data={"call_note": "再找找", "_once": "two"})
    sent = {"text": "悄悄话", "_once": "c", "files": (io.BytesIO(b"%PDF-1.4 x\n%%EOF\n"), "密件.pdf")}
    assert client.post(f"/cases/{NUMBER}/comment", data=sent).status_code == 303
    with library.database.reading() as session:
        library.instance = session.scalar(select(DbCase.instance_id).where(DbCase.number == NUMBER))
        library.document = session.scalar(select(DbDocument.id).where(DbDocument.name == "密件.pdf"))
        letter = select(DbLetter.id).join(DbCase).where(DbCase.number == NUMBER)
        library.letter = session.scalar(letter.order_by(DbLetter.id))


@pytest.fixture
def library(make_played):
    """The library before its first case."""
    return make_played(opened)[0]


@pytest.fixture
def loan(make_played):
    """The library with its private case."""
    return make_played(rung)[0]


def test_who_has_registered_what_is_private_now_does_not_see_it_for_that(loan):
    with loan.database.transaction() as session:
        session.execute(update(DbCase).values(opened_by="stranger"))
    client = loan.visitor("stranger")
    assert client.get(f"/cases/{NUMBER}").status_code == 404
    assert client.get(f"/cases/{loan.sale}").status_code == 200


def break_down(hall):
    """Two faults of the case, whose words are those of the case."""
    shelf = hall.open_task("Check_Shelf")
    with hall.database.transaction() as session:
        place = "instance_id, token, deployment_id, process_key, element"
        task = f"SELECT {place}, :said, created_at FROM task WHERE id = :id"
        session.execute(
            text(f"INSERT INTO incident ({place}, message, created_at) {task}"),
            {"said": "何敏 has no shelf mark 华北", "id": shelf},
        )
        session.execute(
            text(
                f"INSERT INTO job ({place}, kind, payload, status, due_at, attempts, last_error, created_at)"
                f" SELECT {place}, 'message', '{{}}', 'failed', created_at, 3, :said, created_at FROM task WHERE id = :id"
            ),
            {"said": "no letter to he@example.com", "id": shelf},
        )


def numbers_of(hall):
    """For each argument of an address what it can stand for, of the private case where it is about one."""
    with hall.database.reading() as session:

        def first(table, column="id"):
            query = text(f"SELECT max({column}) FROM {table} WHERE instance_id = :id")
            return session.scalar(query, {"id": hall.instance}) or 1

        filled = text("SELECT max(id) FROM event WHERE instance_id = :id AND kind = 'completed'")
        return {
            "number": [NUMBER],
            "task_id": [hall.task, hall.open_task("Check_Shelf")],
            "instance_id": [hall.instance],
            "document_id": [hall.document],
            "letter_id": [hall.letter],
            "entry_key": [f"event-{first('event')}", f"event-{session.scalar(filled, {'id': hall.instance})}"],
            "job_id": [first("job")],
            "incident_id": [first("incident")],
            "timer_id": [first("timer")],
            "token": [first("subscription", "token")],
            "key": ["library_loan"],
            "process_key": ["loan_complaint"],
            "deployment_id": [hall.deployed("library_loan")],
            "login": ["ma"],
            "name": ["library_loan"],
            "other": [hall.sale, NUMBER],
        }


ASKED = (
    *(
        "/cases?state=all",
        "/cases?state=late",
        "/cases?procedure=library_loan&state=all",
        "/cases?sort=reader&state=all",
    ),
    *(f"/admin/instances/1?tab={tab}" for tab in ("variables", "submissions")),
    *("/notices?page=1", "/work?view=group", "/work?view=waiting", "/work?view=overdue", "/work/news?view=group"),
)


def test_no_address_tells_anything_of_a_private_case_to_who_may_not_read_it(loan):
    break_down(loan)
    tabs = ("variables", "tokens", "jobs", "messages", "submissions", "called", "history", "log")
    more = [f"/admin/instances/{loan.instance}?tab={tab}" for tab in tabs]
    more += [f"/admin/instances/{loan.instance}/replay?step={step}" for step in (1, 2, 3)]
    more += ["/admin/instances?state=any", "/admin/instances.csv?state=any", *ASKED]
    more += [f"/admin/instances/{loan.instance}/variables/0?name=reader"]
    with loan.database.reading() as session:
        tasks = [task.id for task in session.execute(text("SELECT id FROM task")).all()]
    seen = 0
    for who in CLOSED_TO:
        client = loan.visitor(who)
        for endpoint, address in [*addresses(loan, numbers_of(loan), "GET"), *(("", each) for each in more)]:
            answer = client.get(address)
            said = told(answer)
            assert not [word for word in PLANTED if word in said], (who, endpoint, address)
            if who != "admin" and NUMBER not in address:
                assert NUMBER not in said, (who, endpoint, address)
            seen += answer.status_code == 200
    for who in CLOSED_TO:
        client = loan.visitor(who)
        for endpoint, address in addresses(loan, numbers_of(loan), "POST"):
            if endpoint.startswith(("account.", "preferences.")):
                continue
            answer = client.post(address, data={"task": tasks, "phone": LOAN["tel"][:7], "text": "", "_once": "x"})
            assert not [word for word in PLANTED if word in told(answer)], (who, endpoint, address)
        assert client.get("/account").status_code == 200, who  # it was all asked by somebody who is signed in
    assert seen > 100
    with loan.database.reading() as session:
        assert set(session.scalars(select(DbCaseLook.person))) <= {"ma"}


def test_those_who_work_on_it_and_lead_it_read_it(loan):
    for who in ("ma", "xu", "bo"):
        assert LOAN["reader"] in loan.visitor(who).get(f"/cases/{NUMBER}").text, who
        assert loan.visitor(who).get(f"/files/{loan.document}").status_code == 200, who
    assert NUMBER in loan.visitor("xu").get("/work?view=group").text


def test_a_unit_reads_it_while_it_may_take_a_task_and_whoever_did_one_ever_after(library):
    library.visitor("ma").post("/register/library_loan", data=LOAN | {"_once": "one"})
    library.until("2026-09-28T10:05")
    both = library.visitor("both")
    assert both.get(f"/cases/{NUMBER}").status_code == 200  # the desk is to ring
    library.visitor("ma").post(f"/tasks/{library.claim('Check_Ring', 'ma')}", data={"call_note": "x", "_once": "two"})
    assert both.get(f"/cases/{NUMBER}").status_code == 404
    assert library.visitor("ma").get(f"/cases/{NUMBER}").status_code == 200


def test_searching_finds_nothing_that_one_may_not_see(loan):
    for who in CLOSED_TO:
        client = loan.visitor(who)
        for words in (NUMBER, "华北", "何敏", LOAN["tel"], "he@example.com", "地图"):
            for address in (f"/cases?state=all&q={words}", f"/search/suggest?q={words}"):
                assert f"/cases/{NUMBER}" not in client.get(address).text, (who, address)
            assert f"/cases/{NUMBER}" not in client.get(f"/search?q={words}").location
        caller = client.post("/register/library_loan/caller", data={"phone": LOAN["tel"]})
        assert LOAN["reader"] not in caller.text, who
        assert NUMBER not in caller.text, who
    admin = loan.visitor("admin")
    link = f'/admin/instances/{loan.instance}"'
    for query in ("q=何敏", "q=13811112222", "variable=reader&value=何敏", "variable=reader"):
        assert link not in admin.get(f"/admin/instances?state=any&{query}").text, query
        assert NUMBER not in admin.get(f"/admin/instances.csv?state=any&{query}").text, query
    assert link in admin.get(f"/admin/instances?state=any&q={NUMBER}").text


@pytest.mark.both_databases
def test_phone_and_mail_are_found_by_the_whole_of_them_alone(loan):
    client = loan.visitor("ma")
    for words in ("13811112222", "138 1111 2222", "138-1111-2222"):
        assert NUMBER in client.get(f"/search/suggest?q={words}").text, words
    for words in ("1381111222", "3811112222", "1381", "2222", "138 1111"):
        assert NUMBER not in client.get(f"/search/suggest?q={words}").text, words
        assert f"/cases/{NUMBER}" not in client.get(f"/cases?state=all&q={words}").text, words


def test_an_administrator_looks_into_it_with_a_reason_for_a_while(loan):
    admin = loan.visitor("admin")
    page = admin.get(f"/admin/instances/{loan.instance}").text
    assert "Look into the case…" in page
    assert "Look on the shelf" in page  # where it stands is shown
    address = f"/admin/instances/{loan.instance}/look"
    assert admin.post(address, data={"reason": " "}).status_code == 422
    assert admin.get(f"/cases/{NUMBER}").status_code == 404
    assert admin.post(address, data={"reason": "the stacks cannot open their task"}).status_code == 303
    assert LOAN["reader"] in admin.get(f"/cases/{NUMBER}").text
    opened = admin.get(f"/admin/instances/{loan.instance}?tab=variables").text
    assert "何敏" in opened
    assert "You read this case for the reason you gave, until 10:50" in opened
    assert "the stacks cannot open their task" in admin.get(f"/admin/instances/{loan.instance}?tab=log").text
    case = loan.visitor("ma").get(f"/cases/{NUMBER}").text
    assert "Looked into the case as an administrator" in case
    assert "the stacks cannot open their task" in case
    assert "looks into the case as an administrator" in loan.visitor("ma").get("/notices").text
    loan.until("2026-09-28T10:51")
    assert admin.get(f"/cases/{NUMBER}").status_code == 404
    assert "何敏" not in admin.get(f"/admin/instances/{loan.instance}?tab=variables").text


def test_only_administrators_and_only_into_what_is_closed(loan):
    assert loan.visitor("feng").post(f"/admin/instances/{loan.instance}/look", data={"reason": "x"}).status_code == 404
    with loan.database.reading() as session:
        sale = session.scalar(select(DbCase.instance_id).where(DbCase.number == loan.sale))
    assert loan.visitor("admin").get(f"/admin/instances/{sale}/look").status_code == 404


def test_an_administrator_neither_changes_values_unread_nor_takes_the_task(loan):
    admin = loan.visitor("admin")
    change = f"/admin/instances/{loan.instance}/variables/0?name=reader"
    asked = admin.post(change, data={"kind": "text", "value": "x", "reason": "y"})
    assert asked.status_code == 422
    shelf = loan.open_task("Check_Shelf")
    assert admin.get(f"/tasks/{shelf}").status_code == 404
    give = f"/admin/instances/{loan.instance}/tasks/{shelf}/reassign"
    assert admin.post(give, data={"to": "admin", "reason": "me"}).status_code >= 400
    assert admin.post(give, data={"to": "xu", "reason": "the stacks do it"}).status_code == 303


@pytest.mark.both_databases
def test_every_look_is_written_down_and_shown_to_who_leads_it(loan):
    shelf = loan.open_task("Check_Shelf")
    with loan.database.reading() as session:
        before = len(session.scalars(select(DbCaseLook.id)).all())
    xu = loan.visitor("xu")
    for address in (
        *(f"/cases/{NUMBER}", f"/cases/{NUMBER}/file", f"/tasks/{shelf}", f"/tasks/{shelf}/pane"),
        *(f"/files/{loan.document}", f"/letters/{loan.letter}"),
        *(f"/cases/{NUMBER}/documents", f"/cases/{NUMBER}/documents/{loan.document}", f"/cases/{NUMBER}/file.pdf"),
        *(f"/files/{loan.document}/preview.png", f"/letters/{loan.letter}.pdf"),
    ):
        assert xu.get(address).status_code == 200, address
    with loan.database.reading() as session:
        looks = session.execute(select(DbCaseLook.person, DbCaseLook.what).order_by(DbCaseLook.id)).all()[before:]
    assert [tuple(look) for look in looks] == [
        ("xu", what)
        for what in (
            *("case", "file", "task", "task", "document", "letter"),
            *("papers", "document", "file", "document", "letter"),
        )
    ]
    page = loan.visitor("bo").get(f"/cases/{NUMBER}").text
    assert "Who looked at it" in page
    assert "密件.pdf" in page.split("Who looked at it", 1)[1]
    assert "Who looked at it" not in xu.get(f"/cases/{NUMBER}").text
    with pytest.raises(Exception, match="append-only"), loan.database.transaction() as session:
        session.execute(text("DELETE FROM case_look"))


MADE = {"application/pdf", "image/png"}
"""What shows a case without its words being found in it."""
LISTS = ("cases.list_cases", "search.", "work.", "notices.", "register.", "statistics.")
"""Where a case is one of many, and what one has registered oneself just now."""


def test_whatever_shows_a_private_case_writes_the_look_down(loan):
    def count():
        with loan.database.reading() as session:
            return session.scalar(select(func.count()).select_from(DbCaseLook))

    found = 0
    for who in ("bo", "xu"):
        client = loan.visitor(who)
        for endpoint, address in addresses(loan, numbers_of(loan), "GET"):
            before, answer = count(), client.get(address)
            if answer.status_code == 200 and not endpoint.startswith(LISTS):
                shows = [word for word in PLANTED if word in told(answer)] or answer.mimetype in MADE
                found += bool(shows)
                assert not shows or count() > before, (who, endpoint, address)
    assert found > 6


def test_the_looks_at_other_cases_are_not_kept(loan):
    loan.visitor("wang").get(f"/cases/{loan.sale}")
    with loan.database.reading() as session:
        sale = select(DbCase.id).where(DbCase.number == loan.sale).scalar_subquery()
        assert session.scalars(select(DbCaseLook.id).where(DbCaseLook.case_id == sale)).all() == []


def test_a_delay_is_told_to_those_who_may_read_it(loan):
    loan.until("2026-10-30T10:00")
    with loan.database.reading() as session:
        case = select(DbCase.id).where(DbCase.number == NUMBER).scalar_subquery()
        people = set(session.scalars(select(DbNotice.person).where(DbNotice.case_id == case)))
        kinds = set(session.scalars(select(DbCaseEntry.kind).where(DbCaseEntry.case_id == case)))
    assert "breached" in kinds
    assert "ma" in people
    assert "gu" not in people  # the head of the library is told of delays, but does not read private cases
    gu = loan.visitor("gu")
    page = gu.get("/notices").text
    assert "only" not in re.findall(r"<h3>(.*?)</h3>", page)
    assert (
        "Complaints about loans: a case that few may read is late" in page
    )  # without its number, and with nothing to open
    assert NUMBER not in page
    assert gu.get("/work/news").json["unread"] == 1


def test_what_somebody_heard_of_it_before_is_told_no_more(loan):
    with loan.database.transaction() as session:
        case = session.scalar(select(DbCase.id).where(DbCase.number == NUMBER))
        told = {"at": now(session), "kind": "comment", "by": "ma", "data": {}, "case_id": case}
        session.add_all(DbNotice(person=login, **told) for login in ("feng", "ma"))
    for login, count in (("feng", 0), ("ma", 1)):
        client = loan.visitor(login)
        assert client.get("/work/news").json["unread"] == count
        assert ("wrote a comment" in client.get("/notices").text) is bool(count)
        with loan.database.reading() as session:
            number = session.scalar(select(func.max(DbNotice.id)).where(DbNotice.person == login))
            assert notices.may_hear(session, loan.actor(login), number) is bool(count)
        assert client.post(f"/notices/{number}").status_code == (303 if count else 404)
    with loan.database.transaction() as session:
        hidden = session.scalar(select(func.max(DbNotice.id)).where(DbNotice.person == "feng"))
        session.add(DbNotice(person="feng", **told | {"case_id": None}))
        session.flush()
        assert not notices.may_hear(session, loan.actor("feng"), hidden)  # though there is another one


def test_what_runs_beside_it_is_closed_to_administrators_as_well(loan):
    units = {"capa_unit": "stacks", "effect_unit": "stacks", "capa_round": 1, "max_capa_rounds": 2}
    with loan.database.transaction() as session:
        said = {**units, "severity": "S2", "description": "何敏 of 华北", "cause": "地图已还"}
        beside = instances.start(session, "sub_capa", variables=said, business_key=NUMBER, by=loan.actor("ma")).id
    admin = loan.visitor("admin")
    pages = [f"/admin/instances/{beside}{tab}" for tab in ("", "?tab=variables", "?tab=submissions", "?tab=log")]
    for address in pages:
        assert "华北" not in admin.get(address).text, address
    assert f'/admin/instances/{beside}"' not in admin.get("/admin/instances?state=any&q=华北").text
    assert f"/admin/instances/{loan.instance}/look" in admin.get(pages[0]).text
    with loan.database.reading() as session:
        task = session.scalar(text("SELECT max(id) FROM task WHERE instance_id = :id"), {"id": beside})
    assert admin.get(f"/tasks/{task}").status_code == 404
    assert loan.visitor("xu").get(f"/tasks/{task}").status_code == 200  # whose work it is
    asked = {"reason": "its task cannot be opened"}
    assert admin.post(f"/admin/instances/{loan.instance}/look", data=asked).status_code == 303
    assert "华北" in admin.get(pages[1]).text
    with loan.database.reading() as session:
        assert "admin" in session.scalars(select(DbCaseLook.person)).all()


def test_whoever_decides_beside_the_case_reads_it_while_they_do(loan):
    head = loan.visitor("gu")
    assert head.get(f"/cases/{NUMBER}").status_code == 404
    asked = {"askers": "lending_desk", "deciders": "library_head", "decided": "Check_Ring", "severity": None}
    with loan.database.transaction() as session:
        instances.start(session, "sub_reopening", variables=asked, business_key=NUMBER, by=loan.actor("ma"))
    loan.do("UT_Ask", "ma", reopen_asked_by="customer", reopen_reason="新的证据已寄到，请再看一遍。")
    assert "地图已还" in head.get(f"/cases/{NUMBER}").text
