"""Cron: when it fires, also over summer time, and what is refused."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from core_times import BERLIN, SHANGHAI, at
from hypothesis import given
from hypothesis import strategies as some

from engine.core import WrongTime, cron
from engine.core.timers import (
    check_cycle,
    parse_cycle,
)


def test_cron():
    cycle = parse_cycle("0 0 9 ? * MON-FRI", SHANGHAI)
    friday = at("2026-01-09T09:00", SHANGHAI)
    assert cron.due(cycle.cron, friday, SHANGHAI) == at("2026-01-12T09:00", SHANGHAI)
    assert cron.due("30 8 * * *", friday, SHANGHAI) == at("2026-01-10T08:30", SHANGHAI)


@pytest.mark.parametrize(
    ("text", "after", "zone", "fired"),
    [
        # the hour from two to three is left out on 29 March, and comes twice on 25 October
        ("0 0 0 * * ?", "2026-03-28T12:00", BERLIN, ["29T00:00", "30T00:00", "31T00:00", "01T00:00"]),
        ("0 30 2 * * ?", "2026-03-28T12:00", BERLIN, ["29T03:30", "30T02:30", "31T02:30"]),
        ("0 30 2 * * ?", "2026-10-24T12:00", BERLIN, ["25T02:30", "26T02:30", "27T02:30"]),
        ("0 30 2,3 * * ?", "2026-03-28T12:00", BERLIN, ["29T03:30", "30T02:30", "30T03:30"]),
        ("0 15,30 2-3 * * ?", "2026-03-29T00:00", BERLIN, ["29T03:15", "29T03:30", "30T02:15"]),
        ("0 0 * * * ?", "2026-03-29T00:30", BERLIN, ["29T01:00", "29T03:00", "29T04:00"]),
        ("0 0 * * * ?", "2026-10-25T01:30", BERLIN, ["25T02:00", "25T02:00", "25T03:00"]),
        ("0 0/30 2 * * ?", "2026-10-25T01:30", BERLIN, ["25T02:00", "25T02:30", "26T02:00"]),
        ("0 0 3 * * ?", "2026-10-25T01:30", BERLIN, ["25T03:00", "26T03:00"]),
        ("0 0 0 29 2 ?", "2026-03-29T00:30", BERLIN, ["29T00:00", "29T00:00"]),
        # half an hour, at midnight, on the other side of the earth
        ("0 45 1 * * ?", "2026-04-04T12:00", ZoneInfo("Australia/Lord_Howe"), ["05T01:45", "06T01:45"]),
        ("0 0 0 * * ?", "2026-09-04T12:00", ZoneInfo("America/Santiago"), ["05T00:00", "06T01:00", "07T00:00"]),
    ],
)
def test_cron_over_summer_time(text, after, zone, fired):
    moment, found = at(after, zone), []
    for _ in fired:
        moment = cron.due(text, moment, zone)
        found.append(moment.astimezone(zone).strftime("%dT%H:%M"))
    assert found == fired


@given(some.sampled_from(["0 0 0 * * ?", "0 30 2 * * ?", "0 59 23 ? * MON-FRI"]), some.integers(0, 20_000))
def test_cron_fires_once_a_day_and_later_than_asked(text, hours):
    after = at("2026-01-01T00:00") + timedelta(hours=hours)
    first = cron.due(text, after, BERLIN)
    second = cron.due(text, first, BERLIN)
    assert after < first < second
    assert first.astimezone(BERLIN).date() < second.astimezone(BERLIN).date()
    assert cron.due(text, second - timedelta(seconds=1), BERLIN) == second


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("0 0 9 31 2 ?", "never fires"),
        ("0 0 9 31 APR,JUN ?", "never fires"),
        ("0 0 9 1 * MON", "day of the month and a day of the week"),
        ("0 9 1 * MON", "day of the month and a day of the week"),
        ("0 0 9 ? * FRI-MON", "not understood"),
        ("0 0 25 * * ?", "not understood"),
    ],
)
def test_cron_that_is_refused(text, told):
    with pytest.raises(WrongTime, match=told):
        check_cycle(text, BERLIN)


def test_cron_of_leap_days_is_taken():
    check_cycle("0 0 9 29 2 ?", BERLIN)
    check_cycle("0 0 9 ? 2 MON", BERLIN)
