"""Messages and signals by their names: thrown and waited for by nobody, or by nobody any more; never thrown."""

from collections.abc import Collection, Iterator, Mapping

from engine.deploy.names.house import House
from engine.deploy.names.order import Ways
from engine.deploy.names.scopes import Scope
from engine.language.expressions import is_expression
from engine.phrases import phrase
from engine.spelling import slipped
from engine.uses import Spot
from engine.values import Finding, Severity

NOBODY_WAITS = "nobody_waits"
NEVER_SENT = "never_sent"
AFTERWARDS = {
    "message": phrase("it stays with its case, and becomes an incident: draw who waits for it"),
    "signal": phrase("nothing happens then: draw what hears it"),
}
TOO_LATE = phrase(
    "only its own process waits for it, and before it is thrown. Draw who waits afterwards or, "
    "where it is meant for another case, give both a correlationKey"
)


def messages(home: House, scopes: Mapping[str, Scope]) -> Iterator[Finding]:
    """What a folder throws for nobody, and what it waits for under a name that is only like one that is thrown."""
    for kind, cure in AFTERWARDS.items():
        awaited = {each.name for scope in scopes.values() for each in scope.uses.caught if each.kind == kind}
        thrown = {each.name for scope in scopes.values() for each in scope.uses.thrown if each.kind == kind}
        if any(map(_is_open, awaited | thrown)):
            continue
        for scope in scopes.values():
            for sent in scope.uses.thrown if scope.house is home else ():
                if sent.kind == kind and sent.name and sent.name not in awaited:
                    yield _finding(
                        sent.spot,
                        phrase("nobody waits for the {kind} {name}", kind=phrase(kind), name=sent.name),
                        sent.name,
                        awaited,
                        cure,
                    )
                elif sent.kind == kind == "message" and _is_late(scope, sent.spot.element, sent.name, scopes):
                    yield _finding(
                        sent.spot, phrase("the message {name} comes too late", name=sent.name), sent.name, (), TOO_LATE
                    )
            for each in scope.uses.caught if scope.house is home else ():
                alike = slipped(each.name, thrown - awaited)
                if each.kind == kind and each.name and each.name not in thrown and alike:
                    recorded = "recordedBy" in scope.process.elements[each.spot.element].properties
                    if not recorded:
                        said = phrase(
                            "{called}: nobody sends the {kind} {name}: did you mean {alike}?",
                            called=each.spot.called,
                            kind=phrase(kind),
                            name=each.name,
                            alike=alike,
                        )
                        spot = each.spot
                        yield Finding(spot.file, said, spot.element, spot.label, code=NEVER_SENT, about=each.name)


def _is_late(scope: Scope, thrower: str, name: str, scopes: Mapping[str, Scope]) -> bool:
    """Whether only the process itself waits for a message, and has done so by the time it is thrown."""
    waiting = [(each, one) for each in scopes.values() for one in each.uses.caught if one.name == name]
    starts = any(start.kind == "message" and start.name == name for each, _ in waiting for start in each.process.starts)
    if starts or any(each is not scope or one.keyed for each, one in waiting if one.kind == "message"):
        return False
    ways = Ways(scope.process)
    return not any(ways.may_follow(thrower, one.spot.element) for _, one in waiting if one.kind == "message")


def _is_open(name: str) -> bool:
    """Whether a name is worked out, so that it may be any."""
    return is_expression(name) or "${" in name


def _finding(spot: Spot, said: str, name: str, known: Collection[str], cure: str) -> Finding:
    alike = slipped(name, known)
    severity = Severity.ERROR if alike else Severity.WARNING
    message = phrase(
        "{called}: {said}{cure}",
        called=spot.called,
        said=said,
        cure=phrase(": did you mean {name}?", name=alike) if alike else phrase(": {cure}", cure=cure),
    )
    return Finding(spot.file, message, spot.element, spot.label, severity, NOBODY_WAITS, about=name)
