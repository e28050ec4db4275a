"""What stands still: an administrator says so on a page, and everybody who comes across it reads why."""

import re

import pytest
import sqlalchemy as sa
from counting import counting
from hall import COMPLAINT
from sqlalchemy import select

from engine.store.definitions import DbProcessDefinition
from engine.store.schema import DbInstance, DbTask
from engine.store.working import DbSuspension
from processes.cases.schema import DbCase

WHY = "the supplier’s list is wrong"


def test_an_instance_stands_still_and_goes_on(hall):
    number = hall.register()
    with hall.database.reading() as session:
        instance = session.scalar(select(DbCase.instance_id).where(DbCase.number == number))
        task = session.scalar(select(DbTask.id).where(DbTask.instance_id == instance, DbTask.status == "open"))
    admin, clerk = hall.visitor("admin"), hall.visitor("wang")
    assert f"/admin/instances/{instance}/suspend" in admin.get(f"/admin/instances/{instance}").text
    asked = admin.get(f"/admin/instances/{instance}/suspend").text
    assert "Nothing starts, falls due or is completed meanwhile" in asked
    assert admin.post(f"/admin/instances/{instance}/suspend", data={"reason": ""}).status_code == 422
    assert admin.post(f"/admin/instances/{instance}/suspend", data={"reason": WHY}).status_code == 303
    assert f"stopped by an administrator: {WHY}" in clerk.get(f"/cases/{number}").text
    page = clerk.get(f"/tasks/{task}").text
    assert WHY in page
    refused = clerk.post(f"/tasks/{task}", data={"note": "typed with care"})
    assert refused.status_code in (409, 422)
    assert f"{number} stands still since" in refused.text
    listed = admin.get("/admin/instances").text
    assert re.search(r'class="bdg warn"[^>]*>(<svg.*?</svg>)?stands still<', listed)
    assert f'href="/admin/instances/{instance}/resume"' in listed
    assert f"{number} stands still: " in listed
    page = admin.get(f"/admin/instances/{instance}").text
    assert f"/admin/instances/{instance}/resume" in page
    assert f"“{WHY}”. Nothing starts, fires or is completed until you let it go on" in page
    assert admin.post(f"/admin/instances/{instance}/resume", data={"reason": "mended"}).status_code == 303
    after = clerk.get(f"/cases/{number}").text
    assert f"stopped by an administrator: {WHY}" not in after
    assert "Stopped by an administrator: nothing happens in it" in after  # the record keeps it


def test_a_process_stands_still_and_nothing_starts_it(hall):
    admin, clerk = hall.visitor("admin"), hall.visitor("sun")
    stopped = admin.post("/admin/processes/complaint_intake/suspend", data={"reason": WHY})
    assert stopped.status_code == 303
    assert stopped.headers["Location"].endswith("/admin/instances?procedure=complaint_intake"), "to what it was about"
    page = admin.get(stopped.headers["Location"]).text
    assert f"“{WHY}”" in page.split('class="note warn"')[1].split("</div>")[0]
    assert 'href="/admin/processes/complaint_intake/resume"' in page, "the way back stands where one arrives"
    refused = clerk.post("/register/kb_sales_quality", data=COMPLAINT)
    assert refused.status_code == 409
    assert "Register a complaint stands still since" in refused.text
    assert WHY in refused.text
    assert COMPLAINT["lot_no"] in refused.text
    assert admin.post("/admin/processes/complaint_intake/resume", data={"reason": "mended"}).status_code == 303
    assert "/admin/processes/complaint_intake/resume" not in admin.get("/admin/instances").text
    assert clerk.get("/admin/processes/complaint_intake/suspend").status_code == 404
    assert admin.get("/admin/processes/nothing/suspend").status_code == 404


def crowd(hall, number):
    """So many more instances like the first one, which stand still; how many that are."""
    with hall.database.transaction() as session:
        columns = [column for column in DbInstance.__table__.c if column.name != "id"]
        first = select(*columns).order_by(DbInstance.id).limit(1)
        for _ in range(number):
            session.execute(sa.insert(DbInstance).from_select([column.name for column in columns], first))
        fresh = session.scalars(select(DbInstance.id).order_by(DbInstance.id.desc()).limit(number)).all()
        said = {"at": hall.clock.now(), "by": "admin", "reason": WHY}
        session.execute(sa.insert(DbSuspension), [{"instance_id": each, **said} for each in fresh])


def test_of_very_many_that_stand_still_the_first_stand_above_the_list_and_a_filter_has_all(hall):
    hall.register()
    admin = hall.visitor("admin")
    crowd(hall, 10)
    listed = admin.get("/admin/instances").text
    assert listed.count('class="note warn"') == 10
    assert "7 more stand still" in listed
    assert "All instances that stand still" not in listed
    crowd(hall, 20)
    with counting(hall.database) as (few, _):
        admin.get("/admin/instances")
    crowd(hall, 120)
    with counting(hall.database) as (many, _):
        listed = admin.get("/admin/instances").text
    assert len(many) == len(few)
    assert listed.count('class="note warn"') == 10
    assert "99+ more stand still" in listed
    link = re.search(r'<a class="s" href="([^"]+)">All instances that stand still</a>', listed)[1]
    found = admin.get(link).text
    assert "State: standing still" in found
    assert "1–25 of 150" in found
    assert found.count('<th scope="row" class="nw">') == 25
    assert len(admin.get(f"/admin/instances.csv{link.partition('/instances')[2]}").text.splitlines()) == 151


@pytest.mark.both_databases
def test_instances_of_a_process_that_stands_still_are_found_as_such(hall):
    hall.register()
    with hall.database.transaction() as session:
        key = session.scalar(
            select(DbProcessDefinition.key).join(DbInstance, DbInstance.definition_id == DbProcessDefinition.id)
        )
    admin = hall.visitor("admin")
    assert "No instance fits" in admin.get("/admin/instances?state=still").text
    assert admin.post(f"/admin/processes/{key}/suspend", data={"reason": WHY}).status_code == 303
    assert "1–1 of 1" in admin.get("/admin/instances?state=still").text
