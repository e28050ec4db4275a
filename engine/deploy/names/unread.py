"""Names that are written and that nobody reads, where another name is so like them that it was meant."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from engine.deploy.names.house import House, Street
from engine.deploy.names.scopes import Scope
from engine.deploy.names.unwritten import openers_of
from engine.phrases import phrase
from engine.services import ANY
from engine.spelling import MEANT, WORD, nearest, slipped
from engine.uses import Spot
from engine.values import Finding, Severity

CODE = "nobody_reads"


@lru_cache(maxsize=2048)
def counted(content: bytes) -> Counter[str]:
    """How often a file says each word; not to be changed."""
    return Counter(WORD.findall(content.decode(errors="replace")))


def unread(street: Street, home: House, scopes: Mapping[str, Scope]) -> Iterator[Finding]:
    """What the drawings of a folder write and no file of it names again, with the name that was meant."""
    words = Counter[str]()
    for content in home.files.values():
        words.update(counted(content))
    for scope in scopes.values():
        if scope.house is not home:
            continue
        for spot, name in _written(scope):
            if words[name] == 1:
                takes = {*_taken(street, scope, spot)}
                close = slipped(name, {*scope.seen(spot), *takes})
                if close and (words[close] or close in takes):
                    yield _finding(spot, name, close)
                elif not close and (said := _not_taken(street, scope, spot, name)):
                    yield Finding(spot.file, said, spot.element, spot.label, Severity.WARNING, CODE, about=name)
    yield from _of_forms(street, home, scopes, words)


def _finding(spot: Spot, name: str, close: str) -> Finding:
    said = phrase(
        "{called} writes {name}, which nobody reads{cure}",
        called=spot.called,
        name=name,
        cure=phrase(MEANT, name=close),
    )
    return Finding(spot.file, said, spot.element, spot.label, Severity.WARNING, CODE, about=name)


def _written(scope: Scope) -> Iterator[tuple[Spot, str]]:
    for write in scope.uses.writes:
        yield write.spot, write.name
    for call in scope.uses.calls:
        for name in call.back:
            yield call.spot, name
    for element in scope.process.elements.values():
        result, spot = element.attributes.get("resultVariable"), scope.uses.spots.get(element.id)
        if result and spot is not None:
            yield spot, result


def _taken(street: Street, scope: Scope, spot: Spot) -> Iterator[str]:
    """What the service of an element takes."""
    topic = scope.process.elements[spot.element].attributes.get("topic", "")
    if topic in street.runtime.topics:
        yield from (name.rstrip("?") for name in street.runtime.services.get_service(topic).inputs)


def _not_taken(street: Street, scope: Scope, spot: Spot, name: str) -> str:
    """Why an input parameter of a service is for nothing; empty where the service takes it, or may."""
    element = scope.process.elements[spot.element]
    topic, takes = element.attributes.get("topic", ""), [*_taken(street, scope, spot)]
    if name not in element.inputs or not takes or ANY in takes or name in takes:
        return ""
    return phrase(
        "{called}: the service {topic} takes no {name}{cure}",
        called=spot.called,
        topic=topic,
        name=name,
        cure=nearest(name, takes),
    )


def _of_forms(street: Street, home: House, scopes: Mapping[str, Scope], words: Mapping[str, int]) -> Iterator[Finding]:
    """Fields that nobody reads, where a name like them is read that otherwise only stands there from the beginning."""
    for key, form in home.forms.items():
        found, openers = street.form(home, key), openers_of(home, key, scopes)
        for field in found[1].fields if found is not None and found[1] is not None and openers else ():
            close = slipped(field.name, set().union(*(scope.seen(spot) for scope, spot in openers)))
            if (
                words.get(field.name) == 1
                and close
                and close not in field.name
                and words.get(close)
                and _only_begun(openers, close)
            ):
                name, cure = field.name, phrase(MEANT, name=close)
                said = phrase("the form writes {name}, which nobody reads{cure}", name=name, cure=cure)
                yield Finding(form.path, said, severity=Severity.WARNING, code=CODE, about=name)


def _only_begun(openers: list[tuple[Scope, Spot]], name: str) -> bool:
    """Whether nothing writes a variable but what a case begins with: no form, no table, no element by its name."""
    sources = [each for scope, spot in openers for each in (scope.sources(name, spot) or ("", []))[1]]
    return bool(sources) and all(each.text is not None and each.at is None and not each.field for each in sources)
