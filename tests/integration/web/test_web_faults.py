"""A fault that stops a case is told: to administrators, to the case's owner, to whoever caused it."""

import re
from contextlib import contextmanager
from dataclasses import replace

import pytest
from admin_stage import FailingMail
from hall import COMPLAINT
from sqlalchemy import insert, select

from engine.deploy import deployments
from engine.store.schema import DbJob, DbSubmission, DbTask
from engine.values import SYSTEM
from processes.cases import register
from processes.cases.held import write_with
from processes.cases.links import _LINK
from processes.cases.schema import DbNotice

TOLD = "stopped by a fault, the administrator is told"
KEPT = "The case is stopped by a fault; the administrator is told."


def fail(_session, _call):
    """A service that fails at once."""
    raise RuntimeError("no such unit")


def fail_later(session, call):
    """A service whose case is not taken by the database when the step is written."""
    register.find_of_step(session, call)
    write_with(call, lambda: session.gathered.add(_LINK, [NO_LINK]))


NO_LINK = {"case_id": 999, "other_id": 999, "kind": "linked", "at": None, "by": "", "reason": ""}
NO_LINK |= {"undone_at": None, "undone_by": None}


@contextmanager
def broken(hall, topic, fail=fail):
    """A service that fails for the time being."""
    services = hall.kesu.runtime.services._services
    sound = services[topic]

    services[topic] = replace(sound, function=fail)
    yield
    services[topic] = sound


def stop(hall):
    """Let the letter fail until no attempt is left."""
    number = hall.register()
    for time in ("09:31", "09:40", "10:00", "11:30", "16:00"):
        hall.until(f"2026-09-28T{time}")
    return number


def told(hall, login):
    with hall.database.reading() as session:
        query = select(DbNotice.kind).where(DbNotice.person == login, DbNotice.kind == "stopped")
        return len(session.scalars(query).all())


def test_administrators_and_who_answers_for_the_case_hear_of_it_and_its_pages_say_so(hall):
    hall.kesu.office.mail = mail = FailingMail()
    number = stop(hall)
    assert (told(hall, "admin"), told(hall, "sun"), told(hall, "qian")) == (1, 1, 0)
    clerk, admin = hall.visitor("sun"), hall.visitor("admin")
    assert TOLD in clerk.get(f"/cases/{number}").text
    assert TOLD in clerk.get("/cases").text
    assert "Stopped by a fault" in clerk.get("/notices").text
    with hall.database.reading() as session:
        stopped = dict(session.execute(select(DbNotice.person, DbNotice.id).where(DbNotice.kind == "stopped")).all())
    assert clerk.post(f"/notices/{stopped['sun']}").location == f"/cases/{number}"
    assert admin.post(f"/notices/{stopped['admin']}").location.startswith("/admin/instances/")
    page = admin.get("/work").text
    assert 'aria-label="1 fault"' in page
    assert 'href="/admin/instances/by-cause"' in page
    assert 'aria-label="1 fault"' not in clerk.get("/work").text
    assert mail.broken


def test_a_case_that_goes_on_says_nothing_of_faults(hall):
    number = hall.register()
    assert TOLD not in hall.visitor("sun").get(f"/cases/{number}").text
    assert 'aria-label="1 fault' not in hall.visitor("admin").get("/work").text


@pytest.mark.parametrize("fail", [fail, fail_later])
def test_who_causes_it_reads_that_the_answers_are_kept_and_the_case_stopped(hall, fail):
    hall.register()
    hall.until("2026-09-28T10:05")
    task = hall.claim("UT_AcceptCase", "wang")
    client = hall.visitor("wang")
    with broken(hall, "case.accept", fail):
        client.post(f"/tasks/{task}", data={"handover_note": "ok"})
        page = client.get("/work").text
    assert KEPT in page
    assert "Completed: Take over the case" not in page


def test_who_records_what_a_customer_says_reads_that_it_is_kept_and_the_case_stopped(disputed, monkeypatch):
    hall, number = disputed
    client = hall.visitor("wang")
    offered = re.findall(rf"/cases/{number}/record/\d+", client.get(f"/cases/{number}").text)
    address = next(each for each in offered if "withdrawn_by" in client.get(each).text)
    given = {"withdrawn_by": "林女士", "withdrawal_channel": "phone", "withdrawal_requested_at": "2026-09-30T10:00"}
    monkeypatch.setattr("processes.clock.deadlines.stage_due", lambda *_given, **_more: 1 / 0)
    assert client.post(address, data=given).status_code == 303
    page = client.get(f"/cases/{number}").text
    assert KEPT in page
    assert "<span>Recorded:" not in page


@pytest.mark.parametrize("topic", ["case.open", "case.tell"])
def test_who_registers_reads_that_it_is_kept_and_stopped_with_or_without_a_number(hall, topic):
    client = hall.visitor("sun")
    data = {**COMPLAINT, "received_at": "2026-09-28T09:30", "restatement_confirmed": "on", "injury_or_safety": "true"}
    data |= {"regulator_or_media": "false"}
    with broken(hall, topic):
        answer = client.post("/register/kb_sales_quality", data=data)
        assert answer.status_code == 303, answer.text
        page = client.get(answer.location).text
    assert KEPT in page
    assert told(hall, "admin") == 1
    with hall.database.reading() as session:
        assert session.scalars(select(DbSubmission.element)).one() == "UT_Register"
    assert answer.location == ("/work" if topic == "case.open" else "/register/done/KB-2026-000001")
    assert (TOLD in page) is (topic != "case.open")


def test_several_done_together_say_how_many_are_stopped(hall):
    for _ in range(2):
        hall.register()
    with hall.database.reading() as session:
        query = select(DbTask.id).where(DbTask.element == "UT_AcceptCase", DbTask.status == "open")
        tasks = list(session.scalars(query))
    client = hall.visitor("wang")
    with broken(hall, "case.accept"):
        client.post("/work/selected/complete", data={"task": tasks, "_sure": "1"})
        page = client.get("/work").text
    assert "Completed: 2 tasks. 2 cases are stopped by a fault; the administrator is told." in page
    assert re.search(r'class="note bad">(?:(?!class="note).)*2 cases are stopped', page, re.DOTALL)


def test_who_starts_a_process_that_stops_at_once_is_told_so(hall):
    drawing = (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x" '
        'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"><bpmn:process id="sweep" name="Sweep" isExecutable="true">'
        '<bpmn:startEvent id="S"/><bpmn:scriptTask id="T" scriptFormat="python"><bpmn:script>x = 1 / 0</bpmn:script>'
        '</bpmn:scriptTask><bpmn:sequenceFlow id="a" sourceRef="S" targetRef="T"/></bpmn:process></bpmn:definitions>'
    )
    with hall.database.transaction() as session:
        deployments.deploy(session, "sweep", {"sweep.bpmn": drawing.encode()}, by=SYSTEM)
    client = hall.visitor("admin")
    client.post("/start/sweep")
    page = client.get("/work").text
    assert "Started, but stopped by a fault: Sweep. The administrator is told." in page


def test_the_rows_of_tasks_and_cases_carry_the_badge(hall):
    hall.kesu.office.mail = FailingMail()
    number = stop(hall)
    row = hall.visitor("wang").get("/work?view=group").text.split('<div class="it', 1)[1].split("</div>")[0]
    assert number in row
    assert TOLD in row
    row = hall.visitor("sun").get("/work?view=waiting").text.split('<div class="it', 1)[1].split("</div>")[0]
    assert TOLD in row


@pytest.mark.both_databases
def test_a_case_that_is_stopped_with_no_open_task_still_waits_for_others(hall):
    number = hall.register()
    task = hall.claim("UT_AcceptCase", "wang")
    client = hall.visitor("sun")
    assert number in client.get("/work?view=waiting").text
    with broken(hall, "case.accept"):
        hall.visitor("wang").post(f"/tasks/{task}", data={"handover_note": "ok"})
    assert hall.open_tasks() == []
    for login in ("sun", "wang"):
        page = hall.visitor(login).get("/work?view=waiting").text
        row = page.split('<div class="it', 1)[1].split("</div>")[0]
        for text in (f'href="/cases/{number}"', "Administrator, since", TOLD):
            assert text in row
        assert 'Waiting for others</span><span class="cnt">1</span>' in page
    assert number not in hall.visitor("stranger").get("/work?view=waiting").text
    assert len(client.get("/work/news?view=waiting").json["tasks"]) == 1


@pytest.mark.both_databases
def test_a_job_that_fails_for_good_without_a_case_is_told_is_on_a_page_and_can_be_retried(hall):
    with hall.database.transaction() as session:
        at = hall.clock.now()
        values = {"kind": "start", "payload": {"trigger": "signal"}, "due_at": at, "created_at": at}
        values |= {"status": "open", "attempts": 0}
        job = session.execute(insert(DbJob).values(**values).returning(DbJob.id)).scalar_one()
    for minute in (31, 35, 40):
        hall.until(f"2026-09-28T09:{minute}")
    client = hall.visitor("admin")
    page = client.get("/admin/instances/by-cause").text
    assert "Failed jobs" in page
    assert 'aria-label="1 fault"' in page
    bell = client.get("/notices").text
    assert "A job was given up; an administrator has to retry it" in bell
    number = re.search(r'action="/notices/(\d+)"', bell)[1]
    assert client.post(f"/notices/{number}").location == "/admin/instances/by-cause"
    address = f"/admin/jobs/{job}/retry"
    assert f'href="{address}"' in page
    assert client.post(address, data={"reason": " "}).status_code == 422
    assert client.post(address, data={"reason": "mended"}).status_code == 303
    with hall.database.reading() as session:
        found = session.get_one(DbJob, job)
        assert (found.status, found.attempts) == ("open", 0)
    assert 'aria-label="1 fault"' not in client.get("/work").text
    assert client.post(address, data={"reason": "again"}).status_code == 404
    assert hall.visitor("sun").post(address, data={"reason": "x"}).status_code in (403, 404)
