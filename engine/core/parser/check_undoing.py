"""Checks of what is undone: compensation, its handlers, transactions and what cancels them."""

from lxml import etree

from engine.core.parser.drawing import Drawn, compensates, event_kind, handler_of
from engine.core.parser.report import Report
from engine.core.parser.spoken import called
from engine.core.parser.vocabulary import ACTIVITIES
from engine.core.parser.xml import child, children, flag, local
from engine.phrases import phrase


def check_handler(report: Report, drawn: Drawn, node: etree._Element) -> None:
    """An activity that undoes another: an association leads to it, nothing else does."""
    number = str(node.get("id"))
    scope = node.getparent()
    asked = [each for each in children(scope, "boundaryEvent") if compensates(each) and handler_of(each) == number]  # type: ignore[arg-type] # it has one
    if not asked:
        report.error(
            node, "handler", phrase("nothing asks for this compensation: draw the association from the event to it")
        )
    if drawn.incoming.get(number) or drawn.outgoing.get(number):
        report.error(
            node, "handler", phrase("what undoes an activity has no sequence flows: the association leads to it")
        )
    if any(each.get("attachedToRef") == number for each in children(scope, "boundaryEvent")):  # type: ignore[arg-type] # as above
        report.error(
            node, "handler", phrase("what undoes an activity has no events on its border: put a sub-process there")
        )


def check_asking(report: Report, drawn: Drawn, node: etree._Element) -> None:
    """A compensation event on a border: one association to an activity beside it that is marked for compensation."""
    handler = drawn.nodes.get(str(handler_of(node)))
    beside = handler is not None and handler.getparent() is node.getparent() and local(handler) in ACTIVITIES
    if handler is None or not beside or not flag(handler, "isForCompensation"):
        told = phrase("draw an association from the event to the activity beside it that undoes this one")
        report.error(node, "handler", phrase("it does not say what undoes the activity: {told}", told=told))
    if not flag(node, "cancelActivity", usual=True):
        said = phrase(
            "what undoes something interrupts nothing, since that has ended: let the event interrupt, as is usual"
        )
        report.warn(node, "not_read", said)
    host = drawn.nodes.get(str(node.get("attachedToRef")))
    for inner in [] if host is None else children(host, "subProcess"):
        if any(child(start, "compensateEventDefinition") is not None for start in children(inner, "startEvent")):
            said = phrase(
                "{called} says how it is undone, too: keep one of the two", called=called(report.diagram, inner)
            )
            report.error(node, "same_event", said)
    if drawn.outgoing.get(str(node.get("id"))):
        report.error(
            node, "handler", phrase("no flow leaves a compensation event: an association leads to what undoes it")
        )


def check_throw(report: Report, drawn: Drawn, node: etree._Element, definition: etree._Element) -> None:
    """That the activity that a throw names can be undone."""
    named = definition.get("activityRef")
    if named and named not in drawn.nodes:
        report.error(
            node,
            "no_reference",
            phrase("the activity {named} that is to be undone is not in this process", named=named),
        )
    elif named and drawn.nodes[named].getparent() not in _undone_from(node):
        said = phrase(
            "an event undoes what lies beside it, and {named} lies elsewhere",
            named=called(report.diagram, drawn.nodes[named]),
        )
        cure = phrase("name the sub-process that holds it, or put the event beside it")
        report.error(node, "handler", phrase("{said}: {cure}", said=said, cure=cure))
    elif named and not _can_be_undone(drawn, drawn.nodes[named]):
        report.error(
            node,
            "handler",
            phrase(
                "nothing undoes {named}: draw a compensation event on its border",
                named=called(report.diagram, drawn.nodes[named]),
            ),
        )
    if not flag(definition, "waitForCompletion", usual=True):
        report.warn(node, "not_read", phrase("waitForCompletion is not read: it waits until everything is undone"))


def _undone_from(node: etree._Element) -> list[etree._Element]:
    """The scopes whose activities a throw undoes: its own, and from an event sub-process those around it."""
    scope = node.getparent()
    found = [scope]
    while scope is not None and flag(scope, "triggeredByEvent"):
        scope = scope.getparent()
        found.append(scope)
    return [each for each in found if each is not None]


def check_cancel(report: Report, node: etree._Element) -> None:
    """Cancel events: the end event inside a transaction, the border event on it."""
    scope = node.getparent()
    holder = child_named(scope, str(node.get("attachedToRef"))) if local(node) == "boundaryEvent" else scope
    if holder is None or local(holder) != "transaction":
        report.error(
            node, "cancel", phrase("only a transaction can be cancelled: draw the sub-process as a transaction")
        )
    elif local(node) == "endEvent":
        outside = holder.getparent()
        events = [] if outside is None else children(outside, "boundaryEvent")
        if not any(each.get("attachedToRef") == holder.get("id") and _is_cancel(each) for each in events):
            report.error(
                node, "cancel", phrase("nothing goes on when it is cancelled: put a cancel event on the transaction")
            )
        if child(holder, "multiInstanceLoopCharacteristics") is not None:
            said = phrase("it undoes this one of several and stops the others; what has ended of them stays as it is")
            report.warn(
                node,
                "cancels_one",
                phrase("{said}: put the several into one transaction where all is to be undone", said=said),
            )
    elif not flag(node, "cancelActivity", usual=True):
        report.error(node, "cancel", phrase("a cancel event always interrupts"))


def child_named(scope: etree._Element | None, number: str) -> etree._Element | None:
    """What has an id in a scope."""
    return None if scope is None else next((each for each in children(scope) if each.get("id") == number), None)


def _is_cancel(node: etree._Element) -> bool:
    return any(event_kind(each) == "cancel" for each in children(node, "cancelEventDefinition"))


def _can_be_undone(drawn: Drawn, node: etree._Element) -> bool:
    """Whether an activity has a compensation event, or something inside that has, or a call that may have."""
    own = any(each.get("attachedToRef") == node.get("id") for each in drawn.nodes.values() if compensates(each))
    return own or any(True for _ in node.iter("{*}compensateEventDefinition", "{*}callActivity"))
