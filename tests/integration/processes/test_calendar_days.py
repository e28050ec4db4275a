from datetime import date

import pytest
from counting import counting
from house import actor
from sqlalchemy import delete, func, select

from processes.clock import calendar_days
from processes.clock.schema import DbCalendarDay
from processes.errors import CalendarFileRefused
from processes.settings import Settings

ADMIN = actor("ma", "admin")
NOTICE = """date,kind,hours,name,source
2027-01-04,rest,,元旦调休,
2027-01-09,work,,元旦补班,
2027-02-20,work,09:00-12:00,,own notice
"""


def imported(house, text, **more):
    content = text if isinstance(text, bytes) else text.encode()
    with house.database.transaction() as session:
        return calendar_days.import_csv(session, content, source="国办发明电〔2026〕9号", by=ADMIN, **more)


def test_a_notice_is_imported_once_however_often_it_comes(house):
    first = imported(house, NOTICE)
    assert [str(day) for day in first.added] == ["2027-01-04", "2027-01-09", "2027-02-20"]
    assert first.any_change
    again = imported(house, NOTICE)
    assert (again.added, again.changed, again.unchanged) == ((), (), 3)
    assert not again.any_change
    with house.database.reading() as session:
        calendar = house.office.calendar(session)
        rows = {row.day: (row.source, row.entered_by) for row in session.scalars(select(DbCalendarDay))}
    assert not calendar.is_working(date(2027, 1, 4))
    assert calendar.reason(date(2027, 1, 4)) == "元旦调休"
    assert calendar.is_working(date(2027, 1, 9))
    assert len(calendar.periods(date(2027, 2, 20))) == 1
    assert not calendar.is_provisional(2027)
    assert rows[date(2027, 1, 4)] == ("国办发明电〔2026〕9号", "ma")
    assert rows[date(2027, 2, 20)] == ("own notice", "ma")


def test_the_days_are_read_when_they_have_changed_and_only_then(house):
    imported(house, NOTICE)
    with house.database.reading() as session:
        first = house.office.calendar(session)
        with counting(house.database) as (statements, _):
            assert house.office.calendar(session) is first
    assert len(statements) == 1
    with house.database.transaction() as session:
        calendar_days.import_csv(session, b"date,kind\n2027-01-11,rest\n", source="x", by=ADMIN)
        assert not house.office.calendar(session).is_working(date(2027, 1, 11))
        session.rollback()
    imported(house, "date,kind\n2027-01-12,rest\n")
    with house.database.reading() as session:
        found = house.office.calendar(session)
    assert [found.is_working(date(2027, 1, day)) for day in (11, 12)] == [True, False]
    with house.database.transaction() as session:
        session.execute(delete(DbCalendarDay).where(DbCalendarDay.day == date(2027, 1, 12)))
    with house.database.reading() as session:
        assert house.office.calendar(session).is_working(date(2027, 1, 12))


def test_a_corrected_notice_changes_the_days_it_names(house):
    imported(house, NOTICE)
    found = imported(house, "date,kind\n2027/1/9,休\n")
    assert [str(day) for day in found.changed] == ["2027-01-09"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_of_spreadsheets_are_read(house, encoding):
    text = "Date,Kind,Name\r\n2027-01-09,补班,元旦补班\r\n\r\n2027-01-04,放假,元旦\r\n"
    assert len(imported(house, text.encode(encoding)).added) == 2


def test_closures_overrule_the_notice_and_only_rest(house):
    imported(house, "date,kind\n2027-01-09,work\n")
    imported(house, "date,kind,name\n2027-01-09,rest,盘点\n", layer="closure")
    with house.database.reading() as session:
        assert not house.office.calendar(session).is_working(date(2027, 1, 9))
    with pytest.raises(CalendarFileRefused, match="line 2: a closure cannot be a working day"):
        imported(house, "date,kind\n2027-01-10,work\n", layer="closure")


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("date,kind\n2027-13-01,work\n2027-01-02,maybe\n", ["line 2: '2027-13-01'", "line 3: 'maybe'"]),
        ("date,kind\n2027-01-02,rest\n2027-01-02,work\n", ["line 3: 2027-01-02 was given in line 2"]),
        ("date,kind,hours\n2027-01-02,work,9-5\n", ["line 2: '9-5'"]),
        ("date,kind,hours\n2027-01-02,rest,09:00-12:00\n", ["line 2: a day of rest has no hours"]),
        ("day,kind\n2027-01-02,rest\n", ["line 1: the first line must name"]),
        ("date,kind,colour\n2027-01-02,rest,red\n", ["line 1: unknown column colour"]),
        ("date,kind\n2027-01-02,rest,more\n", ["line 2: more cells than columns"]),
        ("date,kind\n", ["line 1: the file has no days"]),
        ("", ["line 1: the first line must name"]),
        (b"\xff\xfe\x00\x01", ["line 1"]),
        ("date,kind\n2027-01-02,rest\0\n", ["line 2: no text has a null character"]),
        (b"date,kind\n" + b"x" * 1_000_001, ["line 1: the file is too large"]),
        ('date,kind\n"2027-01-02,rest\n', ["line 1: no readable CSV"]),
    ],
)
def test_a_wrong_file_changes_nothing_and_says_where(house, text, findings):
    imported(house, NOTICE)
    with pytest.raises(CalendarFileRefused) as refused:
        imported(house, text)
    for finding in findings:
        assert finding in str(refused.value)
    assert len(refused.value.lines) == len(findings)
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DbCalendarDay)) == 3


def test_the_calendar_of_the_settings_stays_the_ground(house):
    with house.database.reading() as session:
        settings = Settings(country="DE", zone="Europe/Berlin")
        calendar = calendar_days.calendar_with(settings, calendar_days.rows(session))
    assert calendar.is_working(date(2026, 10, 1))
    assert not calendar.is_working(date(2026, 10, 3))
