"""Saved views in the pages."""

import re

import pytest
import story

pytestmark = pytest.mark.both_databases


def save(client, **form):
    answer = client.post("/work/views/new", data={"view": "group", "q": "", "sort": "due", "name": "x"} | form)
    assert answer.status_code == 303, answer.text
    return answer.location


def views(page):
    nav = page.split('class="views"', 1)[1].split("</nav>")[0]
    found = re.findall(r'data-view[^>]*>.*?<span class="el">([^<]*)</span><span class="cnt[^"]*">([^<]*)</span>', nav)
    return dict(found)


def test_a_view_keeps_list_filter_and_order(hall):
    first, second = hall.register(), hall.register()
    client = hall.visitor("wang")
    assert "view=group" in client.get("/work?view=group").text
    asked = client.get(f"/work/views/new?view=group&q={second}&sort=name").text
    assert f'name="name" type="text" value="{second}" maxlength="60"' in asked
    address = save(client, q=second, sort="name", name="Just one")
    page = client.get(address).text
    assert second in page
    assert first not in page
    assert '<h1 class="sp el">Just one</h1>' in page
    assert '<option value="name" selected>' in page
    assert views(page) == {
        "Mine": "0",
        "My groups": "2",
        "Overdue": "0",
        "Due today": "2",
        "Waiting for others": "0",
        "Snoozed": "0",
        "Just one": "1",
    }


def test_a_view_is_shared_renamed_and_deleted(hall):
    client, colleague = hall.visitor("wang"), hall.visitor("he")
    address = save(client, unit="sales", name="Sales")
    number = address.rsplit("=", 1)[1]
    assert "Shared with your units" in colleague.get("/work").text
    assert f'href="/work/views/{number}"' not in colleague.get(address).text
    assert f'href="/work/views/{number}"' in client.get(address).text
    for path in (f"/work/views/{number}", f"/work/views/{number}/delete"):
        assert (colleague.get(path).status_code, colleague.post(path, data={"name": "x"}).status_code) == (404, 404)
    client.post(f"/work/views/{number}", data={"name": "<b>Ours</b>", "unit": "sales"})
    assert "&lt;b&gt;Ours&lt;/b&gt;" in colleague.get("/work").text
    assert "Delete the view" in client.get(f"/work/views/{number}/delete").text
    client.post(f"/work/views/{number}/delete")
    assert "Ours" not in colleague.get("/work").text
    assert colleague.get(address).status_code == 200


def test_a_view_that_is_saved_twice_by_one_press_is_there_once(hall):
    client = hall.visitor("wang")
    once = re.search(r'name="_once" value="([^"]+)"', client.get("/work/views/new").text)[1]
    assert len({save(client, _once=once) for _ in range(2)}) == 1
    assert save(client, _once=once, name="y") != save(client)


def test_a_view_without_a_name_or_for_a_foreign_unit_is_not_saved(hall):
    client = hall.visitor("wang")
    assert client.post("/work/views/new", data={"name": " "}).status_code == 422
    assert client.post("/work/views/new", data={"name": "x", "unit": "qc"}).status_code == 404
    assert "Saved views" not in client.get("/work").text


def test_what_is_not_counted_is_unknown(hall):
    story.accepted(hall)
    client = hall.visitor("sun")
    save(client, view="waiting", name="Others", q="slip")
    save(client, view="mine", name="Own")
    found = views(client.get("/work").text)
    assert (found["Waiting for others"], found["Others"], found["Own"]) == ("1", "–", "0")
