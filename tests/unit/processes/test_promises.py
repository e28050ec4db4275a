from decimal import Decimal

import pytest

from processes.promises import Promise, amounts_in, find_objections, kinds_in
from processes.settings import Settings

SETTINGS = Settings()


def promise(**changes):
    facts = {
        "plan_version": 2,
        "approved_version": 2,
        "approved_amount": Decimal("15000.00"),
        "amounts": (None, Decimal("15000.00")),
        "channel": "email",
        "kinds": frozenset({"compensation"}),
        "text": "我们将赔偿15,000.00元。",
    }
    return Promise(**{**facts, **changes})


def test_a_reply_as_approved_goes_out():
    assert find_objections(promise(), SETTINGS) == []


def test_v06_the_salesman_promises_18000_before_any_approval():
    found = find_objections(promise(approved_version=None, approved_amount=None, text="赔偿18000元"), SETTINGS)
    assert "not approved" in found[0]
    assert "promises ¥18,000.00, approved are ¥0.00" in found[1]


def test_v06_more_than_was_approved_is_blocked():
    found = find_objections(promise(text="我们赔偿 1.8万元。"), SETTINGS)
    assert found == ["The letter promises ¥18,000.00, approved are ¥15,000.00. 答复承诺 ¥18,000.00，核准 ¥15,000.00。"]


def test_an_approval_of_another_version_is_void():
    found = find_objections(promise(plan_version=3), SETTINGS)
    assert len(found) == 1
    assert "follows version 3 of the plan, approved is version 2" in found[0]


def test_the_remedies_of_the_plan_count_though_the_letter_is_silent_about_them():
    assert find_objections(promise(amounts=(None, Decimal(15001)), text=""), SETTINGS)
    assert find_objections(promise(amounts=(Decimal(20000), Decimal(15000)), text=""), SETTINGS)


def test_what_the_plan_does_not_have_is_not_promised():
    found = find_objections(promise(kinds=frozenset({"apology"}), text="我们同意退货。"), SETTINGS)
    assert len(found) == 1
    assert "does not have: return. 答复承诺了方案中没有的内容：退货。" in found[0]
    assert not find_objections(promise(kinds=frozenset({"apology"}), text="我们不同意退货。"), SETTINGS)
    assert not find_objections(promise(kinds=frozenset({"other"}), text="我们同意退货。"), SETTINGS)


@pytest.mark.parametrize("channel", ["phone", "", "counter"])
def test_a_reply_has_to_be_in_writing(channel):
    assert "in writing" in find_objections(promise(channel=channel), SETTINGS)[0]


def test_e_mail_is_written_with_and_without_the_dash():
    assert find_objections(promise(channel="e-mail"), SETTINGS) == []


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("赔偿18000元", ["18000"]),
        ("¥1,200.50 and RMB 300", ["1200.50", "300"]),
        ("2万元", ["20000"]),
        ("1,000 yuan or 500 元", ["1000", "500"]),
        ("12 of 200 casings, lot L2610, on 2026-11-09", []),
        ("人民币 3600", ["3600"]),
        ("￥18，000", ["18000"]),
    ],
)
def test_sums_are_read_from_text(text, amounts):
    assert sorted(amounts_in(text)) == sorted(map(Decimal, amounts))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("We will exchange the 12 casings.", {"exchange"}),
        ("We cannot offer a refund.", set()),
        ("We do not offer a refund.", set()),
        ("no compensation of any kind", set()),
        ("免费维修并换货", {"free_repair", "exchange"}),
        ("无补偿金", set()),
    ],
)
def test_remedies_are_read_from_text(text, kinds):
    assert set(kinds_in(text)) == kinds
