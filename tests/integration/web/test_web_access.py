"""Who may see and do what: checked on the server, for reads and writes, for every object."""

import re

import pytest
import story

from web.account import sign_in


def plain(answer, *own):
    """A page without its forgery token and without what names its own address."""
    text = re.sub(r'(content|value)="[\w.-]{60,}"', "", answer.text)
    for part in own:
        text = text.replace(part, "")
    return text


def test_a_visitor_is_sent_to_the_sign_in_and_comes_back(hall):
    answer = hall.visitor().get("/cases?state=late")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/cases?state%3Dlate")
    client = hall.visitor()
    form = {"login": "wang", "password": "correct horse battery", "next": "/cases?state=late"}
    assert client.post("/sign-in", data=form).location == "/cases?state=late"


@pytest.mark.parametrize(
    "address",
    [
        "https://example.com",
        "//example.com",
        "/\\example.com",
        "javascript:alert(1)",
        "//cases",
        "/\\cases",
        "//work?a=b",
    ],
)
def test_signing_in_never_leads_to_other_houses(hall, address):
    form = {"login": "wang", "password": "correct horse battery", "next": address}
    assert hall.visitor().post("/sign-in", data=form).location == "/work"


HUGE = "9" * 20


@pytest.mark.parametrize(
    "address",
    [
        f"/cases?page={HUGE}", f"/work?page={HUGE}", f"/work?task={HUGE}", f"/notices?page={HUGE}",
        "/tasks/9223372036854775808", f"/files/{HUGE}", f"/letters/{HUGE}", f"/admin/instances/{HUGE}",
        f"/admin/deployments/{HUGE}", f"/admin/instances?page={HUGE}", f"/work?saved={HUGE}",
        f"/admin/deployments/compare?old={HUGE}&new=1", "/tasks/9223372036854775807", "/cases?page=1000000",
    ],
)  # fmt: skip
@pytest.mark.both_databases
def test_numbers_that_are_too_large_lead_nowhere(hall, address):
    assert hall.visitor("admin").get(address).status_code in (200, 404)


@pytest.mark.both_databases
def test_a_null_character_is_refused_wherever_it_comes(hall):
    admin = hall.visitor("admin")
    for address in ("/cases/a%00b", "/search?q=%00", "/cases?fact.phone=a%00b", "/admin/people/%00", "/register/%00"):
        assert admin.get(address).status_code == 400, address
    for address, name in (
        *(("/sign-in", "login"), ("/admin/people/new", "name_zh"), ("/account/substitutes", "substitute")),
        *(("/admin/people/wang/unlock", "reason"), ("/register/kb_sales_quality/alike", "phone")),
    ):
        assert admin.post(address, data={"login": "x", "name_zh": "x", name: "a\0b"}).status_code == 400, address
    assert hall.visitor("sun").post("/register/kb_sales_quality/draft", data={"name": "a\0b"}).status_code == 200


def test_a_wrong_password_says_the_same_as_an_unknown_name(hall):
    wrong = hall.visitor().post("/sign-in", data={"login": "wang", "password": "no"})
    unknown = hall.visitor().post("/sign-in", data={"login": "nobody", "password": "no"})
    assert wrong.status_code == unknown.status_code == 422
    assert plain(wrong, 'value="wang"') == plain(unknown, 'value="nobody"')


def test_after_some_wrong_passwords_even_the_right_one_has_to_wait(hall):
    client = hall.visitor()
    for _ in range(6):
        client.post("/sign-in", data={"login": "wang", "password": "no"})
    answer = client.post("/sign-in", data={"login": "wang", "password": "correct horse battery"})
    assert answer.status_code == 422
    assert "Too many wrong passwords" in answer.text


def test_signing_out_ends_the_session(hall):
    client = hall.visitor("wang")
    assert client.get("/work").status_code == 200
    client.post("/sign-out")
    assert client.get("/work").status_code == 302


GET = ["/tasks/{task}", "/tasks/{task}/pane", "/tasks/{task}/reassign", "/cases/{number}", "/cases/{number}/file"]
POST = ["/tasks/{task}", "/tasks/{task}/fields", "/tasks/{task}/draft", "/tasks/{task}/claim", "/tasks/{task}/unclaim"]


def test_what_is_not_for_somebody_looks_like_what_does_not_exist(disputed):
    hall, number = disputed
    task = hall.open_task("UT_ReviewCm")
    stranger = hall.visitor("stranger")
    for method, addresses in (("get", GET), ("post", POST)):
        for address in addresses:
            closed = getattr(stranger, method)(address.format(task=task, number=number))
            absent = getattr(stranger, method)(address.format(task=9999, number="KB-2026-009999"))
            assert (closed.status_code, absent.status_code) == (404, 404), address
            own, other = address.format(task=task, number=number), address.format(task=9999, number="KB-2026-009999")
            assert plain(closed, own) == plain(absent, other)
    assert hall.open_tasks() == ["UT_ReviewCm"]


def test_nobody_but_administrators_gets_to_their_pages(hall):
    for login in ("wang", "feng", "stranger"):
        client = hall.visitor(login)
        for address in ("/admin/", "/admin/instances", "/admin/instances/1", "/admin/deployments"):
            assert client.get(address).status_code == 404, (login, address)


def test_a_letter_is_for_those_who_may_see_its_case(disputed):
    hall, _number = disputed
    assert hall.visitor("wang").get("/letters/1").status_code == 200
    assert hall.visitor("stranger").get("/letters/1").status_code == 404
    assert hall.visitor("wang").get("/letters/99").status_code == 404


def test_managers_read_but_do_not_work(disputed):
    hall, number = disputed
    client = hall.visitor("feng")
    assert client.get(f"/cases/{number}").status_code == 200
    assert client.get(f"/tasks/{hall.open_task('UT_ReviewCm')}").status_code == 404


def test_who_may_not_register_has_no_page_for_it(hall):
    client = hall.visitor("liu")
    assert client.get("/register/kb_sales_quality").status_code == 404
    assert client.post("/register/kb_sales_quality", data={}).status_code == 404
    assert "/register" not in client.get("/work").text


@pytest.mark.both_databases
def test_the_search_shows_only_what_one_may_see(disputed):
    hall, number = disputed
    assert number in hall.visitor("wang").get("/search/suggest?q=L2609").text
    assert number not in hall.visitor("stranger").get("/search/suggest?q=L2609").text
    assert number not in hall.visitor("stranger").get("/cases?q=L2609&state=all").text


@pytest.mark.both_databases
def test_an_exact_number_leads_straight_to_its_case(disputed):
    hall, number = disputed
    assert hall.visitor("wang").get(f"/search?q={number.lower()}").location == f"/cases/{number}"
    assert hall.visitor("stranger").get(f"/search?q={number}").location.startswith("/cases?q=")


def test_a_session_without_its_token_changes_nothing(hall):
    story.accepted(hall)
    client = hall.visitor("wang")
    hall.app.config["WTF_CSRF_ENABLED"] = True
    task = hall.open_task("UT_FillSlip")
    answer = client.post(f"/tasks/{task}/claim")
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text
    assert client.post("/sign-out").status_code == 400
    assert client.get("/work").status_code == 200


def test_a_sign_in_page_that_is_too_old_keeps_what_came_along(hall):
    visitors = hall.visitor(), hall.visitor("wang")
    hall.app.config["WTF_CSRF_ENABLED"] = True
    for client in visitors:
        typed = {"login": "wang", "password": "secret words", "next": "/tasks/7", "kept": '[["note", "half a letter"]]'}
        answer = client.post("/sign-in", data=typed)
        assert answer.status_code == 400
        assert "half a letter" in answer.text
        assert 'name="next" value="/tasks/7"' in answer.text
        assert "secret words" not in answer.text


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_what_another_site_sends_is_not_carried_through_a_sign_in(hall, headers):
    typed = {"description": "words of others"}
    kept = {"login": "wang", "kept": '[["description", "words of others"]]', "next": "/register/kb_sales_quality"}
    client = hall.visitor()
    assert "words of others" in client.post("/register/kb_sales_quality", data=typed).text
    assert "words of others" not in client.post("/register/kb_sales_quality", data=typed, headers=headers).text
    hall.app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/sign-in", data=kept, headers=headers)
    assert answer.status_code == 400
    assert "words of others" not in answer.text
    assert 'value="wang"' not in answer.text


def test_more_than_a_sign_in_carries_is_not_carried(hall, monkeypatch):
    for most, carried in ((60, True), (10, False)):
        monkeypatch.setattr(sign_in, "MOST_KEPT", most)
        page = hall.visitor().post("/register/kb_sales_quality", data={"description": "half a letter"}).text
        assert ("half a letter" in page) is carried


def test_a_field_without_a_name_is_no_fault(hall):
    client = hall.visitor("wang")
    hall.app.config["WTF_CSRF_ENABLED"] = True
    assert client.post("/account/sign-out-elsewhere", data={"": "x"}).status_code == 400


def test_after_a_lost_session_one_lands_on_a_page_that_opens(hall):
    story.accepted(hall)
    task, client = hall.open_task("UT_FillSlip"), hall.visitor()
    for path, referrer, after in (
        (f"/tasks/{task}", None, f"/tasks/{task}"),
        (f"/tasks/{task}/claim", f"http://localhost/tasks/{task}", f"/tasks/{task}"),
        (f"/tasks/{task}/claim", "http://elsewhere.example/tasks/9", "/work"),
        (f"/tasks/{task}/claim", None, "/work"),
    ):
        page = client.post(path, headers={"Referer": referrer} if referrer else {}).text
        assert f'name="next" value="{after}"' in page


def test_every_answer_forbids_foreign_scripts_and_frames(hall):
    for client, address in ((hall.visitor(), "/sign-in"), (hall.visitor("wang"), "/work")):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_for_this_site_and_not_for_scripts(hall):
    answer = hall.visitor().post("/sign-in", data={"login": "wang", "password": "correct horse battery"})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_pages_hold_no_script_but_data(disputed):
    hall, number = disputed
    client = hall.visitor("wang")
    for address in ("/work", f"/cases/{number}", "/parts"):
        page = client.get(address).text
        scripts = [part.split(">", 1)[0] for part in page.split("<script")[1:]]
        assert all("src=" in script or "application/json" in script for script in scripts)
        assert " onclick=" not in page
