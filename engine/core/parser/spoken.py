"""What elements of a diagram are called where somebody reads of them: by their label, else by what stands around."""

import re

from lxml import etree

from engine.core.parser.drawing import Diagram
from engine.core.parser.xml import bare, children, elements, local

GENERATED = re.compile(r"_?(?:sid-)?_?[0-9A-Fa-f]{6,}(?:-[0-9A-Fa-f]+)*|_?\d+")
"""Ids that no person has written."""
KINDS = {
    "task": "task",
    "subProcess": "sub-process",
    "adHocSubProcess": "ad-hoc sub-process",
    "eventBasedGateway": "event-based gateway",
    "sequenceFlow": "flow",
    "definitions": "file",
}
"""Words for tags that do not read well when they are only parted."""


def label_of(node: etree._Element) -> str | None:
    """The label on one line; None where there is none."""
    return " ".join((node.get("name") or "").split()) or None


def words_of(node: etree._Element) -> str:
    """What a node is in words: user task, exclusive gateway."""
    tag = local(node)
    return KINDS.get(tag) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tag).lower()


def called(diagram: Diagram, node: etree._Element) -> str:
    """`"Check the plan"`, `the flow from "A" to "B"`, `the exclusive gateway behind "Check the plan"`."""
    label = label_of(node)
    if label:
        return f'"{label}"'
    if local(node) == "sequenceFlow":
        return f"the flow from {_end(diagram, node, 'sourceRef')} to {_end(diagram, node, 'targetRef')}"
    if local(node) == "process":
        return _process(diagram, node)
    return f"the {words_of(node)}{_place(diagram, node)}"


def _process(diagram: Diagram, node: etree._Element) -> str:
    """A process without a label: by its pool, by an id that people have chosen, or by what is in it."""
    number = str(node.get("id") or "")
    pools = (pool for each in children(diagram.root, "collaboration") for pool in children(each, "participant"))
    pool = next((label_of(each) for each in pools if number and bare(each.get("processRef")) == number), None)
    if pool:
        return f'the pool "{pool}"'
    if number and not GENERATED.fullmatch(number):
        return f"the process {number}"
    inside = next((label for each in elements(node) if (label := label_of(each))), None)
    return f'the process with "{inside}"' if inside else "a process without a name"


def _end(diagram: Diagram, flow: etree._Element, name: str) -> str:
    number = flow.get(name)
    found = _node(diagram, number)
    if found is None:
        return "something that is not there" if number else "nowhere"
    return f'"{label_of(found)}"' if label_of(found) else f"the {words_of(found)}{_place(diagram, found)}"


def _place(diagram: Diagram, node: etree._Element) -> str:
    """Behind what, on what, before what a node without a label stands; empty where nothing around it has a label."""
    host = _node(diagram, node.get("attachedToRef"))
    if host is not None and label_of(host):
        return f' on "{label_of(host)}"'
    number = str(node.get("id"))
    for drawn in diagram.processes:
        if drawn.nodes.get(number) is node:
            for flows, end, word in ((drawn.incoming, "sourceRef", "behind"), (drawn.outgoing, "targetRef", "before")):
                others = (drawn.nodes.get(str(flow.get(end))) for flow in flows.get(number, ()))
                beside = next((label for other in others if other is not None and (label := label_of(other))), None)
                if beside:
                    return f' {word} "{beside}"'
    scope = node.getparent()
    label = None if scope is None or local(scope) not in {"subProcess", "process"} else label_of(scope)
    return f' in "{label}"' if label else ""


def _node(diagram: Diagram, number: str | None) -> etree._Element | None:
    if number is None:
        return None
    return next((drawn.nodes[number] for drawn in diagram.processes if number in drawn.nodes), None)
