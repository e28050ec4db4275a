"""Snoozed tasks in the pages."""

import pytest
import story


def start(hall):
    hall.register()
    hall.until("2026-09-28T10:05")
    hall.do("UT_AcceptCase", "wang")
    return hall.claim("UT_Verify", "wang")


def listed(client, task, view):
    return f'data-pane="/tasks/{task}/pane' in client.get(f"/work?view={view}").text


@pytest.mark.both_databases
def test_a_snoozed_task_leaves_the_lists_and_comes_back(disputed):
    hall, number = disputed
    task, client = hall.open_task("UT_ReviewCm"), hall.visitor("wang")
    hall.until("2026-09-29T09:00")  # a day before it falls due
    asked = client.get(f"/tasks/{task}/snooze", headers={"Referer": "http://localhost/work?view=mine"}).text
    assert 'type="date" value="2026-09-30" min="2026-09-30" max="2026-09-30"' in asked
    answer = client.post(f"/tasks/{task}/snooze", data={"until": "2026-09-30", "_from": "/work?view=mine"})
    assert (answer.status_code, answer.location) == (303, "/work?view=mine")
    assert [listed(client, task, view) for view in ("mine", "overdue", "today", "snoozed")] == [0, 0, 0, 1]
    page = client.get("/work?view=snoozed").text
    assert "snoozed to Wed 30 Sep" in page
    assert "#player-pause" in page
    assert "Snoozed to Wed 30 Sep: Review the measure" in client.get(f"/cases/{number}").text
    hall.until("2026-09-30T00:00")
    assert [listed(client, task, view) for view in ("mine", "snoozed")] == [1, 0]


def test_the_snooze_ends_when_that_is_asked_for(disputed):
    hall, _number = disputed
    task, client = hall.open_task("UT_ReviewCm"), hall.visitor("wang")
    hall.until("2026-09-29T09:00")
    client.post(f"/tasks/{task}/snooze", data={"until": "2026-09-30"})
    assert f'action="/tasks/{task}/snooze/end"' in client.get(f"/tasks/{task}").text
    assert client.post(f"/tasks/{task}/snooze/end").status_code == 303
    assert listed(client, task, "mine")
    assert f'action="/tasks/{task}/snooze/end"' not in client.get(f"/tasks/{task}").text


def test_what_is_due_cannot_be_put_off(disputed):
    hall, _number = disputed
    task, client = hall.open_task("UT_ReviewCm"), hall.visitor("wang")
    refused = client.get(f"/tasks/{task}/snooze")
    assert refused.status_code == 422
    assert "Review the measure is due at 2026-09-30 14:" in refused.text
    assert "cannot be put off past that" in refused.text
    for until in ("2026-10-01", "2026-09-30", "tomorrow"):
        assert client.post(f"/tasks/{task}/snooze", data={"until": until}).status_code == 422
    assert listed(client, task, "mine")


def test_only_who_may_work_on_it_snoozes(hall):
    story.accepted(hall)
    task = hall.open_task("UT_FillSlip")
    until = {"until": "2026-09-29"}
    for address in (f"/tasks/{task}/snooze", f"/tasks/{task}/snooze/end"):
        assert hall.visitor("stranger").post(address, data=until).status_code == 404
    assert hall.visitor("stranger").get(f"/tasks/{task}/snooze").status_code == 404
    hall.claim("UT_FillSlip", "wang")
    assert hall.visitor("he").post(f"/tasks/{task}/snooze", data=until).status_code == 409
