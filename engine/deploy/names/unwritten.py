"""Names that are asked for and that nobody writes."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from engine.deploy.names.house import House, Street
from engine.deploy.names.scopes import Scope, forms_of, tables_of
from engine.errors import ExpressionError
from engine.language.expressions import STANDARD_FUNCTIONS, Expression, Template, compile_expression, compile_template
from engine.phrases import Phrase, phrase, quoted
from engine.runtime import functions_with
from engine.spelling import meant, slipped
from engine.tables.decisions import Decision
from engine.uses import Read, Spot
from engine.values import Finding, Severity

CODE = "nobody_writes"
MOST_NAMED = 3
"""Further places that are named in one finding; what is beyond is counted."""


@dataclass(frozen=True)
class Asked:
    """A name that nobody writes, where it is asked for."""

    scope: Scope
    name: str
    file: str
    element: str | None
    label: str | None
    called: str
    what: str
    known: Collection[str]
    """What there is at this place."""


def unwritten(street: Street, home: House, scopes: Mapping[str, Scope]) -> Iterator[Finding]:
    """What the files of a folder ask for and nobody writes; each name once for a process, once for a form."""
    functions = {*STANDARD_FUNCTIONS, *functions_with(street.runtime, home.declaration)}
    shut = _shut(street, home, scopes)
    for scope in scopes.values():
        if scope.house is home and not scope.blind:
            asked = [*_of_reads(scope, functions), *_of_services(street, scope), *_of_tables(street, scope)]
            yield from _once(each for each in asked if not (scope.open and each.name in shut))
            yield from _once(_given_back(scope))
            yield from _once(_taken_back(scope, scopes))
    yield from _once(each for each in _of_forms(street, home, scopes) if not (each.scope.open and each.name in shut))


def _shut(street: Street, home: House, scopes: Mapping[str, Scope]) -> set[str]:
    """The fields of forms that nobody opens: where a task has no form, which is told, it may be one of these."""
    forms = [street.form(home, key) for key in home.forms if not openers_of(home, key, scopes)]
    return {each.name for found in forms if found is not None and found[1] is not None for each in found[1].fields}


def understood(read: Read) -> Expression | Template | None:
    """A text of a diagram as it was understood; None for one that cannot be read, which is told elsewhere."""
    try:
        return compile_expression(read.text) if read.whole else compile_template(read.text)
    except ExpressionError:
        return None


def tested_in(tested: Collection[str], known: Collection[str]) -> set[str]:
    """Of names that are tested with is_defined those that are not there, while one is like each of them."""
    return {name for name in tested if name not in known and slipped(name, known)}


def tested_by(decision: Decision) -> set[str]:
    """The variables that a table tests with is_defined."""
    return {name for each in decision.expressions() for name in each.tested}


def names_in(text: str) -> frozenset[str]:
    """The variables that a text with expressions asks for."""
    try:
        return compile_template(text).names
    except ExpressionError:
        return frozenset()


def _of_reads(scope: Scope, functions: Collection[str]) -> Iterator[Asked]:
    for read in scope.uses.reads:
        compiled = understood(read)
        names = frozenset() if compiled is None else compiled.names - compiled.guarded - read.known
        tested = tested_in(() if compiled is None else compiled.tested, scope.seen(read.spot))
        for name in sorted(names | tested):
            called = name in functions
            if scope.sources(name, read.spot, own=read.own) is None and not (called and read.what == "the script"):
                asked = _asked(scope, read.spot, name, read.what)
                yield replace(asked, known={f"{name}()"}) if called else asked


def _of_services(street: Street, scope: Scope) -> Iterator[Asked]:
    for element in scope.process.elements.values():
        topic, spot = element.attributes.get("topic", ""), scope.uses.spots.get(element.id)
        if spot is not None and topic in street.runtime.topics:
            for name in street.runtime.services.get_service(topic).inputs:
                if not name.endswith("?") and scope.sources(name, spot) is None:
                    yield _asked(scope, spot, name, phrase("the service {topic}", topic=topic))


def _of_tables(street: Street, scope: Scope) -> Iterator[Asked]:
    for spot, decision in tables_of(street, scope):
        tested = tested_in(tested_by(decision), scope.seen(spot))
        for name in sorted(decision.names | tested):
            if scope.sources(name, spot) is None:
                yield _asked(
                    scope, spot, name, phrase("the table {name} ({file})", name=decision.name, file=decision.file)
                )


def _given_back(scope: Scope) -> Iterator[Asked]:
    """What a called process says that it always gives and nobody in it writes."""
    contract, process = scope.process.contract, scope.process
    for name, always in contract.outputs.items() if contract is not None else ():
        if always and name not in scope.outside:
            called = quoted(process.name)
            yield Asked(
                scope,
                name,
                process.file,
                process.key,
                process.name,
                called,
                phrase("the property outputs"),
                {*scope.outside},
            )


def _taken_back(scope: Scope, scopes: Mapping[str, Scope]) -> Iterator[Asked]:
    """What a call takes from a process that does not declare what it gives, and nobody in it writes."""
    for call in scope.uses.calls:
        other, spot = scopes.get(call.process), call.spot
        if other is None or other.blind or other.process.contract is not None:
            continue
        for name in sorted(frozenset().union(*map(names_in, call.back.values())) - {*other.outside}):
            what, known = "camunda:out", {*other.outside}
            yield Asked(other, name, spot.file, spot.element, spot.label, spot.called, what, known)


def _of_forms(street: Street, home: House, scopes: Mapping[str, Scope]) -> Iterator[Asked]:
    """Names that no process knows which opens the form."""
    for key, form in home.forms.items():
        found, openers = street.form(home, key), openers_of(home, key, scopes)
        if found is None or found[1] is None or not openers or any(scope.blind for scope, _ in openers):
            continue
        scope = next((scope for scope, _ in openers if scope.open), openers[0][0])
        known = {each.name for each in found[1].fields}.union(*(scope.seen(spot) for scope, spot in openers))
        for read in found[1].reads:
            called = quoted(read.label) if read.label else phrase("the form")
            for name in sorted(read.names | tested_in(read.tested, known)):
                if all(scope.sources(name, spot) is None for scope, spot in openers):
                    element, label = read.component or None, read.label or None
                    yield Asked(scope, name, form.path, element, label, called, read.what, known)


def openers_of(home: House, key: str, scopes: Mapping[str, Scope]) -> list[tuple[Scope, Spot]]:
    """Who opens a form of a folder: each process with the element that does."""
    return [
        (scope, spot)
        for scope in scopes.values()
        for spot, opened in forms_of(scope)
        if opened == key and (scope.house is home or key not in scope.house.forms)
    ]


def _asked(scope: Scope, spot: Spot, name: str, what: str) -> Asked:
    return Asked(scope, name, spot.file, spot.element, spot.label, spot.called, what, scope.seen(spot))


def _once(asked: Iterable[Asked]) -> Iterator[Finding]:
    """One finding for each name in a file, at the first place that asks for it; it names the others."""
    places: dict[tuple[str, str], list[Asked]] = {}
    for each in asked:
        places.setdefault((each.file, each.name), []).append(each)
    for (_, name), found in places.items():
        first, others = (
            found[0],
            list(dict.fromkeys(each.called for each in found[1:] if each.called != found[0].called)),
        )
        said = phrase(
            "{called}: {what} asks for {name}, which nobody writes{also}",
            called=first.called,
            what=first.what,
            name=name,
            also=_also(others),
        )
        cure = meant(name, first.known) or phrase(": let a form, a table, a service or a parameter write it")
        severity = Severity.ERROR
        if first.scope.open:
            said, severity = phrase("{said}, unless {open}", said=said, open=first.scope.open), Severity.WARNING
        yield Finding(
            first.file,
            phrase("{said}{cure}", said=said, cure=cure),
            first.element,
            first.label,
            severity,
            CODE,
            about=name,
        )


def _also(others: list[str]) -> str:
    if not others:
        return ""
    more = phrase(" and {count} more", count=len(others) - MOST_NAMED) if len(others) > MOST_NAMED else ""
    return phrase(" (nor for {names}{more})", names=phrase(", ").join(others[:MOST_NAMED]), more=more)


def of_read(read: Read, said: str, code: str) -> Finding:
    """What there is to say of a text of a diagram that reads variables."""
    spot = read.spot
    message = phrase("{called}: {what} {said}", called=spot.called, what=read.what, said=said)
    return Finding(spot.file, message, spot.element, spot.label, code=code, about=lacking(said))


def lacking(said: str) -> str:
    """The field that something does not have, or what is compared in vain; empty for other sentences."""
    gaps = said.gaps if isinstance(said, Phrase) else {}
    if {"it", "never"} <= gaps.keys():
        return str(gaps["it"])
    return f"{gaps['written']}.{gaps['name']}" if {"written", "name"} <= gaps.keys() else ""
