"""Checks of what a process or sub-process is made of: tags, start events, sequence flows, reach."""

from collections import Counter

from lxml import etree

from engine.core.parser.drawing import (
    NODES,
    UNKNOWN_NODES,
    Drawn,
    begins,
    by_themselves,
    compensates,
    definition_node,
    event_kind,
    handler_of,
    is_triggered,
    starts_by_events,
)
from engine.core.parser.report import Report
from engine.core.parser.spoken import called
from engine.core.parser.vocabulary import ACTIVITIES, DATA, DATA_PARTS, REFUSED_NODES, SILENT_IN_SCOPE
from engine.core.parser.xml import BPMN, child, children, flag, local, text
from engine.kinds import SUB_PROCESSES
from engine.phrases import phrase
from engine.spelling import MEANT, slipped

NO_ID = phrase("it has no id: save the file with a Modeler, which gives it one")
BETWEEN = frozenset({"intermediateCatchEvent", "intermediateThrowEvent"})
GO_ON = ("linkEventDefinition", "compensateEventDefinition")
"""Definitions of events that go on without a flow."""
NO_INTERRUPTING = phrase(
    "what undoes something interrupts nothing, since that has ended: let the event interrupt, as is usual"
)
PROCESS_STARTS = frozenset({"none", "message", "signal", "timer"})
EVENT_STARTS = frozenset({"message", "signal", "timer", "error", "escalation", "conditional", "compensate"})


def check_file(report: Report) -> None:
    """Ids, and what stands beside the processes."""
    seen: Counter[str] = Counter()
    for node in report.diagram.root.iter(etree.Element):
        number = node.get("id")
        if node.tag.startswith(BPMN) and number is not None:
            seen[number] += 1
            if seen[number] == 2:
                report.error(
                    node,
                    "duplicate_id",
                    phrase("the id {number} is used twice: every element needs an id of its own", number=number),
                )
    if not report.diagram.processes:
        report.warn(
            report.diagram.root, "nothing_to_run", phrase("there is no process in this file: nothing of it runs")
        )
    for node in children(report.diagram.root, "process"):
        if not node.get("id"):
            report.error(node, "no_id", NO_ID)


def check_process(report: Report, drawn: Drawn) -> None:
    """A process with everything inside it."""
    check_lanes(report, drawn)
    for scope in [drawn.node, *(node for node in drawn.nodes.values() if local(node) in SUB_PROCESSES)]:
        check_tags(report, scope)
        check_starts(report, scope, whole=scope is drawn.node)
        check_flows(report, drawn, scope)
        check_reach(report, scope)
        check_ends(report, drawn, scope)


def check_lanes(report: Report, drawn: Drawn) -> None:
    """That lanes hold what is drawn, each node in one lane of a set."""
    for lanes in drawn.node.iter(f"{BPMN}laneSet", f"{BPMN}childLaneSet"):
        held: dict[str, etree._Element] = {}
        for lane in children(lanes, "lane"):
            for number in (text(each) for each in children(lane, "flowNodeRef")):
                close = "" if number in drawn.nodes else slipped(number, drawn.nodes)
                if close:
                    cure = phrase(MEANT, name=close)
                    said = phrase("the lane holds {number}, which is not drawn{cure}", number=number, cure=cure)
                    report.warn(lane, "lane", said)
                elif number in drawn.nodes and held.setdefault(number, lane) is not lane:
                    other = called(report.diagram, held[number])
                    said = phrase("it stands in the lane {other}, too: leave it in one", other=other)
                    report.warn(drawn.nodes[number], "lane", said)


def check_tags(report: Report, scope: etree._Element) -> None:
    """That everything in a scope is known."""
    shown = {node.get("dataObjectRef") for node in children(scope, "dataObjectReference")}
    for node in children(scope):
        tag = local(node)
        if tag == "dataObject" and node.get("id") in shown:
            continue  # told of where it is drawn
        if tag in REFUSED_NODES:
            report.error(node, "not_executed", REFUSED_NODES[tag])
        elif tag in NODES:
            if not node.get("id"):
                report.error(node, "no_id", NO_ID)
        elif tag in DATA_PARTS and local(scope) in SUB_PROCESSES:
            continue  # told of with the other parts of the activity
        elif tag in DATA | DATA_PARTS:
            report.warn(node, "data_not_read", phrase("{tag} is a drawing only: data live in variables", tag=tag))
        elif tag == "correlationSubscription":
            warn_of_correlation(report, node)
        elif tag not in SILENT_IN_SCOPE | {"sequenceFlow"} | UNKNOWN_NODES:
            report.error(
                node, "not_executed", phrase("{tag} is not executed: draw it with tasks, events and gateways", tag=tag)
            )


def warn_of_correlation(report: Report, node: etree._Element) -> None:
    """What BPMN draws to find who a message is for, which is not read."""
    cure = phrase("give the events and tasks of both sides the property correlationKey, as in ${order_no}")
    report.warn(node, "not_read", phrase("{tag} is not read: {cure}", tag=local(node), cure=cure))


def check_starts(report: Report, scope: etree._Element, *, whole: bool) -> None:
    """The start events of a process (`whole`) or a sub-process."""
    starts = [(node, kind_of(node)) for node in children(scope, "startEvent")]
    by_event = flag(scope, "triggeredByEvent")
    if local(scope) == "adHocSubProcess":
        check_ad_hoc(report, scope, starts)
    elif not starts:
        check_beginning(report, scope, whole=whole)
    elif whole:
        check_process_starts(report, scope, starts)
    elif len(starts) > 1:
        said = phrase("there are {spoken} start events in a sub-process: keep one", spoken=spoken(len(starts)))
        report.error(scope, "several_starts", said)
    elif by_event:
        check_event_start(report, *starts[0])
    elif starts[0][1] != "none":
        report.error(
            starts[0][0], "start_kind", phrase("an embedded sub-process starts by itself: use a plain start event")
        )


def check_beginning(report: Report, scope: etree._Element, *, whole: bool) -> None:
    """What begins where no start event is drawn."""
    first = by_themselves(scope)
    if whole and any(map(begins, children(scope, "receiveTask", "intermediateCatchEvent"))):
        return
    if flag(scope, "triggeredByEvent") or not first:
        report.error(
            scope, "no_start", phrase("there is no start event, and nothing begins by itself: draw a start event")
        )
    elif children(scope, "endEvent"):
        names = ", ".join(called(report.diagram, node) for node in first)
        said = phrase(
            "an end event is drawn and no start event: it begins with {names}. Draw the start event", names=names
        )
        report.warn(scope, "no_start", said)
    for node in first:
        if local(node) in BETWEEN:
            said = phrase("no flow leads to this event in between: draw a start event in its place, or the flow")
            report.error(node, "no_start", said)


NO_START = {"conditional": phrase("since a condition is about variables and there are none before a case")}
"""Why a process does not start by a kind of event."""


def check_process_starts(report: Report, scope: etree._Element, starts: list[tuple[etree._Element, str]]) -> None:
    """The start events of a process."""
    plain = sum(kind == "none" for _, kind in starts)
    if plain > 1:
        report.error(
            scope,
            "several_starts",
            phrase("there are {spoken} start events without a trigger: keep one", spoken=spoken(plain)),
        )
    for node, kind in starts:
        if kind not in PROCESS_STARTS:
            why = NO_START.get(kind, phrase("nothing throws one where there is no case yet"))
            cure = phrase("use none, message, signal or timer, or an event sub-process")
            report.error(
                node,
                "start_kind",
                phrase("a process cannot start by {kind}, {why}: {cure}", kind=kind, why=why, cure=cure),
            )


def check_ad_hoc(report: Report, scope: etree._Element, starts: list[tuple[etree._Element, str]]) -> None:
    """What people may begin in an ad-hoc sub-process, and when it is over."""
    reached = {flow.get("targetRef") for flow in children(scope, "sequenceFlow")}
    first = [node for node in children(scope, *ACTIVITIES) if node.get("id") not in reached and not is_triggered(node)]
    if starts or children(scope, "endEvent"):
        report.error(
            scope, "ad_hoc", phrase("an ad-hoc sub-process has no start and end events: people begin its activities")
        )
    if not first:
        report.error(scope, "no_start", phrase("nothing in the ad-hoc sub-process can be begun: draw its activities"))
    for node in children(scope, *NODES - ACTIVITIES):
        if node.get("id") not in reached and not is_triggered(node) and local(node) not in {"startEvent", "endEvent"}:
            said = phrase("no flow leads to it, and people begin activities alone: draw the flow")
            report.error(node, "no_start", said)
    if scope.get("ordering", "Parallel") == "Sequential":
        said = phrase("ordering Sequential is not executed: all that can be begun are open tasks, of several people")
        report.error(scope, "not_executed", phrase("{said}: draw the order with sequence flows", said=said))
    if child(scope, "completionCondition") is not None:
        report.expression(scope, text(child(scope, "completionCondition")), phrase("the completion condition"))


def spoken(count: int) -> str:
    """A small number as people say it."""
    return {2: "two", 3: "three", 4: "four"}.get(count, str(count))


def check_event_start(report: Report, node: etree._Element, kind: str) -> None:
    """The start event of an event sub-process."""
    if kind not in EVENT_STARTS:
        hint = phrase("use message, signal, timer, error, escalation, compensation or conditional")
        report.error(
            node, "start_kind", phrase("an event sub-process cannot start by {kind}: {hint}", kind=kind, hint=hint)
        )
    if flag(node, "isInterrupting", usual=True):
        return
    if kind == "error":
        report.error(node, "error_interrupts", phrase("an error always interrupts: let the start event interrupt"))
    elif kind == "compensate":
        report.warn(node, "not_read", NO_INTERRUPTING)


def kind_of(node: etree._Element) -> str:
    """What kind of event a node is."""
    definition = definition_node(node)
    return "none" if definition is None else event_kind(definition)


def check_flows(report: Report, drawn: Drawn, scope: etree._Element) -> None:
    """That sequence flows lead from something to something, in the same scope."""
    nodes = {str(node.get("id")): node for node in children(scope) if local(node) in NODES | UNKNOWN_NODES}
    for flow in children(scope, "sequenceFlow"):
        if not flow.get("id"):
            report.error(flow, "no_id", NO_ID)
        for end, reference in (("source", flow.get("sourceRef")), ("target", flow.get("targetRef"))):
            node = nodes.get(str(reference))
            if node is None and not reference:
                report.error(
                    flow, "loose_flow", phrase("it has no {end}: let it lead from one element to another", end=end)
                )
            elif node is None:
                report.error(flow, "loose_flow", lost_end(report, end, str(reference)))
            else:
                check_flow_end(report, flow, node, end)
    for node in nodes.values():
        default = node.get("default")
        outgoing = {flow.get("id") for flow in drawn.outgoing.get(str(node.get("id")), ())}
        if default and default not in outgoing:
            said = phrase("the default flow {default} does not leave this element", default=default)
            report.error(node, "bad_default", said, about=default)


def lost_end(report: Report, end: str, number: str) -> str:
    """Why a flow does not begin or end at what it names."""
    found = next((each.nodes[number] for each in report.diagram.processes if number in each.nodes), None)
    if found is None:
        return phrase("its {end} is not there any more: draw the flow anew", end=end)
    where = phrase(
        "is in another process or sub-process: let the flow lead to the border, or draw a message flow between pools"
    )
    return phrase("its {end}, {called}, {where}", end=end, called=called(report.diagram, found), where=where)


def check_flow_end(report: Report, flow: etree._Element, node: etree._Element, end: str) -> None:
    """That a flow may begin or end at a node."""
    tag = local(node)
    if flag(node, "triggeredByEvent"):
        report.error(
            flow, "flow_at_event_subprocess", phrase("an event sub-process has no sequence flows: its event starts it")
        )
    elif end == "source" and tag == "endEvent":
        report.error(flow, "flow_from_end", phrase("no flow can leave an end event: use an intermediate event"))
    elif end == "target" and tag in {"startEvent", "boundaryEvent"}:
        report.error(flow, "flow_to_event", phrase("no flow can lead to a start event or an event on a border"))


def check_reach(report: Report, scope: etree._Element) -> None:
    """That a token can reach every node (BPMN 2.0.2, 7.6.1: where events are drawn, every node has its flows)."""
    nodes = {str(node.get("id")): node for node in children(scope) if local(node) in NODES}
    following: dict[str, list[str]] = {}
    for flow in children(scope, "sequenceFlow"):
        following.setdefault(str(flow.get("sourceRef")), []).append(str(flow.get("targetRef")))
    jumps = {name: number for number, node in nodes.items() if (name := link_of(node, "intermediateCatchEvent"))}
    for number, node in nodes.items():
        if local(node) == "boundaryEvent":
            following.setdefault(str(node.get("attachedToRef")), []).append(number)
            if compensates(node):
                following.setdefault(number, []).append(str(handler_of(node)))
        jump = jumps.get(link_of(node, "intermediateThrowEvent") or "")
        if jump:
            following.setdefault(number, []).append(jump)
    by_itself = (n for n, node in nodes.items() if local(node) == "startEvent" or flag(node, "triggeredByEvent"))
    begun = [node for node in children(scope, *NODES) if begins(node) or starts_by_events(node)]
    todo = [*by_itself, *(str(node.get("id")) for node in [*by_themselves(scope), *begun])]
    thrown = {link_of(node, "intermediateThrowEvent") for node in nodes.values()}
    todo += [number for name, number in jumps.items() if name not in thrown]  # told of as a link
    reached = set(todo)
    while todo:
        fresh = [number for number in following.get(todo.pop(), ()) if number not in reached]
        reached.update(fresh)
        todo.extend(fresh)
    missed = [number for number in nodes if number not in reached]
    behind = {other for number in missed for other in following.get(number, ())}
    for number in [number for number in missed if number not in behind] or missed[:1]:
        more = "" if len(missed) == 1 else phrase(", nor is what follows")
        report.error(
            nodes[number],
            "unreachable",
            phrase("no path from a start event leads here: it is never entered{more}. Draw the way to it", more=more),
        )


def check_ends(report: Report, drawn: Drawn, scope: etree._Element) -> None:
    """Ways that just stop: refused beside end events (BPMN 2.0.2), told of behind an event on a border."""
    if local(scope) == "adHocSubProcess":
        return
    with_ends = bool(children(scope, "endEvent"))
    for node in children(scope, *NODES):
        tag = local(node)
        if compensates(node):
            continue
        if drawn.outgoing.get(str(node.get("id"))) or tag == "endEvent" or child(node, *GO_ON) is not None:
            continue
        if tag == "boundaryEvent":
            host = flag(node, "cancelActivity", usual=True)
            what = (
                phrase("what it interrupts ends, and the way ends with it") if host else phrase("nothing happens then")
            )
            report.warn(
                node,
                "dead_end",
                phrase("no flow leaves the event: {what}. Draw what follows, or take it out", what=what),
            )
        elif (
            (with_ends or tag in BETWEEN) and not flag(node, "triggeredByEvent") and not flag(node, "isForCompensation")
        ):
            report.error(
                node,
                "dead_end",
                phrase("no flow leaves it, and the way just stops here: draw the flow, or an end event"),
            )


def link_of(node: etree._Element, tag: str) -> str | None:
    """The name of a link that a node throws or catches."""
    definition = child(node, "linkEventDefinition")
    return None if definition is None or local(node) != tag else str(definition.get("name") or "")
