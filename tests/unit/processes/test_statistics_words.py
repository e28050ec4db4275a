"""What the figures stand on: shares that add up, middles, periods as the zone has them."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from played import shanghai

from processes.clock.calendar import WorkingCalendar
from processes.statistics import periods
from processes.statistics.durations import TENTH, WorkingHours, spread
from processes.statistics.shares import percentages, rate

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_the_568_cases_of_the_office_add_up_to_a_hundred():
    found = percentages([262, 173, 85, 48])
    assert [str(share) for share in found] == ["46.13", "30.46", "14.96", "8.45"]
    assert sum(found) == Decimal("100.00")


@given(st.lists(st.integers(0, 10_000), max_size=30), st.integers(0, 3))
def test_shares_add_up_and_are_never_off_by_more_than_their_last_digit(counts, places):
    found = percentages(counts, places)
    assert sum(found, Decimal(0)) == (100 if sum(counts) else 0)
    unit = Decimal(1).scaleb(-places)
    for count, share in zip(counts, found, strict=True):
        exact = Decimal(count * 100) / sum(counts) if sum(counts) else Decimal(0)
        assert abs(share - exact) < unit
        assert count or not share


def test_of_nothing_there_is_no_share_and_no_middle():
    assert percentages([]) == []
    assert percentages([0, 0]) == [0, 0]
    assert rate(0, 0) is None
    assert spread({}).median is None


@given(st.lists(st.integers(0, 99), min_size=1))
def test_a_middle_is_the_smallest_length_that_so_many_do_not_exceed(tenths):
    lengths = [each * TENTH for each in tenths]
    found = spread(Counter(map(str, tenths)))
    for part, limit in ((50, found.median), (90, found.ninth)):
        covering = [each for each in lengths if sum(length <= each for length in lengths) * 100 >= part * len(lengths)]
        assert limit == min(covering)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-09", date(2026, 9, 1), date(2026, 9, 30)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-09-28..2026-10-08", date(2026, 9, 28), date(2026, 10, 8)),
    ],
)
def test_periods_are_read_as_they_are_written(text, first, last):
    found = periods.read(text)
    assert (found.first, found.last, found.key) == (first, last, text)
    assert found.moved(1).first == last + timedelta(days=1)
    assert found.moved(1).moved(-1) == found


@pytest.mark.parametrize(
    "text", ["", "2026-13", "2026-Q5", "0000", "9999", "2026-10-02..2026-10-01", "now", "..", "1..2"]
)
def test_what_is_no_period_is_none(text):
    assert periods.read(text) is None


def test_a_month_begins_and_ends_in_the_zone_of_the_installation():
    found = periods.read("2026-09")
    assert found.begins(SHANGHAI) == shanghai("2026-09-01T00:00")
    assert found.ends(SHANGHAI) == shanghai("2026-10-01T00:00")
    new_york = periods.read("2026-03")
    zone = ZoneInfo("America/New_York")
    assert new_york.ends(zone) - new_york.begins(zone) == timedelta(days=31)
    assert new_york.ends(zone).utcoffset() - new_york.begins(zone).utcoffset() == timedelta(hours=1)


MOMENTS = st.datetimes(
    min_value=shanghai("2026-09-20T00:00").replace(tzinfo=None),
    max_value=shanghai("2026-10-15T00:00").replace(tzinfo=None),
    timezones=st.sampled_from([SHANGHAI, ZoneInfo("UTC")]),
)


@given(MOMENTS, MOMENTS)
def test_hours_reckoned_at_once_are_those_of_the_calendar(first, last):
    calendar = WorkingCalendar()
    hours = WorkingHours(calendar).cover([first, last])
    assert hours.between(first, last) == max(calendar.working_time_between(first, last), timedelta(0))
