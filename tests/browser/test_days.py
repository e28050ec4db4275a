"""A date beside the browser's own field, as the rest of the page writes it, while it is typed."""

import pytest


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "Wed 30 Sep 2026", "Tue 29 Sep 2026 09:05"),
        ("zh", "2026年9月30日（三）", "2026年9月29日（二）09:05"),
    ],
)
def test_a_date_is_said_while_it_is_typed(guest, language, day, moment):
    visitor = guest("wang", language=language)
    visitor.go("/cases")
    visitor.page.click("summary.btn")
    visitor.page.fill("[name=received_from]", "2026-09-30")
    said = visitor.page.locator(".f:has([name=received_from]) [data-day-said]")
    assert said.text_content() == day
    visitor.page.fill("[name=received_from]", "")
    assert said.text_content() == ""
    clerk = guest("sun", language=language)
    clerk.go("/register")
    clerk.page.fill("[name=received_at]", "2026-09-29T09:05")
    assert clerk.page.locator("[data-field=received_at] [data-day-said]").text_content() == moment
