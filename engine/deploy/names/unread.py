"""Names that are written and that nobody reads, where another name is so like them that it was meant."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from engine.deploy.names.house import House, Street
from engine.deploy.names.scopes import Scope
from engine.phrases import phrase
from engine.spelling import slipped
from engine.uses import Spot
from engine.values import Finding, Severity

CODE = "nobody_reads"
_WORD = re.compile(r"[^\W\d]\w*")


def unread(street: Street, home: House, scopes: Mapping[str, Scope]) -> Iterator[Finding]:
    """What the drawings of a folder write and no file of it names again, with the name that was meant."""
    words = Counter(word for content in home.files.values() for word in _WORD.findall(content.decode(errors="replace")))
    for scope in scopes.values():
        for spot, name in _written(scope) if scope.house is home else ():
            if words[name] == 1:
                close = slipped(name, {*scope.seen(spot), *_taken(street, scope, spot)})
                if close and words[close]:
                    said = phrase(
                        "{called} writes {name}, which nobody reads: did you mean {close}?",
                        called=spot.called,
                        name=name,
                        close=close,
                    )
                    yield Finding(spot.file, said, spot.element, spot.label, Severity.WARNING, CODE)


def _written(scope: Scope) -> Iterator[tuple[Spot, str]]:
    for write in scope.uses.writes:
        yield write.spot, write.name
    for call in scope.uses.calls:
        for name in call.back:
            yield call.spot, name


def _taken(street: Street, scope: Scope, spot: Spot) -> Iterator[str]:
    """What the service of an element takes."""
    topic = scope.process.elements[spot.element].attributes.get("topic", "")
    if topic in street.runtime.topics:
        yield from (name.rstrip("?") for name in street.runtime.services.get_service(topic).inputs)
