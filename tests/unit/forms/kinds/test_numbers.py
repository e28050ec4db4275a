"""Numbers and amounts."""

import math

import pytest
from form_samples import field, fill, one, problems_of


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        (12, 12), ("12", 12), ("12.50", 12.5), (" １２ ", 12), (12.5, 12.5), (-3, -3), ("−3", -3), (0, 0), ("1e3", "number"),
        ("1e999", "number"), (1e999, "number"), (math.nan, "number"), (math.inf, "number"), (10**400, "number"), ("NaN", "number"),
        (True, "number"), ("12,5", "number"), ("0x10", "number"), ("1_000", "number"), ([], "number"), ({}, "number"), (1e-300, "number"),
        ("9" * 100_000, "digits"), ("9" * 16, "digits"), ("-０." + "1" * 16, "digits"), ("9" * 100_000 + "x", "number"), ("." * 20, "number"), ("", None), (None, None), ("٣", "number"),
    ],
)  # fmt: skip
def test_number(given_value, expected):
    assert one(field("number"), given_value) == expected


@pytest.mark.parametrize("bound", ["1e-999999999", "1e999999999", "-1e15", "NaN"])
def test_a_bound_that_is_long_when_written_out_is_none(bound):
    (said,) = problems_of({"type": "number", "id": "n", "key": "n", "label": "N", "increment": bound})
    assert "increment must be a number" in said


def test_number_limits():
    form = field("number", decimalDigits=1, increment="0.5", validate={"min": 0, "max": "=most"})
    assert one(form, "0.25", most=5) == "decimals"
    assert one(form, "0.3", most=5) == "increment"
    assert one(form, "-1", most=5) == "too_small"
    assert one(form, "5.5", most=5) == "too_big"
    assert one(form, "5", most=5) == 5
    assert one(form, "4", most=None) == "limit_broken"
    assert one(form, "4", most="lots") == "limit_broken"
    assert one(field("number", decimalDigits=0), "1.5") == "whole"
    assert one(field("number", serializeToString=True), "0.10") == "0.1"


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("18000", "18000.00"), (18000, "18000.00"), ("18000.5", "18000.50"), (4850.0, "4850.00"), ("１８０００．５", "18000.50"),
        ("0", "0.00"), ("-0", "0.00"), ("18.000,00", "money"), ("18,000.00", "money"), ("¥5", "money"), ("1.005", "decimals"),
        ("-1", "too_small"), (True, "money"), (math.nan, "money"), (0.1 + 0.2, "money"), ("", None), ("9" * 16, "digits"),
    ],
)  # fmt: skip
def test_money(given_value, expected):
    assert one(field("number", properties={"money": "true"}), given_value) == expected


def test_money_names_its_limit():
    form = field("number", properties={"money": "true"}, validate={"max": "=money(limit)"})
    outcome = fill(form, {"a": "18000"}, {"limit": "5000.00"})
    assert str(outcome.errors["a"]) == "Write at most 5,000.00."
