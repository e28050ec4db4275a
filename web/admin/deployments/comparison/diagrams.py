"""What a diagram says of each element that people see in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from web.admin.deployments.comparison.place import Facts, Place

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DRAWN = "{http://www.omg.org/spec/BPMN/20100524/DI}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
FLOWS = frozenset({"sequenceFlow", "messageFlow", "association"})
UNSAID = frozenset({"incoming", "outgoing", "flowNodeRef", "laneSet", "dataInputAssociation", "dataOutputAssociation"})
"""Parts of which the flows, the lanes and the elements in them tell."""
TRIGGER = "EventDefinition"
"""How the names of the parts end that say what an event waits for or throws."""
REPEATED = {"multiInstanceLoopCharacteristics": "multiInstance", "standardLoopCharacteristics": "standardLoop"}
WRAPPERS = frozenset({"extensionElements", "properties", "inputOutput"})
OF_THEIR_OWN = frozenset(
    {"process", "participant", "lane", "textAnnotation", "group", "message", "signal", "error", "escalation"}
    | {"dataObjectReference", "dataStoreReference", "subProcess", "transaction", "adHocSubProcess", "callActivity"}
    | FLOWS
)
"""What people see, beside tasks, events and gateways."""
ENDINGS = ("Task", "task", "Gateway", "Event")


def read(content: bytes) -> dict[str, Place]:
    """The elements, flows and messages of a diagram by their ids; what lies in one and is not drawn is said of it."""
    root = _root(content)
    named = {node.get("id"): " ".join((node.get("name") or "").split()) for node in root.iter(etree.Element)}
    lanes = {
        str(ref.text).strip(): str(lane.get("id"))
        for lane in root.iter(f"{BPMN}lane")
        for ref in lane.iter(f"{BPMN}flowNodeRef")
    }
    return {
        str(node.get("id")): _place(node, named, lanes)
        for node in root.iter(f"{BPMN}*")
        if node is not root and _of_its_own(node)
    }


def moved(before: bytes, after: bytes) -> frozenset[str]:
    """The ids of what lies elsewhere in the drawing than before."""
    old, new = _lying(before), _lying(after)
    return frozenset(element for element in new if element in old and new[element] != old[element])


def _root(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(content, parser)


def _lying(content: bytes) -> dict[str, tuple[str, ...]]:
    shapes = _root(content).iter(f"{DRAWN}BPMNShape", f"{DRAWN}BPMNEdge")
    return {
        str(shape.get("bpmnElement")): tuple(
            value for node in shape.iterdescendants(etree.Element) for value in node.attrib.values()
        )
        for shape in shapes
    }


def _of_its_own(node: Any) -> bool:
    tag = etree.QName(node).localname
    return bool(node.get("id")) and str(node.tag).startswith(BPMN) and (tag in OF_THEIR_OWN or tag.endswith(ENDINGS))


def _place(node: Any, named: Mapping[str, str], lanes: Mapping[str, str]) -> Place:
    number, kind = str(node.get("id")), etree.QName(node).localname
    facts: Facts = {}
    for aspect, value in _facts(node):
        facts[aspect] = f"{facts[aspect]}; {value}" if aspect in facts else value
    if number in lanes:
        facts["lane"] = lanes[number]
    inside = node.getparent()
    if kind not in FLOWS and inside is not None and etree.QName(inside).localname.endswith("ubProcess"):
        facts["inside"] = str(inside.get("id"))
    called = {aspect: named[id_] for aspect, id_ in facts.items() if named.get(id_) and _points(aspect)}
    ends: tuple[str, ...] = ()
    if kind in FLOWS:
        ends = tuple(named.get(end) or str(end) for end in (node.get("sourceRef"), node.get("targetRef")))
    label = named[number] or " ".join((node.findtext(f"{BPMN}text") or "").split())[:60]
    return Place(kind, label or ("" if ends else number), "", ends, facts, called, element=number)


def _points(aspect: str) -> bool:
    """Whether an aspect holds the id of another element."""
    return aspect in ("default", "lane", "inside") or aspect.endswith("Ref")


def _facts(node: Any) -> Iterator[tuple[str, str]]:
    """All that a node says of itself, and what lies in it and is nothing of its own."""
    for name, value in node.attrib.items():
        if name != "id" and not name.startswith(XSI):
            yield etree.QName(name).localname, value
    for child in node.iterchildren(etree.Element):
        tag = etree.QName(child).localname
        if tag in UNSAID or _of_its_own(child):
            continue
        if tag.endswith(TRIGGER):
            yield "trigger", tag.removesuffix(TRIGGER)
            yield from _facts(child)
        elif tag in REPEATED:
            yield "repeated", REPEATED[tag]
            yield from _facts(child)
        elif tag in WRAPPERS:
            yield from _facts(child)
        elif tag == "property" and child.get("name"):
            yield f"property {child.get('name')}", child.get("value") or ""
        else:
            yield from _detail(child, tag)


def _detail(child: Any, tag: str) -> Iterator[tuple[str, str]]:
    """A part that has a text or attributes: an input, a mapping, a condition, a time."""
    if tag in ("in", "out") and not (child.get("target") or child.get("businessKey")):
        yield tag, "all" if child.get("variables") == "all" else child.get("variables") or ""
        return
    name = child.get("name") or child.get("target") or child.get("event") or ""
    entries = [f"{each.get('key')}: {_text(each)}" for each in child.iter("{*}entry")]
    values = [_text(each) for each in child.iter("{*}value")]
    said = [text for text in (", ".join([*entries, *values]) or _text(child),) if text]
    said += [
        value
        for key, value in child.attrib.items()
        if value != name and key != "id" and not key.startswith(XSI) and etree.QName(key).localname != "language"
    ]
    yield f"{tag} {name}".strip(), " ".join(said) or "✓"


def _text(node: Any) -> str:
    return " ".join("".join(node.itertext()).split())
