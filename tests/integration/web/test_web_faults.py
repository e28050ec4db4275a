"""A fault that stops a case is told: to administrators, to the case's owner, to whoever caused it."""

from admin_stage import FailingMail
from sqlalchemy import insert, select

from engine.store.schema import DbJob
from processes.desk.schema import DbNotice

TOLD = "stopped by a fault, the administrator is told"


def stop(hall):
    """Let the letter fail until no attempt is left."""
    number = hall.register()
    for minute in (35, 40, 45, 50):
        hall.until(f"2026-09-28T09:{minute}")
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
    page = admin.get("/work").text
    assert 'aria-label="1 fault"' in page
    assert 'href="/admin/instances/by-cause"' in page
    assert 'aria-label="1 fault"' not in clerk.get("/work").text
    assert mail.broken


def test_a_case_that_goes_on_says_nothing_of_faults(hall):
    number = hall.register()
    assert TOLD not in hall.visitor("sun").get(f"/cases/{number}").text
    assert 'aria-label="1 fault' not in hall.visitor("admin").get("/work").text


def test_who_causes_it_reads_that_the_answers_are_kept_and_the_case_stopped(hall):
    hall.register()
    hall.until("2026-09-28T10:05")
    task = hall.claim("UT_AcceptCase", "wang")
    broken = hall.kesu.runtime.services.get_service("case.accept")
    services = hall.kesu.runtime.services._services

    def fail(_session, _call):
        raise RuntimeError("no such unit")

    services["case.accept"] = type(broken)(
        broken.topic, broken.outside, broken.doc, fail, broken.inputs, broken.outputs
    )
    client = hall.visitor("wang")
    client.post(f"/tasks/{task}", data={"handover_note": "ok"})
    page = client.get("/work").text
    services["case.accept"] = broken
    assert "The case is stopped by a fault; the administrator is told." in page
    assert "Completed: Take over the case" not in page


def test_a_job_that_failed_without_a_case_is_on_a_page(hall):
    with hall.database.transaction() as session:
        at = hall.clock.now()
        values = {"kind": "message", "payload": {"name": "M"}, "status": "failed", "due_at": at, "attempts": 3}
        session.execute(insert(DbJob).values(**values, last_error="Nobody waits for M.", created_at=at))
    page = hall.visitor("admin").get("/admin/instances/by-cause").text
    assert "Failed without a case" in page
    assert "Nobody waits for M." in page
    assert 'aria-label="1 fault"' in page
