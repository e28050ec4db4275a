"""A patient's complaint by hand, from the nurse's desk to the archive, each person at a browser of their own."""

import pytest
from by_hand import WAYS, Play, cast, ways

pytestmark = pytest.mark.seconds(45)

V12 = "processes/pt_patient/scenarios/v12_agreement_paid.yaml"
V13 = "processes/pt_patient/scenarios/v13_refuses_to_sign.yaml"
NUMBER = "PT-2026-000001"
GROUPS = {
    "nurse": ("护士站", "秦护士"),
    "after_sales": ("售后服务部", "沈岚"),
    "leader": ("科室领导", "顾宏"),
    "hospital_board": ("院领导", "罗院长"),
    "finance": ("财务科", "吴敏"),
    "gift_admin": ("礼品管理", "吕静"),
    "legal": ("法务", "傅律师"),
    "dept_surgery": ("外科", "周主任"),
}
"""The unit and the one person of each group, who is called by its key."""
HANDED_OVER = ("UT_Sign",)
OF_AN_AGREEMENT = {
    *("UT_Register", "UT_Contact", "UT_Consult", "UT_Analyse", "UT_Explain", "UT_Opinion", "MsgAccept", "UT_Prepare"),
    *("UT_Sign", "UT_CounterSign", "UT_FinancePay", "UT_Gift", "UT_Track"),
}
"""What no shared process asks; its tasks are done on their pages by the people of a sales case."""
OF_THE_NO = {"UT_Enquire", "UT_ClearNo", "MsgReject", "UT_RaiseLevel", "UT_Sign", "UT_Routes"}
"""What a clear no and a refusal to sign lead to; all else was done on its page in the case that is agreed on."""


@pytest.fixture
def played(house, visit):
    def play(path, shared, **how):
        at, people = "/register/pt_patient", cast(house, GROUPS)
        return Play(house, visit, path, NUMBER, at=at, people=people, ways=shared, hands=HANDED_OVER, **how)

    return play


@pytest.mark.parametrize("shared", ways())
def test_v12_from_the_nurse_to_the_archive(played, shared):
    play = played(V12, shared, by_hand=OF_AN_AGREEMENT)
    play.walk()
    assert play.open() == []


OPPOSITE = [(language, 1830 - width) for language, width in reversed(WAYS)]


@pytest.mark.parametrize("shared", ways(OPPOSITE))
def test_v13_refuses_to_sign_and_is_told_other_ways(played, shared):
    play = played(V13, shared, listed=False, by_hand=OF_THE_NO)
    play.walk()
    assert play.open() == []
