"""What is disputed, by hand: a measure returned twice across a week of holidays, a supplier who is liable as well."""

from pathlib import Path

import pytest
from by_hand import Play, ways

pytestmark = pytest.mark.seconds(25)

SCENARIOS = Path("processes/kb_sales_quality/scenarios")
NUMBER = "KB-2026-000001"


@pytest.mark.parametrize("shared", ways())
def test_v04_returned_twice_and_mediated_after_the_holidays(house, visit, shared):
    hands = {"UT_Register", "UT_StateDispute", "UT_StateUnit", "UT_Compose"}
    play = Play(house, visit, SCENARIOS / "v04_dispute_twice.yaml", NUMBER, ways=shared, by_hand=hands)
    play.next()
    play.shows("zhou", "10月8日（四）24:00", "Thu 8 Oct, 24:00")
    play.before("UT_CmInvestigate", 2)
    play.next(sees=["其余 188 件没有处理，客户无法接受。"] * 2)
    play.before("refuse")
    play.refuses("已用 2 次（上限 2 次）", "Used 2 of 2; no further re-work")
    play.next(sees=("双方陈述意见。七日时限继续计算。", "both sides state their position. The seven days run on."))
    play.before("UT_Mediate")
    play.next(sees=("10月8日（四）24:00 到期", "Due Thu 8 Oct, 24:00"))
    play.case_shows("sun", "更换 12 件，其余到客户处全检。", "更换 12 件，其余到客户处全检。")
    play.before("message")
    play.case_shows("li", "10/8（四）16:30 已答复", "Answered Thu 8 Oct 16:30")
    assert house.mail.sent["TPL-REPLY"] == 1
    play.walk()
    play.case_shows("li", "成立，10/14（三）", "upheld, Wed 14 Oct")


@pytest.mark.parametrize("shared", ways())
def test_v05_a_supplier_is_liable_as_well(house, visit, shared):
    hands = {"UT_Convene", "UT_PartyPosition", "UT_CoSign"}
    play = Play(house, visit, SCENARIOS / "v05_supplier_jointly_liable.yaml", NUMBER, ways=shared, by_hand=hands)
    play.before("UT_QcAttribute")
    play.next(sees=("由总经理会同", "the general manager handles it"))
    play.before("UT_UnitOpinion")
    play.next(sees=["杂质从何而来，各方应承担多少责任？"] * 2)
    play.before("refuse")
    play.shows("li", "核定责任比例与本公司解决方式", "Decide on shares and our own solution", "/work?view=waiting")
    play.refuses("各方比例之和须为 100 %。", "The shares must sum to 100 %")
    play.before("UT_CoSign")
    play.next(sees=["赔偿 80000 元，由本公司先行支付。"] * 2)
    play.shows("pan", "追偿", "Claim the share", "/work?view=group")
    play.before("UT_Approve")
    play.next(sees=["¥80,000.00"] * 2)
    play.walk()
    assert house.mail.sent["TPL-REPLY"] == 1
    play.case_shows("li", "3/9（一）15:00 已答复", "Answered Mon 9 Mar 15:00")
