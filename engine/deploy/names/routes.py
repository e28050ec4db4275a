"""Tables that say which way a case goes or who decides: one without an answer for all the rest is refused."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.deploy.names.house import House, Street
from engine.deploy.names.people import WHO
from engine.deploy.names.scopes import Scope
from engine.deploy.names.unwritten import names_in, understood
from engine.deploy.names.values import Known
from engine.phrases import phrase
from engine.values import Element, Finding, Severity

GAPS = frozenset({"gap", "catch-all"})
"""The codes of what a table does not answer."""


def refused_gaps(street: Street, home: House, known: Known, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings of a folder, those about gaps of a table as errors where a way or a person hangs on it."""
    found = list(findings)
    routes = {}
    if any(each.code in GAPS for each in found):
        for scope in known.scopes.values():
            for element in scope.process.elements.values():
                used = _used_for(street, scope, element)
                for key in _tables(scope, element, known) if used else ():
                    routes[key] = used
    for each in found:
        use = routes.get(each.element or "") if each.code in GAPS else None
        if use is None or each.element not in home.compiled.decisions:
            yield each
        else:
            yield replace(
                each,
                severity=Severity.ERROR,
                message=phrase("{message}. It is needed: {use}", message=each.message, use=use),
            )


def _tables(scope: Scope, element: Element, known: Known) -> Iterator[str]:
    """The keys of the tables that a task asks."""
    values = known.of_text(scope, element.attributes.get("decisionRef"), scope.uses.spots.get(element.id))
    yield from (str(value) for value in values or ())


def _used_for(street: Street, scope: Scope, element: Element) -> str:
    """What hangs on the answer of a table; empty where it is no way and no person."""
    result = element.attributes.get("resultVariable")
    if not result or "decisionRef" not in element.attributes:
        return ""
    derived = _derived(scope, result)
    for read in scope.uses.reads:
        compiled = understood(read)
        if compiled is not None and derived & compiled.names:
            if read.spot.element in scope.process.flows:
                return phrase("{called} goes by it", called=read.spot.called)
            if read.what in {f"camunda:{name}" for name in WHO} | {"the called process"}:
                return phrase("{what} of {called} is read from it", what=read.what, called=read.spot.called)
    for other in scope.process.elements.values():
        topic = other.attributes.get("topic", "")
        if topic in street.runtime.topics and result in street.runtime.services.get_service(topic).inputs:
            return phrase(
                "the service {topic} of {called} needs it", topic=topic, called=scope.uses.spots[other.id].called
            )
    return ""


def _derived(scope: Scope, name: str) -> set[str]:
    """A variable and all that is worked out from it."""
    found, before = {name}, 0
    while len(found) > before:
        before = len(found)
        for each in scope.uses.writes:
            if each.text and found & names_in(each.text):
                found.add(each.name)
    return found
