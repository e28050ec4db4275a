"""A task on which something is decided: the decision first, what it is about once."""

import pytest
import story
from lxml import html

REFUSED = {"decision": "refuse", "approval_comment": "请写明运费由谁承担。", "approval_signature": True}


def draft_plan(hall, **changes):
    hall.do("UT_DraftPlan", "wang", **(story.PLAN | changes))


@pytest.fixture
def planned(make_played):
    """The plan of the flagship case waits for the head of the department."""
    return make_played(story.planned)[0]


def page_of(hall, login="zhao", address="/tasks/{}"):
    task = hall.claim("UT_Approve", login)
    return html.fromstring(hall.visitor(login).get(address.format(task)).text)


def words(element):
    return " ".join(element.text_content().split())


@pytest.mark.parametrize("address", ["/tasks/{}", "/tasks/{}/pane"])
def test_the_decision_is_the_first_field_and_nothing_stands_open_before_it(planned, address):
    page = page_of(planned, address=address)
    (first, *_others) = page.xpath("//*[@data-form]//*[@data-field]")
    assert first.get("data-field") == "decision"
    assert page.xpath("//*[@data-form]/preceding::div[@class='answers']") == []


@pytest.mark.parametrize("address", ["/tasks/{}", "/tasks/{}/pane"])
def test_the_plan_is_shown_once_and_whole(planned, address):
    page = page_of(planned, address=address)
    text = words(page) + " ".join(page.xpath("//input[@readonly]/@value"))
    for said in ("送到装配线", "换货 12 件", "三个工作日内送达。", "Our fault", "E-mail"):
        assert said in text
    assert words(page).count("送到装配线") == 1
    assert "Plan and manner of reply" not in words(page)


def test_what_a_new_version_of_the_plan_changed_is_shown_beside_it(planned):
    planned.do("UT_Approve", "zhao", **REFUSED)
    draft_plan(planned, schedule="五个工作日内送达，运费由我方承担。")
    page = page_of(planned)
    (card,) = page.xpath("//section[.//h2[starts-with(., 'Plan and manner of reply')]]")
    assert words(card.xpath(".//h2")[0]) == "Plan and manner of reply, version 2"
    assert [words(each) for each in card.xpath(".//dt")] == ["Timetable"]


def test_what_the_form_does_not_show_stays_to_be_read(hall):
    story.measured(hall)
    page = html.fromstring(hall.visitor("wang").get(f"/tasks/{hall.claim('UT_ReviewCm', 'wang')}").text)
    labels = [words(each) for each in page.xpath("//*[@class='answers']//dt")]
    assert "What the customer asks for, examined" in labels
    assert "Solution that quality control proposes" not in labels


def test_the_rounds_of_a_measure_stand_side_by_side_with_what_changed(disputed):
    hall = disputed[0]
    page = html.fromstring(hall.visitor("wang").get(f"/tasks/{hall.open_task('UT_ReviewCm')}").text)
    (table,) = page.xpath("//table[.//td[@class='changed']]")
    assert [words(each) for each in table.xpath(".//thead//th")] == ["Round 1", "Round 2", "Round 3"]
    lines = {
        words(line.find("th")): [words(each) for each in line.findall("td")] for line in table.xpath(".//tbody/tr")
    }
    assert lines["Cost"] == ["¥3,600.00", "¥3,600.00", "¥4,850.00 changed"]
    assert lines["Solution"][2] == "换货 12 件，其余 188 件到客户处全检 changed"
    assert lines["Why sales asked again"][0] == "原因分析不完整，请补充模温记录。"
