from datetime import date, datetime
from zoneinfo import ZoneInfo

from processes.cases.card import clock
from processes.cases.schema import DbCase, DbCaseClock
from processes.clock.calendar import WorkingCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = WorkingCalendar()


def sh(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def case(closed_at=None, **changes):
    facts = {
        "name": "reply",
        "soft": False,
        "start_at": sh("2026-09-28T09:30"),
        "nominal_due_at": sh("2026-10-06T00:00"),
        "due_at": sh("2026-10-09T00:00"),
        "warn_at": sh("2026-09-30T09:00"),
        "provisional": False,
        "stopped_at": None,
        "level": 0,
    }
    row = DbCaseClock(**{**facts, **changes})
    return DbCase(received_at=sh("2026-09-28T09:30"), closed_at=closed_at, clocks=[row]), row


def test_v04_on_30_september():
    found = clock(*case(), sh("2026-09-30T10:20"), CHINA)
    assert (found.state, found.due_at, found.nominal_day) == ("warned", sh("2026-10-09T00:00"), date(2026, 10, 5))
    assert (found.moved, found.why_moved, found.days_left) == (True, "National Day (observed)", 1)
    assert clock(*case(), sh("2026-09-30T10:20"), CHINA, "zh").why_moved == "国庆节（补假）"
    assert [cell.day.day for cell in found.cells] == [28, 29, 30, 1, 2, 3, 4, 5, 6, 7, 8]
    assert [cell.day.day for cell in found.cells if cell.rest] == [1, 2, 3, 4, 5, 6, 7]
    assert [cell.past for cell in found.cells] == [True, True, *[False] * 9]
    assert next(cell for cell in found.cells if cell.today).warning
    assert found.cells[0].received
    assert found.cells[7].nominal
    assert found.cells[-1].effective
    assert not found.weeks


def test_states_one_after_the_other():
    assert clock(*case(due_at=None, nominal_due_at=None), sh("2026-09-28T10:00"), CHINA).state == "none"
    assert clock(*case(), sh("2026-09-28T10:00"), CHINA).state == "running"
    assert clock(*case(), sh("2026-10-08T23:59"), CHINA).state == "warned"
    late = clock(*case(), sh("2026-10-12T10:00"), CHINA)
    assert (late.state, late.days_left) == ("late", -3)
    assert late.cells[-1].today
    assert next(cell for cell in late.cells if cell.day == date(2026, 10, 10)).make_up
    assert clock(*case(closed_at=sh("2026-10-01T10:00")), sh("2026-10-12T10:00"), CHINA).state == "closed"


def test_a_stopped_clock_stands_still():
    found = clock(*case(stopped_at=sh("2026-10-08T16:30")), sh("2026-12-01T10:00"), CHINA)
    assert (found.state, found.in_time, found.days_left) == ("stopped", True, 0)
    assert found.cells[-1].day == date(2026, 10, 8)
    late = clock(*case(stopped_at=sh("2026-10-09T00:00")), sh("2026-12-01T10:00"), CHINA)
    assert late.in_time is False


def test_a_long_ruler_is_drawn_in_weeks_and_never_endless():
    assert clock(*case(), sh("2026-10-20T10:00"), CHINA).weeks
    assert len(clock(*case(), sh("2036-10-20T10:00"), CHINA).cells) == 401
