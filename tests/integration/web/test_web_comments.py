"""Comments in the pages: from the case, from a task, from the page that says somebody else was faster."""

import re
from io import BytesIO

import pytest
import story

from processes.cases import comments


def once(page):
    return re.search(r'name="_once" value="([^"]+)"', page)[1]


def test_a_comment_is_written_on_the_page_of_the_case(disputed):
    hall, number = disputed
    client = hall.visitor("chen")
    asked = client.get(f"/cases/{number}/comment", headers={"HX-Request": "true"})
    assert "<html" not in asked.text
    assert "cannot be changed or taken back" in asked.text
    answer = client.post(
        f"/cases/{number}/comment", data={"text": "样品已封存。<script>alert(1)</script>", "_once": once(asked.text)}
    )
    assert answer.status_code == 303
    assert re.fullmatch(rf"/cases/{number}#note-\d+", answer.location)
    for address in (f"/cases/{number}", f"/cases/{number}?show=form", f"/cases/{number}/file"):
        page = hall.visitor("wang").get(address).text
        assert "样品已封存。&lt;script&gt;alert(1)&lt;/script&gt;" in page, address
        assert "<script>alert" not in page
    assert "样品已封存" not in client.get(f"/cases/{number}?show=system").text


@pytest.mark.both_databases
def test_a_double_press_makes_one_comment(disputed):
    hall, number = disputed
    client = hall.visitor("wang")
    form = {"text": "客户同意周五前寄回样品。", "_once": once(client.get(f"/cases/{number}/comment").text)}
    first, second = (client.post(f"/cases/{number}/comment", data=form) for _ in range(2))
    assert first.location == second.location
    assert client.get(f"/cases/{number}").text.count("客户同意周五前寄回样品。") == 1


@pytest.mark.parametrize("text", ["   ", "字" * (comments.MOST_SIGNS + 1)])
def test_a_comment_that_will_not_do_comes_back(disputed, text):
    hall, number = disputed
    answer = hall.visitor("wang").post(f"/cases/{number}/comment", data={"text": text, "_once": "k"})
    assert answer.status_code == 422
    assert text.strip() in answer.text
    assert 'name="_once" value="k"' in answer.text
    assert 'role="alert"' in answer.text


def test_only_who_may_see_the_case_may_write(disputed):
    hall, number = disputed
    stranger = hall.visitor("stranger")
    for address in (f"/cases/{number}/comment", "/cases/KB-2026-009999/comment"):
        assert stranger.get(address).status_code == 404
        assert stranger.post(address, data={"text": "x"}).status_code == 404
    assert hall.visitor("feng").post(f"/cases/{number}/comment", data={"text": "x"}).status_code == 303


def test_from_a_task_it_leads_back_to_the_task_and_names_its_step(disputed):
    hall, number = disputed
    task, client = hall.open_task("UT_ReviewCm"), hall.visitor("wang")
    page = client.get(f"/tasks/{task}").text
    address = f"/cases/{number}/comment?_task={task}"
    assert f'href="{address}" data-key="c" data-dialog' in page
    asked = client.get(address, headers={"Referer": f"http://localhost/tasks/{task}"}).text
    assert f'name="_from" value="/tasks/{task}"' in asked
    form = {"text": "补充", "_once": once(asked), "_task": str(task), "_from": f"/tasks/{task}"}
    assert client.post(f"/cases/{number}/comment", data=form).location == f"/tasks/{task}"
    told = client.get(f"/cases/{number}").text
    assert '<li data-element="UT_ReviewCm" id="note-' in told


@pytest.mark.parametrize("foreign", ["https://example.com/work", "//example.com", "/work\\..", "/work//x"])
def test_it_never_leads_to_other_houses(disputed, foreign):
    hall, number = disputed
    client = hall.visitor("wang")
    form = {"text": "x", "_from": foreign}
    assert client.post(f"/cases/{number}/comment", data=form).location.startswith(f"/cases/{number}#note-")
    page = client.get(f"/cases/{number}/comment", headers={"Referer": foreign}).text
    assert f'name="_from" value="/cases/{number}"' in page


def test_who_was_too_slow_can_keep_the_text_as_a_comment(hall):
    number = story.accepted(hall)
    task = hall.open_task("UT_FillSlip")
    hall.do("UT_FillSlip", "wang", **story.SLIP)
    client = hall.visitor("he")
    lost = client.post(f"/tasks/{task}", data=story.SLIP | {"verified_facts": "我写的另一段文字"})
    assert lost.status_code == 409
    form = lost.text.split(f'action="/cases/{number}/comment"', 1)[1].split("</form>")[0]
    assert "我写的另一段文字" in form
    text = re.search(r'name="text" value="([^"]*)"', form)[1]
    answer = client.post(f"/cases/{number}/comment", data={"text": text, "_once": once(form), "_from": ""})
    assert answer.status_code == 303
    assert "我写的另一段文字" in client.get(f"/cases/{number}").text


def test_a_comment_brings_files(hall):
    number = hall.register()
    client = hall.visitor("sun")
    assert 'type="file"' in client.get(f"/cases/{number}/comment").text
    data = {"text": "照片在此", "_once": "f", "files": (BytesIO(b"%PDF-1.4\n%%EOF\n"), "bericht.pdf")}
    assert client.post(f"/cases/{number}/comment", data=data).status_code == 303
    page = client.get(f"/cases/{number}").text
    assert "Files: bericht.pdf" in page
    assert page.count("bericht.pdf") >= 3, "in the comment, as a document of the timeline and in the list of documents"
    wrong = {"text": "x", "_once": "g", "files": (BytesIO(b"MZ"), "a.exe")}
    assert client.post(f"/cases/{number}/comment", data=wrong).status_code == 422
