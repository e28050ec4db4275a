from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from processes.clock.calendar import Override, WorkingCalendar
from processes.clock.deadlines import DeadlineRule, compute, end_of_day_text, followup_window, read_rule, stage_due
from processes.errors import DeadlineRefused
from processes.settings import Settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = WorkingCalendar()
SETTINGS = Settings()
KB = DeadlineRule(7, warn=2)


def sh(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_v01_the_limit_ends_on_a_working_day():
    found = compute(KB, sh("2026-11-02T10:00"), CHINA, SETTINGS)
    assert found.nominal_day == found.effective_day == date(2026, 11, 9)
    assert found.effective_due == sh("2026-11-10T00:00")
    assert found.warn_at == sh("2026-11-06T09:00")  # the 7th is a Saturday
    assert (found.l2_at, found.l3_at) == (sh("2026-11-10T09:00"), sh("2026-11-12T09:00"))
    assert not found.provisional


def test_v04_the_limit_ends_in_the_national_holiday():
    found = compute(KB, sh("2026-09-28T09:30"), CHINA, SETTINGS)
    assert found.nominal_day == date(2026, 10, 5)
    assert found.nominal_due == sh("2026-10-06T00:00")
    assert found.effective_day == date(2026, 10, 8)
    assert found.effective_due == sh("2026-10-09T00:00")
    assert found.warn_at == sh("2026-09-30T09:00")
    # Saturday the 10th is worked
    assert (found.l2_at, found.l3_at) == (sh("2026-10-09T09:00"), sh("2026-10-12T09:00"))


def test_v04_without_rolling_the_breach_is_dated_the_nominal_day():
    rule = read_rule({"hard_reply": 7, "unit": "calendar", "warn": 2}, Settings(roll="none"))
    found = compute(rule, sh("2026-09-28T09:30"), CHINA, SETTINGS)
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
        found = compute(KB, sh(received), CHINA, SETTINGS)
        assert (str(found.nominal_day), str(found.effective_day)) == (nominal, effective)


def test_the_day_of_receipt_is_the_local_one():
    late = datetime.fromisoformat("2026-11-01T16:30:00+00:00")  # half past midnight of the 2nd in Shanghai
    assert compute(KB, late, CHINA, SETTINGS).nominal_day == date(2026, 11, 9)


def test_working_days_and_a_soft_limit():
    row = {"hard_reply": "5", "unit": "working", "warn": "-1", "soft_reply": "same_day", "first_contact": "4h"}
    rule = read_rule(row, SETTINGS)
    found = compute(rule, sh("2026-11-10T08:40"), CHINA, SETTINGS)
    assert found.effective_day == date(2026, 11, 17)
    assert found.warn_at == sh("2026-11-16T09:00")
    assert found.soft_due == sh("2026-11-10T18:00")
    assert found.contact_due == sh("2026-11-10T14:00")
    assert compute(rule, sh("2026-11-10T16:01"), CHINA, SETTINGS).soft_due == sh("2026-11-11T18:00")
    assert compute(rule, sh("2026-11-14T10:00"), CHINA, SETTINGS).soft_due == sh("2026-11-16T18:00")
    later = read_rule({**row, "soft_reply": "3d", "first_contact": "1d"}, SETTINGS)
    found = compute(later, sh("2026-11-10T08:40"), CHINA, SETTINGS)
    assert (found.soft_due, found.contact_due) == (sh("2026-11-14T00:00"), sh("2026-11-12T00:00"))


def test_no_hard_limit():
    found = compute(read_rule({"hard_reply": None}, SETTINGS), sh("2026-11-10T08:40"), CHINA, SETTINGS)
    assert found.effective_due is None
    assert found.variables()["reply_effective_due"] is None


def test_a_limit_that_reaches_a_year_without_notice_is_provisional():
    assert compute(KB, sh("2026-12-28T09:00"), CHINA, SETTINGS).provisional
    assert not compute(KB, sh("2026-12-18T09:00"), CHINA, SETTINGS).provisional
    known = WorkingCalendar(overrides={date(2027, 1, 4): Override(date(2027, 1, 4), works=False)})
    found = compute(KB, sh("2026-12-28T09:00"), known, SETTINGS)
    assert not found.provisional
    assert found.effective_day == date(2027, 1, 5)
    assert found.nominal_day == date(2027, 1, 4)


def test_variables_carry_the_offset():
    variables = compute(KB, sh("2026-09-28T09:30"), CHINA, SETTINGS).variables()
    assert variables["reply_effective_due"] == "2026-10-09T00:00:00+08:00"
    assert variables["reply_warn_at"] == "2026-09-30T09:00:00+08:00"
    assert variables["deadline_provisional"] is False


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
        read_rule(row, SETTINGS)


def test_a_limit_in_words_is_refused():
    with pytest.raises(DeadlineRefused):
        compute(DeadlineRule(7, first_contact="at once"), sh("2026-11-10T08:40"), CHINA, SETTINGS)


def test_unit_may_carry_the_roll_in_words():
    assert read_rule({"hard_reply": 7, "unit": "calendar, roll", "warn": -2}, SETTINGS) == KB


def test_stage_targets_and_hurried_cases():
    opened = sh("2026-11-02T10:00")
    assert stage_due("verify", opened, CHINA, SETTINGS) == sh("2026-11-03T10:00")
    assert stage_due("hand_over", opened, CHINA, SETTINGS) == sh("2026-11-02T15:00")
    assert stage_due("verify", opened, CHINA, SETTINGS, severity="S1") == sh("2026-11-02T15:00")
    with pytest.raises(DeadlineRefused):
        stage_due("lunch", opened, CHINA, SETTINGS)


def test_followup_window_rolls_both_ends():
    assert followup_window(sh("2026-11-09T16:00"), KB, CHINA, SETTINGS) == (date(2026, 11, 11), date(2026, 11, 12))
    # Saturday and Sunday both roll to Monday
    assert followup_window(sh("2026-11-12T16:00"), KB, CHINA, SETTINGS) == (date(2026, 11, 16), date(2026, 11, 16))


def test_the_end_of_a_day_is_written_24_00():
    assert end_of_day_text(sh("2026-10-09T00:00")) == (date(2026, 10, 8), "24:00")
    assert end_of_day_text(sh("2026-10-09T09:05")) == (date(2026, 10, 9), "09:05")
    assert end_of_day_text(sh("2026-10-09T00:00") + timedelta(seconds=1))[1] == "00:00"
