"""What elements of a diagram are called where somebody reads of them: by their label, else by what stands around."""

import re

from lxml import etree

from engine.core.parser.drawing import Diagram
from engine.core.parser.xml import bare, children, elements, local
from engine.phrases import Label, Phrase, phrase, quoted

GENERATED = re.compile(r"_?(?:sid-)?_?[0-9A-Fa-f]{6,}(?:-[0-9A-Fa-f]+)*|_?\d+")
"""Ids that no person has written."""
BEHIND, BEFORE = phrase(' behind "{label}"'), phrase(' before "{label}"')
KINDS = {
    "task": phrase("task"),
    "subProcess": phrase("sub-process"),
    "adHocSubProcess": phrase("ad-hoc sub-process"),
    "eventBasedGateway": phrase("event-based gateway"),
    "sequenceFlow": phrase("flow"),
    "definitions": phrase("file"),
}
"""Words for tags that do not read well when they are only parted."""
PARTED = (
    phrase("user task"),
    phrase("manual task"),
    phrase("service task"),
    phrase("send task"),
    phrase("receive task"),
    phrase("script task"),
    phrase("business rule task"),
    phrase("call activity"),
    phrase("transaction"),
    phrase("start event"),
    phrase("end event"),
    phrase("boundary event"),
    phrase("intermediate catch event"),
    phrase("intermediate throw event"),
    phrase("exclusive gateway"),
    phrase("parallel gateway"),
    phrase("inclusive gateway"),
    phrase("complex gateway"),
    phrase("process"),
    phrase("lane"),
    phrase("participant"),
    phrase("message flow"),
    phrase("message"),
    phrase("signal"),
    phrase("error"),
    phrase("escalation"),
)
"""Words of tags, and of what events are about, that are only parted."""


def label_of(node: etree._Element) -> str | None:
    """The label on one line; None where there is none."""
    return " ".join((node.get("name") or "").split()) or None


def words_of(node: etree._Element) -> Phrase:
    """What a node is in words: user task, exclusive gateway."""
    tag = local(node)
    return KINDS.get(tag) or phrase(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tag).lower())


def called(diagram: Diagram, node: etree._Element) -> str:
    """`"Check the plan"`, `the flow from "A" to "B"`, `the exclusive gateway behind "Check the plan"`."""
    label = label_of(node)
    if label:
        return quoted(label)
    if local(node) == "sequenceFlow":
        return phrase(
            "the flow from {start} to {end}",
            start=_end(diagram, node, "sourceRef"),
            end=_end(diagram, node, "targetRef"),
        )
    if local(node) == "process":
        return _process(diagram, node)
    return phrase("the {kind}{place}", kind=words_of(node), place=_place(diagram, node))


def _process(diagram: Diagram, node: etree._Element) -> str:
    """A process without a label: by its pool, by an id that people have chosen, or by what is in it."""
    number = str(node.get("id") or "")
    pools = (pool for each in children(diagram.root, "collaboration") for pool in children(each, "participant"))
    pool = next((label_of(each) for each in pools if number and bare(each.get("processRef")) == number), None)
    if pool:
        return phrase('the pool "{label}"', label=Label(pool))
    if number and not GENERATED.fullmatch(number):
        return phrase("the process {number}", number=number)
    inside = next((label for each in elements(node) if (label := label_of(each))), None)
    return phrase('the process with "{label}"', label=Label(inside)) if inside else phrase("a process without a name")


def _end(diagram: Diagram, flow: etree._Element, name: str) -> str:
    number = flow.get(name)
    found = _node(diagram, number)
    if found is None:
        return phrase("something that is not there") if number else phrase("nowhere")
    return (
        quoted(label_of(found))
        if label_of(found)
        else phrase("the {kind}{place}", kind=words_of(found), place=_place(diagram, found))
    )


def _place(diagram: Diagram, node: etree._Element) -> str:
    """Behind what, on what, before what a node without a label stands; empty where nothing around it has a label."""
    host = _node(diagram, node.get("attachedToRef"))
    if host is not None and label_of(host):
        return phrase(' on "{label}"', label=Label(label_of(host)))
    number = str(node.get("id"))
    for drawn in diagram.processes:
        if drawn.nodes.get(number) is node:
            for flows, end, word in ((drawn.incoming, "sourceRef", BEHIND), (drawn.outgoing, "targetRef", BEFORE)):
                others = (drawn.nodes.get(str(flow.get(end))) for flow in flows.get(number, ()))
                beside = next((label for other in others if other is not None and (label := label_of(other))), None)
                if beside:
                    return phrase(word, label=Label(beside))
    scope = node.getparent()
    label = None if scope is None or local(scope) not in {"subProcess", "process"} else label_of(scope)
    return phrase(' in "{label}"', label=Label(label)) if label else ""


def _node(diagram: Diagram, number: str | None) -> etree._Element | None:
    if number is None:
        return None
    return next((drawn.nodes[number] for drawn in diagram.processes if number in drawn.nodes), None)
