"""From what is drawn to specs, by SpiffWorkflow's parser: first all nodes of a scope, then its flows in file order."""

from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser

from engine.core.events import Listener
from engine.core.gateways import Choosing, OutgoingChoice
from engine.core.parser.drawing import NODES, Diagram, Drawn, by_themselves, definition_node, event_kind
from engine.core.parser.nodes import PARSERS, definition_of
from engine.core.parser.xml import child, children, flag, local, text
from engine.core.specs import BEGIN, EVENTS, LISTEN, OUT, Arrow, Beginning, EventSplit, ScopeSpec
from engine.values import StartPoint


class ScopeParser(ProcessParser):
    """Reads one process or sub-process."""

    drawn: Drawn

    def create_spec(self) -> ScopeSpec:
        """A scope with nothing in it."""
        return ScopeSpec(self.bpmn_id, self.get_name(), self.filename)

    def _parse(self) -> None:
        self.spec = self.create_spec()
        self.add_tasks()

    def add_tasks(self) -> None:
        """All nodes, then all flows, then what listens."""
        self.entries: dict[str, Any] = {}
        self.exits: dict[str, Any] = {}
        nodes = children(self.node, *NODES)
        self.conditional = {
            str(flow.get("sourceRef"))
            for flow in children(self.node, "sequenceFlow")
            if child(flow, "conditionExpression") is not None
        }
        for node in nodes:
            number = str(node.get("id"))
            self.entries[number] = self.exits[number] = self.parse_node(node)
        for node in nodes:
            self.put_choice_behind(node)
        self.put_splits_before([node for node in nodes if local(node) == "boundaryEvent"])
        self.begin_by_itself()
        for flow in children(self.node, "sequenceFlow"):
            self.connect(flow)
        self.connect_links(nodes)
        for node in nodes:
            if flag(node, "triggeredByEvent"):
                self.listen(node)

    def put_choice_behind(self, node: etree._Element) -> None:
        """A hidden gateway behind a node whose own flows have conditions; a gateway gets to know its default."""
        number = str(node.get("id"))
        spec = self.exits[number]
        if not isinstance(spec, Choosing) and (number in self.conditional or node.get("default")):
            choice = OutgoingChoice(self.spec, number + OUT)
            choice.bpmn_id = number
            choice.element = spec.element
            spec.connect(choice)
            spec.arrows.append(Arrow("", choice.name))
            self.exits[number] = spec = choice
        if isinstance(spec, Choosing):
            spec.default = node.get("default")

    def put_splits_before(self, boundaries: list[etree._Element]) -> None:
        """A split before each node that has events on its border."""
        for node in boundaries:
            host = str(node.get("attachedToRef"))
            split = self.entries[host]
            if not isinstance(split, EventSplit):
                inner = split
                split = EventSplit(self.spec, host + EVENTS)
                split.bpmn_id = host
                split.element = inner.element
                split.connect(inner)
                self.entries[host] = split
            split.connect(self.entries[str(node.get("id"))])

    def begin_by_itself(self) -> None:
        """Where no start event is drawn: a beginning before each node that no flow leads to."""
        first = by_themselves(self.node) if not flag(self.node, "triggeredByEvent") else []
        if first:
            beginning = Beginning(self.spec, BEGIN)
            self.spec.starts[BEGIN] = StartPoint(BEGIN, "none")
            for node in first:
                beginning.connect(self.entries[str(node.get("id"))])

    def connect(self, flow: etree._Element) -> None:
        """One sequence flow; the condition of a default flow is not looked at."""
        source, target = self.exits[str(flow.get("sourceRef"))], self.entries[str(flow.get("targetRef"))]
        condition = condition_of(flow)
        number = str(flow.get("id"))
        source.flow_to(number, target, None if number == getattr(source, "default", None) else condition)

    def connect_links(self, nodes: list[etree._Element]) -> None:
        """The jumps from link to link."""
        ends = {"intermediateCatchEvent": {}, "intermediateThrowEvent": {}}  # type: dict[str, dict[str, list[str]]]
        for node in nodes:
            definition = definition_node(node)
            if definition is not None and event_kind(definition) == "link" and local(node) in ends:
                ends[local(node)].setdefault(str(definition.get("name")), []).append(str(node.get("id")))
        for name, sources in ends["intermediateThrowEvent"].items():
            target = self.entries[ends["intermediateCatchEvent"][name][0]]
            for source in sources:
                self.exits[source].connect(target)
                self.exits[source].arrows.append(Arrow("", target.name))

    def listen(self, node: etree._Element) -> None:
        """The listener of an event sub-process, known to the history by the start event inside."""
        start = children(node, "startEvent")[0]
        number = str(node.get("id"))
        definition = definition_of(self.parser.diagram, start)
        interrupting = flag(start, "isInterrupting", usual=True)
        listener = Listener(self.spec, number + LISTEN, event_definition=definition, cancel_activity=interrupting)
        listener.bpmn_id = str(start.get("id"))
        listener.element = self.drawn.elements[listener.bpmn_id]
        host = self.entries[number]
        listener.connect(host)
        listener.arrows.append(Arrow("", host.name))
        self.spec.listeners.append(listener.name)


def condition_of(flow: etree._Element) -> str | None:
    """The condition of a flow; one that is said to be FEEL is marked as the language marks it."""
    node = child(flow, "conditionExpression")
    written = text(node)
    if node is not None and (node.get("language") or "").lower() == "feel" and not written.startswith("="):
        return f"={written}"
    return written or None


class FileParser(BpmnParser):
    """Reads one file; a parser for each, since sub-processes of different files may have the same id."""

    PROCESS_PARSER_CLASS = ScopeParser
    OVERRIDE_PARSER_CLASSES: ClassVar = PARSERS

    def __init__(self, diagram: Diagram) -> None:
        """Take a file that has passed the checks."""
        super().__init__()
        self.diagram = diagram
        self.later: list[tuple[etree._Element, Drawn, Any]] = []

    def build(self) -> dict[str, ScopeSpec]:
        """The specs of its executable processes by key."""
        found: dict[str, ScopeSpec] = {}
        for drawn in self.diagram.processes:
            if not drawn.executable:
                continue
            found[drawn.key] = self.scope(drawn.node, drawn)
            while self.later:
                node, owner, spec = self.later.pop()
                spec.inner = self.scope(node, owner)
        return found

    def scope(self, node: etree._Element, drawn: Drawn) -> ScopeSpec:
        """The specs of one process or sub-process."""
        self.create_parser(node, self.diagram.file)
        parser: ScopeParser = self.process_parsers[node.get("id")]
        parser.drawn = drawn
        return parser.get_spec()
