from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from web.shell import dates

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("language", "narrow", "year", "text"),
    [
        ("en", False, 2026, "Thu 8 Oct"),
        ("en", True, 2026, "Thu 8 Oct"),
        ("en", False, 2027, "Thu 8 Oct 2026"),
        ("zh", False, 2026, "10月8日（四）"),
        ("zh", True, 2026, "10/8（四）"),
        ("zh", False, 2027, "2026年10月8日（四）"),
        ("zh", True, 2027, "2026/10/8（四）"),
    ],
)
def test_a_day_has_its_weekday_and_the_year_only_where_it_is_another(language, narrow, year, text):
    assert dates.day_text(date(2026, 10, 8), language, narrow=narrow, this_year=year) == text


def test_the_end_of_a_day_is_24_00_of_that_day():
    midnight = at("2026-10-09T00:00")
    assert dates.last_day(midnight, SHANGHAI) == (date(2026, 10, 8), "24:00")
    assert dates.due_text(midnight, "en", SHANGHAI) == "Thu 8 Oct, 24:00"
    assert dates.due_text(midnight, "zh", SHANGHAI) == "10月8日（四）24:00"
    assert dates.due_text(at("2026-10-08T18:00"), "en", SHANGHAI) == "Thu 8 Oct, 18:00"


def test_moments_are_shown_in_the_zone_of_the_installation():
    moment = datetime.fromisoformat("2026-09-30T01:58:07+00:00")
    assert dates.moment_text(moment, "en", SHANGHAI) == "Wed 30 Sep 09:58"
    assert dates.moment_text(moment, "zh", SHANGHAI) == "9/30（三）09:58"
    assert dates.record_text(moment, SHANGHAI) == "2026-09-30 09:58"
    assert dates.exact_text(moment, SHANGHAI) == "09-30 09:58:07"
    assert dates.clock_text(moment, SHANGHAI) == "09:58"
    assert dates.iso_text(moment, SHANGHAI) == "2026-09-30T09:58:07+08:00"


@pytest.mark.parametrize(
    ("minutes", "english", "chinese"),
    [
        (0, "0 min", "0 分钟"),
        (22, "22 min", "22 分钟"),
        (65, "1 h 05", "1 小时 05 分"),
        (60 * 24 * 2 + 61, "2 d 01 h", "2 天 1 小时"),
    ],
)
def test_a_length_of_time_has_two_units_at_most(minutes, english, chinese):
    assert dates.length_text(timedelta(minutes=minutes), "en") == english
    assert dates.length_text(timedelta(minutes=minutes), "zh") == chinese


def test_a_length_is_never_negative():
    assert dates.length_text(timedelta(minutes=-5), "en") == "0 min"


def test_a_short_day_has_no_weekday():
    assert (dates.short_day(date(2026, 10, 8), "en"), dates.short_day(date(2026, 10, 8), "zh")) == ("8 Oct", "10/8")
