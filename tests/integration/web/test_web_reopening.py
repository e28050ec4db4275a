"""A closed case is opened again: asked for, decided by somebody else, with a round and deadlines of its own."""

import threading
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from at_once import at_once
from hall import COMPLAINT
from sqlalchemy import select

from engine.errors import SeparationOfDuties
from engine.run import instances
from processes.cases import register, reopening
from processes.cases.schema import DbCase, DbCaseClockPast, DbCaseEntry

REQUEST = {"reopen_asked_by": "customer", "reopen_reason": "客户寄来新的检验报告，与原结论不符。"}
EXPLAINED = {
    "reject_reason": "机器铭牌为 220 伏，客户接到 380 伏电源，烧毁不属产品缺陷；使用说明书第 4 页已注明电压。",
    "reject_apology": "给您带来不便，我们深感遗憾。",
    "reject_objection_how": "如有不同意见，请在五个工作日内来信或来电。",
    "reply_channel": "email",
    "reply_to": "lin@example.com",
}
AGAIN = {"reopen_decision": "again", "reopen_decision_reason": "新的检验报告应当核查。"}


@pytest.fixture
def closed(make_hall):
    """A case that was not accepted, and its number; zhao has confirmed that."""
    hall = make_hall()
    number = hall.register()
    hall.do("UT_AcceptCase", "wang")
    refused = {"verify_result": "misunderstanding", "verify_reason": "客户把 220 伏机器接到 380 伏电源。"}
    hall.do("UT_Verify", "wang", checked_items=["order"], **refused)
    hall.do("UT_ExplainReject", "wang", **EXPLAINED)
    hall.do("UT_HeadConfirmReject", "zhao", reject_decision="confirm")
    hall.until("2026-10-12T12:00")
    assert case_of(hall).status == "closed"
    return hall, number


def case_of(hall):
    with hall.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        session.expunge(case)
        return case


def test_who_may_ask_finds_it_on_the_page_within_the_window(closed):
    hall, number = closed
    assert f"/cases/{number}/reopen" in hall.visitor("sun").get(f"/cases/{number}").text
    assert f"/cases/{number}/reopen" not in hall.visitor("zhao").get(f"/cases/{number}").text
    for login in ("zhao", "admin"):  # whoever is not among those who ask is not offered it, administrators neither
        assert hall.visitor(login).get(f"/cases/{number}/reopen").status_code == 404
    hall.clock.set(hall.clock.now() + timedelta(days=40))
    assert f"/cases/{number}/reopen" not in hall.visitor("sun").get(f"/cases/{number}").text
    assert hall.visitor("sun").post(f"/cases/{number}/reopen", data=REQUEST).status_code == 404


def test_a_further_round_has_deadlines_of_its_own_and_keeps_the_first_decision(closed):
    hall, number = closed
    first, breach = case_of(hall), hall.clock.now() - timedelta(days=1)
    with hall.database.transaction() as session:
        [clock] = register.find_by_number(session, number).clocks
        clock.breached_at, stopped = breach, clock.stopped_at
        assert stopped is not None
    sun = hall.visitor("sun")
    assert "Why the case should be opened again" in sun.get(f"/cases/{number}/reopen").text
    assert sun.post(f"/cases/{number}/reopen", data=REQUEST | {"reopen_reason": ""}).status_code == 422
    pressed = REQUEST | {"_once": "of this page"}
    assert [sun.post(f"/cases/{number}/reopen", data=pressed).status_code for _ in range(2)] == [303, 303]
    again = sun.post(f"/cases/{number}/reopen", data=REQUEST)
    assert (again.status_code, "Sun Yue asked at 2026-10-12 12:00" in again.text) == (409, True)
    assert REQUEST["reopen_reason"] in again.text
    assert hall.open_tasks() == ["UT_Decide"]
    board = hall.visitor("gao")
    assert number in board.get("/work?view=group").text
    assert "200 件中 12 件壳体浇口处开裂" in board.get(f"/cases/{number}").text  # who decides reads what it is about
    hall.do("UT_Decide", "gao", **AGAIN)
    case = case_of(hall)
    assert (case.number, case.status, case.outcome, case.closed_at) == (number, "open", None, None)
    assert case.instance_id != first.instance_id
    hall.do("UT_Register", "sun", **(COMPLAINT | {"received_at": None}))
    with hall.database.reading() as session:
        row = session.scalars(select(DbCase)).one()
        assert [each.start_at for each in row.clocks] == [hall.clock.now()]
        note = session.scalars(select(DbCaseEntry).where(DbCaseEntry.kind == "reopened")).one()
        assert note.data["outcome"] == first.outcome
        before = session.scalars(select(DbCaseClockPast)).one()
        assert (before.name, before.breached_at, before.stopped_at) == ("reply", breach, stopped)
    page = hall.visitor("gao").get(f"/cases/{number}").text
    for said in (
        "Opened again",
        "Written reply, before",
        "Closed before as: not accepted: misunderstanding",
        "新的检验报告应当核查",
        "烧毁不属产品缺陷",
        f"instance={first.instance_id}",
    ):
        assert said in page
    assert hall.visitor("gao").get("/cases?state=all").text.count(f'href="/cases/{number}"') >= 1
    way = hall.visitor("gao").get(f"/cases/{number}?instance={first.instance_id}&diagram=kb_sales_quality").text
    assert "data-process" in way or "kb_sales_quality" in way


@pytest.mark.both_databases
def test_of_two_who_ask_at_once_the_second_is_told(closed, monkeypatch):
    hall, number = closed
    find, gate = reopening.find, threading.Barrier(2)

    def both_look_first(*given):
        found = find(*given)
        with suppress(threading.BrokenBarrierError):
            gate.wait(0.5)  # the second does not come here before the first is through
        return found

    people = [hall.visitor(login) for login in ("sun", "wang")]
    monkeypatch.setattr(reopening, "find", both_look_first)
    answers = at_once(*[partial(each.post, f"/cases/{number}/reopen", data=REQUEST) for each in people])
    assert sorted(each.status_code for each in answers) == [303, 409]
    assert hall.open_tasks() == ["UT_Decide"]


def test_whoever_decided_first_does_not_decide_on_the_request(closed):
    hall, number = closed
    with hall.database.transaction() as session:
        instances.start(
            session,
            "sub_reopening",
            variables={
                "askers": "intake",
                "deciders": "dept_head, gm_office",
                "decided": "UT_HeadConfirmReject",
                "severity": None,
            },
            business_key=number,
            by=hall.actor("sun"),
        )
    hall.do("UT_Ask", "sun", **REQUEST)
    with pytest.raises(SeparationOfDuties):
        hall.do("UT_Decide", "zhao", **AGAIN)
    hall.do("UT_Decide", "gao", reopen_decision="closed", reopen_decision_reason="没有新的事实，维持原结论。")
    assert case_of(hall).status == "closed"
    assert hall.open_tasks() == []
