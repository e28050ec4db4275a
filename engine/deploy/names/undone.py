"""What is to be undone: where nothing is that a throw could undo, and a way to undo a process that nobody takes."""

from collections.abc import Iterable, Iterator, Mapping
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
        elements = scope.process.elements
        for each in elements.values() if scope.house is home else ():
            if each.event != "compensate":
                continue
            if each.kind in {"endEvent", "intermediateThrowEvent"}:
                yield from _of_throw(scopes, scope, each)
            elif each.kind == "startEvent" and known and key not in called and _is_of_whole(elements, each, key):
                said = phrase("nothing undoes the process as a whole, since nobody calls it")
                cure = phrase("put what is to be undone into a sub-process, with this event sub-process in it")
                yield _finding(scope, each, phrase("{said}: {cure}", said=said, cure=cure))


def _is_of_whole(elements: Mapping[str, Element], start: Element, key: str) -> bool:
    """Whether a start event begins an event sub-process of the process itself; in the process it is refused."""
    return start.parent in elements and elements[start.parent].parent == key


def _of_throw(scopes: Mapping[str, Scope], scope: Scope, thrower: Element) -> Iterator[Finding]:
    elements = scope.process.elements
    named = elements.get(thrower.undoes or "")
    if named is not None:
        own = any(each.event == "compensate" and each.attached_to == named.id for each in elements.values())
        if not own and _can_be_undone(scopes, scope, [named]) is False:
            called = scope.uses.spots[named.id].called
            said = phrase("nothing undoes {named}: draw a compensation event on its border", named=called)
            yield _finding(scope, thrower, said, severity=Severity.ERROR, code="handler")
        return
    holders = [thrower.parent]
    while holders[-1] in elements and _is_by_event(_inside(scope, holders[-1])):
        holders.append(elements[holders[-1]].parent)  # from an event sub-process it undoes what was done around it
    beside = [each for holder in holders for each in _inside(scope, holder)]
    if not any(map(_leads_back, beside)) and _can_be_undone(scopes, scope, beside) is False:
        said = phrase("it undoes nothing, since no activity before it says how it is undone")
        yield _finding(scope, thrower, phrase("{said}: {cure}", said=said, cure=CURE))


def _can_be_undone(scopes: Mapping[str, Scope], scope: Scope, activities: Iterable[Element]) -> bool | None:
    """Whether one of some activities can be undone by what is in it; None where nobody can tell."""
    todo, seen, unsure = [(scope, each) for each in activities], set[str](), False
    while todo:
        scope, each = todo.pop()
        spot = scope.uses.spots.get(each.id)
        if spot is None or spot.undoes:
            continue  # what undoes something is not undone
        if each.kind in SUB_PROCESSES:
            inside = _inside(scope, each.id)
            inside = [] if _is_by_event(inside) else inside
        elif each.called is None or each.called in seen:
            continue
        elif each.called in scopes:
            seen.add(each.called)
            scope = scopes[each.called]
            inside = _inside(scope, each.called)
        else:
            unsure = True
            continue
        ways = (start for inner in inside if inner.kind == "subProcess" for start in _inside(scope, inner.id))
        if any(map(_leads_back, inside)) or any(way.event == "compensate" and way.kind == "startEvent" for way in ways):
            return True
        todo += [(scope, inner) for inner in inside]
    return None if unsure else False


def _inside(scope: Scope, holder: str) -> list[Element]:
    """What lies in a process or sub-process, not further in."""
    return [each for each in scope.process.elements.values() if each.parent == holder]


def _is_by_event(inside: Iterable[Element]) -> bool:
    """Whether an event starts the sub-process in which this lies."""
    return any(each.kind == "startEvent" and each.event != "none" for each in inside)


def _leads_back(each: Element) -> bool:
    """Whether an event on a border says how its activity is undone."""
    return each.event == "compensate" and each.kind == "boundaryEvent"


def _finding(scope: Scope, each: Element, said: str, **more: Any) -> Finding:
    spot = scope.uses.spots[each.id]
    message = phrase("{called}: {said}", called=spot.called, said=said)
    return Finding(spot.file, message, spot.element, spot.label, **{"severity": Severity.WARNING, "code": CODE, **more})
