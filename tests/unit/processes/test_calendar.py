from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processes.clock.calendar import OFFICE_HOURS, Override, Period, WorkingCalendar, parse_hours, week_of
from processes.clock.deadlines import DeadlineRule, Habits, compute
from processes.clock.functions import functions
from processes.errors import NoWorkingDays
from processes.mail import RecordingMail
from processes.office import Office
from processes.settings import Settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = WorkingCalendar()


def d(text: str) -> date:
    return date.fromisoformat(text)


def sh(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# received, nominal, effective, 1, 3, 5, 7 and 10 working days
FX_CAL = [
    ("2026-02-13", "2026-02-20", "2026-02-24", "2026-02-14", "2026-02-25", "2026-02-27", "2026-03-02", "2026-03-05"),
    ("2026-03-02", "2026-03-09", "2026-03-09", "2026-03-03", "2026-03-05", "2026-03-09", "2026-03-11", "2026-03-16"),
    ("2026-04-30", "2026-05-07", "2026-05-07", "2026-05-06", "2026-05-08", "2026-05-11", "2026-05-13", "2026-05-18"),
    ("2026-06-17", "2026-06-24", "2026-06-24", "2026-06-18", "2026-06-23", "2026-06-25", "2026-06-29", "2026-07-02"),
    ("2026-09-28", "2026-10-05", "2026-10-08", "2026-09-29", "2026-10-08", "2026-10-10", "2026-10-13", "2026-10-16"),
    ("2026-09-30", "2026-10-07", "2026-10-08", "2026-10-08", "2026-10-10", "2026-10-13", "2026-10-15", "2026-10-20"),
    ("2026-11-02", "2026-11-09", "2026-11-09", "2026-11-03", "2026-11-05", "2026-11-09", "2026-11-11", "2026-11-16"),
]


@pytest.mark.usefixtures("machine_zone")
@pytest.mark.parametrize("row", FX_CAL, ids=lambda row: row[0])
def test_published_vectors(row):
    received, nominal, effective, *working = map(d, row)
    assert CHINA.add_calendar_days(received, 7, roll="none") == nominal
    assert CHINA.add_calendar_days(received, 7) == effective
    assert [CHINA.add_working_days(received, n) for n in (1, 3, 5, 7, 10)] == working
    assert [CHINA.working_days_between(received, day) for day in working] == [1, 3, 5, 7, 10]


WORKED = (1, 3, 5, 7, 10)
FIRST, LAST = time(), time(23, 59, 59, 999_999)
"""The edges of a day."""


@pytest.mark.usefixtures("machine_zone")
@pytest.mark.parametrize("row", FX_CAL, ids=lambda row: row[0])
def test_the_vectors_hold_for_moments_at_the_edges_of_the_day_whatever_zone_they_are_written_in(row):
    received, nominal, effective, *working = map(d, row)
    called = functions(Office(Settings(), mail=RecordingMail()))
    for edge in (FIRST, LAST):
        local = datetime.combine(received, edge, SHANGHAI)
        for moment in (local, local.astimezone(UTC), local.astimezone(ZoneInfo("America/New_York"))):
            found = compute(DeadlineRule(7, warn=2), moment, CHINA, Habits())
            assert found.nominal_due == datetime.combine(nominal + timedelta(days=1), time(), SHANGHAI)
            assert found.effective_due == datetime.combine(effective + timedelta(days=1), time(), SHANGHAI)
            later = [called["add_working_days"](moment, n).astimezone(SHANGHAI) for n in WORKED]
            assert [(each.date(), each.time()) for each in later] == [(day, edge) for day in working]
            assert called["end_of_day"](moment) == datetime.combine(received + timedelta(days=1), time(), SHANGHAI)
            assert called["add_calendar_days"](moment, 7).astimezone(SHANGHAI).date() == effective


def test_make_up_days_and_holidays_of_2025_and_2026():
    make_up = "2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11 2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10"
    assert all(CHINA.is_working(d(day)) and CHINA.is_make_up(d(day)) for day in make_up.split())
    assert not CHINA.is_working(d("2026-10-01"))
    assert CHINA.reason(d("2026-10-01")) == "National Day"
    assert CHINA.reason(d("2026-01-02")) == "Day off (substituted from 2026-01-04)", "days are written one way"
    assert CHINA.periods(d("2026-10-10")) == OFFICE_HOURS
    assert not CHINA.is_make_up(d("2026-11-02"))


# Each entry is a mistake of one of the two libraries against the notice of the State Council.
KNOWN_MISTAKES = {
    # The notice for 2006 moved this Saturday to 3 January 2006: worked. chinesecalendar lists it as a rest day.
    date(2005, 12, 31),
}


def test_two_libraries_agree_in_every_year_that_both_know():
    day, differing = date(2004, 1, 1), set()
    while day < date(2027, 1, 1):
        if CHINA.is_working(day) != chinese_calendar.is_workday(day):
            differing.add(day)
        day += timedelta(days=1)
    assert differing == KNOWN_MISTAKES


def test_the_second_library_has_learned_no_year_that_this_test_leaves_out():
    with pytest.raises(NotImplementedError):
        chinese_calendar.is_workday(date(2027, 1, 4))


def test_a_year_without_its_notice_is_provisional():
    assert CHINA.is_provisional(2027)
    assert not CHINA.is_provisional(2026)
    assert CHINA.touches_provisional(d("2026-12-28"), d("2027-01-04"))
    assert not CHINA.touches_provisional(d("2026-12-20"), d("2026-12-31"))
    known = WorkingCalendar(overrides={d("2027-02-20"): Override(d("2027-02-20"), works=True)})
    assert not known.is_provisional(2027)
    assert not WorkingCalendar(country="GB").is_provisional(2031)


def test_layers_overrule_each_other():
    saturday, monday = d("2026-11-07"), d("2026-11-09")
    calendar = WorkingCalendar(
        overrides={
            saturday: Override(saturday, works=True, hours=(Period(time(8), time(12)),), name="补班"),
            monday: Override(monday, works=False, name="临时放假"),
            d("2026-10-01"): Override(d("2026-10-01"), works=True),
        },
        closures={d("2026-11-10"): "stock-taking", d("2026-10-01"): "closed after all"},
    )
    assert calendar.is_working(saturday)
    assert calendar.periods(saturday) == (Period(time(8), time(12)),)
    assert not calendar.is_working(monday)
    assert calendar.reason(monday) == "临时放假"
    assert calendar.reason(d("2026-11-10")) == "stock-taking"
    assert calendar.add_working_days(d("2026-11-06"), 2) == d("2026-11-11")
    assert not calendar.is_working(d("2026-10-01"))
    assert calendar.periods(d("2026-10-01")) == ()


def test_previous_and_next_working():
    assert CHINA.previous_working(d("2026-10-03")) == d("2026-09-30")
    assert CHINA.previous_working(d("2026-09-30")) == d("2026-09-30")
    assert CHINA.next_working(d("2026-10-03")) == d("2026-10-08")
    assert CHINA.add_working_days(d("2026-10-08"), -1) == d("2026-09-30")
    assert CHINA.add_working_days(d("2026-10-03"), 0) == d("2026-10-03")
    assert CHINA.add_calendar_days(d("2026-09-26"), 7, roll="previous") == d("2026-09-30")


def test_working_time_passes_lunch_nights_and_holidays():
    assert CHINA.add_working_time(sh("2026-11-02T10:00"), timedelta(hours=4)) == sh("2026-11-02T15:00")
    assert CHINA.add_working_time(sh("2026-11-02T16:00"), timedelta(hours=4)) == sh("2026-11-03T11:00")
    assert CHINA.add_working_time(sh("2026-11-02T10:00"), timedelta(hours=2)) == sh("2026-11-02T12:00")
    assert CHINA.add_working_time(sh("2026-11-07T21:00"), timedelta(hours=1)) == sh("2026-11-09T10:00")
    # Friday 18:00 over the make-up Saturday, where other libraries see no working time at all
    assert CHINA.working_time_between(sh("2026-02-13T18:00"), sh("2026-02-14T18:00")) == timedelta(hours=8)
    assert CHINA.add_working_time(sh("2026-02-13T10:00"), timedelta(hours=45)) == sh("2026-02-27T16:00")
    assert CHINA.add_working_time(sh("2026-11-07T21:00"), timedelta(0)) == sh("2026-11-07T21:00")
    assert CHINA.working_time_between(sh("2026-11-03T10:00"), sh("2026-11-02T10:00")) == -timedelta(hours=8)
    assert CHINA.is_working_time(sh("2026-11-02T09:00"))
    assert not CHINA.is_working_time(sh("2026-11-02T12:00"))
    assert CHINA.working_day_length() == timedelta(hours=8)
    with pytest.raises(ValueError, match="forwards"):
        CHINA.add_working_time(sh("2026-11-02T10:00"), timedelta(hours=-1))
    with pytest.raises(ValueError, match="no time zone"):
        CHINA.add_working_time(datetime(2026, 11, 2, 10), timedelta(hours=1))  # noqa: DTZ001


def test_answers_do_not_depend_on_the_zone_of_the_question():
    moment = sh("2026-11-02T23:30").astimezone(ZoneInfo("America/Los_Angeles"))
    assert CHINA.day_of(moment) == d("2026-11-02")
    assert CHINA.end_of(d("2026-11-02")) == sh("2026-11-03T00:00")
    result = CHINA.add_working_time(moment, timedelta(hours=1))
    assert result == sh("2026-11-03T10:00")
    assert result.utcoffset() == timedelta(hours=8)


NIGHT = {weekday: parse_hours("00:00-06:00 22:00-24:00") for weekday in range(7)}


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 7),
        ("Europe/Berlin", "2026-10-25", 9),
        ("Europe/Berlin", "2026-06-01", 8),
        ("America/New_York", "2026-03-08", 7),
        ("America/New_York", "2026-11-01", 9),
        ("Australia/Lord_Howe", "2026-04-05", 8.5),
        ("Asia/Kathmandu", "2026-04-05", 8),
    ],
)
def test_real_hours_are_counted_when_the_clocks_change(zone, day, hours):
    calendar = WorkingCalendar(zone=ZoneInfo(zone), country=None, week=week_of(NIGHT))
    start, end = calendar.at(d(day), time.min), calendar.end_of(d(day))
    assert calendar.working_time_between(start, end) == timedelta(hours=hours)
    assert calendar.add_working_time(start, timedelta(hours=hours)) == end


def test_a_period_inside_the_skipped_hour_is_not_counted_twice():
    week = week_of({weekday: parse_hours("01:00-02:30 03:00-04:00") for weekday in range(7)})
    calendar = WorkingCalendar(zone=ZoneInfo("Europe/Berlin"), country=None, week=week)
    day = d("2026-03-29")
    assert calendar.working_time_between(calendar.at(day, time.min), calendar.end_of(day)) <= timedelta(hours=2)


def test_a_day_without_midnight_still_begins_and_ends():
    calendar = WorkingCalendar(zone=ZoneInfo("America/Santiago"), country="CL")
    day = d("2026-09-05")  # the clocks jump from 24:00 to 01:00
    assert calendar.end_of(day).astimezone(UTC) == datetime(2026, 9, 6, 4, tzinfo=UTC)


def test_a_calendar_without_any_working_day_gives_up():
    with pytest.raises(NoWorkingDays):
        WorkingCalendar(country=None, week={}).next_working(d("2026-01-01"))
    with pytest.raises(ValueError, match="no weekday"):
        week_of({0: ()})


def test_hours_are_read_and_checked():
    assert parse_hours("09:00-12:00, 13:00-18:00") == OFFICE_HOURS
    assert str(parse_hours("22:00-24:00")[0]) == "22:00-24:00"
    for wrong in ("9 to 5", "12:00-09:00", "09:00-12:00 11:00-13:00", "22:00-24:00 23:00-24:00", "25:00-26:00"):
        with pytest.raises(ValueError, match=r"period|overlap"):
            parse_hours(wrong)


days = st.dates(date(2010, 1, 1), date(2028, 12, 31))
moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)).map(lambda m: m.replace(tzinfo=UTC))  # noqa: DTZ001
zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])


@given(days, st.integers(-30, 30))
def test_adding_working_days_counts_back(day, count):
    reached = CHINA.add_working_days(day, count)
    if count:
        assert CHINA.is_working(reached)
    if count > 0:
        assert CHINA.working_days_between(day, reached) == count
    assert (reached > day) == (count > 0)


@given(days, st.integers(0, 30), st.integers(0, 30))
def test_working_days_add_up(day, first, second):
    once = CHINA.add_working_days(day, first + second)
    assert CHINA.add_working_days(CHINA.add_working_days(day, first), second) == once


def test_many_working_days_are_counted_as_few_are():
    first, last = date(2023, 11, 3), date(2026, 9, 30)
    days = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert CHINA.working_days_between(first, last) == sum(map(CHINA.is_working, days))
    assert CHINA.working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == sum(
        CHINA.is_working(date(2026, 1, 1) + timedelta(days=n)) for n in range(365)
    )


@given(days, days, days)
def test_working_days_between_is_additive(first, second, third):
    a, b, c = sorted((first, second, third))
    assert CHINA.working_days_between(a, b) + CHINA.working_days_between(b, c) == CHINA.working_days_between(a, c)


@settings(max_examples=60)
@given(zones, moments, st.integers(0, 60 * 60))
def test_adding_working_time_and_measuring_it_agree(zone, moment, minutes):
    calendar = WorkingCalendar(zone=ZoneInfo(zone), country=None)
    amount = timedelta(minutes=minutes)
    later = calendar.add_working_time(moment, amount)
    assert later >= moment
    assert calendar.working_time_between(moment, later) == amount


@given(days, st.integers(0, 400))
def test_rolling_never_shortens_a_limit(day, count):
    due = CHINA.add_calendar_days(day, count)
    assert due >= day + timedelta(days=count)
    assert CHINA.is_working(due)
    assert CHINA.add_calendar_days(day, count, roll="previous") <= day + timedelta(days=count)
