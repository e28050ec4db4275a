"""Dates, times and moments."""

from datetime import date

import pytest
from form_samples import NOW, field, one


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("2026-09-30", "2026-09-30"), (date(2026, 9, 30), "2026-09-30"), ("2026-02-30", "date"), ("30.9.2026", "date"), ("0001-01-01", "date"),
        ("9999-12-31", "date"), (20260930, "date"), ("20260930", "date"), ("2026-W01-1", "date"), ("2026-09-30T10:00", "date"),
    ],
)  # fmt: skip
def test_date(given_value, expected):
    assert one(field("datetime"), given_value) == expected


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        ("2026-09-30T09:30", "2026-09-30T09:30:00+08:00"), ("2026-09-30 09:30", "2026-09-30T09:30:00+08:00"),
        ("2026-09-30T01:30:00Z", "2026-09-30T09:30:00+08:00"), (NOW, "2026-09-30T10:20:00+08:00"), ("2026-09-30", "datetime"),
        ("2026-09-30T25:00", "datetime"), ("2026-09-30T09:30+99:00", "datetime"), ("soon", "datetime"), (5, "datetime"), (True, "datetime"),
    ],
)  # fmt: skip
def test_datetime(given_value, expected):
    assert one(field("datetime", subtype="datetime"), given_value) == expected


def test_time():
    form = field("datetime", subtype="time")
    assert one(form, "09:30") == "09:30"
    assert one(form, "09:30:15") == "09:30"
    assert one(form, "24:00") == "time"
    assert one(form, "9.30") == "time"


def test_date_limits():
    assert one(field("datetime", disallowPassedDates=True), "2026-09-29") == "past"
    assert one(field("datetime", disallowPassedDates=True), "2026-09-30") == "2026-09-30"
    past = field("datetime", subtype="datetime", properties={"notAfter": "now"})
    assert one(past, "2026-09-30T10:21").startswith("2026")
    assert one(past, "2026-09-30T10:25") == "future"
    since = field("datetime", properties={"notBefore": "=received_at", "notAfter": "2026-12-31"})
    assert one(since, "2026-09-27", received_at="2026-09-28T09:30:00+08:00") == "too_early"
    assert one(since, "2026-09-28", received_at="2026-09-28T09:30:00+08:00") == "2026-09-28"
    assert one(since, "2027-01-01", received_at="2026-09-28T09:30:00+08:00") == "too_late"
    assert one(since, "2026-10-01") == "limit_broken"
