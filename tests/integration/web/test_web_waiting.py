"""The view of what waits for others."""

import pytest
import story

pytestmark = pytest.mark.both_databases


def test_it_says_what_is_waited_for_with_whom_since_when_and_until_when(disputed):
    hall, number = disputed
    hall.until("2026-09-30T10:30")
    page = hall.visitor("sun").get("/work?view=waiting").text
    row = page.split('<div class="it', 1)[1].split("</div>")[0]
    for text in (f'href="/cases/{number}"', "Review the measure", "today 14:", "Wang Li, since Wed 30 Sep 09:58", "S3"):
        assert text in row, text
    assert 'type="checkbox"' not in row
    assert "data-pane" not in row
    assert 'Waiting for others</span><span class="cnt">1</span>' in page


def test_what_one_can_do_oneself_is_not_in_it(hall):
    number = story.accepted(hall)
    assert number not in hall.visitor("wang").get("/work?view=waiting").text
    assert "None of your cases waits for others" in hall.visitor("wang").get("/work?view=waiting").text
    assert number in hall.visitor("sun").get("/work?view=waiting&q=slip").text
    assert number not in hall.visitor("sun").get("/work?view=waiting&q=nothing").text


def test_it_is_said_in_chinese_too(disputed):
    hall, _number = disputed
    page = hall.visitor("sun", "zh").get("/work?view=waiting").text
    assert "等待他人" in page
    assert "王丽，自 9/30（三）09:58" in page
