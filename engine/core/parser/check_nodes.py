"""Checks of single nodes: what is drawn on them, what the extension says, what they refer to."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from lxml import etree

from engine.core.errors import WrongTime
from engine.core.parser import vocabulary as words
from engine.core.parser.check_parameters import check_parameters, check_transfers
from engine.core.parser.drawing import Drawn
from engine.core.parser.report import Report
from engine.core.parser.xml import BPMN, CAMUNDA, camunda, child, children, elements, extensions, local, text
from engine.core.timers import parse_duration
from engine.expressions import is_expression
from engine.sandbox import check_script

_COUNTED = re.compile(r"R\d+/")


@dataclass(frozen=True)
class Known:
    """What references may lead to; None leaves the check out."""

    topics: Collection[str] | None
    forms: Collection[str] | None
    processes: Collection[str]
    decisions: Collection[str]


def check_node(report: Report, drawn: Drawn, node: etree._Element, known: Known) -> None:
    """One node, whatever it is."""
    tag = local(node)
    check_parts(report, node)
    check_words(report, node, tag)
    if tag in words.ACTIVITIES:
        check_activity(report, node)
    if tag in {"userTask", "manualTask", "startEvent"}:
        check_people(report, node, known)
    if tag in words.SERVICE_LIKE:
        check_service(report, node, known)
    if tag == "scriptTask":
        check_script_task(report, node)
    if tag == "callActivity":
        check_call(report, node, known)
    if tag in {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"}:
        check_gateway(report, drawn, node, tag)


def check_parts(report: Report, node: etree._Element) -> None:
    """Parts that change what a node means and are not executed."""
    for part in children(node):
        tag = local(part)
        if tag in words.NOT_ACTIVITIES_PARTS:
            report.error(node, "not_executed", words.NOT_ACTIVITIES_PARTS[tag])
        elif tag in words.DATA_PARTS:
            report.warn(node, "data_not_read", f"{tag} is not read: data live in variables")
    if node.get("isForCompensation") == "true":
        report.error(node, "not_executed", "compensation is not executed: draw the way back as a path of its own")
    for name in ("startQuantity", "completionQuantity"):
        if node.get(name, "1") != "1":
            report.error(node, "not_executed", f"{name} is not executed: draw the tokens as paths or several instances")


def check_words(report: Report, node: etree._Element, tag: str) -> None:
    """The camunda: attributes and extension elements of a node or a part of it."""
    for name in (str(name)[len(CAMUNDA) :] for name in node.attrib if str(name).startswith(CAMUNDA)):
        check_word(report, node, tag, name)
    for entry in extensions(node):
        name = local(entry)
        if name in words.REFUSED_EXTENSIONS:
            report.error(node, "not_executed", words.REFUSED_EXTENSIONS[name])
        elif name not in words.READ_EXTENSIONS:
            report.warn(node, "not_read", f"camunda:{name} is not read")
    check_retries(report, node)
    for holder in children(node, "extensionElements"):
        for entry in elements(holder):
            if not entry.tag.startswith((CAMUNDA, BPMN)):
                report.warn(node, "not_read", f"the extension {local(entry)} of another tool is not read")


def check_retries(report: Report, node: etree._Element) -> None:
    """How often and after how long a job is tried again."""
    for entry in extensions(node, "failedJobRetryTimeCycle"):
        for part in text(entry).split(","):
            written = part.strip()
            try:
                parse_duration(written.split("/", 1)[1] if _COUNTED.match(written) else written)
            except WrongTime:
                report.error(node, "bad_time", f"the retries {text(entry)} are no R3/PT10M or PT1M,PT10M")
                break


def check_word(report: Report, node: etree._Element, tag: str, name: str) -> None:
    """One camunda: attribute."""
    if name in words.REFUSED_ATTRIBUTES:
        if words.REFUSED_ATTRIBUTES[name]:
            report.error(node, "not_executed", f"camunda:{name}: {words.REFUSED_ATTRIBUTES[name]}")
    elif name in words.ASYNC:
        if camunda(node, name) == "true":
            hint = "a step is one transaction, and services that act outside the database are jobs anyway"
            report.warn(node, "not_read", f"camunda:{name} is not read: {hint}")
    elif name not in words.READ.get(tag, ()) and name != "exclusive":
        report.warn(node, "not_read", f"camunda:{name} is not read")


def check_activity(report: Report, node: etree._Element) -> None:
    """What all activities have."""
    check_parameters(report, node)
    loop = child(node, "multiInstanceLoopCharacteristics")
    if loop is None:
        return
    check_words(report, loop, "multiInstanceLoopCharacteristics")
    if node.get("triggeredByEvent") == "true":
        report.error(
            node, "not_executed", "an event sub-process cannot have several instances: put a sub-process into it"
        )
    collection = camunda(loop, "collection") or text(child(loop, "loopDataInputRef"))
    number = text(child(loop, "loopCardinality"))
    if bool(collection) == bool(number):
        report.error(node, "items", "several instances need either a collection or a number of items")
    for part in children(loop, "loopDataOutputRef", "outputDataItem", "complexBehaviorDefinition"):
        report.error(node, "not_executed", f"{local(part)} is not executed: let each item write its own variable")
    for what, value in (("the collection", collection), ("the number of items", number)):
        if value:
            report.expression(node, value, what)
    enough = child(loop, "completionCondition")
    if enough is not None:
        report.expression(node, text(enough), "the completion condition")


def check_people(report: Report, node: etree._Element, known: Known) -> None:
    """The attributes of a person's task."""
    for name in ("assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority"):
        report.template(node, camunda(node, name), f"camunda:{name}")
    report.template(node, node.get("name"), "the label")
    form, key = camunda(node, "formRef"), camunda(node, "formKey")
    if key is not None and key.startswith(("embedded:", "app:", "camunda-forms:")):
        report.error(node, "form", f"the form {key} is of another engine: link a form with formRef")
    wanted = form or key
    if wanted and known.forms is not None and not is_expression(wanted) and wanted not in known.forms:
        report.error(node, "unknown_form", f"there is no form {wanted} in the deployment")
    if camunda(node, "formRefBinding") not in {None, *words.BINDINGS}:
        report.error(node, "form", f"camunda:formRefBinding is {camunda(node, 'formRefBinding')}: use {words.BINDINGS}")


def check_service(report: Report, node: etree._Element, known: Known) -> None:
    """Who does a service, send or business rule task."""
    tag = local(node)
    if camunda(node, "type") is not None or camunda(node, "topic") is not None:
        check_topic(report, node, known)
    elif camunda(node, "expression") is not None:
        report.template(node, camunda(node, "expression"), "camunda:expression")
    elif tag == "businessRuleTask":
        check_rule(report, node, known)
    elif tag == "sendTask":
        if not report.diagram.messages.get(str(node.get("messageRef"))):
            report.error(
                node, "no_service", "nobody sends: name a message, or choose the external implementation and a topic"
            )
    elif not any(camunda(node, name) for name in ("class", "delegateExpression")):
        report.error(node, "no_service", "nobody does it: choose the external implementation and name a topic")
    if camunda(node, "resultVariable") and camunda(node, "topic"):
        report.warn(
            node, "not_read", "camunda:resultVariable is not read: a service names its results, outputs map them"
        )


def check_topic(report: Report, node: etree._Element, known: Known) -> None:
    """The topic of an external service."""
    kind, topic = camunda(node, "type"), camunda(node, "topic")
    if kind != "external" or not topic:
        report.error(node, "no_service", "choose the external implementation and name a topic")
    else:
        report.template(node, topic, "camunda:topic")
        if known.topics is not None and not is_expression(topic) and topic not in known.topics:
            report.error(node, "unknown_topic", f"no service is registered under the topic {topic}")


def check_rule(report: Report, node: etree._Element, known: Known) -> None:
    """The table of a business rule task."""
    decision = camunda(node, "decisionRef")
    mapping = camunda(node, "mapDecisionResult")
    if not decision:
        report.error(node, "no_decision", "no decision is named: set decisionRef, or an external topic")
        return
    report.template(node, decision, "camunda:decisionRef")
    if not is_expression(decision) and decision not in known.decisions:
        report.error(node, "unknown_decision", f"there is no decision {decision} in the deployment")
    if mapping is not None and mapping not in words.DECISION_RESULTS:
        allowed = ", ".join(sorted(words.DECISION_RESULTS))
        report.error(node, "decision_result", f"camunda:mapDecisionResult is {mapping}: use one of {allowed}")
    outputs = any(local(entry) == "outputParameter" for holder in extensions(node, "inputOutput") for entry in holder)
    if not camunda(node, "resultVariable") and not outputs:
        report.error(node, "no_result", "the result would be lost: name a camunda:resultVariable")


def check_script_task(report: Report, node: etree._Element) -> None:
    """The script and its language."""
    language = (node.get("scriptFormat") or "").lower()
    script = child(node, "script")
    if language not in words.SCRIPT_LANGUAGES:
        report.error(node, "script_language", f"scripts in {language} are not run: write it in Python")
    elif script is None or not (script.text or "").strip():
        report.error(node, "no_script", "there is no script in it")
    else:
        for problem in check_script(script.text or ""):
            report.error(node, "bad_script", problem)
    if camunda(node, "resultVariable"):
        report.error(node, "script_result", "camunda:resultVariable is not read: assign the variable in the script")


def check_call(report: Report, node: etree._Element, known: Known) -> None:
    """The called process and what is handed over."""
    key = node.get("calledElement")
    binding = camunda(node, "calledElementBinding")
    if not key:
        if not camunda(node, "caseRef"):
            report.error(node, "no_process", "no called process is named")
    elif is_expression(key):
        report.template(node, key, "the called process")
    elif binding in {None, "latest", "deployment"} and key not in known.processes:
        report.error(node, "unknown_process", f"there is no process {key} in the deployment")
    if binding not in {None, *words.BINDINGS}:
        report.error(
            node, "binding", f"camunda:calledElementBinding is {binding}: use {', '.join(sorted(words.BINDINGS))}"
        )
    for name in ("calledElementVersion", "calledElementVersionTag"):
        report.template(node, camunda(node, name), f"camunda:{name}")
    check_transfers(report, node, node)


def check_gateway(report: Report, drawn: Drawn, node: etree._Element, tag: str) -> None:
    """The flows out of a gateway."""
    number = str(node.get("id"))
    outgoing = drawn.outgoing.get(number, [])
    for flow in outgoing:
        condition = child(flow, "conditionExpression")
        default = node.get("default") == flow.get("id")
        if condition is not None and tag in {"parallelGateway", "eventBasedGateway"}:
            report.error(
                flow, "condition_here", "a flow out of this gateway has no condition: use an exclusive or inclusive one"
            )
        elif condition is None and tag == "exclusiveGateway" and not default and len(outgoing) > 1:
            report.error(flow, "no_condition", "the flow needs a condition, or must be the gateway's default flow")
        elif condition is not None and default:
            report.warn(flow, "not_read", "the condition of a default flow is not looked at")
    if tag == "eventBasedGateway":
        check_event_gateway(report, drawn, node, outgoing)


def check_event_gateway(report: Report, drawn: Drawn, node: etree._Element, outgoing: list[etree._Element]) -> None:
    """What follows an event-based gateway."""
    if node.get("instantiate") == "true" or node.get("eventGatewayType") == "Parallel":
        report.error(node, "not_executed", "such a gateway cannot start a process: use start events")
    if not outgoing:
        report.error(node, "no_events", "no event follows: draw the events that are waited for")
    for flow in outgoing:
        target = drawn.nodes.get(str(flow.get("targetRef")))
        if target is not None and local(target) not in {"intermediateCatchEvent", "receiveTask"}:
            report.error(flow, "no_event", "only intermediate catch events and receive tasks may follow this gateway")
        if len(drawn.incoming.get(str(flow.get("targetRef")), ())) > 1:
            report.error(flow, "shared_event", "the event behind this gateway may have no other incoming flow")


def check_condition(report: Report, flow: etree._Element) -> None:
    """The condition of a sequence flow."""
    condition = child(flow, "conditionExpression")
    if condition is None:
        return
    check_words(report, condition, "conditionExpression")
    language = (condition.get("language") or "").lower()
    if language not in words.LANGUAGES:
        report.error(flow, "language", f"conditions in {language} are not read: write ${{…}}")
    elif not camunda(condition, "resource"):
        report.expression(flow, text(condition), "the condition")
