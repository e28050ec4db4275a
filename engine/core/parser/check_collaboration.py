"""Checks of message flows: they only draw, the names of the messages connect; so they must not say something else."""

from lxml import etree

from engine.core.parser.check_scopes import warn_of_correlation
from engine.core.parser.drawing import EVENTS, Drawn, definitions_of, event_kind
from engine.core.parser.report import Report
from engine.core.parser.vocabulary import THROWERS
from engine.core.parser.xml import bare, children, local
from engine.phrases import phrase


def check_message_flows(report: Report) -> None:
    """Each message flow at the processes that run: from what sends to what receives, in another pool."""
    owners = {
        number: drawn for drawn in report.diagram.processes if drawn.executable for number in (*drawn.nodes, drawn.key)
    }
    for pools in children(report.diagram.root, "collaboration"):
        for key in children(pools, "correlationKey"):
            warn_of_correlation(report, key)
        for flow in children(pools, "messageFlow"):
            ends = [bare(flow.get(name)) for name in ("sourceRef", "targetRef")]
            source, target = (owners.get(end) for end in ends)
            if source is not None:
                check_end(report, flow, source, ends[0], sends=True)
            if target is not None:
                check_end(report, flow, target, ends[1], sends=False)
            if source is not None and source is target and all(end in source.nodes for end in ends):
                said = phrase("a message flow leads to the pool that it comes from: draw a sequence flow")
                report.error(source.nodes[ends[0]], "message_flow", said)


def check_end(report: Report, flow: etree._Element, drawn: Drawn, number: str, *, sends: bool) -> None:
    """That an event at one end of a message flow can send or receive a message."""
    node = drawn.nodes.get(number)
    if node is None or local(node) not in EVENTS:
        return
    what = phrase("comes from") if sends else phrase("leads to")
    label = phrase('the message flow "{get}"', get=flow.get("name")) if flow.get("name") else phrase("a message flow")
    if (local(node) in THROWERS) != sends:
        cure = phrase("let it begin at a throwing event") if sends else phrase("let it end at a catching event")
        report.error(
            node,
            "message_flow",
            phrase("{label} {what} it, and it sends none: {cure}", label=label, what=what, cure=cure)
            if sends
            else phrase("{label} {what} it, and it receives none: {cure}", label=label, what=what, cure=cure),
        )
    elif "message" not in map(event_kind, definitions_of(node)):
        cure = phrase("make it a message event, or take the message flow out")
        said = (
            phrase("{label} {what} it, and it sends no message: {cure}", label=label, what=what, cure=cure)
            if sends
            else phrase("{label} {what} it, and it waits for no message: {cure}", label=label, what=what, cure=cure)
        )
        report.error(node, "message_flow", said)
