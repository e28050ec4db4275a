"""From what is drawn to specs, by SpiffWorkflow's parser: first all nodes of a scope, then its flows in file order."""

from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser

from engine.core.activities import Offer
from engine.core.definitions import Plain
from engine.core.events import Listener
from engine.core.gateways import AnyOf, Choosing, Gather, OutgoingChoice
from engine.core.parser.drawing import (
    NODES,
    Diagram,
    Drawn,
    by_themselves,
    compensates,
    definition_node,
    definitions_of,
    event_kind,
    handler_of,
    is_triggered,
)
from engine.core.parser.nodes import PARSERS, definition_of, form_group
from engine.core.parser.vocabulary import ACTIVITIES
from engine.core.parser.xml import child, children, flag, local, text
from engine.core.specs import ANY, BEGIN, EVENTS, GATHER, LISTEN, OFFER, OUT, Arrow, Beginning, EventSplit, ScopeSpec
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
        self.further: dict[str, list[Any]] = {}
        """By event with several triggers the specs of the second and later ones."""
        nodes = [node for node in children(self.node, *NODES) if not compensates(node)]
        self.conditional = {
            str(flow.get("sourceRef"))
            for flow in children(self.node, "sequenceFlow")
            if child(flow, "conditionExpression") is not None
        }
        for node in nodes:
            number = str(node.get("id"))
            self.entries[number] = self.exits[number] = self.parse_node(node)
        for node in nodes:
            if local(node) == "intermediateCatchEvent" and str(node.get("id")) in self.further:
                self.put_any_before(str(node.get("id")))
        for node in nodes:
            self.put_choice_behind(node)
        self.put_splits_before([node for node in nodes if local(node) == "boundaryEvent"])
        self.gather(nodes)
        if local(self.node) == "adHocSubProcess":
            self.offer_all(nodes)
        else:
            self.begin_by_itself()
        for flow in children(self.node, "sequenceFlow"):
            self.connect(flow)
        self.connect_links(nodes)
        for node in nodes:
            if flag(node, "triggeredByEvent"):
                self.listen(node)
        for node in filter(compensates, children(self.node, "boundaryEvent")):
            self.undo_by(node)

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
            for further in self.further.get(str(node.get("id")), ()):
                split.connect(further)

    def put_any_before(self, number: str) -> None:
        """Something that arms all triggers of an event in between."""
        first = self.entries[number]
        before = AnyOf(self.spec, number + ANY, event_definition=Plain())
        before.bpmn_id, before.element = number, first.element
        for spec in (first, *self.further[number]):
            before.connect(spec)
        self.entries[number] = before

    def begin_by_itself(self) -> None:
        """Where no start event is drawn: a beginning before each node that no flow leads to."""
        first = by_themselves(self.node) if not flag(self.node, "triggeredByEvent") else []
        if first:
            beginning = Beginning(self.spec, BEGIN)
            self.spec.starts[BEGIN] = StartPoint(BEGIN, "none")
            for node in first:
                beginning.connect(self.entries[str(node.get("id"))])

    def gather(self, nodes: list[etree._Element]) -> None:
        """Something that collects tokens before an activity that begins with several."""
        for node in nodes:
            quantity, number = int(node.get("startQuantity", "1")), str(node.get("id"))
            if quantity > 1:
                entry = self.entries[number]
                first = Gather(self.spec, number + GATHER)
                first.bpmn_id, first.element, first.quantity = number, entry.element, quantity
                first.connect(entry)
                first.arrows.append(Arrow("", entry.name))
                self.entries[number] = first

    def offer_all(self, nodes: list[etree._Element]) -> None:
        """With what each activity of an ad-hoc sub-process is offered that no flow leads to."""
        reached = {flow.get("targetRef") for flow in children(self.node, "sequenceFlow")}
        for node in nodes:
            number = str(node.get("id"))
            if local(node) not in ACTIVITIES or number in reached or is_triggered(node):
                continue
            entry = self.entries[number]
            if local(node) not in {"userTask", "manualTask"}:
                offer = Offer(self.spec, number + OFFER)
                offer.bpmn_id, offer.element = number, entry.element
                offer.connect(entry)
                offer.arrows.append(Arrow("", entry.name))
                entry = offer
            self.spec.offers[number] = entry.name

    def undo_by(self, node: etree._Element) -> None:
        """What undoes an activity, by the association from the event on its border; of several, each by itself."""
        host, handler = self.spec.task_specs[str(node.get("attachedToRef"))], self.entries[str(handler_of(node))]
        if host.holds_items:
            host = self.spec.task_specs[host.task_spec]
        host.undone_by = handler.name

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
        if child(start, "compensateEventDefinition") is not None:
            self.spec.undoing = self.entries[number].name
            return
        interrupting, host, listeners = flag(start, "isInterrupting", usual=True), self.entries[number], []
        for place, trigger in enumerate(definitions_of(start) or [None], 1):
            definition = definition_of(self.parser.diagram, start, trigger)
            name = number + LISTEN + (str(place) if place > 1 else "")
            listener = Listener(self.spec, name, event_definition=definition, cancel_activity=interrupting)
            listener.bpmn_id = str(start.get("id"))
            listener.element = self.drawn.elements[listener.bpmn_id]
            listener.connect(host)
            listener.arrows.append(Arrow("", host.name))
            listeners.append(listener)
        if len(listeners) > 1:
            form_group(listeners, together=flag(start, "parallelMultiple"))
        self.spec.listeners += [listener.name for listener in listeners]


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
