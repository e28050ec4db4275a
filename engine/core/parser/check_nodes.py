"""Checks of single nodes: what is drawn on them, what the extension says, what they refer to."""

import re

from lxml import etree

from engine.core.errors import WrongTime
from engine.core.parser import vocabulary as words
from engine.core.parser.check_activities import check_activity, check_misplaced, check_quantity
from engine.core.parser.check_event_gateway import check_event_gateway
from engine.core.parser.check_undoing import check_handler
from engine.core.parser.check_work import Known, check_call, check_people, check_script_task, check_service
from engine.core.parser.drawing import Drawn, by_themselves, is_triggered
from engine.core.parser.report import Report
from engine.core.parser.spoken import called
from engine.core.parser.xml import (
    BPMN,
    CAMUNDA,
    camunda,
    child,
    children,
    elements,
    extensions,
    flag,
    local,
    properties,
    text,
)
from engine.core.timers import parse_duration
from engine.language.expressions import is_expression
from engine.phrases import phrase
from engine.spelling import meant

ONLY_WORDS = re.compile(r"(?!(?:true|false|null)\Z)\w+[?!.]?|[^\W\d]\w*(?: [^\W\d]\w*)+[?!.]?")
"""A name without `${…}` around it, or several with blanks between: what people write beside an arrow."""
SPOKEN = {
    "userTask": phrase("user task"),
    "serviceTask": phrase("service task"),
    "businessRuleTask": phrase("business rule task"),
}
"""What a plain task was that has their attributes."""
ANSWERS = frozenset({"true", "false", "1", "0"})
"""How XML writes yes and no."""
_COUNTED = re.compile(r"R\d+/")


def check_node(report: Report, drawn: Drawn, node: etree._Element, known: Known) -> None:
    """One node, whatever it is."""
    tag = local(node)
    check_parts(report, node)
    check_quantity(report, drawn, node)
    check_misplaced(report, node)
    check_words(report, node, tag)
    check_own_properties(report, node, known)
    if tag in words.ACTIVITIES:
        check_activity(report, drawn, node)
    if tag in {"userTask", "manualTask", "startEvent"}:
        check_people(report, node, known)
    if tag in words.SERVICE_LIKE:
        check_service(report, node, known)
    if tag == "scriptTask":
        check_script_task(report, node)
    if tag == "callActivity":
        check_call(report, node, known)
    if is_offered(drawn, node):
        check_offer(report, drawn, node)
    if flag(node, "isForCompensation") and not flag(node, "triggeredByEvent"):
        check_handler(report, drawn, node)
    if tag == "complexGateway":
        check_activation(report, drawn, node)
    if tag in {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"}:
        check_gateway(report, drawn, node, tag)


def check_activation(report: Report, drawn: Drawn, node: etree._Element) -> None:
    """When a complex gateway goes on; without a word of it, it joins nothing."""
    if child(node, "activationCondition") is not None:
        report.expression(node, text(child(node, "activationCondition")), phrase("the activation condition"))
    elif len(drawn.incoming.get(str(node.get("id")), ())) > 1:
        said = phrase("it does not say when it goes on, so that it does with each token that comes")
        cure = phrase("write an activationCondition, as in ${activationCount >= 2}")
        report.warn(node, "joins_nothing", phrase("{said}: {cure}", said=said, cure=cure))


def is_offered(drawn: Drawn, node: etree._Element) -> bool:
    """Whether people begin an activity that they do not do themselves: one of an ad-hoc sub-process."""
    scope = node.getparent()
    by_people = local(node) in {"userTask", "manualTask"} or local(node) not in words.ACTIVITIES
    if by_people or scope is None or local(scope) != "adHocSubProcess" or is_triggered(node):
        return False
    return not drawn.incoming.get(str(node.get("id")))


def check_offer(report: Report, drawn: Drawn, node: etree._Element) -> None:
    """That somebody finds what is to be begun."""
    if drawn.element(node).group is None:
        said = phrase("nobody but administrators can begin it: put the ad-hoc sub-process into a lane")
        report.warn(node, "nobody", said)


def check_own_properties(report: Report, node: etree._Element, known: Known) -> None:
    """The camunda:properties that name elements or forms."""
    named = properties(node)
    for name in ("separationOfDuties", "separationOfRounds"):
        apart = named.get(name, "")
        report.template(node, apart, name)
        lost = [] if is_expression(apart) else [each for each in apart.split() if each not in known.elements]
        other = " ".join(lost)
        if lost:
            ids = phrase(": write the ids of steps with blanks between")
            cure = meant(other, known.elements) if len(lost) == 1 else ids
            report.error(
                node,
                "unknown_element",
                phrase("{name} names {other}, which is not in the deployment{cure}", name=name, other=other, cure=cure),
            )
    report.template(node, named.get("separationOfPeople"), "separationOfPeople")
    report.template(node, named.get("recordedBy"), "recordedBy")
    form = named.get("recordForm")
    if form and known.forms is not None and form not in known.forms:
        report.error(
            node,
            "unknown_form",
            phrase(
                "recordForm: there is no form {form} in the deployment{cure}", form=form, cure=meant(form, known.forms)
            ),
            about=form,
        )


def check_parts(report: Report, node: etree._Element) -> None:
    """Parts that change what a node means and are not executed."""
    for part in children(node):
        tag = local(part)
        if tag in words.NOT_ACTIVITIES_PARTS:
            report.error(node, "not_executed", words.NOT_ACTIVITIES_PARTS[tag])
        elif tag == "multiInstanceLoopCharacteristics":
            check_words(report, part, tag)
        elif tag in words.DATA_PARTS:
            report.warn(node, "data_not_read", phrase("{tag} is not read: data live in variables", tag=tag))


def check_words(report: Report, node: etree._Element, tag: str) -> None:
    """The camunda: attributes and extension elements of a node or a part of it."""
    written = [str(name)[len(CAMUNDA) :] for name in node.attrib if str(name).startswith(CAMUNDA)]
    meant_for = [each for each in ("userTask", "serviceTask", "businessRuleTask") if {*written} & words.READ[each]]
    if tag == "task" and meant_for:
        listed = ", ".join(f"camunda:{name}" for name in written if name in words.READ[meant_for[0]])
        said = phrase("a plain task is done by nobody, whatever {listed} says", listed=listed)
        report.error(node, "plain_task", phrase("{said}: make it a {kind}", said=said, kind=SPOKEN[meant_for[0]]))
        written = []
    for name in written:
        check_word(report, node, tag, name)
    for entry in extensions(node):
        name = local(entry)
        if name in words.REFUSED_EXTENSIONS:
            report.error(node, "not_executed", words.REFUSED_EXTENSIONS[name])
        elif not is_placed(node, tag, name):
            report.error(
                node,
                "not_executed",
                phrase("camunda:{name} is not executed at this place: put it on a task", name=name),
            )
        elif name not in words.READ_EXTENSIONS:
            report.warn(node, "not_read", phrase("camunda:{name} is not read", name=name))
    check_retries(report, node)
    check_foreign(report, node, tag)
    check_plain(report, node, tag)
    check_inside(report, node)


def check_plain(report: Report, node: etree._Element, tag: str) -> None:
    """Attributes without a prefix that BPMN does not know, or that say neither yes nor no: typing errors, mostly."""
    for name, value in ((str(name), str(value)) for name, value in node.attrib.items()):
        if name.startswith("{"):
            continue
        if name in words.YES_NO and value.strip() not in ANSWERS:
            tell_answer(report, node, name, value)
        elif name not in words.OF_BPMN:
            ours = phrase(": write camunda:{name}", name=name) if name in words.READ.get(tag, ()) else ""
            report.unread_attribute(node, phrase("the attribute {name}", name=name), name, words.OF_BPMN, ours)


def tell_answer(report: Report, node: etree._Element, name: str, value: str) -> None:
    """That an attribute says neither yes nor no."""
    report.error(
        node, "yes_or_no", phrase("{name} is {value}: write true or false", name=name, value=value), about=name
    )


def check_inside(report: Report, node: etree._Element) -> None:
    """What stands in extensions: parts and attributes that are typing errors."""
    for holder in extensions(node):
        for part in map(local, elements(holder)):
            close = meant(part, words.PARTS) if part not in words.PARTS and local(holder) in words.HOLDERS else ""
            if close:
                said = phrase("camunda:{name} is not read{cure}", name=part, cure=close)
                report.warn(node, "attribute", said)
    for entry in (each for holder in extensions(node) for each in holder.iter() if each.tag in words.WRITTEN):
        for name in map(str, entry.attrib):
            if name == "local" and entry.attrib[name].strip() not in ANSWERS:
                tell_answer(report, node, f"camunda:{local(entry)} local", str(entry.attrib[name]))
            if name not in words.WRITTEN[entry.tag] and not name.startswith("{"):
                what = phrase("the attribute {name} of camunda:{tag}", name=name, tag=local(entry))
                report.unread_attribute(node, what, name, words.WRITTEN[entry.tag])


def check_foreign(report: Report, node: etree._Element, tag: str) -> None:
    """What other tools have left on a node."""
    prefixes = {namespace: prefix for prefix, namespace in node.nsmap.items()}
    left = {str(name): prefixes.get(etree.QName(name).namespace) for name in node.attrib if str(name).startswith("{")}
    left |= {
        str(entry.tag): entry.prefix for holder in children(node, "extensionElements") for entry in elements(holder)
    }
    for name, prefix in left.items():
        if not name.startswith((CAMUNDA, BPMN, *words.OF_XML)):
            report.foreign(node, name, tag, prefix)


def is_placed(node: etree._Element, tag: str, name: str) -> bool:
    """Whether an extension element that is read is read here."""
    if name == "inputOutput":
        definition = child(node, "messageEventDefinition") if tag in words.THROWERS else None
        return tag in words.ACTIVITIES or (definition is not None and camunda(definition, "topic") is not None)
    if name == "in":
        throws = tag in words.HANDS_OVER and local(node.getparent()) in words.THROWERS  # type: ignore[arg-type] # has one
        return tag == "callActivity" or throws
    return name != "out" or tag == "callActivity"


def check_retries(report: Report, node: etree._Element) -> None:
    """How often and after how long a job is tried again."""
    for entry in extensions(node, "failedJobRetryTimeCycle"):
        for part in text(entry).split(","):
            written = part.strip()
            try:
                parse_duration(written.split("/", 1)[1] if _COUNTED.match(written) else written)
            except WrongTime:
                report.error(
                    node, "bad_time", phrase("the retries {text} are no R3/PT10M or PT1M,PT10M", text=text(entry))
                )
                break


def check_word(report: Report, node: etree._Element, tag: str, name: str) -> None:
    """One camunda: attribute."""
    if name in words.REFUSED_ATTRIBUTES:
        if words.REFUSED_ATTRIBUTES[name]:
            report.error(
                node, "not_executed", phrase("camunda:{name}: {it}", name=name, it=words.REFUSED_ATTRIBUTES[name])
            )
    elif name in words.CAMUNDA_YES_NO and (camunda(node, name) or "").strip() not in ANSWERS:
        tell_answer(report, node, f"camunda:{name}", camunda(node, name) or "")
    elif name in words.ASYNC:
        if camunda(node, name) in {"true", "1"}:
            hint = phrase("a step is one transaction, and services that act outside the database are jobs anyway")
            report.warn(node, "not_read", phrase("camunda:{name} is not read: {hint}", name=name, hint=hint))
    elif name not in words.READ.get(tag, ()) and name != "exclusive":
        report.unread_attribute(node, f"camunda:{name}", name, words.READ.get(tag, ()))


def check_gateway(report: Report, drawn: Drawn, node: etree._Element, tag: str) -> None:
    """The flows out of a gateway."""
    number = str(node.get("id"))
    outgoing = drawn.outgoing.get(number, [])
    bare = [flow for flow in outgoing if child(flow, "conditionExpression") is None]
    usual = next((flow for flow in outgoing if flow.get("id") == node.get("default")), None)
    if tag == "exclusiveGateway" and len(bare) == 1 and usual is not None and usual not in bare:
        said = phrase("the default flow has a condition, and {called} has none", called=called(report.diagram, bare[0]))
        report.error(usual, "no_condition", phrase("{said}: make that one the default flow", said=said))
        outgoing = []
    if tag == "eventBasedGateway" and len(outgoing) > 1 and not any(waits(drawn, flow) for flow in outgoing):
        said = phrase("this gateway waits for events, and none is drawn behind it")
        report.error(node, "no_event", phrase("{said}: draw them, or an exclusive gateway", said=said))
        return
    for flow in outgoing:
        condition = child(flow, "conditionExpression")
        default = node.get("default") == flow.get("id")
        if condition is not None and tag in {"parallelGateway", "eventBasedGateway"}:
            report.error(
                flow,
                "condition_here",
                phrase("a flow out of this gateway has no condition: use an exclusive or inclusive one"),
            )
        elif condition is None and tag == "exclusiveGateway" and not default and len(outgoing) > 1:
            report.error(
                flow,
                "no_condition",
                phrase("the flow needs a condition: write one, or make it the gateway's default flow"),
            )
        elif condition is not None and default:
            report.warn(flow, "not_read", phrase("the condition of a default flow is not looked at"))
    outgoing, incoming = drawn.outgoing.get(number, []), drawn.incoming.get(number, ())
    scope = node.getparent()
    alone = scope is not None and not incoming and not outgoing and node in by_themselves(scope)
    if alone or (len(outgoing) == 1 and len(incoming) < 2):
        said = phrase("at most one flow comes and at most one leaves, so that nothing is decided or joined")
        report.warn(node, "idle_gateway", phrase("{said}: draw what is missing, or take the gateway out", said=said))
    if tag == "eventBasedGateway":
        check_event_gateway(report, drawn, node, outgoing)


def waits(drawn: Drawn, flow: etree._Element) -> bool:
    """Whether a flow leads to what an event-based gateway waits for."""
    target = drawn.nodes.get(str(flow.get("targetRef")))
    return target is not None and local(target) in {"intermediateCatchEvent", "receiveTask"}


def check_condition(report: Report, flow: etree._Element) -> None:
    """The condition of a sequence flow."""
    check_words(report, flow, "sequenceFlow")
    if not flag(flow, "isImmediate", usual=True):
        report.error(
            flow, "not_executed", phrase("isImmediate is false, and tokens never dwell on a flow: take that out")
        )
    condition = child(flow, "conditionExpression")
    if condition is None:
        return
    check_words(report, condition, "conditionExpression")
    language = (condition.get("language") or "").lower()
    if language not in words.LANGUAGES:
        report.error(flow, "language", phrase("conditions in {language} are not read: write ${{…}}", language=language))
    elif not camunda(condition, "resource"):
        written = text(condition)
        if ONLY_WORDS.fullmatch(written):
            said = phrase(
                'the condition "{written}" is only words: write an expression, for example ${{approved == true}}',
                written=written,
            )
            report.error(flow, "only_words", said)
        else:
            report.expression(flow, written, phrase("the condition"))
