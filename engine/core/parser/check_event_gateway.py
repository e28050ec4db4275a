"""Checks of event-based gateways: in the middle of a process, and as the beginning of one."""

from lxml import etree

from engine.core.parser.drawing import Drawn, definitions_of, event_kind
from engine.core.parser.report import Report
from engine.core.parser.spoken import called
from engine.core.parser.vocabulary import LOOPS
from engine.core.parser.xml import child, flag, local
from engine.language.expressions import is_expression
from engine.phrases import phrase


def check_event_gateway(report: Report, drawn: Drawn, node: etree._Element, outgoing: list[etree._Element]) -> None:
    """What follows an event-based gateway."""
    if flag(node, "instantiate"):
        check_starting_gateway(report, drawn, node, outgoing)
    elif node.get("eventGatewayType") == "Parallel":
        said = phrase("a parallel event-based gateway, all of whose events have to come, can only begin a process")
        report.error(
            node,
            "not_executed",
            phrase("{said}: draw a parallel gateway, the events behind it and a joining one", said=said),
        )
    if not outgoing:
        report.error(node, "no_events", phrase("no event follows: draw the events that are waited for"))
    _check_twins(report, drawn, outgoing)
    for flow in outgoing:
        target = drawn.nodes.get(str(flow.get("targetRef")))
        if target is not None and local(target) not in {"intermediateCatchEvent", "receiveTask"}:
            report.error(
                flow,
                "no_event",
                phrase("only events that wait and receive tasks may follow this gateway: draw one before it"),
            )
        if target is not None and local(target) == "receiveTask" and bordered(drawn, target):
            said = phrase(
                "a receive task behind this gateway has no events on its border: draw a message event in its place"
            )
            report.error(target, "border_here", said)
        if target is not None and repeats(target):
            said = phrase("a receive task behind this gateway takes one message: draw a message event in its place")
            report.error(target, "loop", said)
        if len(drawn.incoming.get(str(flow.get("targetRef")), ())) > 1:
            report.error(
                flow,
                "shared_event",
                phrase("the event behind this gateway has another flow: draw one of its own for each"),
            )


def _check_twins(report: Report, drawn: Drawn, outgoing: list[etree._Element]) -> None:
    """That no two events behind the gateway wait for the same message or signal."""
    first: dict[tuple[str | None, str | None], str] = {}
    for flow in outgoing:
        target = drawn.nodes.get(str(flow.get("targetRef")))
        element = None if target is None else drawn.element(target)
        if target is None or element is None or element.event not in {"message", "signal"} or not element.event_name:
            continue
        other = first.setdefault((element.event, element.event_name), element.id)
        if other != element.id:
            said = phrase(
                "{called} waits for the {event} {event_name}, too",
                called=called(report.diagram, drawn.nodes[other]),
                event=element.event,
                event_name=element.event_name,
            )
            report.error(
                target, "same_event", phrase("{said}, so that nobody knows which is meant: name another one", said=said)
            )


def check_starting_gateway(report: Report, drawn: Drawn, node: etree._Element, outgoing: list[etree._Element]) -> None:
    """A gateway whose events start the process: it is the beginning of one, and messages alone find it."""
    if node.getparent() is not drawn.node or drawn.incoming.get(str(node.get("id"))):
        said = phrase("this gateway starts a process, so that no flow leads to it and it stands in no sub-process")
        report.error(node, "start_kind", phrase("{said}: take out what leads to it, or instantiate", said=said))
    for flow in outgoing:
        target = drawn.nodes.get(str(flow.get("targetRef")))
        if target is None:
            continue
        if [event_kind(each) for each in definitions_of(target)] not in ([], ["message"]):
            said = phrase(
                "behind a gateway that starts a process only messages are waited for: draw a start event of its own"
            )
            report.error(target, "start_kind", said)
        elif is_expression(drawn.element(target).event_name or ""):
            said = phrase("the name of its message is worked out, and a process has no variables before it starts")
            report.error(target, "no_variables", phrase("{said}: write the name", said=said))


def repeats(node: etree._Element) -> bool:
    """Whether an activity is done several times, or begins with several tokens."""
    return any(child(node, loop) is not None for loop in LOOPS) or node.get("startQuantity", "1") != "1"


def bordered(drawn: Drawn, node: etree._Element) -> bool:
    """Whether events stand on the border of a node."""
    return any(each.attached_to == node.get("id") for each in drawn.elements.values())
