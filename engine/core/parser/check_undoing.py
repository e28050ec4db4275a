"""Checks of what is undone: compensation, its handlers, transactions and what cancels them."""

from lxml import etree

from engine.core.parser.drawing import Drawn, compensates, event_kind, handler_of
from engine.core.parser.report import Report
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
    elif named and not _can_be_undone(drawn, drawn.nodes[named]):
        report.error(
            node, "handler", phrase("nothing undoes {named}: draw a compensation event on its border", named=named)
        )
    elif not named and not _undoes_something(node):
        said = phrase("it undoes nothing, since no activity before it says how it is undone")
        cure = phrase("draw a compensation event on the border of what is to be undone, also of a call activity")
        report.warn(node, "undoes_nothing", phrase("{said}: {cure}", said=said, cure=cure))
    if not flag(definition, "waitForCompletion", usual=True):
        report.warn(node, "not_read", phrase("waitForCompletion is not read: it waits until everything is undone"))


def _undoes_something(node: etree._Element) -> bool:
    """Whether anything in the scope of a throw can be undone; of an event sub-process in that of what holds it, too."""
    scope = node.getparent()
    while scope is not None and flag(scope, "triggeredByEvent"):
        scope = scope.getparent()
    asked = [] if scope is None else [each.getparent() for each in scope.iter("{*}compensateEventDefinition")]
    return any(each is not None and local(each) in {"boundaryEvent", "startEvent"} for each in asked)


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
    """Whether an activity has a compensation event, or something inside that has."""
    every = list(drawn.nodes.values())
    inside = [each for each in every if any(above is node for above in each.iterancestors())]
    asked = [each for each in every if compensates(each)]
    own = any(each.get("attachedToRef") == node.get("id") for each in asked)
    starts = (child(each, "compensateEventDefinition") is not None for each in inside)
    return own or any(starts)
