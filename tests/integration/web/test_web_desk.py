"""The desk as a whole: who types beside one, what is new meanwhile, what a page costs."""

import re

import pytest
import story
from counting import counting
from sqlalchemy import select

from engine.run import tasks
from engine.store.schema import DbTask

MOST_STATEMENTS = 31
"""For the list of my work with its counts and the first task beside it; who may read private cases is asked of what is
declared now, which is read once in each of the three transactions: who one is, the page, the bell. Three more ask of the
task beside the list whether its case is closed to who looks, by its number, too, and whether the form alone is shown."""


@pytest.fixture
def passed_on(hall):
    """A task into which Wang was still typing when it was passed on to He."""
    hall.register()
    hall.until("2026-09-28T10:05")
    hall.do("UT_AcceptCase", "wang")
    task = hall.claim("UT_Verify", "wang")
    hall.visitor("wang").post(f"/tasks/{task}/draft", data={"verify_result": "accept"})
    with hall.database.transaction() as session:
        tasks.reassign(session, task, "he", by=hall.actor("wang"), reason="on leave")
    return hall, task


@pytest.mark.both_databases
def test_somebody_who_types_beside_one_is_named(passed_on):
    hall, task = passed_on
    client = hall.visitor("he")
    assert "Wang Li is typing here, too" in client.get(f"/tasks/{task}").text
    assert "Wang Li is typing here, too" in client.get(f"/tasks/{task}/pane").text
    answer = client.post(f"/tasks/{task}/draft", data={"verify_result": "accept"}).text
    assert answer == "Draft saved 10:05 · Wang Li is typing here, too"
    assert "王丽也正在填写" in hall.visitor("he", "zh").get(f"/tasks/{task}").text
    assert "He Jun is typing here, too" in hall.visitor("wang").get(f"/tasks/{task}").text


def test_nobody_types_for_ever(passed_on):
    hall, task = passed_on
    hall.until("2026-09-28T10:09")
    client = hall.visitor("he")
    assert "is typing here" not in client.get(f"/tasks/{task}").text
    assert client.post(f"/tasks/{task}/draft", data={}).text == "Draft saved 10:09"


@pytest.mark.both_databases
def test_a_page_that_stands_open_hears_what_is_new(hall):
    hall.register()
    client = hall.visitor("wang")
    page = client.get("/work?view=group").text
    address = re.search(r'data-news="([^"]+)"', page)[1].replace("&amp;", "&")
    before = client.get(address).json
    assert before["tasks"] == [int(number) for number in re.findall(r'data-task="(\d+)"', page)]
    number = hall.register()
    assert len(client.get(address).json["tasks"]) == 2
    hall.visitor("sun").post(f"/cases/{number}/comment", data={"text": "x"})
    assert client.get(address).json["unread"] == before["unread"]
    assert client.get("/work/news?view=waiting").json["tasks"] == []
    assert len(hall.visitor("sun").get("/work/news?view=waiting").json["tasks"]) == 2


def test_news_are_for_who_is_signed_in(hall):
    assert hall.visitor().get("/work/news", headers={"HX-Request": "true"}).status_code == 401


@pytest.mark.both_databases
def test_the_list_costs_the_same_for_one_task_and_for_many(hall):
    client = hall.visitor("wang")
    for name in ("one", "two", "three"):
        client.post("/work/views/new", data={"view": "group", "name": name, "q": name})

    def cost():
        client.get("/work")
        with counting(hall.database) as (statements, _):
            assert client.get("/work").status_code == 200
        return len(statements)

    def claim_all():
        with hall.database.transaction() as session:
            for task in session.scalars(
                select(DbTask.id).where(DbTask.element == "UT_AcceptCase", DbTask.status == "open")
            ):
                tasks.claim(session, task, by=hall.actor("wang"))

    story.accepted(hall)
    hall.claim("UT_FillSlip", "wang")
    hall.register()
    claim_all()
    few = cost()
    for _ in range(10):
        hall.register()
    claim_all()
    assert cost() == few <= MOST_STATEMENTS
