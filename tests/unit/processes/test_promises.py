from decimal import Decimal

import pytest

from processes.promises.clauses import is_no_promise, sentences
from processes.promises.kinds import found_in
from processes.promises.reading import Plan
from processes.promises.sums import plain, sums_in
from processes.shared.reply.objections import Promise, find_objections

WRITTEN = ("letter", "email")


def promise(text="我们将赔偿15,000.00元。", kinds=("compensation",), limit="15000.00", **changes):
    facts = {
        "plan_version": 2,
        "approved_version": 2,
        "plan": Plan([{"kind": kind} for kind in kinds], Decimal(limit)),
        "amounts": (None, Decimal(limit)),
        "channel": "email",
        "parts": {"reply_prevention": text},
    }
    return Promise(**{**facts, **changes})


def promised_sums(text):
    """The sums that a text promises; what it denies is no promise."""
    narrow = plain(text)
    return [each for each in sums_in(narrow) if not is_no_promise(narrow.lower(), each.start)]


def kinds_in(text):
    """The kinds of remedies that a text promises for sure."""
    return [each.kind for sentence in sentences(text) for each in found_in(sentence) if each.sure]


def objections(given):
    return find_objections(given, WRITTEN)[0]


def test_a_reply_as_approved_goes_out():
    assert find_objections(promise(), WRITTEN) == ([], [])


def test_v06_the_salesman_promises_18000_before_any_approval():
    found = objections(promise("赔偿18000元", limit="0", approved_version=None))
    assert "not approved" in found[0]
    assert "promises ¥18,000.00, approved are ¥0.00" in found[1]


def test_v06_more_than_was_approved_is_blocked():
    [found] = objections(promise("我们赔偿 1.8万元。"))
    assert "The letter promises ¥18,000.00, approved are ¥15,000.00: “我们赔偿 1.8万元” (KB-3.6-5a). " in found
    assert "答复承诺 ¥18,000.00，核准 ¥15,000.00：“我们赔偿 1.8万元”（KB-3.6-5a）。" in found


def test_an_approval_of_another_version_is_void():
    found = objections(promise(plan_version=3))
    assert len(found) == 1
    assert "follows version 3 of the plan, approved is version 2" in found[0]


def test_the_remedies_of_the_plan_count_though_the_letter_is_silent_about_them():
    assert objections(promise("", amounts=(None, Decimal(15001))))
    assert objections(promise("", amounts=(Decimal(20000), Decimal(15000))))


def test_what_the_plan_does_not_have_is_not_promised():
    found = objections(promise("我们同意退货。", kinds=("apology",)))
    assert len(found) == 1
    assert "does not have: return: “我们同意退货” (KB-3.6-5b). 答复承诺了方案中没有的内容：退货" in found[0]
    assert not objections(promise("我们不同意退货。", kinds=("apology",)))
    assert not objections(promise("我们同意退货。", kinds=("other",)))


@pytest.mark.parametrize("channel", ["phone", "", "counter"])
def test_a_reply_has_to_be_in_writing(channel):
    assert "in writing" in objections(promise(channel=channel))[0]


def test_e_mail_is_written_with_and_without_the_dash():
    assert objections(promise(channel="e-mail")) == []


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("赔偿18000元", ["18000"]),
        ("¥1,200.50 and RMB 300", ["1200.50", "300"]),
        ("2万元", ["20000"]),
        ("共18,000元，共 1,234,567.50 元", ["18000", "1234567.50"]),
        ("1,000 yuan or 500 元", ["1000", "500"]),
        ("12 of 200 casings, lot L2610, on 2026-11-09", []),
        ("人民币 3600", ["3600"]),
        ("￥18，000", ["18000"]),
        # 万, 千 and what is left out behind them
        ("赔偿1.8万元", ["18000"]),
        ("赔付 1万8千元", ["18000"]),
        ("赔偿1万8，另付运费", ["18000"]),
        ("最多给您一万八千块", ["18000"]),
        ("给您两万块钱", ["20000"]),
        ("赔您三千五百元", ["3500"]),
        ("补偿一万零八百元", ["10800"]),
        ("补偿十二元", ["12"]),
        # capitals of cheques, full-width digits
        ("人民币（大写）壹万捌仟元整", ["18000"]),
        ("壹万元整", ["10000"]),
        ("人民币壹拾贰万叁仟圆", ["123000"]),
        ("赔偿１８０００元", ["18000"]),
        ("￥１８，０００．００", ["18000.00"]),
        ("补偿一八〇〇〇元", ["18000"]),
        # no currency, but a promise before it and nothing behind it
        ("我们赔偿您18000。", ["18000"]),
        ("补偿金额为：１８０００", ["18000"]),
        ("We will pay you 18000.", ["18000"]),
        ("We will compensate you with a total of 18,000, by transfer.", ["18000"]),
        # English
        ("RMB 18k", ["18000"]),
        ("CNY 18 thousand", ["18000"]),
        ("one and a half thousand yuan", ["1500"]),
        ("eighteen thousand five hundred yuan", ["18500"]),
        ("half a million RMB", ["500000"]),
        ("twenty-five hundred yuan", ["2500"]),
        ("a thousand yuan", ["1000"]),
        ("18,000.00 RMB within 7 days", ["18000.00"]),
        # denied
        ("我们不能支付您要求的赔偿18000元。", []),
        ("我们无法同意您提出的赔偿18000元的要求", []),
        ("We cannot pay the 18,000 yuan you ask for.", []),
        # a denial that is none
        ("我们不仅赔偿18000元，还换货。", ["18000"]),
        ("赔偿不低于18000元", ["18000"]),
        ("We pay no less than 18,000 yuan.", ["18000"]),
        ("我们非常愿意赔偿18000元", ["18000"]),
        # not money
        ("更换 3 块面板、12 元件", []),
        ("补偿 200 件；赔付期 7 天", []),
        ("We replace 12 of 200 pieces within 7 working days.", []),
        ("赔偿款将于2026-10-12前支付。", []),
        ("3个工作日内，最迟10月12日", []),
        ("compensation: see order 814.", []),
        ("返还货款的百分之二十，即 20%", []),
    ],
)
def test_sums_are_read_from_text(text, amounts):
    assert sorted(each.amount for each in promised_sums(text)) == sorted(map(Decimal, amounts))


@pytest.mark.parametrize("text", ["USD 2,000", "2,000美元", "€ 2000", "two thousand dollars"])
def test_a_sum_in_another_currency_was_never_approved(text):
    [found] = objections(promise(f"We pay you {text}."))
    assert "Sums are approved in yuan, the letter names another currency" in found


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("We will exchange the 12 casings.", {"exchange"}),
        ("We cannot offer a refund.", set()),
        ("We do not offer a refund.", set()),
        ("no compensation of any kind", set()),
        ("免费维修并换货", {"free_repair", "exchange", "free"}),
        ("无补偿金", set()),
        # replacement promised without a sum
        ("我们将重新发货 200 件。", {"exchange"}),
        ("不良品全部换新", {"exchange"}),
        ("缺少的 12 件本周补发", {"exchange"}),
        ("We will replace all 12 defective casings.", {"exchange"}),
        ("We send you 12 new pieces.", {"exchange"}),
        ("We replace the heater of the mould.", set()),
        ("更换模具加热棒", set()),
        # shares of the price
        ("退还货款的百分之二十", {"return"}),
        ("按八折结算", {"price_cut"}),
        ("twenty per cent off the price", {"price_cut"}),
        ("货款减免 20%", {"price_cut"}),
        ("98% of the pieces are in order; 检验合格率百分之九十八", set()),
        # money without a sum
        ("我们会补偿您的损失", {"compensation"}),
        ("We will reimburse the freight.", {"compensation"}),
        ("赠送代金券一张", {"gift"}),
        # what looks like a denial
        ("无条件退货", {"return"}),
        ("我们非常愿意换货", {"exchange"}),
        ("无偿维修", {"free_repair", "free"}),
        ("We will not only exchange them.", {"exchange"}),
        ("Without delay we will exchange them.", {"exchange"}),
        # denials
        ("恕难退款", set()),
        ("我们拒绝赔偿", set()),
        ("exchange without compensation of any loss", {"exchange"}),
        ("We are unable to offer a discount.", set()),
        ("我们没有承诺赔付", set()),
    ],
)
def test_remedies_are_read_from_text(text, kinds):
    assert set(kinds_in(text)) == kinds


def test_long_texts_come_to_an_end():
    for text in ("一" * 10_000, "1" * 10_000, "pay " * 2500, "one and a " * 1000, "赔偿" + " " * 9000):
        assert list(promised_sums(text)) == []
