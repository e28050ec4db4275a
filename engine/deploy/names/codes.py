"""Errors and escalations that are caught and that nothing there throws: a code that was renamed, a typing error."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.deploy.names.house import House, Street
from engine.deploy.names.scopes import Scope
from engine.language.expressions import is_expression
from engine.spelling import meant, nearest
from engine.uses import Coded, Spot
from engine.values import Element, Finding, Severity

CODE = "never_thrown"


@dataclass(frozen=True)
class Throwers:
    """What is thrown where in all processes."""

    street: Street
    scopes: Mapping[str, Scope]

    def within(self, scope: Scope, kind: str, holder: str, passed: frozenset[str] = frozenset()) -> set[str] | None:
        """The codes that come out of an activity, or of a whole process (empty); None where nobody can tell."""
        found: set[str] = set()
        for each in scope.uses.coded:
            if each.thrown and each.kind == kind and _is_in(each.spot, holder):
                if each.code is None:
                    return None
                found.add(each.code)
        for element in scope.process.elements.values():
            spot = scope.uses.spots.get(element.id)
            if spot is not None and _is_in(spot, holder):
                codes = self._of_element(kind, element, passed)
                if codes is None:
                    return None
                found |= codes
        return found

    def _of_element(self, kind: str, element: Element, passed: frozenset[str]) -> set[str] | None:
        topic, called = element.attributes.get("topic"), element.called
        if topic is not None and kind == "error":
            known = topic in self.street.runtime.topics
            errors = self.street.runtime.services.get_service(topic).errors if known else None
            return None if errors is None else set(errors)
        if called is None or called in passed:
            return set()
        if is_expression(called) or called not in self.scopes:
            return None
        return self.within(self.scopes[called], kind, "", passed | {called})


def codes(street: Street, home: House, scopes: Mapping[str, Scope]) -> Iterator[Finding]:
    """Error and escalation events of a folder that catch what is never thrown there."""
    throwers = Throwers(street, scopes)
    for scope in scopes.values():
        for each in scope.uses.coded if scope.house is home else ():
            if not each.thrown:
                known = throwers.within(scope, each.kind, _listened_at(scope, each.spot))
                if known is not None and (each.code not in known if each.code is not None else not known):
                    yield _finding(each, known)


def _finding(each: Coded, known: set[str]) -> Finding:
    spot = each.spot
    what = f"the {each.kind} {each.code}" if each.code is not None else f"every {each.kind}"
    said = f"{spot.called}: it waits for {what}, which nothing there throws"
    cure = nearest(each.code or "", known) or ": take it out, or let something throw it"
    severity = Severity.ERROR if meant(each.code or "", known) else Severity.WARNING
    return Finding(spot.file, said + cure, spot.element, spot.label, severity, CODE)


def _listened_at(scope: Scope, spot: Spot) -> str:
    """The activity whose errors an event waits for; empty for a whole process."""
    host = scope.process.elements[spot.element].attached_to
    return host or (spot.around[1] if len(spot.around) > 1 else "")


def _is_in(spot: Spot, holder: str) -> bool:
    return not holder or spot.element == holder or holder in spot.around
