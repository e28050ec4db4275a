"""A sign-in ends where it was made: on the server, whatever cookie a browser brings back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from counting import listening
from flask import g
from hall import PASSWORD, renew_meanwhile
from sqlalchemy import select

from processes.people.schema import DbOpenSignIn, DbPerson
from processes.settings import Settings
from web.shell import proving


def is_in(client):
    return client.get("/work").status_code == 200


def cookie_of(client):
    return client.get_cookie("kesu").value


def last_seen(hall, login="wang"):
    with hall.database.reading() as session:
        return session.get_one(DbPerson, login).last_seen_at


def test_signing_out_is_not_undone_by_a_request_in_flight(hall):
    client = hall.visitor("wang")
    assert is_in(client)
    cookie = cookie_of(client)
    client.post("/sign-out")
    client.set_cookie("kesu", cookie)
    assert not is_in(client)
    assert client.post("/tasks/1/claim").status_code == 401


def test_answers_do_not_bring_the_cookie_back(hall):
    client = hall.visitor("wang")
    client.get("/work")
    for address in ("/work", "/cases"):
        assert "kesu=" not in client.get(address).headers.get("Set-Cookie", "")


def test_the_cookie_says_neither_who_nor_what_the_table_says(hall):
    client = hall.visitor("wang")
    with hall.database.reading() as session:
        kept = session.scalars(select(DbOpenSignIn.token_hash)).one()
    with hall.app.test_request_context(headers={"Cookie": f"kesu={cookie_of(client)}"}):
        from flask import session as carried

        assert carried["_user_id"] not in ("wang", kept)


def test_each_browser_has_its_own_sign_in(hall):
    one, two = hall.visitor("wang"), hall.visitor("wang")
    one.post("/sign-out")
    assert not is_in(one)
    assert is_in(two)


def test_signing_in_again_on_a_browser_takes_the_place_of_what_was_there(hall):
    client = hall.visitor("wang")
    cookie = cookie_of(client)
    client.post("/sign-in", data={"login": "he", "password": PASSWORD})
    with hall.database.reading() as session:
        assert session.scalars(select(DbOpenSignIn.person)).all() == ["he"]
    client.set_cookie("kesu", cookie)
    assert not is_in(client)


def test_whoever_is_no_longer_active_is_signed_out_at_once(hall):
    client = hall.visitor("wang")
    with hall.database.transaction() as session:
        session.get_one(DbPerson, "wang").active = False
    assert not is_in(client)


@pytest.mark.both_databases
def test_pages_keep_a_sign_in_alive_but_drafts_do_not(make_hall):
    hall = make_hall(settings=Settings(password_cost="low"))
    working, away = hall.visitor("wang"), hall.visitor("sun")
    for _ in range(13):
        hall.clock.advance(timedelta(hours=1))
        working.get("/work")
        away.post("/register/kb_sales_quality/draft", data={"name": "half"}, headers={"HX-Request": "true"})
    assert is_in(working)
    assert not is_in(away)


def test_a_sign_in_ends_however_busy_somebody_is(make_hall):
    hall = make_hall(settings=Settings(password_cost="low", sign_in_most_hours=20))
    working = hall.visitor("wang")
    for _ in range(19):
        hall.clock.advance(timedelta(hours=1))
        working.get("/work")
    assert is_in(working)
    hall.clock.advance(timedelta(hours=1))
    assert not is_in(working)


def test_being_there_is_written_down_now_and_then(hall):
    client, first = hall.visitor("wang"), hall.clock.now()
    hall.clock.advance(timedelta(minutes=4))
    client.get("/work")
    assert last_seen(hall) == first
    hall.clock.advance(timedelta(minutes=1))
    client.get("/work")
    assert last_seen(hall) == hall.clock.now()


def test_nobody_is_refused_because_being_there_cannot_be_written_down(hall, monkeypatch):
    from engine.errors import Busy
    from web.account import sign_in

    def busy(*_given):
        raise Busy

    client, first = hall.visitor("wang"), hall.clock.now()
    hall.clock.advance(timedelta(minutes=10))
    monkeypatch.setattr(sign_in.sign_ins, "seen", busy)
    assert is_in(client)
    assert last_seen(hall) == first


def test_what_a_page_reads_is_given_back_before_anything_is_written(hall, monkeypatch):
    client, read_on = hall.visitor("wang"), []
    hall.clock.advance(timedelta(minutes=10))
    monkeypatch.setattr("web.account.sign_in.sign_ins.seen", lambda *_given: read_on.append("begun" in g))
    assert is_in(client)
    assert read_on == [False]


def test_the_sign_in_and_whose_it_is_are_found_in_one_statement(hall):
    client, asked = hall.visitor("wang"), []
    with listening(hall.database, "before_cursor_execute", lambda *given: asked.append(given[2])):
        assert client.get("/search/suggest?q=x").status_code == 200
    assert sum("open_sign_in" in each for each in asked) == 1
    # a second one gives the groups, and for whom the person stands in
    assert sum("FROM person" in each or "JOIN person" in each for each in asked) == 2


@pytest.mark.parametrize("token", ["wang", "admin", "", "x" * 5000])
def test_a_made_up_token_opens_nothing(hall, token):
    client = hall.visitor()
    with client.session_transaction() as carried:
        carried["_user_id"] = token
    assert not is_in(client)


@pytest.mark.parametrize(("kept", "status"), [(PASSWORD, 303), ("quite another one", 422)])
def test_a_password_that_was_renewed_while_it_was_compared_is_right(hall, monkeypatch, kept, status):
    renew_meanwhile(hall, monkeypatch, "wang", kept)
    answer = hall.visitor().post("/sign-in", data={"login": "wang", "password": PASSWORD})
    assert answer.status_code == status


def test_who_guesses_with_many_threads_leaves_room_for_others(hall, monkeypatch):
    known, right = hall.visitor(), {"login": "wang", "password": PASSWORD}
    assert known.post("/sign-in", data=right).status_code == 303
    known.post("/sign-out")
    monkeypatch.setattr(proving, "WAIT_SECONDS", 0)
    monkeypatch.setitem(proving._present, "address 127.0.0.1", proving.MOST_OF_ONE)
    stranger = hall.visitor()
    assert "Many are signing in from your network" in stranger.post("/sign-in", data=right).text
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    assert stranger.post("/sign-in", data=right, environ_base=elsewhere).status_code == 303
    monkeypatch.setitem(proving._present, "address 192.0.2.9", proving.MOST_OF_ALL)
    assert hall.visitor().post("/sign-in", data=right, environ_base={"REMOTE_ADDR": "192.0.2.10"}).status_code == 422
    assert known.post("/sign-in", data=right).status_code == 303


def test_who_comes_when_others_of_the_same_network_do_waits_a_moment(hall, monkeypatch):
    right, place = {"login": "wang", "password": PASSWORD}, "address 127.0.0.1"
    monkeypatch.setattr(proving, "WAIT_SECONDS", 60)
    monkeypatch.setitem(proving._present, place, proving.MOST_OF_ONE)
    all_wait = Event()

    class Waiting(dict):
        def __setitem__(self, me, where):
            super().__setitem__(me, where)
            if len(self) == proving.MOST_WAITING:
                all_wait.set()

    monkeypatch.setattr(proving, "_waiting", Waiting())
    visitors = [hall.visitor() for _ in range(proving.MOST_WAITING)]
    with ThreadPoolExecutor(proving.MOST_WAITING) as pool:
        waiting = [pool.submit(each.post, "/sign-in", data=right) for each in visitors]
        assert all_wait.wait(60)
        assert hall.visitor().post("/sign-in", data=right).status_code == 422  # no thread waits for one more
        elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
        assert hall.visitor().post("/sign-in", data=right, environ_base=elsewhere).status_code == 303
        assert not any(each.done() for each in waiting)
        with proving._room:
            proving._present[place] -= 1
            proving._room.notify_all()
        assert [each.result().status_code for each in waiting] == [303, 303]
    assert not proving._waiting
