"""Checks of events: which are executed where, and what they refer to."""

import re
from zoneinfo import ZoneInfo

from lxml import etree

from engine.core.errors import WrongTime
from engine.core.parser import vocabulary as words
from engine.core.parser.check_nodes import check_words
from engine.core.parser.check_parameters import check_transfers
from engine.core.parser.check_undoing import check_asking, check_cancel, check_throw
from engine.core.parser.check_work import Known, check_topic
from engine.core.parser.drawing import (
    EVENTS,
    TIMERS,
    Drawn,
    compensates,
    definition_node,
    definitions_of,
    event_kind,
    event_name,
    timer_of,
)
from engine.core.parser.report import Report
from engine.core.parser.spoken import label_of
from engine.core.parser.xml import camunda, child, children, flag, local, text
from engine.core.timers import check_cycle, parse_duration, parse_moment
from engine.errors import ExpressionError
from engine.language.doubts import fixed_text
from engine.language.expressions import compile_template, is_expression
from engine.phrases import Label, phrase, quoted, said_by
from engine.values import Element, parted

MANY_MONTHS = re.compile(r"(?<![^/])P(1[3-9]|[2-9]\d|\d{3,})M")
"""A duration of more months than a year has, and nothing before them."""
ALLOWED = {
    "startEvent": frozenset({"none", "message", "signal", "timer", "conditional", "error", "escalation", "compensate"}),
    "endEvent": frozenset({"none", "message", "signal", "error", "escalation", "terminate", "compensate", "cancel"}),
    "intermediateCatchEvent": frozenset({"message", "signal", "timer", "conditional", "link"}),
    "intermediateThrowEvent": frozenset({"none", "message", "signal", "escalation", "link", "compensate"}),
    "boundaryEvent": frozenset(
        {"message", "signal", "timer", "conditional", "error", "escalation", "compensate", "cancel"}
    ),
}
REFERENCES = {"message": "messageRef", "signal": "signalRef", "error": "errorRef", "escalation": "escalationRef"}


def check_event(report: Report, drawn: Drawn, node: etree._Element, known: Known) -> None:
    """An event, or a receive task."""
    tag = local(node)
    if tag == "receiveTask":
        check_receive(report, drawn, node)
    if tag not in EVENTS:
        return
    for reference in children(node, "eventDefinitionRef"):
        said = phrase("the definition {text} is not in the file: write it into the event", text=text(reference))
        report.error(node, "no_reference", said)
        return
    definitions = definitions_of(node)
    kinds = [event_kind(definition) for definition in definitions] or ["none"]
    for kind in kinds:
        if kind not in ALLOWED[tag]:
            allowed = ", ".join(sorted(ALLOWED[tag]))
            shown = phrase("an event without a trigger") if kind == "none" else kind
            said = phrase("{kind} cannot be at this place: use {allowed}", kind=shown, allowed=allowed)
            report.error(node, "event_kind", said)
            return
    if len(definitions) > 1:
        check_several(report, drawn, node, definitions)
    check_place(report, drawn, node, "error" if "error" in kinds else kinds[0])
    for definition in definitions:
        check_definition(report, drawn, node, definition, known)
        if tag == "startEvent" and node.getparent() is drawn.node:
            check_names(report, drawn, node, definition)


def check_changes(report: Report, node: etree._Element, definition: etree._Element) -> None:
    """By which changes of which variable a conditional event is set off."""
    written = parted(camunda(definition, "variableEvents") or "")
    wrong = sorted(set(written) - {"create", "update", "delete"})
    if wrong:
        report.error(
            node,
            "changes",
            phrase("camunda:variableEvents says {names}: use create, update, delete", names=", ".join(wrong)),
        )
    elif written == ["delete"]:
        report.error(
            node, "changes", phrase("variables are never deleted: let the event be set off by create or update")
        )
    elif written and not camunda(definition, "variableName"):
        report.error(node, "changes", phrase("camunda:variableEvents needs a camunda:variableName"))


ALONE = frozenset({"compensate", "cancel", "terminate", "link", "error"})
"""What is no trigger among several, except that an error may be caught beside others."""


def check_several(report: Report, drawn: Drawn, node: etree._Element, definitions: list[etree._Element]) -> None:
    """An event with several triggers."""
    catches = local(node) not in words.THROWERS
    for kind in sorted({event_kind(each) for each in definitions} & (ALONE - ({"error"} if catches else set()))):
        said = phrase(
            "{kind} cannot be one of several definitions of an event: draw an event of its own for it", kind=kind
        )
        report.error(node, "several_definitions", said)
    if any(camunda(each, "topic") for each in definitions):
        report.error(
            node, "several_definitions", phrase("a service cannot be one of several definitions: draw a service task")
        )
    if flag(node, "parallelMultiple") and local(node) == "startEvent" and node.getparent() is drawn.node:
        said = phrase(
            "a start event that waits for several things is not executed, since nothing is kept before a case begins"
        )
        cure = phrase(
            "draw a parallel event-based gateway that starts the process (instantiate), or wait for the others behind"
        )
        report.error(node, "several_definitions", phrase("{said}: {cure}", said=said, cure=cure))
    sources = {flow.get("sourceRef") for flow in drawn.incoming.get(str(node.get("id")), ())}
    if any(local(drawn.nodes[source]) == "eventBasedGateway" for source in sources if source in drawn.nodes):
        said = phrase("an event behind an event-based gateway has one trigger: draw one event for each")
        report.error(node, "several_definitions", said)


def check_names(report: Report, drawn: Drawn, node: etree._Element, definition: etree._Element) -> None:
    """That the start of a process asks for no variables: there are none yet."""
    timer = timer_of(definition)
    for written in (timer[1] if timer else None, drawn.element(node).event_name):
        try:
            names = compile_template(written or "").names
        except ExpressionError:
            continue
        if names:
            report.error(
                node,
                "no_variables",
                phrase("{written} asks for variables, and a process has none before it starts", written=written),
            )


def check_definition(
    report: Report, drawn: Drawn, node: etree._Element, definition: etree._Element, known: Known
) -> None:
    """What an event waits for or throws."""
    kind = event_kind(definition)
    throws = local(node) in words.THROWERS
    check_words(report, definition, local(definition))
    if kind in REFERENCES:
        check_reference(report, node, definition, kind, throws=throws)
    if kind in {"message", "signal"}:
        check_transfers(report, node, definition)
        if throws and kind == "message" and (camunda(definition, "type") or camunda(definition, "topic")):
            check_topic(report, definition, known)
    elif kind == "timer":
        check_timer(report, node, definition)
    elif kind == "conditional":
        report.expression(node, text(child(definition, "condition")), phrase("the condition"))
        check_changes(report, node, definition)
    elif kind == "cancel":
        check_cancel(report, node)
    elif kind == "compensate" and compensates(node):
        check_asking(report, drawn, node)
    elif kind == "compensate" and throws:
        check_throw(report, drawn, node, definition)
    elif kind == "link":
        check_link(report, drawn, node, definition, throws=throws)


def check_reference(
    report: Report, node: etree._Element, definition: etree._Element, kind: str, *, throws: bool
) -> None:
    """The message, signal, error or escalation that is named."""
    tables = {
        "message": report.diagram.messages,
        "signal": report.diagram.signals,
        "error": report.diagram.errors,
        "escalation": report.diagram.escalations,
    }
    number = definition.get(REFERENCES[kind])
    coded = kind in {"error", "escalation"}
    service = kind == "message" and throws and camunda(definition, "topic")
    if number is None:
        if (throws or not coded) and not service:
            report.error(node, "no_reference", phrase("no {kind} is named: choose one", kind=kind))
        return
    labels = {str(each.get("id")): label_of(each) for each in children(report.diagram.root, kind)}
    name = tables[kind].get(number)
    if name is None:
        report.error(node, "no_reference", phrase("the {kind} that it names is not in the file: choose one", kind=kind))
    elif not name:
        word, label = "code" if coded else "name", labels.get(number)
        what = (
            phrase('the {kind} "{label}"', kind=kind, label=Label(label))
            if label
            else phrase("the {kind} that it names", kind=kind)
        )
        report.error(node, "no_reference", phrase("{what} has no {word}: write one", what=what, word=word))
    else:
        report.template(node, name, phrase("the {it} of the {kind}", it="code" if coded else "name", kind=kind))
        if coded and not throws and is_expression(name):
            report.error(node, "code", phrase("the code {name} of a catching event cannot be an expression", name=name))


def check_receive(report: Report, drawn: Drawn, node: etree._Element) -> None:
    """The message of a receive task."""
    if not report.diagram.messages.get(str(node.get("messageRef"))):
        report.error(node, "no_reference", phrase("no message is named: choose one"))
    if flag(node, "instantiate") and drawn.incoming.get(str(node.get("id"))):
        report.error(
            node, "start_kind", phrase("a receive task that starts its process has no incoming flow: take that out")
        )
    if flag(node, "instantiate") and any(child(node, loop) is not None for loop in words.LOOPS):
        said = phrase("a receive task that starts its process takes one message: draw a second one behind it")
        report.error(node, "start_kind", said)


def check_place(report: Report, drawn: Drawn, node: etree._Element, kind: str) -> None:
    """What an event hangs on, and what waits beside it."""
    if local(node) == "boundaryEvent":
        check_border(report, drawn, node, kind)
    elif local(node) == "startEvent" and node.getparent() is not drawn.node:
        check_twins(report, drawn, node, kind)


def check_border(report: Report, drawn: Drawn, node: etree._Element, kind: str) -> None:
    """What an event on a border hangs on."""
    host = drawn.nodes.get(str(node.get("attachedToRef")))
    if host is None or host.getparent() is not node.getparent() or local(host) not in words.ACTIVITIES:
        report.error(node, "no_host", phrase("the event is attached to no task or sub-process of the same process"))
    elif flag(host, "triggeredByEvent"):
        report.error(
            node, "no_host", phrase("an event sub-process has no events on its border: put a sub-process into it")
        )
    check_twins(report, drawn, node, kind)
    if kind == "error" and not flag(node, "cancelActivity", usual=True):
        report.error(node, "error_interrupts", phrase("an error always interrupts: let the event interrupt"))


ONCE = {"compensate": phrase("compensation"), "cancel": phrase("the transaction to be cancelled")}
"""What one event alone is about, and how it is called."""


def check_twins(report: Report, drawn: Drawn, node: etree._Element, kind: str) -> None:
    """That no two events of one border wait for the same: a message that two wait for is refused when it comes."""
    name = event_name(report.diagram, node, definition_node(node))
    if kind not in {"message", "error", "escalation", *ONCE} or (not name and kind == "message"):
        return
    for other in drawn.elements.values():
        if other.id == node.get("id"):
            return
        if _beside(drawn, node, other) and (other.event, other.event_name) == (kind, name):
            what = phrase("the {kind} {name}", kind=kind, name=name) if name else phrase("any {kind}", kind=kind)
            another = phrase("another event of the same border")
            if other.attached_to is None:
                another = phrase("another event sub-process beside this one")
            first = quoted(other.name) if other.name else another
            said = phrase(
                "{first} waits for {what}, too, so that this one never comes about: keep one of them",
                first=first,
                what=what,
            )
            report.error(node, "same_event", said)
            return


def _beside(drawn: Drawn, node: etree._Element, other: Element) -> bool:
    """Whether two events wait on one border, or begin two event sub-processes of one scope."""
    if node.get("attachedToRef") is not None:
        return other.attached_to == node.get("attachedToRef")
    first, second = (each.getparent() for each in (drawn.nodes[other.id], node))
    if first is None or second is None or local(drawn.nodes[other.id]) != "startEvent":
        return False
    return all(flag(each, "triggeredByEvent") for each in (first, second)) and first.getparent() is second.getparent()


def check_timer(report: Report, node: etree._Element, definition: etree._Element) -> None:
    """The time of a timer."""
    given = [entry for entry in children(definition) if local(entry) in TIMERS]
    timer = timer_of(definition)
    if len(given) != 1 or timer is None or not timer[1]:
        report.error(
            node, "no_time", phrase("a timer needs one of a date, a duration or a cycle, and no other: write it")
        )
        return
    kind, written = timer
    report.template(node, written, phrase("the timer"))
    if "${" in written or is_expression(written) or "#{" in written:
        fixed = fixed_text(written)
        if fixed is None:
            return
        written = fixed
    readers = {"date": parse_moment, "cycle": check_cycle}
    try:
        if kind == "duration":
            parse_duration(written)
        else:
            readers[kind](written, ZoneInfo("UTC"))
    except WrongTime as error:
        report.error(node, "bad_time", said_by(error))
        return
    months = MANY_MONTHS.search(written) if kind != "date" else None
    if months:
        said = phrase("{it} is {count} months; minutes are written PT{count}M", it=months[0], count=months[1])
        report.warn(node, "bad_time", said)
    parts = written.split("/")
    if kind == "cycle" and len(parts) == 3 and parts[0] != "R" and parts[1].startswith("P"):
        said = phrase(
            "{end} stands behind the duration and is the end, after which nothing fires: write {cure} where the first"
            " time is meant",
            end=parts[2],
            cure="/".join((parts[0], parts[2], parts[1])),
        )
        report.warn(node, "fires_until", said)
    once = local(node) == "intermediateCatchEvent" or flag(node, "cancelActivity", usual=True)
    if kind == "cycle" and once and local(node) != "startEvent":
        report.warn(
            node, "fires_once", phrase("this timer can fire only once: only the first time of the cycle counts")
        )


def check_link(report: Report, drawn: Drawn, node: etree._Element, definition: etree._Element, *, throws: bool) -> None:
    """That the two ends of a link find each other."""
    name = definition.get("name")
    if not name:
        report.error(node, "link", phrase("the link has no name"))
        return
    others = [
        other
        for other in drawn.nodes.values()
        if local(other) == ("intermediateCatchEvent" if throws else "intermediateThrowEvent")
        and other.getparent() is node.getparent()
        and (entry := child(other, "linkEventDefinition")) is not None
        and entry.get("name") == name
    ]
    if throws and len(others) != 1:
        report.error(
            node, "link", phrase("the link {name} needs exactly one catching link event in the same process", name=name)
        )
    if throws and drawn.outgoing.get(str(node.get("id"))):
        report.error(node, "link", phrase("no flow can leave a throwing link event"))
    if not throws and drawn.incoming.get(str(node.get("id"))):
        report.error(node, "link", phrase("no flow can lead to a catching link event"))
    if not throws and not others:
        report.error(
            node, "unreachable", phrase("nothing jumps to the link {name}: draw the link event that does", name=name)
        )
