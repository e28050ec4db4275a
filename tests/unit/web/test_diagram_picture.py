"""The drawing of a process as a picture for paper."""

from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

import processes
from web.diagrams import marks
from web.diagrams.lettering import words_beside
from web.diagrams.picture import notes, pictures
from web.diagrams.places import obstacles
from web.diagrams.plan import Box, Shape, read_plan
from web.shell.parts import Diagram, Overlay

SHIPPED = sorted(Path(processes.__file__).parent.rglob("*.bpmn"))
NAMELESS = Diagram(url="", label="")
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {"participant", "lane", "subProcess", "callActivity", "task", "textAnnotation", "group", "dataObjectReference"}
DRAWN |= {"dataStoreReference", "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent"}
DRAWN |= {"boundaryEvent", *marks.TASKS, *marks.GATEWAYS}


def drawn(content, diagram=NAMELESS):
    return etree.fromstring(pictures(content, diagram)[0])


def words(tree):
    return "".join("".join(each.itertext()) for each in tree.iter(f"{SVG}text") if each.get("fill")).replace(" ", "")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shape_flow_and_label_of_a_shipped_diagram_is_drawn(path):
    content = path.read_bytes()
    plan, tree = read_plan(content), drawn(path.read_bytes())
    assert {shape.kind for shape in plan.shapes} <= DRAWN
    for shape in plan.shapes:
        assert {mark for mark in shape.marks if mark.endswith("EventDefinition")} <= marks.EVENTS.keys()
        assert "".join(shape.name.split()) in words(tree)
    assert all(len(line.points) > 1 for line in plan.lines)
    assert len(list(tree.iter(f"{SVG}path"))) >= 2 * len(plan.lines)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_notes_cover_no_word_no_shape_and_no_other_note(path):
    plan = read_plan(path.read_bytes())
    busy = [shape.id for shape in plan.shapes if shape.kind in {"userTask", "callActivity", "serviceTask"}]
    overlays = [Overlay(each, "沈岚 · 22 min", place="above-left") for each in busy]
    overlays += [Overlay(each, "2 · 3 h", place="below-right") for each in busy]
    placed = [box for _, box in notes(plan, Diagram("", "", overlays=overlays))]
    assert len(placed) == len(overlays)
    around = obstacles(plan).solid
    assert [box for box in placed if any(map(box.meets, around))] == []
    assert [pair for pair in combinations(placed, 2) if pair[0].meets(pair[1])] == []


def test_words_are_what_notes_keep_off():
    plan = read_plan(boxes(name="Do"))
    words = words_beside(Shape("x", "startEvent", "Customer accepts", Box(0, 0, 36, 36), None, frozenset()))
    assert words.box.meets(Box(0, 40, 36, 10))
    assert plan.shapes[1].box in obstacles(plan).solid


BOXES = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"
 xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:dd="http://www.omg.org/spec/DD/20100524/DI">
<process id="p"><startEvent id="a"/><task id="b" name="{name}"/><sequenceFlow id="f" sourceRef="a" targetRef="b"/></process>
<di:BPMNDiagram><di:BPMNPlane bpmnElement="p">
<di:BPMNShape bpmnElement="a"><dc:Bounds x="0" y="22" width="36" height="36"/></di:BPMNShape>
<di:BPMNShape bpmnElement="b"><dc:Bounds x="{x}" y="0" width="100" height="80"/></di:BPMNShape>
<di:BPMNEdge bpmnElement="f"><dd:waypoint x="36" y="40"/><dd:waypoint x="{x}" y="40"/></di:BPMNEdge>
</di:BPMNPlane></di:BPMNDiagram></definitions>"""


def boxes(name="Do", x=100):
    return BOXES.format(name=name, x=x).encode()


def test_what_was_walked_is_marked():
    plain = pictures(boxes(), NAMELESS)[0]
    walked = pictures(boxes(), Diagram("", "", done=["a"], path=["f"], now=["b"]))[0]
    failed = pictures(boxes(), Diagram("", "", fail=["b"], overlays=[Overlay("b", "2 · 3 h", place="below-right")]))[0]
    assert len({plain, walked, failed}) == 3
    assert b'stroke-width="3.2"' in walked
    assert b'stroke-width="4.5"' in walked
    assert b"2 \xc2\xb7 3 h" in failed


def test_a_name_is_text_and_is_broken_to_fit():
    tree = drawn(boxes(name="&lt;script&gt; 调查本次事件的全部经过并写出处理意见"))
    assert "<script>" in words(tree)
    assert len(list(tree.iter(f"{SVG}text"))) > 2


def test_a_large_drawing_comes_whole_and_in_parts_that_overlap():
    whole, *parts = (etree.fromstring(each).get("viewBox") for each in pictures(boxes(x=2200), NAMELESS))
    assert len(parts) == 2
    views = [[float(each) for each in part.split()] for part in parts]
    assert all(left[0] + left[2] > right[0] for left, right in pairwise(views))
    assert views[-1][0] + views[-1][2] == pytest.approx(sum(float(whole.split()[each]) for each in (0, 2)))
    assert len(pictures(boxes(), NAMELESS)) == 1


def test_a_part_with_nothing_in_it_is_left_out():
    assert len(pictures(boxes(x=4000), NAMELESS)) == 1 + 2
