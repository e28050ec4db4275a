"""The bell: who hears of what, and where it leads."""

import re
from datetime import timedelta

import pytest
import story
from sqlalchemy import func, select

from engine.errors import Busy
from engine.run import tasks
from engine.values import SYSTEM
from processes.cases import held, notices, register
from processes.cases.schema import DbNotice
from processes.people import organisation

pytestmark = pytest.mark.seconds(12)


def heard(hall, login):
    with hall.database.reading() as session:
        rows = session.scalars(select(DbNotice).where(DbNotice.person == login).order_by(DbNotice.id))
        return [(notice.kind, notice.by) for notice in rows]


def bell(client):
    return int(re.search(r"data-unread-number>(\d+)<", client.get("/cases").text)[1])


def test_quality_control_and_the_unit_hear_of_an_investigation_that_is_late(hall):
    story.attributed(hall)
    hall.until("2026-09-29T14:34")
    assert ("told", SYSTEM.id) not in heard(hall, "qian")
    hall.until("2026-09-29T14:35")
    for login in ("chen", "qian", "liu"):
        assert heard(hall, login).count(("told", SYSTEM.id)) == 1
        assert "Tell of the late investigation" in hall.visitor(login).get("/notices").text


def test_who_gets_a_task_and_who_loses_it_hears_of_it(disputed):
    hall, _number = disputed
    task = hall.open_task("UT_ReviewCm")
    hall.visitor("admin").post(f"/tasks/{task}/reassign", data={"to": "he", "reason": "ill"})
    assert (heard(hall, "he"), heard(hall, "wang")[-1:]) == ([("passed_on", "admin")], [("taken", "admin")])
    hall.visitor("he").post(f"/tasks/{task}/reassign", data={"to": "wang", "reason": "back"})
    assert heard(hall, "wang")[-1] == ("passed_on", "he")
    assert len(heard(hall, "he")) == 1
    hall.visitor("admin").post(f"/tasks/{task}/unclaim")
    assert heard(hall, "wang")[-1] == ("taken", "admin")


def test_passing_on_ends_a_snooze(hall):
    hall.register()
    hall.until("2026-09-28T10:05")
    hall.do("UT_AcceptCase", "wang")
    task, client = hall.claim("UT_Verify", "wang"), hall.visitor("wang")
    from engine.run import follow_ups

    with hall.database.transaction() as session:
        until = hall.clock.now() + timedelta(minutes=30)
        follow_ups.snooze(session, task, until, by=hall.actor("wang"))
    client.post(f"/tasks/{task}/reassign", data={"to": "he", "reason": "on leave"})
    assert f'data-pane="/tasks/{task}/pane' in hall.visitor("he").get("/work?view=mine").text


def test_a_comment_is_told_to_who_has_the_case_or_a_task_in_it(disputed):
    hall, number = disputed
    before = len(heard(hall, "wang"))
    hall.visitor("chen").post(f"/cases/{number}/comment", data={"text": "样品已封存", "_once": "k"})
    hall.visitor("chen").post(f"/cases/{number}/comment", data={"text": "样品已封存", "_once": "k"})
    hall.visitor("wang").post(f"/cases/{number}/comment", data={"text": "谢谢", "_once": "k"})
    assert heard(hall, "wang")[before:] == [("comment", "chen")]
    assert heard(hall, "chen") == []
    page = hall.visitor("wang").get("/notices").text
    assert "Chen Wei wrote a comment" in page
    assert "样品已封存" not in page


def test_warning_breach_and_escalation_reach_those_they_are_told_to(disputed):
    hall, _number = disputed
    assert ("warned", "system") in heard(hall, "wang")
    assert ("warned", "system") in heard(hall, "zhao")
    assert heard(hall, "gao") == []
    hall.until("2026-10-13T10:00")
    assert ("breached", "system") in heard(hall, "wang")
    assert ("breached", "system") in heard(hall, "zhao")
    assert heard(hall, "gao") == [("escalated", "system")]
    assert "Escalated to level 2" in hall.visitor("gao").get("/notices").text
    assert "升级" in hall.visitor("gao", "zh").get("/notices").text


@pytest.mark.both_databases
def test_who_would_like_a_task_asks_the_one_who_has_it(disputed):
    hall, _number = disputed
    task, client = hall.open_task("UT_ReviewCm"), hall.visitor("he")
    assert f'action="/tasks/{task}/ask"' in client.get(f"/tasks/{task}").text
    assert f'action="/tasks/{task}/ask"' not in hall.visitor("wang").get(f"/tasks/{task}").text
    before = len(heard(hall, "wang"))
    for _ in range(2):
        assert client.post(f"/tasks/{task}/ask").status_code == 303
    assert heard(hall, "wang")[before:] == [("asked", "he")]
    with hall.database.transaction() as session:
        organisation.set_groups(session, "feng", ["sales"])
    hall.visitor("feng").post(f"/tasks/{task}/ask")
    assert heard(hall, "wang")[before:] == [("asked", "he"), ("asked", "feng")]
    assert "He Jun asks you for: Review the measure" in hall.visitor("wang").get("/notices").text
    hall.visitor("wang").post("/notices/read")
    client.post(f"/tasks/{task}/ask")
    assert heard(hall, "wang")[before:] == [("asked", "he"), ("asked", "feng"), ("asked", "he")]
    assert hall.visitor("wang").post(f"/tasks/{task}/ask").status_code == 409
    assert hall.visitor("stranger").post(f"/tasks/{task}/ask").status_code == 404


def test_a_notice_leads_to_its_task_or_case_and_is_read_then(disputed):
    hall, number = disputed
    task, client = hall.open_task("UT_ReviewCm"), hall.visitor("wang")
    hall.visitor("he").post(f"/tasks/{task}/ask")
    hall.visitor("chen").post(f"/cases/{number}/comment", data={"text": "x", "_once": "k"})
    count = bell(client)
    page = client.get("/notices").text
    numbers = re.findall(r'action="/notices/(\d+)"', page)
    assert count == len(numbers)
    comment, asked = numbers[:2]
    assert re.fullmatch(rf"/cases/{number}#note-\d+", client.post(f"/notices/{comment}").location)
    assert client.post(f"/notices/{asked}").location == f"/tasks/{task}"
    assert bell(client) == count - 2
    hall.do("UT_ReviewCm", "wang", cm_decision="accept")
    assert client.post(f"/notices/{asked}").location == f"/cases/{number}"
    assert client.get("/notices").text.count("<h2>Read</h2>") == 1
    client.post("/notices/read")
    assert bell(client) == 0
    assert "Mark all as read" not in client.get("/notices").text


@pytest.mark.both_databases
def test_nobody_touches_the_notices_of_others(disputed):
    hall, _number = disputed
    with hall.database.reading() as session:
        number = session.scalars(select(DbNotice.id).where(DbNotice.person == "wang")).first()
    for path in (f"/notices/{number}", f"/notices/{number}/read"):
        assert hall.visitor("he").post(path).status_code == 404
    hall.visitor("he").post("/notices/read")
    assert bell(hall.visitor("wang")) > 0


@pytest.mark.both_databases
def test_a_notice_about_a_case_one_may_no_longer_see_says_nothing_of_it(disputed):
    hall, number = disputed
    with hall.database.transaction() as session:
        organisation.set_groups(session, "zhao", ["logistics"])
    client = hall.visitor("zhao")
    page = client.get("/notices").text
    assert "open to other units only" in page
    assert number not in page
    first = re.search(r'action="/notices/(\d+)"', page)[1]
    assert client.post(f"/notices/{first}").location == "/notices"


@pytest.mark.both_databases
def test_old_notices_go_with_the_chores(disputed):
    hall, number = disputed
    assert heard(hall, "wang")
    hall.clock.advance(timedelta(days=hall.kesu.settings.notice_days + 1))
    hall.visitor("chen").post(f"/cases/{number}/comment", data={"text": "x", "_once": "k"})
    assert notices.sweep(hall.database, hall.kesu.office) > 0
    assert heard(hall, "wang") == [("comment", "chen")]
    with hall.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DbNotice)) == 1


def test_a_step_that_tells_nobody_anything_costs_no_statement(hall):
    import sqlalchemy as sa

    story.accepted(hall)
    task, wang = hall.claim("UT_FillSlip", "wang"), hall.actor("wang")
    statements = []
    sa.event.listen(hall.database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    with hall.database.transaction() as session:
        tasks.complete(session, task, by=wang, answers=story.SLIP)
    assert statements
    assert not [text for text in statements if "INTO notice" in text or "DELETE FROM notice" in text]


@pytest.mark.both_databases
def test_a_bell_that_cannot_be_counted_stays_silent(hall, monkeypatch):
    client = hall.visitor("wang")
    hall.app.testing = False

    def broken(*_given):
        raise Busy

    monkeypatch.setattr("processes.cases.notices.count_unread", broken)
    answer = client.get("/cases")
    assert answer.status_code == 200
    assert "data-unread hidden>" in answer.text


@pytest.mark.both_databases
def test_an_empty_bell_says_what_will_ring_it(hall):
    page = hall.visitor("liu").get("/notices").text
    assert "No notices" in page
    assert re.search(r"data-unread hidden>", page)


@pytest.mark.both_databases
def test_the_bell_forgets_a_task_that_is_done_and_a_reply_that_is_out(disputed):
    hall, number = disputed
    task, client = hall.open_task("UT_ReviewCm"), hall.visitor("wang")
    hall.visitor("admin").post(f"/tasks/{task}/reassign", data={"to": "he", "reason": "ill"})
    hall.visitor("he").post(f"/tasks/{task}/reassign", data={"to": "wang", "reason": "back"})
    before = bell(client)
    hall.do("UT_ReviewCm", "wang", cm_decision="dispute", cm_reason="双方意见不一致，请总经理室协调。")
    assert bell(client) == before - 1
    hall.until("2026-10-09T10:00")
    late = bell(client)
    assert late > 0
    with hall.database.transaction() as session:
        case = register.find_by_number(session, number)
        case.clocks[0].stopped_at = hall.clock.now()
    assert bell(client) < late


@pytest.mark.both_databases
def test_the_bell_forgets_a_clock_when_that_clock_stops_though_another_runs(disputed):
    hall, number = disputed
    client = hall.visitor("wang")
    with hall.database.transaction() as session:
        case = register.find_by_number(session, number)
        first = case.clocks[0].name
        moment = hall.clock.now()
        clock = {"name": "other", "place": 9, "rule": {}, "soft": False, "level": 0, "provisional": False}
        held.hang_clock(case, clock | {"start_at": moment, "due_at": moment})
        told = {"clock": "other", "label": {"en": "Other", "zh": "其他"}}
        for clock in (first, "other"):
            data = told | {"clock": clock}
            notices.tell(
                session,
                "breached",
                by=SYSTEM,
                people=["wang"],
                case_id=case.id,
                clock=clock,
                data=data,
            )
    before = bell(client)
    with hall.database.transaction() as session:
        case = register.find_by_number(session, number)
        clock = next(each for each in case.clocks if each.name == first)
        clock.stopped_at = moment
    with hall.database.reading() as session:
        unread = [each.notice.clock for each in notices.of(session, hall.actor("wang")) if each.unread]
    assert first not in unread
    assert "other" in unread
    assert 0 < bell(client) < before


def test_the_notices_of_a_case_stand_together(disputed):
    hall, number = disputed
    client = hall.visitor("wang")
    for text in ("eins", "zwei"):
        hall.visitor("chen").post(f"/cases/{number}/comment", data={"text": text, "_once": text})
    page = client.get("/notices").text
    assert len(re.findall(rf"<h3>{number}", page)) == len(set(re.findall(r"<h2>(Unread|Read)</h2>", page)))
