"""The pages of cases, registration, messages and the person's own choices."""

import html
import re
from datetime import datetime

import pytest
import story
from hall import COMPLAINT, PASSWORD
from sqlalchemy import func, select

from engine.errors import Busy
from engine.store.schema import DbInstance
from processes.cases import register
from processes.cases.schema import DbCase
from processes.people.schema import DbPerson
from web.cases import history

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
    from concurrent.futures import ThreadPoolExecutor

    page = "/register/kb_sales_quality"
    once = re.search(r'name="_once" value="([^"]+)"', hall.visitor("sun").get(page).text)[1]
    clients = [hall.visitor("sun"), hall.visitor("sun")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda client: client.post(page, data=REGISTRATION | {"_once": once}), clients))
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


def test_the_page_of_a_case_tells_everything_that_happened(disputed):
    hall, number = disputed
    page = hall.visitor("wang").get(f"/cases/{number}").text
    for text in ("Due Thu 8 Oct, 24:00", "Nominal: Mon 5 Oct", "1 working day left", "Measure, round 3", "×3"):
        assert text in page, text
    for text in ("同批其余 188 件未作处理。", "Q/HF 012", "Chen Wei", "Wang Li", "138****4021"):
        assert text in page, text
    assert "Planned 09-30 09:00:00, done" in page


@pytest.mark.both_databases
def test_the_timeline_is_filtered_and_turned_round(disputed):
    hall, number = disputed
    client = hall.visitor("wang")
    forms = client.get(f"/cases/{number}?show=form").text
    assert "Claimed: Review the measure" not in forms
    assert "Claimed: Review the measure" in client.get(f"/cases/{number}?show=system").text
    oldest = client.get(f"/cases/{number}?order=oldest").text
    assert oldest.index("Case begun") < oldest.index("Inspect quality")


def test_the_page_of_a_case_begins_with_what_is_to_be_done_and_who_may_do_it_gets_there(disputed):
    hall, number = disputed
    for login, own in (("wang", True), ("he", False)):
        page = hall.visitor(login).get(f"/cases/{number}").text
        first = page.split('id="to-do"')[1].split("</section>")[0]
        assert "Review the measure" in first
        assert "Wang Li" in first
        assert ("To the task" in first) is own, login
        assert page.index('id="to-do"') < page.index('id="diagram"') < page.index('id="timeline"')
        assert set(re.findall(r'class="chip" href="#([a-z]+)"', page)) <= set(re.findall(r' id="([a-z]+)"', page))


def test_the_page_of_a_case_folds_what_is_long_and_says_the_gist_of_it(disputed):
    hall, number = disputed
    client = hall.visitor("wang")

    def seen(query=""):
        told = client.get(f"/cases/{number}{query}").text.split('id="timeline"')[1].split("<aside")[0]
        first, _, rest = told.partition('class="rest"')
        return first, rest

    first, rest = seen()
    assert len(re.findall(r'<li[^>]* id="', first)) == history.FIRST_ENTRIES
    assert "earlier entries" in rest
    assert "Case begun" in rest
    folded = re.findall(r'<details><summary.*?class="gist el">([^<]+)<', first + rest, re.DOTALL)
    assert any(gist.startswith("Decision: ") for gist in folded)
    assert all(len(gist) <= 200 for gist in folded)
    assert (first + rest).count("<details open>") == 1
    whole, nothing = seen("?answers=all")
    assert nothing == ""
    assert whole.count("<details open>") > len(folded)
    assert "<details><summary" not in whole
    assert seen("?show=form")[1] == ""


def test_of_a_long_timeline_the_older_entries_are_a_link_away(disputed, monkeypatch):
    hall, number = disputed
    monkeypatch.setattr(history, "SHOWN_ENTRIES", 4)
    client = hall.visitor("wang")
    every = re.findall(r'<li[^>]* id="([a-z]+-\d+)"', client.get(f"/cases/{number}?entries=999").text)
    for order, wanted in (("", every), ("&order=oldest", every[::-1])):
        page = client.get(f"/cases/{number}?{order}").text
        shown = re.findall(r'<li[^>]* id="([a-z]+-\d+)"', page)
        assert shown == wanted[:4]
        address = html.unescape(re.search(r'href="([^"]*entries=204[^"]*)"', page)[1])
        assert address.endswith(f"#{shown[-1]}")
        assert f"{len(every) - 4} entries are not shown" in page
        more = client.get(address.split("#")[0]).text
        assert re.findall(r'<li[^>]* id="([a-z]+-\d+)"', more) == wanted
        assert "not shown" not in more
    assert client.get(f"/cases/{number}?entries={10**30}").status_code in (200, 404)


def test_the_case_file_has_it_all_for_paper(disputed):
    hall, number = disputed
    page = hall.visitor("wang").get(f"/cases/{number}/file").text
    assert f"Case file {number}" in page
    assert page.index("Case begun") < page.index("Inspect quality")


def test_diagrams_speak_the_readers_language(disputed):
    hall, _ = disputed
    client = hall.visitor("wang")
    number = hall.deployed("kb_sales_quality")
    english = client.get(f"/diagrams/{number}/kb_sales_quality.en.bpmn")
    chinese = client.get(f"/diagrams/{number}/kb_sales_quality.zh.bpmn")
    assert "Review the measure" in english.text
    assert "审阅对策" in chinese.text
    assert "max-age" in english.headers["Cache-Control"]
    assert client.get(f"/diagrams/{number}/nothing.en.bpmn").status_code == 404


@pytest.mark.both_databases
def test_a_withdrawal_is_recorded_on_the_page_of_its_case(disputed):
    hall, number = disputed
    client = hall.visitor("wang")
    page = client.get(f"/cases/{number}").text
    address = re.search(rf'(/cases/{number}/record/\d+)">Customer withdraws', page)[1]
    form = client.get(address)
    assert form.status_code == 200
    assert client.post(address, data={"unknown": "x"}).status_code == 422
    names = set(re.findall(r' name="([a-z_]+)"', form.text)) - {"csrf_token", "login"}
    filled = dict.fromkeys(names, "客户来电说明撤诉") | {"withdrawn_by": "林女士"}
    answer = client.post(address, data=_answers(form.text, filled))
    assert answer.status_code == 303, answer.text
    assert "UT_ConfirmWithdrawal" in hall.open_tasks()
    assert "Recorded:" in client.get(f"/cases/{number}").text


def _answers(page, texts):
    """Something in every field of the form: the first option, the text, a moment."""
    main = page.split("data-main", 1)[1].split("</form>")[0]
    found = {}
    for tag in re.findall(r"<(?:input|textarea|select)[^>]*>", main):
        name, kind, value = (re.search(rf' {each}="([^"]*)"', tag) for each in ("name", "type", "value"))
        if name is None or name[1].startswith("_") or name[1] in ("csrf_token", "q"):
            continue
        if kind is not None and kind[1] in ("radio", "checkbox"):
            found.setdefault(name[1], value[1])
        elif kind is not None and kind[1].startswith("datetime"):
            found[name[1]] = "2026-09-30T10:00"
        elif kind is not None and kind[1] == "date":
            found[name[1]] = "2026-09-30"
        elif not (kind is not None and kind[1] == "file"):
            found[name[1]] = texts.get(name[1], "说明文字说明文字")
    return found


def test_a_stranger_records_nothing(disputed):
    hall, number = disputed
    address = re.search(rf"/cases/{number}/record/\d+", hall.visitor("wang").get(f"/cases/{number}").text)[0]
    for login in ("stranger", "chen"):
        client = hall.visitor(login)
        assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)


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
