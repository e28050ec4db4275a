"""The values that parts are given: dates and states in words."""

import pytest
from played import shanghai

from web.shell.parts import Badge, due_badge, late_text, left_badge


@pytest.fixture
def calendar(hall):
    with hall.database.reading() as session:
        calendar = hall.kesu.office.calendar(session)
    with hall.app.test_request_context(headers={"Accept-Language": "en"}):
        yield calendar


NOW = shanghai("2026-09-30T10:20")


@pytest.mark.parametrize(
    ("due", "badge"),
    [
        ("2026-09-28T18:00", Badge("2 wd late", "bad", "alert-triangle")),
        ("2026-09-30T08:20", Badge("2 h late", "bad", "alert-triangle")),
        ("2026-09-30T10:15", Badge("5 min late", "bad", "alert-triangle")),
        ("2026-09-30T14:00", Badge("today 14:00", "warn", "hourglass")),
        ("2026-10-01T00:00", Badge("today 24:00", "warn", "hourglass")),
        ("2026-10-09T00:00", Badge("Thu 8 Oct", "warn", "hourglass")),
        ("2026-10-10T18:00", Badge("Sat 10 Oct, workday", "", "clock")),
        ("2027-01-05T00:00", Badge("Mon 4 Jan 2027", "", "clock")),
    ],
)
def test_a_due_date_is_a_day_with_what_is_left(calendar, due, badge):
    assert due_badge(shanghai(due), NOW, calendar) == badge


def test_words_stand_around_a_date_but_not_around_how_late_it_is(calendar):
    assert due_badge(shanghai("2026-10-09T00:00"), NOW, calendar, "Step").text == "Step due: Thu 8 Oct"
    assert due_badge(shanghai("2026-09-28T18:00"), NOW, calendar, "Step").text == "Step: 2 wd late"
    assert due_badge(None, NOW, calendar) is None


def test_lateness_over_days_of_rest_is_told_by_its_day(calendar):
    assert late_text(shanghai("2026-11-07T10:00"), shanghai("2026-11-08T10:00"), calendar) == "late since Sat 7 Nov"


@pytest.mark.parametrize(
    ("days", "late", "badge"),
    [
        (5, False, Badge("5 working days left", "", "clock")),
        (1, False, Badge("1 working day left", "warn", "hourglass")),
        (0, False, Badge("last day", "warn", "hourglass")),
        (-2, True, Badge("2 working days late", "bad", "alert-triangle")),
        (0, True, Badge("1 working day late", "bad", "alert-triangle")),
    ],
)
def test_working_days_left(calendar, days, late, badge):
    assert left_badge(days, late=late) == badge


def test_the_page_of_parts_shows_a_drawing_in_the_readers_language(hall):
    assert "审阅对策" in hall.visitor("wang", "zh").get("/parts/sample.bpmn").text
