"""The pages of administrators show instances of everything that can be drawn, wherever their tokens stand."""

import re
from pathlib import Path

import pytest
from admin_stage import Stage

from engine.deploy import deployments
from engine.look import queries
from engine.run import instances, tasks
from engine.values import Actor

ROOT = Actor("admin", admin=True)
LIU = Actor("liu", frozenset({"office"}))
FOLDER = Path(__file__).parents[2] / "scenarios" / "conformance"
PLAYED = {
    "transaction_is_cancelled": ["A", "Back"],
    "ad_hoc_sub_process": ["B"],
    "compensation_throw": ["Book"],
    "compensation_of_a_call": ["Book"],
    "multiple_event": [],
    "complex_gateway": ["A"],
    "loop_marker": [],
}


@pytest.fixture
def stage(make_hall):
    return make_hall(kind=Stage)


def drawn(name):
    """A diagram with a drawing: its nodes in a row, those inside others, too."""
    content = (FOLDER / f"{name}.bpmn").read_text(encoding="utf-8")
    nodes = re.findall(r'<bpmn:(?!process|sequenceFlow|association|message|\w*Definition)\w+ id="(\w+)"', content)
    shapes = "".join(
        f'<di:BPMNShape id="s_{node}" bpmnElement="{node}"><dc:Bounds x="{100 + 150 * at}" y="100" width="100"'
        ' height="80"/></di:BPMNShape>'
        for at, node in enumerate(nodes)
    )
    ends = re.findall(r'<bpmn:(?:sequenceFlow|association) id="(\w+)"', content)
    lines = "".join(
        f'<di:BPMNEdge id="e_{line}" bpmnElement="{line}"><dd:waypoint x="{at}" y="90"/><dd:waypoint x="900" y="90"/>'
        "</di:BPMNEdge>"
        for at, line in enumerate(ends)
    )
    spaces = (
        'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
        ' xmlns:dd="http://www.omg.org/spec/DD/20100524/DI"'
    )
    plane = f'<di:BPMNDiagram id="d" {spaces}><di:BPMNPlane id="pl" bpmnElement="{name}">{shapes}{lines}'
    whole = f"{plane}</di:BPMNPlane></di:BPMNDiagram></bpmn:definitions>"
    return content.replace("</bpmn:definitions>", whole).encode()


def test_instances_of_all_kinds_are_shown(stage):
    files = {f"{name}.bpmn": drawn(name) for name in PLAYED}
    with stage.database.transaction() as session:
        deployments.deploy(session, "palette", files, by=ROOT)
    admin = stage.visitor("admin")
    for name, completed in PLAYED.items():
        with stage.database.transaction() as session:
            number = instances.start(session, name, by=ROOT).id
        for element in [*completed, None]:
            for page in ("",) if element is not None else ("", "/replay"):
                answer = admin.get(f"/admin/instances/{number}{page}")
                assert answer.status_code == 200, (name, element, page)
                assert page or "<svg" in answer.text
            if element is not None:
                with stage.database.transaction() as session:
                    wanted = queries.TaskFilter(whose="all", element=element, instance_id=number)
                    (task,) = queries.list_tasks(session, ROOT, wanted).items
                    tasks.complete(session, task.id, by=LIU, answers={})
    for page in ("/admin/instances", "/admin/instances/by-element"):
        assert admin.get(page).status_code == 200
