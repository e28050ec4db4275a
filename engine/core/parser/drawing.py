"""What is drawn in a file: its processes with their nodes, flows and lanes, as plain values."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from engine.core.parser.contract import contract_of
from engine.core.parser.extensions import parameters_of
from engine.core.parser.vocabulary import ACTIVITIES
from engine.core.parser.xml import (
    ZEEBE,
    attributes,
    child,
    children,
    elements,
    flag,
    local,
    properties,
    text,
)
from engine.core.specs import BEGIN
from engine.kinds import SUB_PROCESSES
from engine.values import Element, Flow, Process, StartPoint

EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
GATEWAYS = frozenset({"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"})
NODES = ACTIVITIES | EVENTS | GATEWAYS
"""The nodes that are executed; everything else that can hold a token is refused."""
UNKNOWN_NODES = frozenset({"subChoreography", "callChoreography"})
TIMERS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}


@dataclass(frozen=True)
class Lane:
    """A lane: its name and the group of the people in it."""

    name: str
    group: str


@dataclass
class Diagram:
    """A file and what it declares beside its processes."""

    file: str
    root: etree._Element
    messages: dict[str, str] = field(default_factory=dict)
    """Names by id."""
    keys: dict[str, str] = field(default_factory=dict)
    """The correlation keys of messages by id, where the Modeler has drawn one."""
    signals: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """Codes by id."""
    escalations: dict[str, str] = field(default_factory=dict)
    processes: list["Drawn"] = field(default_factory=list)


@dataclass
class Drawn:
    """A process as XML and as values."""

    key: str
    node: etree._Element
    nodes: dict[str, etree._Element] = field(default_factory=dict)
    elements: dict[str, Element] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    flow_nodes: dict[str, etree._Element] = field(default_factory=dict)
    outgoing: dict[str, list[etree._Element]] = field(default_factory=dict)
    """The sequence flows out of a node, in the order of the file."""
    incoming: dict[str, list[etree._Element]] = field(default_factory=dict)

    @property
    def executable(self) -> bool:
        """Whether it is meant to run; it is unless the diagram says no."""
        return flag(self.node, "isExecutable", usual=True)

    def element(self, node: etree._Element) -> Element:
        """A node as values; of several without an id the last, which is a finding of its own."""
        return self.elements[str(node.get("id") or "")]


def draw(file: str, root: etree._Element) -> Diagram:
    """Read a file; what is missing or twice is left for the checks."""
    diagram = Diagram(file, root)
    for node in children(root, "message", "signal", "error", "escalation"):
        number = str(node.get("id"))
        if local(node) == "message":
            diagram.messages[number] = str(node.get("name") or "")
            key = drawn_key(node)
            if key:
                diagram.keys[number] = key
        elif local(node) == "signal":
            diagram.signals[number] = str(node.get("name") or "")
        elif local(node) == "error":
            diagram.errors[number] = str(node.get("errorCode") or "")
        else:
            diagram.escalations[number] = str(node.get("escalationCode") or "")
    for node in children(root, "process"):
        drawn = Drawn(str(node.get("id") or ""), node)
        lanes = lanes_of(node)
        todo: list[tuple[etree._Element, Lane | None]] = [(node, None)]
        while todo:
            scope, lane = todo.pop()
            todo.extend(_draw_scope(diagram, drawn, scope, lane, lanes))
        diagram.processes.append(drawn)
    return diagram


def _draw_scope(
    diagram: Diagram, drawn: Drawn, scope: etree._Element, outer: Lane | None, lanes: dict[str, Lane]
) -> list[tuple[etree._Element, Lane | None]]:
    """Read one process or sub-process; what lies in it is returned."""
    inner = []
    parent = str(scope.get("id") or "")
    for node in children(scope):
        tag, number = local(node), str(node.get("id") or "")
        if tag == "sequenceFlow":
            source, target = str(node.get("sourceRef") or ""), str(node.get("targetRef") or "")
            drawn.flows[number] = Flow(number, str(node.get("name") or ""), source, target)
            drawn.flow_nodes[number] = node
            drawn.outgoing.setdefault(source, []).append(node)
            drawn.incoming.setdefault(target, []).append(node)
        elif tag in NODES | UNKNOWN_NODES:
            lane = lanes.get(number, outer)
            drawn.nodes[number] = node
            drawn.elements[number] = element_of(diagram, node, parent, lane)
            if tag in SUB_PROCESSES:
                inner.append((node, lane))
    return inner


def element_of(diagram: Diagram, node: etree._Element, parent: str, lane: Lane | None) -> Element:
    """A node as values."""
    tag = local(node)
    definition = definition_node(node)
    kind = event_kind(definition) if definition is not None else "none"
    interrupting = flag(node, "cancelActivity" if tag == "boundaryEvent" else "isInterrupting", usual=True)
    drawn = attributes(node)
    if definition is not None:
        drawn = {**attributes(definition), **drawn}
    return Element(
        id=str(node.get("id") or ""),
        kind=tag,
        name=str(node.get("name") or ""),
        documentation=text(child(node, "documentation")),
        lane=lane.name if lane else None,
        parent=parent,
        event=kind if tag in EVENTS else "message" if tag == "receiveTask" else None,
        event_name=event_name(diagram, node, definition),
        undoes=None if definition is None else definition.get("activityRef"),
        attached_to=node.get("attachedToRef"),
        interrupting=interrupting,
        attributes=drawn,
        properties=properties(node),
        group=lane.group if lane else None,
        called=node.get("calledElement"),
        inputs={entry.name: entry.value for entry in parameters_of(node).inputs},
        outputs={entry.name: entry.value for entry in parameters_of(node).outputs},
    )


def definition_node(node: etree._Element) -> etree._Element | None:
    """The first event definition of an event."""
    return next((entry for entry in children(node) if local(entry).endswith("EventDefinition")), None)


def definitions_of(node: etree._Element) -> list[etree._Element]:
    """All triggers of an event, in the order of the file."""
    return [entry for entry in children(node) if local(entry).endswith("EventDefinition")]


def drawn_key(message: etree._Element) -> str | None:
    """The correlation key that the Modeler draws on a message: `zeebe:subscription`, a FEEL expression."""
    for holder in children(message, "extensionElements"):
        for entry in elements(holder):
            if entry.tag == f"{ZEEBE}subscription":
                return str(entry.get("correlationKey") or "") or None
    return None


def correlation_key(diagram: Diagram, node: etree._Element, definition: etree._Element | None) -> str | None:
    """The correlation key of an event or task: our property `correlationKey` on it, else that of its message."""
    holder = node if definition is None else definition
    return properties(node).get("correlationKey") or diagram.keys.get(str(holder.get("messageRef")))


def event_kind(definition: etree._Element) -> str:
    """message, signal, timer, error, escalation, conditional, compensate, link, terminate or cancel."""
    return local(definition).removesuffix("EventDefinition")


def event_name(diagram: Diagram, node: etree._Element, definition: etree._Element | None) -> str | None:
    """The name of the message or signal, the code of the error or escalation, the name of the link."""
    if definition is None:
        number = node.get("messageRef")
        return diagram.messages.get(str(number)) if number else None
    tables = {
        "message": (diagram.messages, "messageRef"),
        "signal": (diagram.signals, "signalRef"),
        "error": (diagram.errors, "errorRef"),
        "escalation": (diagram.escalations, "escalationRef"),
    }
    kind = event_kind(definition)
    if kind == "link":
        return definition.get("name")
    if kind not in tables:
        return None
    table, reference = tables[kind]
    return table.get(str(definition.get(reference))) or None


def timer_of(definition: etree._Element) -> tuple[str, str] | None:
    """What kind of timer it is and its text."""
    for tag, kind in TIMERS.items():
        node = child(definition, tag)
        if node is not None:
            return kind, text(node)
    return None


def lanes_of(process: etree._Element) -> dict[str, Lane]:
    """The innermost lane of each node."""
    found: dict[str, Lane] = {}
    todo = [lane for lanes in children(process, "laneSet") for lane in children(lanes, "lane")]
    while todo:
        node = todo.pop(0)
        name = str(node.get("name") or "")
        if name:
            lane = Lane(name, properties(node).get("group", name))
            found.update((text(reference), lane) for reference in children(node, "flowNodeRef"))
        todo.extend(lane for inner in children(node, "childLaneSet") for lane in children(inner, "lane"))
    return found


def by_themselves(scope: etree._Element) -> list[etree._Element]:
    """The nodes of a scope without a start event that begin with it: no flow leads there, no event triggers them."""
    nodes = children(scope, *NODES)
    if any(local(node) == "startEvent" for node in nodes):
        return []
    reached = {flow.get("targetRef") for flow in children(scope, "sequenceFlow")}
    return [node for node in nodes if node.get("id") not in reached and not is_triggered(node)]


def handler_of(node: etree._Element) -> str | None:
    """The activity that an association leads to from a compensation event on a border."""
    scope = node.getparent()
    for line in () if scope is None else children(scope, "association"):
        if line.get("sourceRef") == node.get("id"):
            return str(line.get("targetRef"))
    return None


def compensates(node: etree._Element) -> bool:
    """Whether a node is an event on a border that says how its activity is undone."""
    return local(node) == "boundaryEvent" and child(node, "compensateEventDefinition") is not None


def begins(node: etree._Element) -> bool:
    """Whether a node is a receive task that starts its process, or stands behind a gateway that does."""
    if local(node) not in {"receiveTask", "intermediateCatchEvent"}:
        return False
    return flag(node, "instantiate") or starting_gateway(node) is not None


def starts_by_events(node: etree._Element) -> bool:
    """Whether a node is an event-based gateway whose events start the process."""
    return local(node) == "eventBasedGateway" and flag(node, "instantiate")


def starting_gateway(node: etree._Element) -> etree._Element | None:
    """The gateway that starts a process by the event that a node is, among others."""
    scope = node.getparent()
    gateways = (
        [] if scope is None else [each for each in children(scope, "eventBasedGateway") if starts_by_events(each)]
    )
    return next((each for each in gateways if node.get("id") in events_behind(each)), None)


def events_behind(gateway: etree._Element) -> list[str]:
    """The ids of what a gateway leads to, in the order of the file."""
    scope = gateway.getparent()
    flows = [] if scope is None else children(scope, "sequenceFlow")
    return [str(flow.get("targetRef")) for flow in flows if flow.get("sourceRef") == gateway.get("id")]


def is_triggered(node: etree._Element) -> bool:
    """Whether a node without an incoming flow waits for something else than its scope to begin."""
    if local(node) == "intermediateCatchEvent":
        return child(node, "linkEventDefinition") is not None
    apart = flag(node, "triggeredByEvent") or flag(node, "isForCompensation") or begins(node) or starts_by_events(node)
    return apart or local(node) == "boundaryEvent"


def start_points(drawn: Drawn, scope: str) -> tuple[StartPoint, ...]:
    """The start events of a process or sub-process; without any, the beginning that BPMN gives it."""
    found = tuple(
        start_point(drawn.nodes[element.id], element)
        for element in drawn.elements.values()
        if (element.kind == "startEvent" or begins(drawn.nodes[element.id])) and element.parent == scope
    )
    return found or ((StartPoint(BEGIN, "none"),) if scope == drawn.key and by_themselves(drawn.node) else ())


def further_starts(diagram: Diagram, drawn: Drawn) -> Iterator[StartPoint]:
    """The second and later triggers of the start events of a process."""
    for element in drawn.elements.values():
        if element.kind == "startEvent" and element.parent == drawn.key:
            node = drawn.nodes[element.id]
            for definition in definitions_of(node)[1:]:
                name = event_name(diagram, node, definition)
                yield start_point(node, replace(element, event=event_kind(definition), event_name=name), definition)


def start_point(node: etree._Element, element: Element, definition: etree._Element | None = None) -> StartPoint:
    """A start event as values; its first trigger, or the one that is given."""
    definition = definition_node(node) if definition is None else definition
    timer = timer_of(definition) if definition is not None and element.event == "timer" else None
    return StartPoint(
        element=element.id,
        kind=element.event or "none",
        name=element.event_name,
        timer=timer[0] if timer else None,
        expression=timer[1] if timer else None,
    )


def process_of(diagram: Diagram, drawn: Drawn) -> Process:
    """A process as values."""
    own = attributes(drawn.node)
    named = properties(drawn.node)
    groups = tuple(entry.strip() for entry in own.get("candidateStarterGroups", "").split(",") if entry.strip())
    every = list(drawn.elements.values())
    return Process(
        key=drawn.key,
        name=str(drawn.node.get("name") or drawn.key),
        documentation=text(child(drawn.node, "documentation")),
        file=diagram.file,
        version_tag=own.get("versionTag"),
        executable=drawn.executable,
        startable=own.get("isStartableInTasklist", "true") == "true",
        candidate_starter_groups=groups,
        elements=dict(drawn.elements),
        flows=dict(drawn.flows),
        properties=named,
        calls=_unique(entry.called for entry in every),
        decisions=_unique(entry.attributes.get("decisionRef") for entry in every),
        forms=_unique(entry.attributes.get("formRef") for entry in every),
        starts=(*start_points(drawn, drawn.key), *further_starts(diagram, drawn)),
        attributes=own,
        contract=contract_of(named),
    )


def _unique(names: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))  # type: ignore[attr-defined] # any iterable
