"""The general manager's office by hand: a month's meeting, and the penalty for a severe case."""

from datetime import datetime
from pathlib import Path

import pytest
from by_hand import PEOPLE, Play, ways
from sqlalchemy import update

from processes.cases.schema import DbCase
from processes.demo import PASSWORD
from processes.people import organisation, passwords

pytestmark = pytest.mark.seconds(25)

PROCESSES = Path("processes")


@pytest.mark.parametrize("shared", ways())
def test_a_months_meeting_with_its_resolutions(house, visit, shared):
    path = PROCESSES / "review_meeting/scenarios/meeting_held.yaml"
    hands = {"UT_Report", "UT_Supervise"}
    at = "/start/review_meeting"
    play = Play(house, visit, path, "RM-2026-000001", at=at, ways=shared, listed=False, by_hand=hands)
    play.before("refuse")
    play.refuses("决议 · 请填写此项。", "Resolution · Fill this in.")
    play.refuses("到期 · 请填写此项。", "Due · Fill this in.")
    play.next()
    play.before("UT_Improve")
    play.next(sees=["加装模温联锁。"] * 2)
    play.before("UT_Supervise")
    play.next(sees=["联锁已验收，低温无法开模。"] * 2)
    play.before("UT_Improve")
    play.shows("tang", "逾期 · 1", "Overdue · 1", "/work?view=group")
    play.walk()
    play.case_shows("gao", "已召开，决议已落实", "held and carried out")


@pytest.fixture
def severe(house, visit):
    """A severe case that was closed the month before, and somebody who proposes and approves at once."""
    path = PROCESSES / "kb_sales_quality/scenarios/v01_happy_path.yaml"
    Play(house, visit, path, "KB-2026-000001", by_hand=()).before("UT_AcceptCase")
    both = ("gm_office", "gm")
    hashed = passwords.hash_checked(PASSWORD, "low")
    closed = {"severity": "S2", "closed_at": datetime.fromisoformat("2026-10-20T16:00+08:00")}
    with house.database.transaction() as session:
        session.execute(update(DbCase).values(closed))
        organisation.create_person(session, "double", name_zh="双聘", name_en="Both", password=hashed, groups=both)
    return PEOPLE | {"double": both}


@pytest.mark.parametrize("shared", ways())
def test_a_penalty_that_comes_back_once(house, visit, severe, shared):
    path = PROCESSES / "reward_penalty/scenarios/penalty_bonus.yaml"
    at = "/start/reward_penalty"
    hands = {"UT_Attribute", "UT_Notice"}
    play = Play(house, visit, path, "RP-2026-000001", at=at, people=severe, ways=shared, listed=False, by_hand=hands)
    play.before("refuse")
    play.refuses("无责任归属时不得奖罚。", "Nobody is responsible: then nothing follows.")
    play.before("refuse")
    play.refuses("请由他人办理", "somebody else has to")
    play.next(sees=["¥800.00"] * 2)
    play.next(sees=["金额过高，减半。"] * 2)
    play.before("refuse")
    play.refuses("不能是将来的时间。", "cannot lie in the future")
    play.next()
    play.walk()
    play.case_shows("ma", "已审视", "reviewed")
