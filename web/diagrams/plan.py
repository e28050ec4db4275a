"""What a drawing consists of, read from the diagram interchange of a BPMN file: boxes, lines, labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from engine import SUB_PROCESSES

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"
Point = tuple[float, float]
ATTRIBUTES = ("cancelActivity", "isInterrupting", "triggeredByEvent")
"""What changes how an element is drawn."""


@dataclass(frozen=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def meets(self, other: "Box") -> bool:
        """Whether they have something in common."""
        across = self.x < other.x + other.width and other.x < self.x + self.width
        return across and self.y < other.y + other.height and other.y < self.y + self.height


@dataclass(frozen=True)
class Shape:
    """Something with a place of its own."""

    id: str
    kind: str
    name: str
    box: Box
    label: Box | None
    marks: frozenset[str]
    """The names of what the element holds: definitions of events, loops; and the attributes that change its look."""
    horizontal: bool = True
    expanded: bool = True


@dataclass(frozen=True)
class Line:
    """Something that connects."""

    id: str
    kind: str
    name: str
    points: Sequence[Point]
    label: Box | None
    default: bool = False
    conditional: bool = False


@dataclass(frozen=True)
class Plan:
    """All of a drawing, in the order of the file: what lies below first."""

    shapes: Sequence[Shape]
    lines: Sequence[Line]

    @property
    def frame(self) -> Box:
        """What holds everything."""
        labels = [*(each.label for each in self.shapes), *(each.label for each in self.lines)]
        boxes = [*(each.box for each in self.shapes), *(label for label in labels if label is not None)]
        points = [point for line in self.lines for point in line.points]
        left = min([*(box.x for box in boxes), *(x for x, _ in points)], default=0)
        top = min([*(box.y for box in boxes), *(y for _, y in points)], default=0)
        right = max([*(box.x + box.width for box in boxes), *(x for x, _ in points)], default=100)
        bottom = max([*(box.y + box.height for box in boxes), *(y for _, y in points)], default=100)
        return Box(left - 20, top - 20, right - left + 40, bottom - top + 50)


def read_plan(content: bytes) -> Plan:
    """The drawing of a BPMN file."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    elements = {node.get("id"): node for node in root.iter(f"{MODEL}*") if node.get("id")}
    defaults = {node.get("default") for node in elements.values() if node.get("default")}
    shapes = [_shape(node, elements) for node in root.iter(f"{DI}BPMNShape") if node.get("bpmnElement") in elements]
    lines = [
        _line(node, elements, defaults) for node in root.iter(f"{DI}BPMNEdge") if node.get("bpmnElement") in elements
    ]
    return Plan(sorted(shapes, key=_depth), lines)


def _depth(shape: Shape) -> int:
    """Frames lie below what they hold, events on an edge above it."""
    order = {"participant": 0, "lane": 1, **dict.fromkeys(SUB_PROCESSES, 2), "boundaryEvent": 4}
    return order.get(shape.kind, 3)


def _shape(node: etree._Element, elements: Mapping[str | None, etree._Element]) -> Shape:
    drawn = elements[node.get("bpmnElement")]
    kind = etree.QName(drawn).localname
    held = {etree.QName(child).localname for child in drawn if isinstance(child.tag, str)}
    said = {f"{name}={drawn.get(name)}" for name in ATTRIBUTES if drawn.get(name)}
    sequential = {"sequential" for child in drawn if child.get("isSequential") == "true"}
    text = drawn.findtext(f"{MODEL}text") if kind == "textAnnotation" else drawn.get("name")
    return Shape(
        id=drawn.get("id", ""),
        kind=kind,
        name=text or "",
        box=_box(node) or Box(0, 0, 0, 0),
        label=_label(node),
        marks=frozenset(held | said | sequential),
        horizontal=node.get("isHorizontal", "true") == "true",
        expanded=node.get("isExpanded", "true" if kind != "callActivity" else "false") == "true",
    )


def _line(node: etree._Element, elements: Mapping[str | None, etree._Element], defaults: set[str | None]) -> Line:
    drawn = elements[node.get("bpmnElement")]
    points = [(float(each.get("x", "0")), float(each.get("y", "0"))) for each in node.iter(f"{DD}waypoint")]
    source = elements.get(drawn.get("sourceRef"))
    is_gateway = source is not None and source.tag.endswith("Gateway")
    return Line(
        id=drawn.get("id", ""),
        kind=etree.QName(drawn).localname,
        name=drawn.get("name") or "",
        points=points,
        label=_label(node),
        default=drawn.get("id") in defaults,
        conditional=drawn.find(f"{MODEL}conditionExpression") is not None and not is_gateway,
    )


def _label(node: etree._Element) -> Box | None:
    label = node.find(f"{DI}BPMNLabel")
    return _box(label) if label is not None else None


def _box(node: etree._Element) -> Box | None:
    bounds = node.find(f"{DC}Bounds")
    if bounds is None:
        return None
    x, y, width, height = (float(bounds.get(name, "0")) for name in ("x", "y", "width", "height"))
    return Box(x, y, width, height)
