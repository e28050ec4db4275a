"""A case whose procedure is called from another deployment: pages show it under its own names, phases and drawings."""

import pytest
from core_bpmn import bpmn, call, end, extension, path, service, start, user
from hall import COMPLAINT
from sqlalchemy import select

from engine import deployments, instances, read_variables
from engine.values import SYSTEM
from processes.cases.schema import DbCase

PHASE = extension(
    '<camunda:properties><camunda:property name="phase" value="verification" />'
    '<camunda:property name="owner" value="true" /></camunda:properties>'
)
INNER = bpmn(
    start("begin"),
    service("open", topic="case.open"),
    user("pump", PHASE, camunda_candidateGroups="sales", name="Look at the pump"),
    end("done"),
    path("begin", "open", "pump", "done"),
    key="pump_complaint",
).replace(b'id="pump_complaint"', b'id="pump_complaint" name="Complaint about a pump"')
OUTER = bpmn(
    start("begin"),
    call("c", "pump_complaint", extension('<camunda:in variables="all"/>')),
    user("pump", camunda_candidateGroups="sales", name="Sweep up"),
    end("done"),
    path("begin", "c", "pump", "done"),
    key="side_door",
).replace(b'id="side_door"', b'id="side_door" name="Front door"')


@pytest.fixture
def called(hall):
    with hall.database.transaction() as session:
        deployments.deploy(session, "pump", {"pump.bpmn": INNER}, by=SYSTEM)
        deployments.deploy(session, "door", {"door.bpmn": OUTER}, by=SYSTEM)
    with hall.database.transaction() as session:
        hall.number = instances.start(session, "side_door", variables=COMPLAINT, by=hall.actor("wang")).id
    return hall


def test_a_case_keeps_phase_owner_labels_and_drawing(called):
    visitor = called.visitor("wang")
    with called.database.reading() as session:
        number = session.scalars(select(DbCase.number)).one()
    page = visitor.get(f"/cases/{number}").text
    assert "Complaint about a pump" in page
    assert "pump_complaint.en.bpmn" in page
    assert "Look at the pump" in page
    called.do("pump", "wang")
    with called.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        assert case.owner == "wang"
        assert case.phase == "verification"
    page = visitor.get(f"/cases/{number}").text
    assert "Look at the pump" in page
    assert "Sweep up" in page
    assert "Look at the pump" in visitor.get(f"/cases/{number}/file").text


def test_administrators_see_and_count_it_where_it_stands(called):
    admin = called.visitor("admin")
    page = admin.get("/admin/instances").text
    assert 'title="Front door"' in page
    assert (
        '<span class="m x">Complaint about a pump</span>' in page
    )  # beside it, no chain that says what is inside what
    assert "Look at the pump" in admin.get("/admin/instances").text
    assert 'title="Front door"' in admin.get("/admin/instances?procedure=pump_complaint").text
    assert "Complaint about a pump" in admin.get("/admin/instances/by-element").text
    page = admin.get(f"/admin/instances/{called.number}").text
    assert "pump_complaint.en.bpmn" in page
    for tab in ("tokens", "called", "history", "jobs", "messages", "submissions"):
        shown = admin.get(f"/admin/instances/{called.number}?tab={tab}")
        assert shown.status_code == 200
        assert "Sweep up" not in shown.text, tab
    rows = admin.get("/admin/deployments").text.split("<tr")
    (row,) = [row for row in rows if "Complaint about a pump v1" in row]
    assert ">1<" in row
    assert admin.get(f"/admin/instances/{called.number}/cancel").text.count("Look at the pump") == 1


def test_administrators_see_a_variable_once_and_where_it_differs(hall):
    hall.register()
    with hall.database.reading() as session:
        instance = session.scalars(select(DbCase)).one().instance_id
        scopes = read_variables(session, instance)
    handed = [values for values in scopes.values() if "severity" in values]
    assert len(handed) > 1
    admin = hall.visitor("admin")
    page = admin.get(f"/admin/instances/{instance}?tab=variables&find=severity").text
    assert page.count('<th scope="row" class="w6 name">severity</th>') == 1
    assert f"the same in {len(handed) - 1} call" in page
    inner = max(scope for scope, values in scopes.items() if "severity" in values)
    with hall.database.transaction() as session:
        instances.set_variables(session, instance, {"severity": "S1"}, by=hall.actor("admin"), reason="x", scope=inner)
    page = admin.get(f"/admin/instances/{instance}?tab=variables&find=severity").text
    assert page.count('<th scope="row" class="w6 name">severity</th>') == 2
