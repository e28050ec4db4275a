"""One's own account: what is shown, where one is signed in, the password; and what administrators do to accounts."""

import re
from datetime import timedelta

import pytest
from hall import PASSWORD, renew_meanwhile
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from processes.people.schema import DbPerson, DbPersonAct, DbSignIn

pytestmark = pytest.mark.seconds(11)

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
ANOTHER = "a password of my own"


def browser(hall, login="wang", agent=FIREFOX, password=PASSWORD, language="en"):
    client = hall.visitor(language=language)
    client.environ_base["HTTP_USER_AGENT"] = agent
    assert client.post("/sign-in", data={"login": login, "password": password}).status_code == 303
    return client


def is_in(client):
    return client.get("/work").status_code == 200


def change(client, present=PASSWORD, new=ANOTHER, again=None, **more):
    return client.post(
        "/account/password",
        data={
            "present_password": present,
            "new_password": new,
            "password_again": new if again is None else again,
            **more,
        },
    )


def acts(hall, login):
    with hall.database.reading() as session:
        query = select(DbPersonAct).where(DbPersonAct.person == login).order_by(DbPersonAct.id)
        return [(each.kind, each.actor, each.reason) for each in session.scalars(query)]


def newcomer(hall):
    """Somebody whom the administrator has just added, with the first password."""
    data = {"login": "lin", "name_zh": "林岚", "name_en": "Lin Lan", "groups": ["sales"], "active": "on"}
    page = hall.visitor("admin").post("/admin/people/new", data=data).text
    return re.search(r'<b class="code">([^<]+)</b>', page)[1]


def test_the_account_is_reached_from_every_page_and_says_who_one_is(hall):
    client = browser(hall)
    assert 'href="/account"' in client.get("/work").text
    page = client.get("/account").text
    for said in ("王丽 · Wang Li", "Units", "Sales", "wang", "Firefox on Windows", "this browser", "127.0.0.1"):
        assert said in page, said
    assert "营业一部" in browser(hall, language="zh").get("/account").text


@pytest.mark.both_databases
def test_language_theme_and_keys_are_chosen_there(hall):
    client = browser(hall)
    chosen = {"language": "zh", "theme": "dark", "keys": "off", "next": "/account"}
    answer = client.post("/preferences", data=chosen)
    assert answer.location == "/account"
    assert ["HttpOnly" in cookie for cookie in answer.headers.getlist("Set-Cookie")] == [True] * 3
    page = client.get("/account").text
    assert 'data-theme="dark"' in page
    assert 'data-keys="off"' in page
    assert "登录情况" in page
    for name, value in (("language", "zh"), ("theme", "dark"), ("keys", "off")):
        assert re.search(rf'name="{name}" value="{value}" checked', page), name
    client.post("/preferences", data={"theme": "browser", "next": "/account"})
    client.post("/preferences", data={"language": "en"})
    with hall.database.reading() as session:
        assert session.get(DbPerson, "wang").language == "en"
    page = client.get("/account").text
    assert "data-theme=" not in page.split("<head>")[0]
    assert 'name="theme" value="browser" checked' in page


def test_who_has_an_address_may_do_without_notices_by_mail(hall):
    question = "Notices of cases by mail, too"
    visitor = hall.visitor("wang")
    assert question not in visitor.get("/account").text
    with hall.database.transaction() as session:
        session.get(DbPerson, "wang").email = "wang@example.com"
    assert question in visitor.get("/account").text
    visitor.post("/preferences", data={"mail_notices": "off", "next": "/account"})
    with hall.database.reading() as session:
        assert not session.get(DbPerson, "wang").mail_notices
    visitor.post("/preferences", data={"theme": "dark"})
    with hall.database.reading() as session:
        assert not session.get(DbPerson, "wang").mail_notices


def test_all_other_browsers_are_signed_out_together(hall):
    mine, others, stranger = browser(hall), [browser(hall), browser(hall)], browser(hall, "he")
    assert mine.get("/account").text.count("Firefox on Windows") == 3
    assert mine.post("/account/sign-out-elsewhere").location == "/account#sign-ins"
    assert "Signed out on 2 other browsers." in mine.get("/account").text
    assert is_in(mine)
    assert is_in(stranger)
    assert not any(is_in(each) for each in others)
    assert "Sign out everywhere else" not in mine.get("/account").text


def test_a_changed_password_signs_out_everywhere_but_here(hall):
    mine, other = browser(hall), browser(hall)
    cookie = mine.get_cookie("kesu").value
    assert change(mine).location == "/account"
    assert "Your password is changed." in mine.get("/account").text
    assert not is_in(other)
    other.set_cookie("kesu", cookie)
    assert not is_in(other)
    assert is_in(browser(hall, password=ANOTHER))
    assert hall.visitor().post("/sign-in", data={"login": "wang", "password": PASSWORD}).status_code == 422
    assert acts(hall, "wang") == [("password_changed", "wang", None)]


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"present": "wrong words"}, "present_password", "This is not your present password."),
        ({"new": "short"}, "new_password", "A password has 10 to 128 characters."),
        ({"new": "x" * 129}, "new_password", "A password has 10 to 128 characters."),
        ({"new": "password12"}, "new_password", "Many people choose this password"),
        ({"new": PASSWORD}, "new_password", "This is the present password."),
        ({"again": "something else"}, "password_again", "This is not the same as above."),
    ],
)
def test_what_is_wrong_with_a_password_stands_beside_its_field(hall, sent, field, said):
    mine, other = browser(hall), browser(hall)
    answer = change(mine, **sent)
    assert answer.status_code == 422
    assert said in re.search(rf'id="{field}-said">(.*?)</p>', answer.text, re.DOTALL)[1]
    assert answer.text.count('class="err"') == 1
    assert not re.search(r'type="password"[^>]* value=', answer.text)
    assert is_in(other)
    assert acts(hall, "wang") == []


@pytest.mark.parametrize("sent", [{}, {"again": "something else"}])
def test_who_signs_in_elsewhere_meanwhile_does_not_make_the_present_password_wrong(hall, monkeypatch, sent):
    client = browser(hall)
    renew_meanwhile(hall, monkeypatch, "wang", PASSWORD)
    answer = change(client, **sent)
    assert answer.status_code == (422 if sent else 303)
    assert "not your present password" not in answer.text
    with hall.database.reading() as session:
        assert session.scalars(select(DbSignIn)).all() == []


def test_a_password_that_an_administrator_has_replaced_meanwhile_changes_nothing(hall, monkeypatch):
    client = browser(hall)
    renew_meanwhile(hall, monkeypatch, "wang", "quite another one")
    answer = change(client)
    assert (answer.status_code, "not your present password" in answer.text) == (422, True)
    assert acts(hall, "wang") == []


def test_a_password_is_measured_once(hall, monkeypatch):
    measured = []
    monkeypatch.setattr("zxcvbn.zxcvbn", lambda *_, **__: measured.append(1) or {"score": 4})
    assert change(browser(hall)).location == "/account"
    assert measured == [1]


def test_guessing_the_present_password_slows_down_as_at_the_sign_in(hall):
    client = browser(hall)
    for _ in range(5):
        change(client, present="a guess")
    assert "Too many wrong passwords" in change(client).text
    assert is_in(client)


def test_who_knows_the_present_password_may_try_many_new_ones(hall):
    client = browser(hall)
    for _ in range(6):
        assert "Many people choose this password" in change(client, new="password12").text
    assert change(client).location == "/account"


def test_a_first_password_has_to_be_changed_before_anything_else(hall):
    first = newcomer(hall)
    client = hall.visitor()
    client.post("/sign-in", data={"login": "lin", "password": first, "next": "/cases?state=late"})
    sent_on = client.get("/cases?state=late")
    assert sent_on.location == "/account/password?next=/cases?state%3Dlate"
    assert 'name="next" value="/cases?state=late"' in client.get(sent_on.location).text
    for address in ("/work", "/account", "/search/suggest?q=L2609", "/nothing"):
        assert client.get(address).location.startswith("/account/password"), address
    for address in ("/register", "/tasks/1", "/account/sign-out-elsewhere"):
        assert client.post(address, data={}).location == "/account/password", address
    assert change(client, first, "short", next="/cases?state=late").status_code == 422
    assert change(client, first, next="/cases?state=late").location == "/cases?state=late"
    assert is_in(client)
    assert client.get("/account/password").location == "/account#password"
    assert [kind for kind, *_ in acts(hall, "lin")] == ["added", "password_changed"]


def test_a_first_password_may_be_left_alone_by_signing_out(hall):
    client = hall.visitor()
    client.post("/sign-in", data={"login": "lin", "password": newcomer(hall)})
    assert client.post("/sign-out").location == "/sign-in"
    assert client.get("/account/password").status_code == 302


@pytest.mark.both_databases
def test_a_reset_password_is_shown_once_and_ends_everything_before(hall):
    look, hers, stranger = hall.visitor("admin"), browser(hall), hall.visitor()
    for _ in range(6):
        stranger.post("/sign-in", data={"login": "wang", "password": "a guess"})
    asked = look.get("/admin/people/wang/password").text
    assert "Reset the password of Wang Li?" in asked
    refused = look.post("/admin/people/wang/password", data={"reason": " "})
    assert refused.status_code == 422
    assert is_in(hers)
    page = look.post("/admin/people/wang/password", data={"reason": "She forgot it."}).text
    password = re.search(r'<b class="code">([^<]+)</b>', page)[1]
    assert password not in look.get("/admin/people/wang").text
    assert not is_in(hers)
    assert hall.visitor().post("/sign-in", data={"login": "wang", "password": PASSWORD}).status_code == 422
    again = browser(hall, password=password)
    assert again.get("/work").location.startswith("/account/password")
    assert change(again, password).status_code == 303
    assert is_in(again)
    assert acts(hall, "wang")[0] == ("password_reset", "admin", "She forgot it.")
    assert "She forgot it." in look.get("/admin/people/wang").text


def test_who_is_locked_out_is_let_in_again(hall):
    look, outside = hall.visitor("admin"), hall.visitor()
    for _ in range(6):
        outside.post("/sign-in", data={"login": "wang", "password": "wrong"})
    assert outside.post("/sign-in", data={"login": "wang", "password": PASSWORD}).status_code == 422
    assert "Locked after too many wrong passwords" in look.get("/admin/people/wang").text
    assert "Locked" not in look.get("/admin/people/he").text
    assert look.post("/admin/people/he/unlock", data={"reason": "It was he."}).status_code == 303
    assert outside.post("/sign-in", data={"login": "wang", "password": PASSWORD}).status_code == 422
    assert look.post("/admin/people/wang/unlock", data={}).status_code == 422
    assert look.post("/admin/people/wang/unlock", data={"reason": "It was her."}).location == "/admin/people/wang"
    assert "Locked" not in look.get("/admin/people/wang").text
    assert is_in(browser(hall))
    assert acts(hall, "wang") == [("unlocked", "admin", "It was her.")]
    assert "It was her." not in look.get("/admin/people/he").text


def test_a_stranger_keeps_nobody_out_of_a_browser_that_is_known(hall):
    mine, stranger = browser(hall), hall.visitor()
    mine.post("/sign-out")
    for _ in range(6):
        stranger.post("/sign-in", data={"login": "wang", "password": "a guess"})
    right = {"login": "wang", "password": PASSWORD}
    assert "Too many wrong passwords" in stranger.post("/sign-in", data=right).text
    assert mine.post("/sign-in", data=right).status_code == 303
    stranger.set_cookie("kesu_known", mine.get_cookie("kesu_known").value + "x")
    assert stranger.post("/sign-in", data=right).status_code == 422
    assert "wang" not in mine.get_cookie("kesu_known").value


def test_the_addresses_of_one_network_are_one_place(hall):
    wrong, right = {"login": "wang", "password": "a guess"}, {"login": "wang", "password": PASSWORD}
    for number in range(6):
        hall.visitor().post("/sign-in", data=wrong, environ_base={"REMOTE_ADDR": f"2001:db8::{number}:1"})
    for address, status in (("2001:db8::ffff", 422), ("::ffff:192.0.2.9", 303), ("2001:db8:0:1::1", 303)):
        answer = hall.visitor().post("/sign-in", data=right, environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == status, address


@pytest.mark.both_databases
def test_administrators_sign_somebody_out_and_see_when_they_were_there(hall):
    look, hers = hall.visitor("admin"), browser(hall)
    hall.clock.advance(timedelta(minutes=30))
    hers.get("/work")
    assert "09-28 10:00:00" in look.get("/admin/people").text
    assert "on 1 browser" in look.get("/admin/people/wang").text
    look.post("/admin/people/wang/sign-out", data={"reason": "The laptop was stolen."})
    assert not is_in(hers)
    assert acts(hall, "wang") == [("signed_out", "admin", "The laptop was stolen.")]
    assert "09-28 10:00:00" in look.get("/admin/people").text


def test_changes_are_written_down_with_before_and_after(hall):
    look, hers = hall.visitor("admin"), browser(hall)
    data = {"name_zh": "王丽", "name_en": "Wang Li", "groups": ["qc"], "active": "on"}
    look.post("/admin/people/wang", data=data)
    look.post("/admin/people/wang", data=data)
    assert is_in(hers)
    page = look.get("/admin/people/wang").text
    assert "Units and roles: Sales → Quality control" in page
    del data["active"]
    look.post("/admin/people/wang", data=data)
    assert not is_in(hers)
    assert "May sign in: yes → no" in look.get("/admin/people/wang").text
    look.post("/admin/people/wang", data=data | {"active": "on"})
    assert not is_in(hers)
    assert [kind for kind, *_ in acts(hall, "wang")] == ["changed"] * 3


def test_ones_own_password_is_not_reset_but_changed(hall):
    look = hall.visitor("admin")
    answer = look.post("/admin/people/admin/password", data={"reason": "why not"})
    assert answer.status_code == 422
    assert "on your account page" in answer.text
    assert is_in(look)
    assert "/admin/people/admin/password" not in look.get("/admin/people/admin").text


def test_no_page_says_a_password_again(hall, monkeypatch):
    from engine.errors import Busy
    from web.account import pages as account

    def busy(*_given, **_more):
        raise Busy

    client, secrets = browser(hall), ("the present one", "the one to come")
    monkeypatch.setattr(account.proving, "prove", busy)
    answers = [change(client, *secrets)]
    assert answers[0].status_code == 503
    monkeypatch.undo()
    client.post("/sign-out")
    answers.append(change(client, *secrets))
    assert answers[1].status_code == 401
    hall.app.config["WTF_CSRF_ENABLED"] = True
    answers.append(change(browser_without_token(hall), *secrets))
    assert answers[2].status_code == 400
    for answer in answers:
        assert not any(each in answer.text for each in secrets)


def browser_without_token(hall):
    hall.app.config["WTF_CSRF_ENABLED"] = False
    client = browser(hall)
    hall.app.config["WTF_CSRF_ENABLED"] = True
    return client


@pytest.mark.parametrize("act", ["password", "unlock", "sign-out"])
def test_accounts_are_looked_after_by_administrators_only(hall, act):
    for login in ("wang", "feng"):
        client = hall.visitor(login)
        assert client.get(f"/admin/people/he/{act}").status_code == 404
        assert client.post(f"/admin/people/he/{act}", data={"reason": "I want to"}).status_code == 404
    look = hall.visitor("admin")
    assert look.get(f"/admin/people/nobody/{act}").status_code == 404
    assert look.post(f"/admin/people/nobody/{act}", data={"reason": "who?"}).status_code == 404
    assert acts(hall, "he") == acts(hall, "nobody") == []


@pytest.mark.both_databases
def test_what_was_done_to_an_account_cannot_be_unwritten(hall):
    newcomer(hall)
    for statement in ("UPDATE person_act SET actor = 'nobody'", "DELETE FROM person_act"):
        with pytest.raises(DBAPIError), hall.database.transaction() as session:
            session.execute(text(statement))
    assert acts(hall, "lin") == [("added", "admin", None)]


@pytest.mark.both_databases
def test_people_of_the_demo_keep_the_password_of_the_read_me(hall):
    from processes.demo.people import settle
    from processes.people import passwords

    with hall.database.transaction() as session:
        settle(session, passwords.hash_new(PASSWORD, "low"))
        assert not session.scalars(select(DbPerson.login).where(DbPerson.must_change_password)).all()
