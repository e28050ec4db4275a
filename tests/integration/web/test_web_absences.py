"""Substitution through the pages: somebody passes work on for some days, and it is done in both names."""

import re
from datetime import timedelta

import pytest
from hall import COMPLAINT
from sqlalchemy import func, select

from engine import StandIn
from processes.cases.schema import DbNotice
from processes.desk import presses
from processes.desk.schema import DbPressed
from processes.people import accounts, organisation


def stand_in(client, **changes):
    data = {
        "substitute": "stranger",
        "first_day": "2026-09-28",
        "last_day": "2026-09-30",
        "units": ["sales"],
        "reason": "on a journey",
    }
    return client.post("/account/substitutes", data=data | changes)


def test_who_stands_in_does_the_work_for_the_absent_person_until_the_last_day(hall):
    number = hall.register()
    other = hall.visitor("stranger")
    assert other.get(f"/cases/{number}").status_code == 404
    own = hall.visitor("wang")
    assert stand_in(own).status_code == 303
    page = own.get("/account").text
    assert "Lu Ren" in page
    assert "on a journey" in page
    work = other.get("/work?view=group").text
    assert "Take over the case" in work
    assert "for Wang Li" in work
    assert other.get(f"/cases/{number}").status_code == 200
    task = hall.open_task("UT_AcceptCase")
    assert "for Wang Li" in other.get(f"/tasks/{task}").text
    other.post(f"/tasks/{task}/claim")
    other.post(f"/tasks/{task}", data={})
    assert hall.open_tasks() == ["UT_Verify"]
    assert "Lu Ren, for Wang Li" in other.get(f"/cases/{number}").text
    assert ["/end" in each.get("/account").text for each in (own, other)] == [True, False]
    hall.until("2026-10-01T09:00")
    assert "/end" not in own.get("/account").text
    assert "for Wang Li" not in other.get("/work?view=group").text


def test_what_is_pressed_twice_is_one_substitution(hall):
    own = hall.visitor("wang")
    once = re.search(r'name="_once" value="([^"]+)"', own.get("/account").text)[1]
    assert [stand_in(own, _once=once).status_code for _ in range(2)] == [303, 303]
    assert own.get("/account").text.count("on a journey") == 1
    hall.clock.advance(presses.KEPT + timedelta(seconds=1))
    assert stand_in(own, _once="another").status_code == 303
    with hall.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DbPressed)) == 1  # the first is forgotten


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"substitute": "wang"}, "Nobody stands in for themselves"),
        ({"substitute": "nobody"}, "Choose who stands in"),
        ({"substitute": "he"}, "Choose who stands in"),  # who may not sign in any more
        ({"units": []}, "Choose at least one unit"),
        ({"units": ["dept_head"]}, "Choose at least one unit"),
        ({"last_day": "2026-09-27"}, "The last day lies before the first"),
        ({"last_day": "soon"}, "The last day lies before the first"),
        ({"first_day": "soon"}, "The last day lies before the first"),
        ({"reason": " "}, "Give a reason"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(hall, changes, said):
    with hall.database.transaction() as session:
        accounts.change(session, "he", ["sales"], by=hall.actor("admin"), active=False)
    answer = stand_in(hall.visitor("wang"), **changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert changes.get("reason", "on a journey") in answer.text


def test_only_administrators_pass_on_the_work_of_somebody_else(hall):
    assert stand_in(hall.visitor("qian"), person="wang").status_code == 404
    admin = hall.visitor("admin")
    assert stand_in(admin, person="wang").status_code == 303
    page = admin.get("/admin/people/wang").text
    assert "Lu Ren" in page
    assert "somebody stands in" in page
    number = page.split("/account/substitutes/")[1].split("/")[0]
    hall.register()
    other = hall.visitor("stranger")
    assert hall.visitor("qian").post(f"/account/substitutes/{number}/end").status_code == 404
    assert "Take over the case" in other.get("/work?view=group").text
    assert admin.post(f"/account/substitutes/{number}/end").status_code == 303
    assert "Take over the case" not in other.get("/work?view=group").text
    assert admin.post(f"/account/substitutes/{number}/end").status_code == 404
    assert f"/account/substitutes/{number}/end" not in admin.get("/admin/people/wang").text


def test_administration_is_never_passed_on_and_of_the_others_what_was_chosen(hall):
    assert stand_in(hall.visitor("admin"), units=["admin"]).status_code == 422
    with hall.database.transaction() as session:
        organisation.set_groups(session, "admin", ["admin", "qc", "sales"])
    assert stand_in(hall.visitor("admin"), units=["admin", "qc"]).status_code == 303
    assert hall.actor("stranger").stands_in == (StandIn("admin", frozenset({"qc"})),)


@pytest.mark.both_databases
def test_who_stands_in_today_in_that_unit_is_told_what_it_is_told(hall):
    with hall.database.transaction() as session:
        organisation.set_groups(session, "zhao", ["dept_head", "qc"])
    zhao = hall.visitor("zhao")
    stand_in(zhao, units=["dept_head"])
    stand_in(zhao, units=["qc"], substitute="feng")
    stand_in(zhao, units=["dept_head"], substitute="liu", first_day="2026-09-29")
    stand_in(hall.visitor("wang"), substitute="qian")
    number = hall.register(injury_or_safety=True)
    people = ("stranger", "feng", "liu", "qian")
    assert number in hall.visitor("stranger").get("/notices").text
    with hall.database.reading() as session:
        assert {*session.scalars(select(DbNotice.person))}.intersection(people) == {"stranger"}
    others = {each: hall.actor(each).stands_in for each in people}
    zhaos = {"stranger": "dept_head", "feng": "qc"}
    assert others == {each: (StandIn("zhao", frozenset({unit})),) for each, unit in zhaos.items()} | {
        "liu": (),
        "qian": (StandIn("wang", frozenset({"sales"})),),
    }


def test_who_stands_in_registers_for_the_absent_person_and_it_says_so(hall):
    other = hall.visitor("stranger")
    assert other.get("/register/kb_sales_quality").status_code == 404
    assert stand_in(hall.visitor("sun"), units=["intake"]).status_code == 303
    assert "/register/kb_sales_quality" in other.get("/register").location
    typed = COMPLAINT | {"received_at": "2026-09-28T09:30", "restatement_confirmed": "true", "_once": "one"}
    made = other.post("/register/kb_sales_quality", data=typed)
    assert made.status_code == 303, made.text
    page = hall.visitor("sun").get("/cases/KB-2026-000001").text
    assert "Lu Ren, for Sun Yue" in page
