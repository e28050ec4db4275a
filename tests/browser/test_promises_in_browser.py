"""What is promised and to whom, by hand: beyond one's authority, withdrawn meanwhile, told over three channels."""

from pathlib import Path

import pytest
from by_hand import WAYS, Play, ways

pytestmark = pytest.mark.seconds(25)

SCENARIOS = Path("processes/kb_sales_quality/scenarios")
NUMBER = "KB-2026-000001"


@pytest.mark.parametrize("shared", ways())
def test_v06_beyond_ones_authority_and_promised_too_early(house, visit, shared):
    play = Play(house, visit, SCENARIOS / "v06_over_authority.yaml", NUMBER, ways=shared, by_hand=())
    play.before("UT_Approve")
    play.shows("li", "核示方案及答复", "Approve plan and reply", "/work?view=waiting")
    play.next(sees=["¥5,000.00"] * 2)
    play.before("refuse")
    play.refuses("50000.00", "50000.00")
    play.before("UT_DraftPlan")
    play.next(sees=["¥15,000.00"] * 2)
    play.before("UT_Compose")
    play.next(sees=["¥15,000.00"] * 2)
    assert house.mail.sent["TPL-REPLY"] == 0
    play.before("UT_Compose")
    play.case_shows("gao", "被规则阻止", "Blocked by a rule")
    play.next(sees=("答复承诺 ¥18,000.00，核准 ¥15,000.00", "The letter promises ¥18,000.00, approved are ¥15,000.00"))
    assert house.mail.sent["TPL-REPLY"] == 1
    play.walk()
    play.case_shows("li", "成立，", "upheld, ")


@pytest.mark.parametrize("shared", ways())
def test_v07_withdrawn_in_the_middle_of_the_inspection(house, visit, shared):
    path = SCENARIOS / "withdrawn_defect_found.yaml"
    play = Play(house, visit, path, NUMBER, ways=shared, listed=False, by_hand=("MsgWithdrawRequest",))
    play.before("MsgWithdrawRequest")
    inspector = play.come("wang", "UT_QcAttribute")
    inspector.fill({"confirmed_unit": "injection_workshop", "unit_basis": "注塑工序温度记录低于标准。"})
    play.before("UT_ConfirmWithdrawal")
    play.next(sees=("已自行解决。", "已自行解决。"))
    play.bars("li", "请由他人办理", "somebody else has to")
    play.send(inspector)
    play.reads(
        inspector,
        "您的内容未提交，保留在此处和草稿中：\n责任单位\n注塑车间",
        "kept here and in your draft:\nResponsible unit\nInjection workshop",
    )
    house.until("2026-11-10T09:00+08:00")
    play.walk()
    play.case_shows("wang", "撤诉，11/4（三）10:00", "withdrawn, Wed 4 Nov 10:00")


TELEPHONE_FIRST = WAYS[1:] + WAYS[:1]


@pytest.mark.parametrize("shared", ways(TELEPHONE_FIRST))
def test_v08_one_complaint_over_three_channels(house, visit, shared):
    path = SCENARIOS / "v08_one_complaint_over_three_channels.yaml"
    play = Play(house, visit, path, NUMBER, ways=shared, by_hand={"UT_Register", "another"})
    play.before("another")
    play.next()
    clerk = play.desk("zhou")
    play.reads(clerk, "已合并，由 KB-2026-000001 继续办理", "merged, goes on in KB-2026-000001")
    play.reads(clerk, "11月9日（一）24:00 到期", "Due Mon 9 Nov, 24:00")
    play.walk()
    clerk.go("/register")
    narrow = clerk.page.viewport_size["width"] < 1181
    assert clerk.page.locator("form[data-main] #alike").count() == narrow, "it is read before the form is sent"
    play.case_shows("li", "KB-2026-000003 并入本案", "KB-2026-000003 goes on here")
    play.reads(play.desk("li"), "书面答复到期：11/9（一）", "Written reply due: Mon 9 Nov")
