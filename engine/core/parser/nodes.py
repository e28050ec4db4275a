"""One parser for each kind of node: makes its spec, leaves the connecting to the scope."""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag

from engine.core import activities, events, gateways, scopes
from engine.core.definitions import (
    Cancel,
    Compensate,
    Conditional,
    Error,
    Escalation,
    Message,
    Plain,
    Signal,
    Terminate,
    Together,
)
from engine.core.multi_instance import Again, AllAtOnce, OneAfterAnother
from engine.core.parser.drawing import (
    Diagram,
    begins,
    correlation_key,
    definition_node,
    definitions_of,
    event_kind,
    event_name,
    events_behind,
    start_point,
    starting_gateway,
    timer_of,
)
from engine.core.parser.extensions import parameters_of, transfers_of
from engine.core.parser.xml import camunda, child, flag, text
from engine.core.people import attributes_alike
from engine.core.specs import ITEM
from engine.core.timer_event import Timer
from engine.values import Element, parted

USUAL_BINDING = ""
"""The diagram does not say: what the same deployment has, else the latest."""
USUAL_MAPPING = "resultList"


class Node(TaskParser):
    """Makes the spec of a node; an activity with several instances becomes a parent and its item."""

    @property
    def element(self) -> Element:
        """The node as values."""
        return self.process_parser.drawn.elements[self.bpmn_id]

    @property
    def diagram(self) -> Diagram:
        """The file."""
        return self.process_parser.parser.diagram

    @property
    def bpmn_attributes(self) -> dict[str, Any]:
        """What every spec is given."""
        return {"description": self.element.kind, "lane": self.element.lane, "bpmn_name": self.element.name}

    def parse_node(self) -> Any:
        """The spec that stands for the node in its scope."""
        loop, again = loop_of(self.node), child(self.node, "standardLoopCharacteristics")
        if loop is None:
            self.task = self.create_task()
        else:
            self.task = self.several(loop) if again is None else self.again(loop)
        self.task.completion = int(self.node.get("completionQuantity", "1"))
        if begins(self.node):
            self.spec.starts[self.bpmn_id] = start_point(self.node, self.element)
            gateway = starting_gateway(self.node)
            if gateway is not None and gateway.get("eventGatewayType") == "Parallel":
                self.spec.awaited[self.bpmn_id] = [each for each in events_behind(gateway) if each != self.bpmn_id]
        return self.task

    def make(self, **facts: Any) -> Any:
        """A spec of the node's class."""
        return self.make_of(self.spec_class, **facts)

    def make_of(self, spec_class: type, **facts: Any) -> Any:
        """A spec of some class under the node's name, or the item's."""
        name = self.bpmn_id
        if loop_of(self.node) is not None:
            name += ITEM
        spec = spec_class(self.spec, name, **self.bpmn_attributes, **facts)
        spec.bpmn_id = self.bpmn_id
        spec.element = self.element
        if isinstance(spec, activities.Activity):
            spec.parameters = parameters_of(self.node)
        if isinstance(spec, activities.UserTask):
            spec.attributes = attributes_alike(self.element)
        return spec

    def create_task(self) -> Any:
        """The spec of the node itself."""
        return self.make()

    def again(self, loop: etree._Element) -> Any:
        """The parent of a standard loop, with what is done again."""
        item = self.create_task()
        condition = text(child(loop, "loopCondition")) or None
        parent = Again(
            self.spec, self.bpmn_id, task_spec=item.name, cardinality=None, condition=condition, **self.bpmn_attributes
        )
        parent.element = self.element
        parent.tests_before = flag(loop, "testBefore")
        parent.most = int(loop.get("loopMaximum") or 0) or None
        return parent

    def several(self, loop: etree._Element) -> Any:
        """The parent of several instances, with its item."""
        item = self.create_task()
        spec_class = OneAfterAnother if flag(loop, "isSequential") else AllAtOnce
        number, enough = child(loop, "loopCardinality"), child(loop, "completionCondition")
        parent = spec_class(
            self.spec,
            self.bpmn_id,
            task_spec=item.name,
            cardinality=text(number) or None,
            condition=text(enough) or None,
            **self.bpmn_attributes,
        )
        parent.element = self.element
        parent.collection = camunda(loop, "collection") or text(child(loop, "loopDataInputRef")) or None
        named = child(loop, "inputDataItem")
        parent.variable = camunda(loop, "elementVariable") or (None if named is None else named.get("name"))
        return parent


class ServiceNode(Node):
    """A task for a service or an expression, or a message that is sent."""

    def create_task(self) -> Any:
        """By what the extension names."""
        return self.service() or self.expression() or self.message()

    def service(self, spec_class: type = activities.ServiceTask) -> Any:
        """A service, when a topic is named."""
        topic = self.element.attributes.get("topic")
        if topic is None:
            return None
        spec = self.make_of(spec_class)
        spec.topic = topic
        return spec

    def expression(self) -> Any:
        """An expression, when one is named."""
        text_of = self.element.attributes.get("expression")
        if text_of is None:
            return None
        spec = self.make_of(activities.ExpressionTask)
        spec.expression = text_of
        spec.result = self.element.attributes.get("resultVariable")
        return spec

    def message(self) -> Any:
        """A message for the outbox."""
        sent = Message(event_name(self.diagram, self.node, None) or "")
        sent.key = correlation_key(self.diagram, self.node, None)
        return self.make_of(events.SendTask, event_definition=sent)


class RuleNode(ServiceNode):
    """A decision table, or a service."""

    def create_task(self) -> Any:
        """By what the extension names."""
        service = self.service() or self.expression()
        if service is not None:
            return service
        drawn = self.element.attributes
        spec = self.make_of(activities.RuleTask)
        spec.decision = drawn["decisionRef"]
        spec.binding = drawn.get("decisionRefBinding", USUAL_BINDING)
        spec.version = drawn.get("decisionRefVersion") or drawn.get("decisionRefVersionTag")
        spec.result = drawn.get("resultVariable")
        spec.mapping = drawn.get("mapDecisionResult", USUAL_MAPPING)
        return spec


class ScriptNode(Node):
    """A script."""

    def create_task(self) -> Any:
        """With its text as written."""
        script = child(self.node, "script")
        return self.make(script="" if script is None else script.text or "")


class ScopeNode(Node):
    """A sub-process; what lies in it is read later, one scope after the other."""

    def create_task(self) -> Any:
        """With a parser of its own."""
        parser = self.process_parser.parser
        by_event = flag(self.node, "triggeredByEvent")
        spec = self.make_of(scopes.EventSubProcess if by_event else self.spec_class, subworkflow_spec=self.bpmn_id)
        if isinstance(spec, scopes.AdHoc):
            spec.condition = text(child(self.node, "completionCondition")) or None
            spec.cancels = flag(self.node, "cancelRemainingInstances", usual=True)
        parser.later.append((self.node, self.process_parser.drawn, spec))
        return spec


class CallNode(Node):
    """A call of another process."""

    def create_task(self) -> Any:
        """With what it hands over."""
        spec = self.make(subworkflow_spec=self.node.get("calledElement"))
        drawn = self.element.attributes
        spec.transfers = transfers_of(self.node)
        spec.binding = drawn.get("calledElementBinding", USUAL_BINDING)
        spec.version = drawn.get("calledElementVersion") or drawn.get("calledElementVersionTag")
        return spec


class EventNode(Node):
    """An event that waits, or a task that does."""

    def create_task(self) -> Any:
        """With its definition; one with several triggers gets a further spec for each."""
        spec = self.make(event_definition=self.definition(), **self.facts())
        further = definitions_of(self.node)[1:]
        if isinstance(spec, events.Catching) and further:
            another = ANOTHER[type(spec)]
            others = [self.further(another, number, each) for number, each in enumerate(further, 2)]
            self.process_parser.further[self.bpmn_id] = others
            form_group([spec, *others], together=flag(self.node, "parallelMultiple"))
        return spec

    def further(self, spec_class: type, number: int, definition: etree._Element) -> Any:
        """The spec of a further trigger."""
        trigger = definition_of(self.diagram, self.node, definition)
        facts = {"event_definition": trigger, **self.facts(), **self.bpmn_attributes}
        spec = spec_class(self.spec, f"{self.bpmn_id}#{number}", **facts)
        spec.bpmn_id = self.bpmn_id
        spec.element = self.element
        return spec

    def facts(self) -> dict[str, Any]:
        """What else the specs of the event are made with."""
        return {}

    def definition(self) -> Any:
        """What it waits for or throws."""
        return definition_of(self.diagram, self.node)


class StartNode(EventNode):
    """A start event: its trigger is kept beside it, it waits for nothing."""

    def create_task(self) -> Any:
        """And remember the trigger."""
        self.spec.starts[self.bpmn_id] = start_point(self.node, self.element)
        return self.make(event_definition=Plain())


class BoundaryNode(EventNode):
    """An event on a border."""

    def facts(self) -> dict[str, Any]:
        """Whether it interrupts."""
        return {"cancel_activity": self.element.interrupting}


class ThrowNode(EventNode, ServiceNode):
    """An event that throws, or is done by a service."""

    def create_task(self) -> Any:
        """By what its definition names."""
        ending = self.element.kind == "endEvent"
        service = self.service(events.ServiceEnd if ending else activities.ServiceTask)
        return service or EventNode.create_task(self)

    def definition(self) -> Any:
        """What it throws, one after the other where there are several."""
        several = [definition_of(self.diagram, self.node, each) for each in definitions_of(self.node)]
        return Together(several) if len(several) > 1 else definition_of(self.diagram, self.node)


class ComplexNode(Node):
    """A complex gateway."""

    def create_task(self) -> Any:
        """With the condition that it waits for."""
        spec = self.make()
        spec.activation = text(child(self.node, "activationCondition")) or None
        return spec


class EventGatewayNode(Node):
    """An event-based gateway."""

    def create_task(self) -> Any:
        """Without definitions: they stay on the events."""
        return self.make(event_definition=Plain())


def message_of(diagram: Diagram, node: etree._Element, definition: etree._Element | None, name: str | None) -> Message:
    """A message with its correlation key; that of a start event is not looked at, it has no variables yet."""
    found = Message(name or "")
    scope = node.getparent()
    started = node.tag.endswith("startEvent") and scope is not None and not flag(scope, "triggeredByEvent")
    found.key = None if started else correlation_key(diagram, node, definition)
    return found


ANOTHER: dict[type, type] = {
    events.CatchEvent: events.AnotherCatch,
    events.BoundaryEvent: events.AnotherBoundary,
}
"""What the further triggers of an event are made of."""


def form_group(specs: list[Any], *, together: bool) -> None:
    """Let the triggers of one event know each other."""
    for spec in specs:
        spec.group = tuple(each.name for each in specs)
        spec.together = together


def loop_of(node: etree._Element) -> etree._Element | None:
    """What says that an activity is done several times."""
    return child(node, "multiInstanceLoopCharacteristics", "standardLoopCharacteristics")


def definition_of(diagram: Diagram, node: etree._Element, definition: etree._Element | None = None) -> Any:
    """The definition of an event; its first trigger, or the one that is given."""
    definition = definition_node(node) if definition is None else definition
    name = event_name(diagram, node, definition)
    if definition is None:
        return message_of(diagram, node, None, name) if name else Plain()
    kind = event_kind(definition)
    if kind in {"message", "signal"}:
        named = message_of(diagram, node, definition, name) if kind == "message" else Signal(name)
        named.transfers = transfers_of(definition).into
        return named
    if kind in {"error", "escalation"}:
        coded = Error(name or "", name) if kind == "error" else Escalation(name or "", name)
        coded.code_variable = camunda(definition, f"{kind}CodeVariable")
        coded.message_variable = camunda(definition, f"{kind}MessageVariable")
        return coded
    if kind == "timer":
        timer = timer_of(definition)
        if timer is None:
            raise ValueError("a timer without a time")
        return Timer(str(node.get("id")), timer[1], timer[0])
    if kind == "conditional":
        conditional = Conditional(text(child(definition, "condition")))
        conditional.variable = camunda(definition, "variableName") or definition.get("variableName")
        written = camunda(definition, "variableEvents")
        conditional.changes = frozenset(parted(written or "create update delete"))
        return conditional
    return simple_definition(kind, definition)


def simple_definition(kind: str, definition: etree._Element) -> Any:
    """A definition that says hardly more than its kind."""
    if kind == "compensate":
        undoing = Compensate()
        undoing.activity = definition.get("activityRef")
        return undoing
    return {"cancel": Cancel, "terminate": Terminate}.get(kind, Plain)()


PARSERS: dict[str, tuple[type[Node], type]] = {
    full_tag(tag): pair
    for tag, pair in {
        "startEvent": (StartNode, events.StartEvent),
        "endEvent": (ThrowNode, events.EndEvent),
        "intermediateCatchEvent": (EventNode, events.CatchEvent),
        "intermediateThrowEvent": (ThrowNode, events.ThrowEvent),
        "boundaryEvent": (BoundaryNode, events.BoundaryEvent),
        "task": (Node, activities.NoneTask),
        "userTask": (Node, activities.UserTask),
        "manualTask": (Node, activities.ManualTask),
        "serviceTask": (ServiceNode, activities.ServiceTask),
        "sendTask": (ServiceNode, events.SendTask),
        "receiveTask": (EventNode, events.ReceiveTask),
        "scriptTask": (ScriptNode, activities.ScriptTask),
        "businessRuleTask": (RuleNode, activities.RuleTask),
        "callActivity": (CallNode, scopes.CallActivity),
        "subProcess": (ScopeNode, scopes.SubProcess),
        "adHocSubProcess": (ScopeNode, scopes.AdHoc),
        "transaction": (ScopeNode, scopes.SubProcess),
        "exclusiveGateway": (Node, gateways.ExclusiveGateway),
        "parallelGateway": (Node, gateways.ParallelGateway),
        "inclusiveGateway": (Node, gateways.InclusiveGateway),
        "complexGateway": (ComplexNode, gateways.ComplexGateway),
        "eventBasedGateway": (EventGatewayNode, gateways.EventGateway),
    }.items()
}
