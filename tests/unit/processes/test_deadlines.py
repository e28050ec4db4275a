from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from processes.clock.calendar import Override, WorkingCalendar
from processes.clock.deadlines import (
    DeadlineRule,
    Deadlines,
    Habits,
    compute,
    end_of_day_text,
    followup_window,
    read_rule,
    stage_due,
)
from processes.errors import DeadlineRefused
from processes.settings import Settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = WorkingCalendar()
SETTINGS = Settings()
HABITS = Habits()
KB = DeadlineRule(7, warn=2)


def sh(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def last(moment):
    return str(end_of_day_text(moment)[0])


def test_v01_the_limit_ends_on_a_working_day():
    found = compute(KB, sh("2026-11-02T10:00"), CHINA, HABITS)
    assert found.nominal_due == found.effective_due
    assert found.effective_due == sh("2026-11-10T00:00")
    assert found.warn_at == sh("2026-11-06T09:00")  # the 7th is a Saturday
    assert (found.l2_at, found.l3_at) == (sh("2026-11-10T09:00"), sh("2026-11-12T09:00"))
    assert not found.provisional


def test_v04_the_limit_ends_in_the_national_holiday():
    found = compute(KB, sh("2026-09-28T09:30"), CHINA, HABITS)
    assert found.nominal_due == sh("2026-10-06T00:00")
    assert found.effective_due == sh("2026-10-09T00:00")
    assert found.warn_at == sh("2026-09-30T09:00")
    # Saturday the 10th is worked
    assert (found.l2_at, found.l3_at) == (sh("2026-10-09T09:00"), sh("2026-10-12T09:00"))


def test_v04_without_rolling_the_breach_is_dated_the_nominal_day():
    rule = read_rule({"hard_reply": 7, "unit": "calendar", "warn": 2}, "hard_reply", Settings(roll="none"))
    found = compute(rule, sh("2026-09-28T09:30"), CHINA, HABITS)
    assert found.effective_due == sh("2026-10-06T00:00")
    assert (found.l2_at, found.l3_at) == (sh("2026-10-08T09:00"), sh("2026-10-10T09:00"))


def test_v03_v05_v06_and_v09():
    due = {
        "2026-05-06T09:00": ("2026-05-13", "2026-05-13"),
        "2026-03-02T09:00": ("2026-03-09", "2026-03-09"),
        "2026-11-02T09:00": ("2026-11-09", "2026-11-09"),
        "2026-11-07T21:00": ("2026-11-14", "2026-11-16"),
    }
    for received, (nominal, effective) in due.items():
        found = compute(KB, sh(received), CHINA, HABITS)
        assert (last(found.nominal_due), last(found.effective_due)) == (nominal, effective)


def test_the_day_of_receipt_is_the_local_one():
    late = datetime.fromisoformat("2026-11-01T16:30:00+00:00")  # half past midnight of the 2nd in Shanghai
    assert compute(KB, late, CHINA, HABITS).nominal_due == sh("2026-11-10T00:00")


def test_working_days_and_limits_in_words():
    row = {"hard_reply": "5", "unit": "working", "warn": "-1", "soft_reply": "same_day", "first_contact": "4h"}
    found = computed(row, "hard_reply", "2026-11-10T08:40")
    assert found.effective_due == sh("2026-11-18T00:00")
    assert found.warn_at == sh("2026-11-16T09:00")
    assert computed(row, "soft_reply", "2026-11-10T08:40").effective_due == sh("2026-11-10T18:00")
    assert computed(row, "first_contact", "2026-11-10T08:40").effective_due == sh("2026-11-10T14:00")
    assert computed(row, "soft_reply", "2026-11-10T16:01").effective_due == sh("2026-11-11T18:00")
    assert computed(row, "soft_reply", "2026-11-14T10:00").effective_due == sh("2026-11-16T18:00")
    later = {**row, "soft_reply": "3d", "first_contact": "1d"}
    assert computed(later, "soft_reply", "2026-11-10T08:40").effective_due == sh("2026-11-14T00:00")
    assert computed(later, "first_contact", "2026-11-10T08:40").effective_due == sh("2026-11-12T00:00")


def computed(row, limit, start):
    return compute(read_rule(row, limit, SETTINGS), sh(start), CHINA, HABITS)


def test_no_limit():
    assert computed({"hard_reply": None}, "hard_reply", "2026-11-10T08:40") == Deadlines()


def test_a_limit_that_reaches_a_year_without_notice_is_provisional():
    assert compute(KB, sh("2026-12-28T09:00"), CHINA, HABITS).provisional
    assert not compute(KB, sh("2026-12-18T09:00"), CHINA, HABITS).provisional
    known = WorkingCalendar(overrides={date(2027, 1, 4): Override(date(2027, 1, 4), works=False)})
    found = compute(KB, sh("2026-12-28T09:00"), known, HABITS)
    assert not found.provisional
    assert (last(found.nominal_due), last(found.effective_due)) == ("2027-01-04", "2027-01-05")


@pytest.mark.parametrize(
    "row",
    [
        {"hard_reply": "soon"},
        {"hard_reply": -7},
        {"hard_reply": 7, "unit": "lunar"},
        {"hard_reply": 7, "roll": "sideways"},
        {"hard_reply": 7, "warn": "two"},
    ],
)
def test_a_row_that_cannot_be_computed_is_refused(row):
    with pytest.raises(DeadlineRefused):
        read_rule(row, "hard_reply", SETTINGS)


def test_a_limit_in_words_is_refused():
    with pytest.raises(DeadlineRefused):
        compute(DeadlineRule("sometime"), sh("2026-11-10T08:40"), CHINA, HABITS)


def test_unit_may_carry_the_roll_in_words():
    assert read_rule({"hard_reply": 7, "unit": "calendar, roll", "warn": -2}, "hard_reply", SETTINGS) == KB


def test_stage_targets_and_hurried_cases():
    opened = sh("2026-11-02T10:00")
    assert stage_due("verify", "1d", opened, CHINA) == sh("2026-11-03T10:00")
    assert stage_due("hand_over", "4h", opened, CHINA) == sh("2026-11-02T15:00")
    assert stage_due("verify", "1d", opened, CHINA, hurried=True) == sh("2026-11-02T15:00")
    with pytest.raises(DeadlineRefused):
        stage_due("lunch", None, opened, CHINA)


def test_followup_window_rolls_both_ends():
    assert followup_window(sh("2026-11-09T16:00"), 2, 3, CHINA) == (date(2026, 11, 11), date(2026, 11, 12))
    # Saturday and Sunday both roll to Monday
    assert followup_window(sh("2026-11-12T16:00"), 2, 3, CHINA) == (date(2026, 11, 16), date(2026, 11, 16))


def test_the_end_of_a_day_is_written_24_00():
    assert end_of_day_text(sh("2026-10-09T00:00")) == (date(2026, 10, 8), "24:00")
    assert end_of_day_text(sh("2026-10-09T09:05")) == (date(2026, 10, 9), "09:05")
    assert end_of_day_text(sh("2026-10-09T00:00") + timedelta(seconds=1))[1] == "00:00"
