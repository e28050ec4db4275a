"""A corpus of sentences as people write them in letters: what goes out, what is asked about, what is blocked."""

from datetime import date
from decimal import Decimal

import pytest

from processes.promises.reading import Plan, read

TODAY = date(2026, 11, 2)
EXCHANGE = Plan(
    remedies=({"kind": "exchange", "quantity": 12, "amount": None, "promised_date": "2026-11-09"},),
    texts=("更换 12 件。", "三个工作日内送达。"),
    fault="ours",
    today=TODAY,
)
MONEY = Plan(
    remedies=({"kind": "compensation", "amount": "15000.00", "promised_date": "2026-11-20"},),
    limit=Decimal(15000),
    texts=("按检验结果酌减。",),
    fault="partly",
    today=TODAY,
)
APOLOGY = Plan(remedies=({"kind": "apology", "promised_date": "2026-11-09"},), fault="open", today=TODAY)
EXPLAINED = Plan(fault="not_ours", today=TODAY)
PATIENT = Plan(
    remedies=(
        {"kind": "compensation", "amount": "2000.00", "promised_date": "2026-11-20"},
        {"kind": "visit", "promised_date": "2026-11-09"},
    ),
    limit=Decimal(2000),
    fault="partly",
    today=TODAY,
)

FINE = [
    (EXCHANGE, "更换 12 件。"),
    (EXCHANGE, "三个工作日内送达。"),
    (EXCHANGE, "我们将于 11 月 9 日前更换 12 件不良品。"),
    (EXCHANGE, "200 件中的 12 件予以换货。"),
    (EXCHANGE, "不良品全部换新。"),
    (EXCHANGE, "We will replace the 12 defective casings by 2026-11-09."),
    (EXCHANGE, "We replace 12 of 200 pieces."),
    (EXCHANGE, "模温低于标准，熔接痕强度不足，责任在我方。"),
    (EXCHANGE, "已更换模具加热棒，增设模温联锁，每班首件作跌落试验。"),
    (EXCHANGE, "已要求供应商更换原料批次。"),
    (EXCHANGE, "库存 5000 件已全部复检，合格后方可放行。"),
    (EXCHANGE, "We have checked all 5,000 pieces in stock and replaced the heater of the mould."),
    (EXCHANGE, "我们将加强首件检验，杜绝类似问题再次发生。"),
    (EXCHANGE, "由此给您带来不便，我们深表歉意。"),
    (EXCHANGE, "请您将 12 件不良品寄回我司。"),
    (EXCHANGE, "如有疑问，请拨打免费热线。"),
    (EXCHANGE, "Please feel free to call us with any question."),
    (EXCHANGE, "The heater failed on 12 October and was replaced on 15 October."),
    (EXCHANGE, "已更换模具零件，试模合格。"),
    (EXCHANGE, "无补偿金。"),
    (EXCHANGE, "none"),
    (MONEY, "我们赔偿 15000 元，其中货款 12000 元、运费 3000 元。"),
    (MONEY, "我们将于 2026 年 11 月 20 日前支付赔偿款 15,000.00 元。"),
    (MONEY, "您索赔 18000 元，经检验，我们赔偿 15000 元。"),
    (MONEY, "您要求整批更换，因其余 188 件检验合格，我们未予同意。"),
    (MONEY, "We will pay you RMB 15,000 by 20 November."),
    (MONEY, "You asked for 18,000 yuan; we can pay 15,000 yuan."),
    (MONEY, "加强装箱前全检，改进包装。"),
    (APOLOGY, "对服务人员态度生硬，我们向您诚恳致歉。"),
    (APOLOGY, "We apologise for the tone of our colleague, who has been trained again."),
    (APOLOGY, "检测费用由贵司承担。"),
    (EXPLAINED, "机器铭牌为 220 伏，客户接到 380 伏电源，烧毁不属产品缺陷；使用说明书第 4 页已注明电压。"),
    (EXPLAINED, "给您带来不便，我们深感遗憾。"),
    (EXPLAINED, "故障不在保修范围内，我们无法提供免费维修。"),
    (EXPLAINED, "您提出的赔偿 18000 元的要求，我们不能接受。"),
    (EXPLAINED, "贵司要求退货，因商品无质量问题，无法办理。"),
    (EXPLAINED, "如有不同意见，请在五个工作日内来信或来电。"),
    (EXPLAINED, "该批货物非我司生产，我司不承担责任。"),
    (EXPLAINED, "如需维修，可自费送修。"),
    (EXPLAINED, "抽检二百件均符合图纸与合同约定，降价要求恕难同意。"),
    (EXPLAINED, "双方对赔偿金额仍有较大分歧，未能达成一致。"),
    (EXPLAINED, "The goods were connected to the wrong voltage; we cannot offer a refund."),
    (EXPLAINED, "We are sorry for the trouble you had."),
    (EXPLAINED, "Please write to us within five working days if you do not agree."),
    (PATIENT, "我院将补偿您 2000 元，并于 11 月 9 日上门探望。"),
    (PATIENT, "手术过程符合规范，术后护理告知不充分。"),
]
ASKED = [
    (EXCHANGE, "我们将更换全部产品。"),
    (EXCHANGE, "我们将于 11 月 5 日送达，更换 12 件。"),
    (EXCHANGE, "48 小时内完成换货。"),
    (EXCHANGE, "来回运费由我司承担。"),
    (EXCHANGE, "我们派工程师到贵司现场指导，直至您满意为止。"),
    (EXCHANGE, "我司承诺优先安排贵司后续订单的生产。"),
    (EXCHANGE, "We will do whatever you need."),
    (EXCHANGE, "We promise you a better price on the next lot."),
    (EXCHANGE, "Replacement will reach you on 6 November."),
    (MONEY, "我们承担全部责任。"),
    (MONEY, "退还货款的百分之二十。"),
    (MONEY, "另附费用清单，金额 18000 元。"),
    (MONEY, "我们补偿运费 9000 元。工时费补偿 8000 元。"),
    (MONEY, "We take full responsibility."),
    (MONEY, "本周提供 50 件。"),
    (APOLOGY, "这是我们的责任。"),
    (APOLOGY, "我们对此负责到底。"),
    (APOLOGY, "We will send you an engineer."),
    (EXPLAINED, "我们可以安排上门检查。"),
    (PATIENT, "为您安排后续治疗。"),
]
BLOCKED = [
    (EXCHANGE, "更换整批 200 件。"),
    (EXCHANGE, "免费保修三年。"),
    (EXCHANGE, "模温联锁；另赔偿 18000 元。"),
    (EXCHANGE, "我们将更换 5,000 件。"),
    (EXCHANGE, "We will replace the entire batch of 200 pieces."),
    (EXCHANGE, "You get a three-year warranty."),
    (EXCHANGE, "下一单给您八折优惠。"),
    (EXCHANGE, "账期延长三十天。"),
    (EXCHANGE, "由此造成的一切损失由我们承担。"),
    (EXCHANGE, "We will bear all losses."),
    (EXCHANGE, "赠送代金券一张。"),
    (MONEY, "我们赔偿 18000 元。"),
    (MONEY, "根据您的要求更换 200 件。"),
    (MONEY, "另再补偿 15000 元，连同已付的赔偿 15000 元。"),
    (MONEY, "我们将赔偿 15000 元。另补偿 1 元。"),
    (MONEY, "We will refund you two thousand dollars."),
    (MONEY, "货款减免百分之二十。"),
    (MONEY, "终身保修。"),
    (APOLOGY, "同意退货。"),
    (APOLOGY, "我们赔您三千五百元。"),
    (APOLOGY, "We will take the goods back."),
    (APOLOGY, "运费由我司负担。"),
    (APOLOGY, "The repair is free of charge."),
    (EXPLAINED, "我们承担全部责任。"),
    (EXPLAINED, "这是我们的过错。"),
    (EXPLAINED, "We admit full liability."),
    (EXPLAINED, "作为补偿，我们愿意免费维修。"),
    (EXPLAINED, "我们同意换货。"),
    (EXPLAINED, "We will reimburse the freight."),
    (PATIENT, "我院赔偿您的全部损失。"),
    (PATIENT, "免费治疗至痊愈。"),
]


def verdict(plan, text):
    found = read({"reply_prevention": text}, plan)
    return "blocked" if any(each.sure for each in found) else "asked" if found else "fine"


@pytest.mark.parametrize(("plan", "text"), FINE)
def test_what_was_approved_or_promises_nothing_goes_out(plan, text):
    assert verdict(plan, text) == "fine", [str(each) for each in read({"reply_prevention": text}, plan)]


@pytest.mark.parametrize(("plan", "text"), ASKED)
def test_what_may_be_a_promise_is_asked_about(plan, text):
    assert verdict(plan, text) == "asked", [str(each) for each in read({"reply_prevention": text}, plan)]


@pytest.mark.parametrize(("plan", "text"), BLOCKED)
def test_what_was_not_approved_is_blocked(plan, text):
    assert verdict(plan, text) == "blocked", [str(each) for each in read({"reply_prevention": text}, plan)]


def test_a_remark_names_sentence_and_rule_in_both_languages():
    [remark] = read({"reply_prevention": "模温联锁。免费保修三年！"}, MONEY)[:1]
    assert "“免费保修三年” (KB-3.6-5b). 答复承诺了方案中没有的内容" in str(remark)


def test_a_day_of_the_timetable_is_promised_whatever_the_verb():
    assert read({"reply_schedule": "11 月 6 日。"}, EXCHANGE)
    assert not read({"reply_schedule": "11 月 9 日。"}, EXCHANGE)
