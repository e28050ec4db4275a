"""Errors and escalations that are caught and that nothing there throws: a code that was renamed, a typing error."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.deploy.names.house import House, Street
from engine.deploy.names.scopes import Scope
from engine.phrases import phrase
from engine.spelling import meant, nearest
from engine.uses import Coded, Spot
from engine.values import Element, Finding, Severity

CODE = "never_thrown"


@dataclass(frozen=True)
class Throwers:
    """What is thrown where in all processes."""

    street: Street
    scopes: Mapping[str, Scope]

    def within(self, scope: Scope, kind: str, holder: str) -> set[str] | None:
        """The codes that come out of an activity, or of a whole process (empty); None where nobody can tell."""
        found: set[str] = set()
        todo, seen = [(scope, holder)], set[str]()
        while todo:
            scope, holder = todo.pop()
            thrown = {
                each.code
                for each in scope.uses.coded
                if each.thrown and each.kind == kind and _is_in(each.spot, holder)
            }
            for element in scope.process.elements.values():
                spot = scope.uses.spots.get(element.id)
                if spot is None or not _is_in(spot, holder):
                    continue
                thrown |= self._of_service(kind, element)
                called = element.called
                if called is None or called in seen:
                    continue
                if called not in self.scopes:
                    return None
                seen.add(called)
                todo.append((self.scopes[called], ""))
            if None in thrown:
                return None
            found |= {code for code in thrown if code is not None}
        return found

    def _of_service(self, kind: str, element: Element) -> set[str | None]:
        """What a service may raise; None among it where it does not say."""
        topic = element.attributes.get("topic")
        if topic is None or kind != "error":
            return set()
        known = topic in self.street.runtime.topics
        errors = self.street.runtime.services.get_service(topic).errors if known else None
        return {None} if errors is None else set(errors)


def codes(street: Street, home: House, scopes: Mapping[str, Scope]) -> Iterator[Finding]:
    """Error and escalation events of a folder that catch what is never thrown there."""
    yield from _uncaught(home, scopes)
    throwers = Throwers(street, scopes)
    for scope in scopes.values():
        for each in scope.uses.coded if scope.house is home else ():
            if not each.thrown:
                known = throwers.within(scope, each.kind, _listened_at(scope, each.spot))
                if known is not None and (each.code not in known if each.code is not None else not known):
                    yield _finding(each, known)


def _uncaught(home: House, scopes: Mapping[str, Scope]) -> Iterator[Finding]:
    """Errors and escalations that a folder throws and nobody catches, in the process or in those that call it."""
    for scope in scopes.values():
        for each in scope.uses.coded if scope.house is home else ():
            holders = ("", each.spot.element, *each.spot.around)
            if each.thrown and each.code is not None and not _is_caught(scopes, scope, each, holders):
                ends = (
                    phrase("the case stops with an incident there")
                    if each.kind == "error"
                    else phrase("nothing comes of it")
                )
                said = phrase(
                    "nobody catches the {kind} {code}, so that {ends}: draw an event that catches it",
                    kind=phrase(each.kind),
                    code=each.code,
                    ends=ends,
                )
                spot = each.spot
                message = phrase("{called}: {said}", called=spot.called, said=said)
                warning = Severity.WARNING
                yield Finding(spot.file, message, spot.element, spot.label, warning, "never_caught", about=each.code)


def _is_caught(scopes: Mapping[str, Scope], scope: Scope, thrown: Coded, holders: tuple[str, ...]) -> bool:
    """Whether something around a place catches a code, or around what calls its process."""
    todo, seen = [(scope, holders)], set[tuple[str, str]]()
    while todo:
        scope, holders = todo.pop()
        for each in scope.uses.coded:
            same = not each.thrown and each.kind == thrown.kind and each.code in {None, thrown.code}
            if same and _listened_at(scope, each.spot) in holders:
                return True
        for key, other in scopes.items():
            for call in other.uses.calls:
                if call.process == scope.process.key and (key, call.spot.element) not in seen:
                    seen.add((key, call.spot.element))
                    todo.append((other, ("", call.spot.element, *call.spot.around)))
    return False


def _finding(each: Coded, known: set[str]) -> Finding:
    spot = each.spot
    what = (
        phrase("the {kind} {code}", kind=phrase(each.kind), code=each.code)
        if each.code is not None
        else phrase("every {kind}", kind=phrase(each.kind))
    )
    said = phrase("{called}: it waits for {what}, which nothing there throws", called=spot.called, what=what)
    cure = nearest(each.code or "", known) or phrase(": take it out, or let something throw it")
    severity = Severity.ERROR if meant(each.code or "", known) else Severity.WARNING
    return Finding(spot.file, said + cure, spot.element, spot.label, severity, CODE, about=each.code or "")


def _listened_at(scope: Scope, spot: Spot) -> str:
    """The activity whose errors an event waits for; empty for a whole process."""
    host = scope.process.elements[spot.element].attached_to
    return host or (spot.around[1] if len(spot.around) > 1 else "")


def _is_in(spot: Spot, holder: str) -> bool:
    return not holder or spot.element == holder or holder in spot.around
