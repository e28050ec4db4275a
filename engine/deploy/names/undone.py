"""What is to be undone: where nothing is that a throw could undo, and a way to undo a process that nobody takes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.deploy.names.house import House
from engine.deploy.names.scopes import Scope
from engine.kinds import SUB_PROCESSES
from engine.language.expressions import is_expression
from engine.phrases import phrase
from engine.values import Element, Finding, Severity

CODE = "undoes_nothing"
CURE = phrase("draw a compensation event on the border of what is to be undone, also of a call activity")


def undone(home: House, scopes: Mapping[str, Scope]) -> Iterator[Finding]:
    """What is told of compensation in a folder, with a look into what its processes call."""
    called = {call.process for scope in scopes.values() for call in scope.uses.calls}
    known = not any(map(is_expression, called))
    for key, scope in scopes.items():
        drawn = Drawn(scopes, scope)
        for each in scope.process.elements.values() if scope.house is home else ():
            if each.event == "compensate" and each.kind in {"endEvent", "intermediateThrowEvent"}:
                yield from _of_throw(drawn, each)
            elif each.event == "compensate" and each.kind == "startEvent" and known and key not in called:
                holder = scope.process.elements.get(each.parent)
                if holder is not None and holder.parent == key:
                    said = phrase("nothing undoes the process as a whole, since nobody calls it")
                    cure = phrase("put what is to be undone into a sub-process, with this event sub-process in it")
                    yield drawn.finding(each, phrase("{said}: {cure}", said=said, cure=cure))


@dataclass(frozen=True)
class Drawn:
    """A process, and what can be undone in it."""

    scopes: Mapping[str, Scope]
    scope: Scope

    def within(self, holder: str, passed: frozenset[str], *, whole: bool) -> bool | None:
        """Whether something in a process or sub-process can be undone; None where nobody can tell.

        Args:
            holder: the key or id.
            passed: the processes that were looked at on the way here.
            whole: whether it is itself undone, which an event sub-process in it may say how.
        """
        found: bool | None = False
        for each in self.inside(holder):
            if each.event == "compensate" and each.kind == "boundaryEvent":
                return True
            if whole and any(start.event == "compensate" for start in self.starts(each)):
                return True
            could = self.of(each, passed)
            if could:
                return True
            found = None if could is None else found
        return found

    def of(self, each: Element, passed: frozenset[str]) -> bool | None:
        """The same of an activity, by what is in it."""
        spot = self.scope.uses.spots.get(each.id)
        if spot is None or spot.undoes:
            return False
        if each.kind in SUB_PROCESSES and not any(start.event != "none" for start in self.starts(each)):
            return self.within(each.id, passed, whole=True)
        if each.called is None or each.called in passed:
            return False
        if is_expression(each.called) or each.called not in self.scopes:
            return None
        called = Drawn(self.scopes, self.scopes[each.called])
        return called.within(each.called, passed | {each.called}, whole=True)

    def inside(self, holder: str) -> Iterator[Element]:
        """What lies in a process or sub-process, not further in."""
        return (each for each in self.scope.process.elements.values() if each.parent == holder)

    def starts(self, each: Element) -> list[Element]:
        """The start events of a sub-process."""
        return [inner for inner in self.inside(each.id) if inner.kind == "startEvent"]

    def finding(self, each: Element, said: str, **more: Any) -> Finding:
        """What is told of an element."""
        spot = self.scope.uses.spots[each.id]
        message = phrase("{called}: {said}", called=spot.called, said=said)
        return Finding(
            spot.file, message, spot.element, spot.label, **{"severity": Severity.WARNING, "code": CODE, **more}
        )


def _of_throw(drawn: Drawn, thrower: Element) -> Iterator[Finding]:
    elements, passed = drawn.scope.process.elements, frozenset({drawn.scope.process.key})
    named = elements.get(thrower.undoes or "")
    if named is not None:
        own = any(each.event == "compensate" and each.attached_to == named.id for each in elements.values())
        if not own and drawn.of(named, passed) is False:
            called = drawn.scope.uses.spots[named.id].called
            said = phrase("nothing undoes {named}: draw a compensation event on its border", named=called)
            yield drawn.finding(thrower, said, severity=Severity.ERROR, code="handler")
        return
    holder, found = thrower.parent, [drawn.within(thrower.parent, passed, whole=False)]
    while holder in elements and any(start.event != "none" for start in drawn.starts(elements[holder])):
        holder = elements[holder].parent  # from an event sub-process it undoes what was done around it
        found.append(drawn.within(holder, passed, whole=False))
    if all(each is False for each in found):
        said = phrase("it undoes nothing, since no activity before it says how it is undone")
        yield drawn.finding(thrower, phrase("{said}: {cure}", said=said, cure=CURE))
