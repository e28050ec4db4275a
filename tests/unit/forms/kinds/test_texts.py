"""Texts of one line and of several."""

import pytest
from form_samples import field, one


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("  L2609 ", "L2609"), ("", None), ("   ", None), (None, None), (5, "text"), (True, "text"), (["x"], "text"),
        ("a\nb", "one_line"), ("a\x00b", "controls"), ("a\ud800", "controls"), ("a\u202eb", "controls"), ("x" * 501, "too_long"),
        ("x" * 500, "x" * 500), ("<script>alert(1)</script>", "<script>alert(1)</script>"), ("y" * 300_000, "too_long"),
    ],
)  # fmt: skip
def test_text(given_value, expected):
    assert one(field("textfield"), given_value) == expected


def test_area_keeps_lines():
    assert one(field("textarea"), " a\r\nb\tc\r\n") == "a\nb\tc"
    assert one(field("textarea"), "x" * 10_001) == "too_long"
    assert one(field("textarea"), "a\x07") == "controls"


def test_lengths_and_patterns():
    form = field("textfield", validate={"minLength": 3, "maxLength": "=most", "pattern": "^[A-Z]"})
    assert one(form, "ab", most=5) == "too_short"
    assert one(form, "Abcdef", most=5) == "too_long"
    assert one(form, "abcd", most=5) == "pattern"
    assert one(form, "Abcd", most=5) == "Abcd"


@pytest.mark.parametrize("text", ["lin@example.com", "a.b+c@mail.example.com.cn", "a@例子.公司", "a@mail.local"])
def test_email(text):
    assert one(field("textfield", validate={"validationType": "email"}), text) == text


@pytest.mark.parametrize("text", ["lin", "lin@", "@x.y", "a b@c.d", "a@b", "<a@b.c>", "a@b.c@d", "a" * 300 + "@b.c"])
def test_no_email(text):
    assert one(field("textfield", validate={"validationType": "email"}), text) == "email"


def test_an_address_that_no_letter_can_reach_is_refused():
    form = field("textfield", validate={"validationType": "email"})
    assert one(form, "张三@example.cn") == "email_name"
    assert one(form, "ｌｉｎ＠ｅｘａｍｐｌｅ．ｃｏｍ") == "lin@example.com"


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("０１３８００００４０２１", "013800004021"),
        ("（010）8888-4021", "(010)8888-4021"),
        ("010－8888　4021", "010-8888 4021"),
    ],
)
def test_full_width_digits_of_a_phone_number_are_digits(given_value, expected):
    assert one(field("textfield", validate={"validationType": "phone"}), given_value) == expected


def test_full_width_digits_are_digits_in_every_line():
    assert one(field("textfield", validate={"pattern": "^L[0-9]{4}$"}), "Ｌ２６０９") == "L2609"
    assert one(field("textfield"), "第２号，甲") == "第2号，甲"


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\u2060\ufeff", "\u3164", "\u2800 \u00ad", "\u115f\u034f", "\u3000", "\U000e0101\u17b5"]
)
def test_what_nobody_sees_is_no_answer(unseen):
    assert one(field("textfield"), unseen) is None
    assert one(field("textarea"), unseen) is None
    assert one(field("textfield", validate={"required": True}), unseen) == "required"
    assert one(field("textarea", validate={"minLength": 3}), f"ab{unseen}") in ("too_short", f"ab{unseen}".strip())


def test_signs_that_nobody_sees_make_a_text_no_longer():
    assert one(field("textarea", validate={"minLength": 3}), "a\u200b\u200b\u200b") == "too_short"
    assert one(field("textarea", validate={"minLength": 3}), "a b c") == "a b c"


@pytest.mark.parametrize(
    "text", ["138 0574 4021", "+86 574 8765-4321", "(0574) 87654321", "0574-87654321转801", "95598"]
)
def test_phone(text):
    assert one(field("textfield", validate={"validationType": "phone"}), text) == text


@pytest.mark.parametrize("text", ["1234", "call me", "1" * 21, "138x"])
def test_no_phone(text):
    assert one(field("textfield", validate={"validationType": "phone"}), text) == "phone"
