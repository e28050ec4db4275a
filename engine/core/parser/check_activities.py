"""Checks of what all activities have: quantities of tokens, loops, several instances."""

import re

from lxml import etree

from engine.core.parser import vocabulary as words
from engine.core.parser.check_parameters import check_parameters
from engine.core.parser.drawing import Drawn
from engine.core.parser.report import Report
from engine.core.parser.xml import camunda, child, children, flag, local, text
from engine.phrases import phrase

PLACES = {
    "triggeredByEvent": (frozenset({"subProcess"}), phrase("sub-processes")),
    "instantiate": (frozenset({"receiveTask", "eventBasedGateway"}), phrase("receive tasks and event-based gateways")),
}
"""Attributes that turn an element into something else, what they may stand on, and how that is called."""


def check_activity(report: Report, drawn: Drawn, node: etree._Element) -> None:
    """What all activities have."""
    check_parameters(report, node)
    check_only_way(report, node, drawn.outgoing.get(str(node.get("id")), []))
    again = child(node, "standardLoopCharacteristics")
    if again is not None:
        check_again(report, node, again)
    loop = child(node, "multiInstanceLoopCharacteristics")
    if loop is not None and again is not None:
        said = phrase("it is a loop and has several instances: keep one, and put a sub-process around it for the other")
        report.error(node, "loop", said)
    if loop is not None:
        check_several(report, node, loop)


def check_several(report: Report, node: etree._Element, loop: etree._Element) -> None:
    """What there is an instance for, and when they are enough."""
    if flag(node, "triggeredByEvent"):
        report.error(
            node,
            "not_executed",
            phrase("an event sub-process cannot have several instances: put a sub-process into it"),
        )
    collection = camunda(loop, "collection") or text(child(loop, "loopDataInputRef"))
    number = text(child(loop, "loopCardinality"))
    if bool(collection) == bool(number):
        report.error(
            node, "items", phrase("several instances need a collection or a number of items, not both: write one")
        )
    for part in children(loop, "loopDataOutputRef", "outputDataItem", "complexBehaviorDefinition"):
        report.error(
            node,
            "not_executed",
            phrase("{local} is not executed: let each item write its own variable", local=local(part)),
        )
    if loop.get("behavior", "All") != "All":
        told = phrase(
            "behavior {get} is not executed: throw the event in a sub-process that has the instances",
            get=loop.get("behavior"),
        )
        report.error(node, "not_executed", told)
    for what, value in ((phrase("the collection"), collection), (phrase("the number of items"), number)):
        if value:
            report.expression(node, value, what)
    enough = child(loop, "completionCondition")
    if enough is not None:
        report.expression(node, text(enough), phrase("the completion condition"))


def check_only_way(report: Report, node: etree._Element, outgoing: list[etree._Element]) -> None:
    """That an activity goes on whatever holds."""
    if len(outgoing) == 1 and child(outgoing[0], "conditionExpression") is not None and not node.get("default"):
        said = phrase("the only flow that leaves it has a condition, and nothing goes on when that does not hold")
        report.error(node, "only_way", phrase("{said}: draw the other way, or take the condition out", said=said))


def check_again(report: Report, node: etree._Element, loop: etree._Element) -> None:
    """A standard loop: as long as a condition holds, at most so many times."""
    condition, most = text(child(loop, "loopCondition")), loop.get("loopMaximum")
    if condition:
        report.expression(node, condition, phrase("the condition of the loop"))
    if most is not None and not re.fullmatch(r"[1-9]\d{0,4}", most):
        report.error(node, "loop", phrase("loopMaximum is {most}: write a number from 1 to 99999", most=most))
    if not condition and most is None:
        report.error(node, "loop", phrase("the loop never ends: write its condition, or how often at most"))
    if flag(node, "triggeredByEvent"):
        report.error(node, "not_executed", phrase("an event sub-process cannot be a loop: put a sub-process into it"))


def check_quantity(report: Report, drawn: Drawn, node: etree._Element) -> None:
    """How many tokens an activity begins and ends with."""
    elsewhere = local(node) not in words.ACTIVITIES
    for name in ("startQuantity", "completionQuantity"):
        if node.get(name, "1") != "1" and elsewhere:
            report.error(node, "quantity", phrase("{name} is for activities alone: take it out", name=name))
        elif not re.fullmatch(r"[1-9]\d{0,2}", node.get(name, "1")):
            report.error(
                node, "quantity", phrase("{name} is {get}: write a number from 1 to 999", name=name, get=node.get(name))
            )
    if node.get("startQuantity", "1") != "1" and not elsewhere and not drawn.incoming.get(str(node.get("id"))):
        said = phrase("it waits for several tokens (startQuantity), and no flow leads to it, so that it never begins")
        report.error(node, "quantity", phrase("{said}: {cure}", said=said, cure=phrase("take the quantity out")))


def check_misplaced(report: Report, node: etree._Element) -> None:
    """Attributes that would make of an element what it cannot be."""
    for name, (tags, spoken) in PLACES.items():
        if flag(node, name) and local(node) not in tags:
            said = phrase("{name} is for {spoken} alone: take it out", name=name, spoken=spoken)
            report.error(node, "not_executed", said)
