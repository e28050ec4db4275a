"""The first administrator: made on a page that is open at the machine only, and only while there is nobody."""

import pytest
from hall import Hall
from sqlalchemy import delete, select

from processes.people.schema import DbMembership, DbPerson, DbPersonAct

FORM = {
    "login": "Root",
    "name_zh": "管理员",
    "new_password": "three words in a row",
    "password_again": "three words in a row",
}


@pytest.fixture
def empty(hall):
    with hall.database.transaction() as session:
        session.execute(delete(DbMembership))
        session.execute(delete(DbPerson))
    return hall


def people(hall: Hall):
    with hall.database.reading() as session:
        return session.scalars(select(DbPerson.login)).all()


def test_the_first_person_is_made_and_signs_in(empty):
    client = empty.visitor()
    assert client.get("/sign-in").location == "/first"
    assert client.get("/first").status_code == 200
    assert client.post("/first", data=FORM).location == "/sign-in"
    assert "You are the administrator." in client.get("/sign-in").text
    assert client.post("/sign-in", data={"login": "root", "password": FORM["new_password"]}).status_code == 303
    assert client.get("/admin/people").status_code == 200
    with empty.database.reading() as session:
        assert session.execute(select(DbPersonAct.person, DbPersonAct.kind, DbPersonAct.actor)).all() == [
            ("root", "added", "system")
        ]


@pytest.mark.parametrize(
    "from_elsewhere",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
        {"headers": {"Host": "kesu.example"}},
        {"headers": {"Host": "kesu.example:8000"}},
    ],
)
def test_it_is_not_open_to_others(empty, from_elsewhere):
    client = empty.visitor()
    assert client.get("/first", **from_elsewhere).status_code == 404
    assert client.post("/first", data=FORM, **from_elsewhere).status_code == 404
    assert client.get("/sign-in", **from_elsewhere).status_code == 200
    assert people(empty) == []


def test_it_is_not_open_where_others_reach_the_pages(empty):
    empty.app.config["LOOPBACK"] = False
    assert empty.visitor().post("/first", data=FORM).status_code == 404
    assert people(empty) == []


def test_it_closes_with_the_first_person(hall):
    before = people(hall)
    assert hall.visitor().get("/first").status_code == 404
    assert hall.visitor().post("/first", data=FORM).status_code == 404
    assert people(hall) == before


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"new_password": "1234567890", "password_again": "1234567890"}, "Many people choose this password"),
        ({"new_password": "kesu-demo-2026", "password_again": "kesu-demo-2026"}, "Many people choose this password"),
        ({"password_again": "other words"}, "This is not the same as above"),
        ({"login": "two words"}, "cannot be a login"),
    ],
)
def test_what_is_wrong_is_said(empty, changed, said):
    answer = empty.visitor().post("/first", data=FORM | changed)
    assert answer.status_code == 422
    assert said in answer.text
    assert FORM["new_password"] not in answer.text
    assert people(empty) == []


def test_the_password_of_the_demo_opens_nothing_that_others_can_reach(hall):
    from processes.people import organisation, passwords

    with hall.database.transaction() as session:
        organisation.set_password(session, "wang", passwords.hash_checked(passwords.DEMO, "low"), must_change=False)
    form = {"login": "wang", "password": passwords.DEMO}
    assert hall.visitor().post("/sign-in", data=form).status_code == 303
    hall.app.config["LOOPBACK"] = False
    refused = hall.visitor().post("/sign-in", data=form)
    assert refused.status_code == 422
    assert "The password of the demo is taken at the machine itself only." in refused.text
