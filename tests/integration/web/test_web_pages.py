"""The pages of cases, registration, messages and the person's own choices."""

import re
from datetime import datetime
from functools import partial

import pytest
import story
from at_once import at_once
from hall import COMPLAINT, PASSWORD
from sqlalchemy import func, select

from engine.errors import Busy
from engine.store.schema import DbInstance
from processes.cases import register
from processes.cases.schema import DbCase
from processes.people.schema import DbPerson

pytestmark = pytest.mark.seconds(22)

REGISTRATION = {name: str(value).lower() if isinstance(value, bool) else value for name, value in COMPLAINT.items()} | {
    "received_at": "2026-09-28T09:30"
}


def test_a_complaint_is_registered_in_one_go(hall):
    client = hall.visitor("sun")
    answer = client.post("/register/kb_sales_quality", data=REGISTRATION)
    assert (answer.status_code, answer.location) == (303, "/register/done/KB-2026-000001")
    page = client.get(answer.location).text
    assert "KB-2026-000001" in page
    assert not re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page), "the code opens nothing yet"
    assert "Due Thu 8 Oct, 24:00" in page
    hall.work()
    assert hall.open_tasks() == ["UT_AcceptCase"]


def test_the_code_of_a_case_is_shown_to_who_registered_it(hall):
    hall.visitor("sun").post("/register/kb_sales_quality", data=REGISTRATION)
    assert hall.visitor("wang").get("/register/done/KB-2026-000001").status_code == 404


@pytest.mark.both_databases
def test_a_refused_registration_starts_nothing_and_keeps_the_text(hall):
    client = hall.visitor("sun")
    answer = client.post("/register/kb_sales_quality", data=REGISTRATION | {"description": "short", "name": ""})
    assert answer.status_code == 422
    assert "short" in answer.text
    with hall.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DbInstance)) == 0
        assert session.scalar(select(func.count()).select_from(DbCase)) == 0
    assert "short" in client.get("/register/kb_sales_quality").text


@pytest.mark.both_databases
def test_text_that_cannot_be_kept_comes_back_in_the_registration(hall):
    text = "客户来信中有看不见的字符，其余都清楚。"
    answer = hall.visitor("sun").post("/register/kb_sales_quality", data=REGISTRATION | {"description": f"{text}\0"})
    assert answer.status_code == 422
    assert re.search(r'<textarea[^>]* name="description"[^>]* aria-invalid="true"', answer.text)
    assert text in answer.text


@pytest.mark.both_databases
def test_a_registration_that_is_pressed_twice_is_entered_once(hall):
    page = "/register/kb_sales_quality"
    once = re.search(r'name="_once" value="([^"]+)"', hall.visitor("sun").get(page).text)[1]
    clients = [hall.visitor("sun"), hall.visitor("sun")]
    answers = at_once(*[partial(each.post, page, data=REGISTRATION | {"_once": once}) for each in clients])
    assert [answer.location for answer in answers] == ["/register/done/KB-2026-000001"] * 2
    other = clients[0].post(page, data=REGISTRATION | {"_once": once, "order_no": "SO-OTHER"})
    assert other.location == "/register/done/KB-2026-000002"


def test_the_next_registration_keeps_the_channel(hall):
    client = hall.visitor("sun")
    answer = client.post("/register/kb_sales_quality", data=REGISTRATION | {"_next": "1"})
    page = client.get(answer.location).text
    assert "KB-2026-000001" in page
    assert re.search(r'value="phone"[^>]* checked', page)
    assert COMPLAINT["description"] not in page


def test_what_will_happen_is_told_before_registering_and_leaves_nothing(hall):
    client = hall.visitor("sun")
    told = client.post("/register/kb_sales_quality/outlook", data=REGISTRATION).text
    for text in ("S3", "Thu 8 Oct, 24:00", "nominal Mon 5 Oct", "You have our written answer by Thu 8 Oct."):
        assert text in told, text
    grave = client.post("/register/kb_sales_quality/outlook", data=REGISTRATION | {"regulator_or_media": "true"}).text
    assert "S1" in grave
    assert "told at once: General manager’s office" in grave
    with hall.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DbInstance)) == 0
        assert session.scalar(select(func.count()).select_from(DbCase)) == 0
    assert client.post("/register/kb_sales_quality", data=REGISTRATION).location == "/register/done/KB-2026-000001"


def test_an_unfinished_registration_is_told_the_usual_way(hall):
    told = hall.visitor("sun").post("/register/kb_sales_quality/outlook", data=REGISTRATION | {"description": ""})
    assert told.status_code == 200
    assert "as soon as the form is complete" in told.text


@pytest.mark.both_databases
def test_a_caller_is_known_by_the_digits_of_the_number(hall):
    number = hall.register(phone="138 0574 4021", name="林女士", company="远帆电器商行")
    client = hall.visitor("sun")
    known = client.post("/register/kb_sales_quality/caller", data={"phone": "138-05744021"}).text
    assert "林女士 · 远帆电器商行" in known
    assert f"/cases/{number}" in known
    assert "One complaint so far" in known
    for stranger in ("05744021", "138 0574 4022", "4021", "", "%%%%%%%%"):
        assert "林女士" not in client.post("/register/kb_sales_quality/caller", data={"phone": stranger}).text
    assert number in client.get("/cases?q=13805744021&state=all").text


def test_of_a_caller_known_to_others_nothing_is_told(hall):
    number = hall.register(phone="138 0574 4021", description="十二件壳体在浇口处开裂，要求换货。")
    known = hall.visitor("chen").post("/register/kb_sales_quality/caller", data={"phone": "13805744021"}).text
    for word in (number, "开裂", "林女士"):
        assert word not in known


@pytest.mark.parametrize("address", ["/register/kb_sales_quality/outlook", "/register/kb_sales_quality/caller"])
def test_only_those_who_register_are_told_ahead(hall, address):
    assert hall.visitor("liu").post(address, data=REGISTRATION).status_code == 404


def test_the_reason_for_dating_back_is_asked_for_where_it_is_needed(hall):
    client = hall.visitor("sun")
    assert 'name="back_dating_reason"' not in client.get("/register/kb_sales_quality").text
    late = client.post(
        "/register/kb_sales_quality/fields", data=REGISTRATION | {"received_at": "2026-09-20T09:30"}
    ).text
    assert 'name="back_dating_reason"' in late
    assert (
        client.post("/register/kb_sales_quality", data=REGISTRATION | {"received_at": "2026-09-20T09:30"}).status_code
        == 422
    )


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("replied", "told"), [("2026-10-08T15:59:59+00:00", "in time"), ("2026-10-08T16:00:01+00:00", "late")]
)
def test_the_list_of_cases_tells_how_the_reply_was_sent(hall, replied, told):
    number = hall.register()
    with hall.database.transaction() as session:
        case = register.find_by_number(session, number)
        case.clocks[0].stopped_at, case.due_at = datetime.fromisoformat(replied), None
    row = re.search(rf"<tr[^>]*>(?:(?!</tr>).)*{number}.*?</tr>", hall.visitor("wang").get("/cases").text, re.DOTALL)[0]
    assert [word for word in ("in time", "late") if f">{word}<" in row.replace("</svg>", ">")] == [told]


@pytest.mark.both_databases
def test_the_language_comes_from_the_browser_until_it_is_chosen(hall):
    assert "我的" in hall.visitor("wang", "zh-CN,zh;q=0.9").get("/work").text
    client = hall.visitor("wang", "zh-CN")
    assert client.post("/preferences", data={"language": "en", "next": "/cases"}).location == "/cases"
    assert '<html lang="en"' in client.get("/work").text
    assert '<html lang="en"' in hall.visitor("wang", "zh-CN").get("/work").text
    with hall.database.reading() as session:
        assert session.get(DbPerson, "wang").language == "en"


def test_the_theme_is_chosen_once_and_set_before_the_first_paint(hall):
    client = hall.visitor("wang")
    assert "data-theme" not in client.get("/work").text.split("<head>")[0]
    client.post("/preferences", data={"theme": "dark"})
    assert 'data-theme="dark"' in client.get("/work").text.split("<head>")[0]
    assert 'data-theme="dark"' in hall.visitor("wang").get("/work").text.split("<head>")[0]
    client.post("/preferences", data={"theme": "purple"})
    assert 'data-theme="dark"' in client.get("/work").text


def test_the_page_before_signing_in_keeps_choices_in_the_browser(hall):
    client = hall.visitor()
    client.post("/preferences", data={"language": "zh", "next": "/sign-in"})
    assert "登录" in client.get("/sign-in").text


@pytest.mark.both_databases
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_opens_in_both_languages(disputed, language):
    hall, number = disputed
    client = hall.visitor("wang", language)
    task = hall.open_task("UT_ReviewCm")
    for address in (
        "/work",
        "/work?view=group",
        "/work?view=overdue",
        "/work?view=today&sort=name&q=KB",
        f"/work?task={task}",
        f"/tasks/{task}",
        f"/tasks/{task}/pane",
        "/cases",
        "/cases?state=late&phase=measure",
        f"/cases/{number}",
        f"/cases/{number}?diagram=complaint_intake",
        f"/cases/{number}/file",
        "/register/kb_sales_quality",
        "/parts",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "%(" not in answer.text, address


@pytest.mark.both_databases
def test_the_work_is_grouped_by_its_due_date(disputed):
    hall, _number = disputed
    page = hall.visitor("wang").get("/work").text
    assert "Today, Wed 30 Sep · 1" in page
    assert "today 14:" in page
    hall.until("2026-10-10T10:00")
    page = hall.visitor("wang").get("/work").text
    assert "Overdue · 1" in page
    assert "2 wd late" in page


def test_our_own_mistake_is_told_by_a_number_and_nothing_else(hall, monkeypatch):
    client = hall.visitor("wang")
    hall.app.testing = False
    monkeypatch.setattr("engine.look.queries.count_tasks", lambda *_: 1 / 0)
    answer = client.get("/work")
    assert answer.status_code == 500
    assert re.search(r"[0-9A-F]{4}-[0-9A-F]{2}", answer.text)
    assert "ZeroDivision" not in answer.text


@pytest.mark.both_databases
def test_a_busy_database_asks_to_try_again(hall, monkeypatch):
    client = hall.visitor("wang")

    def busy(*_args, **_named):
        raise Busy

    monkeypatch.setattr("engine.look.queries.count_tasks", busy)
    answer = client.get("/work")
    assert answer.status_code == 503
    assert "Try again in a moment" in answer.text


def test_what_is_no_page_looks_like_one_that_is_closed(hall):
    answer = hall.visitor("wang").get("/nothing/here")
    assert answer.status_code == 404
    assert "You cannot open this" in answer.text


def test_pages_cannot_be_asked_in_other_ways(hall):
    assert hall.visitor("wang").delete("/work").status_code == 405


def test_too_much_is_refused(hall):
    hall.app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = hall.visitor("sun").post("/register/kb_sales_quality", data=REGISTRATION | {"description": "x" * 5000})
    assert answer.status_code == 413


@pytest.mark.both_databases
def test_whoever_watches_gets_an_answer_without_signing_in(hall):
    assert hall.visitor().get("/health").text == "ok\n"


def test_everything_works_on_both_databases(database_url):
    from hall import Hall

    hall = Hall(database_url)
    try:
        number = story.accepted(hall)
        client = hall.visitor("wang")
        for address in ("/work", "/cases", f"/cases/{number}", f"/tasks/{hall.claim('UT_FillSlip', 'wang')}"):
            assert client.get(address).status_code == 200, address
        answer = client.post(f"/tasks/{hall.open_task('UT_FillSlip')}", data=story.SLIP)
        assert answer.status_code == 303
        assert hall.visitor("sun").post("/register/kb_sales_quality", data=REGISTRATION).status_code == 303
        assert client.post("/sign-in", data={"login": "wang", "password": PASSWORD}).status_code == 303
    finally:
        hall.database.close()
