"""Who writes which variables of a process: its elements, forms, tables, services, callers, the declaration."""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.deploy.names.house import House, Street
from engine.language.expressions import is_expression
from engine.phrases import phrase
from engine.services import ANY
from engine.spelling import slipped
from engine.tables.decisions import Decision
from engine.uses import Caught, FormField, Handing, Spot, Uses
from engine.values import Element, Json, Process

ENTRIES = frozenset({"singleEntry", "collectEntries"})
"""The mappings of a table's result that leave out the names of its outputs."""


@dataclass(frozen=True)
class Source:
    """One way in which a variable gets its value."""

    values: frozenset[Json] | None = None
    """All that it can be beside null, where that is known."""
    many: bool = False
    """Whether it is a list of these."""
    text: str | None = None
    """A text whose expressions give it."""
    asked_in: str = ""
    """The key of the process whose variables the text sees."""
    at: Spot | None = None
    """Where it is worked out; None: outside of all elements."""
    item: bool = False
    """Whether it is one of what the text gives."""
    own: bool = True
    """Whether the text sees what its element alone sees."""
    decision: Decision | None = None
    """The table that gives it, as a row."""
    table: str = ""
    """A text that gives the key of the table that gives it, as a row."""
    rows: Decision | None = None
    """The table of which it is a list of rows."""
    field: FormField | None = None
    """The form field that gives it, or a part of it."""
    by: str = ""
    """The element that gives it when it has ended; empty where it may be there from the beginning."""

    @property
    def kind(self) -> str:
        """The kind of the form field that gives it."""
        return self.field.kind if self.field is not None and self.field.whole else ""


@dataclass
class Scope:
    """The variables of one process, by who writes them."""

    process: Process
    uses: Uses
    house: House
    outside: dict[str, list[Source]] = field(default_factory=dict)
    inside: dict[tuple[str, str], list[Source]] = field(default_factory=dict)
    """What only an element and what it holds see, by its id and the name."""
    added: dict[str, list[FormField]] = field(default_factory=dict)
    """Rows that forms fill in further, by the variable."""
    open: str = ""
    """Who else may bring variables that nobody can know of; empty: nobody."""
    blind: bool = False
    """Whether a form cannot be read, or is not there, which is told by itself: nothing is said of names then."""

    def write(self, name: str, source: Source, *, inside: str = "") -> None:
        """Note that somebody sets a variable."""
        if inside:
            self.inside.setdefault((inside, name), []).append(source)
        else:
            self.outside.setdefault(name, []).append(source)

    def sources(self, name: str, at: Spot | None, *, own: bool = True) -> tuple[str, list[Source]] | None:
        """Who sets what is seen under a name at a place, and the element that has it for itself or nothing.

        None where nobody does.
        """
        around = () if at is None else (*([at.element] if own else ()), at.undoes, *at.around)
        for element in around:
            if (element, name) in self.inside:
                return element, self.inside[element, name]
        return ("", self.outside[name]) if name in self.outside else None

    def seen(self, at: Spot | None) -> set[str]:
        """All names that are known at a place."""
        around = () if at is None else (at.element, at.undoes, *at.around)
        return {*self.outside, *(name for element, name in self.inside if element in around)}

    def may_come_from(self, who: str) -> None:
        """Note that somebody may bring variables that nobody can know of."""
        self.open = self.open or who


def scopes_of(street: Street) -> dict[str, Scope]:
    """The variables of all processes, by their keys; of two with one key that of the first folder."""
    found: dict[str, Scope] = {}
    for house in street.houses:
        for process, uses in house.processes():
            found.setdefault(process.key, Scope(process, uses, house))
    thrown = _thrown(found.values())
    registered = _registered(street)
    for scope in found.values():
        _own(scope)
        for element in scope.process.elements.values():
            _of_element(street, scope, element)
        for caught in scope.uses.caught:
            _of_message(street, scope, caught, thrown)
    for scope in found.values():
        for call in scope.uses.calls:
            _of_call(scope, call, found)
    _of_starts(found, registered)
    return found


def _of_starts(found: Mapping[str, Scope], registered: Collection[str]) -> None:
    """What processes begin with: what they declare, else what their callers hand over, else whatever somebody gives."""
    called = {call.process for scope in found.values() for call in scope.uses.calls}
    for key, scope in found.items():
        if scope.process.contract is not None:
            for name in scope.process.contract.inputs:
                scope.outside.setdefault(name, [])
        elif key not in {*called, *registered} and any(start.kind == "none" for start in scope.process.starts):
            scope.may_come_from(phrase("whoever starts the process gives it"))


def _registered(street: Street) -> set[str]:
    """The processes that begin with their form alone."""
    known = street.runtime.declarations
    return set() if known is None else {key for house in street.houses for key in known.registers(house.declaration)}


def _declared(street: Street, home: House, topic: str) -> Mapping[str, str | None]:
    """What a service sets because the declaration says so; in a folder that declares none of it, that of all others."""
    known = street.runtime.declarations
    if known is None:
        return {}
    own = known.sets(home.declaration, topic)
    return own or {name: None for house in street.houses for name in known.sets(house.declaration, topic)}


def _own(scope: Scope) -> None:
    """What the drawing itself sets."""
    key = scope.process.key
    for each in scope.uses.writes:
        inside = each.spot.element if each.inside else ""
        source = Source(
            text=each.text, asked_in=key, at=each.spot, item=each.item, own=not each.inside, by=each.spot.element
        )
        scope.write(each.name, source, inside=inside)


def _of_element(street: Street, scope: Scope, element: Element) -> None:
    """What forms, services and tables set."""
    inside = element.id if element.outputs else ""
    wanted = element.attributes.get("formRef") or element.attributes.get("formKey")
    if wanted and element.kind in {"userTask", "manualTask", "startEvent", "task"}:  # a plain one is told by itself
        _of_form(street, scope, wanted, element.id)
    elif element.kind == "userTask" and element.id in scope.uses.spots:
        scope.may_come_from(
            phrase("it comes with {called}, which has no form", called=scope.uses.spots[element.id].called)
        )
    topic = element.attributes.get("topic")
    if topic is not None:
        _of_service(street, scope, element, inside)
    key, result = element.attributes.get("decisionRef"), element.attributes.get("resultVariable")
    if key and result:
        decision = street.decision(scope.house, key)
        mapping = element.attributes.get("mapDecisionResult")
        if decision is not None and mapping in ENTRIES and len(decision.outputs) == 1:
            values = given_by(decision, decision.outputs[0].name)
            scope.write(result, Source(values, many=mapping == "collectEntries", by=element.id), inside=inside)
        else:
            single = mapping == "singleResult"
            scope.write(
                result,
                Source(
                    decision=decision if single else None,
                    rows=None if mapping in {"singleResult", *ENTRIES} else decision,
                    table=key if single and is_expression(key) else "",
                    asked_in=scope.process.key,
                    at=scope.uses.spots.get(element.id),
                    by=element.id,
                ),
                inside=inside,
            )


def given_by(decision: Decision, output: str) -> frozenset[Json] | None:
    """All that an output of a table can be beside null: what its cells say or, of those that are worked out, may."""
    found: set[Json] = set()
    for place, each in enumerate(decision.outputs):
        if each.name == output:
            for entry in (each.default, *(rule.entries[place] for rule in decision.rules)):
                if entry is None:
                    continue
                if isinstance(entry.tree, ast.Constant):
                    found.add(entry.tree.value)
                elif each.values is None:
                    return None
                else:
                    found.update(each.values)
    return frozenset(found - {None}) or None


def _of_form(street: Street, scope: Scope, wanted: str, element: str) -> None:
    """What people fill in; it goes outside, whatever output parameters there are."""
    found = None if is_expression(wanted) else street.form(scope.house, wanted)
    if found is None or found[1] is None:
        scope.blind = True
        return
    for each in found[1].fields:
        values = each.values if each.whole else None
        scope.write(each.name, Source(values, each.many, field=each, by=element))
    for each in found[1].added:
        scope.added.setdefault(each.name, []).append(each)


def _of_service(street: Street, scope: Scope, element: Element, inside: str) -> None:
    """What a service gives; under a misspelt topic, which is told by itself, what the service gives that is meant."""
    topic = element.attributes["topic"]
    if topic not in street.runtime.topics:
        topic = slipped(topic, street.runtime.topics)
    if not topic:  # the topic is told, and nobody knows what it would give
        scope.blind = True
        return
    service = street.runtime.services.get_service(topic)
    outputs = service.outputs
    if outputs is None:
        scope.may_come_from(phrase("the service {topic} gives it, which does not say what it gives", topic=topic))
        return
    for name in outputs:
        if name != ANY:
            values = service.values.get(name.rstrip("?"))
            scope.write(name.rstrip("?"), Source(values, by=element.id), inside=inside)
    if ANY in outputs:
        for name, text in _declared(street, scope.house, topic).items():
            scope.write(name, Source(text=text, asked_in=scope.process.key, by=element.id), inside=inside)


def _thrown(scopes: Iterable[Scope]) -> dict[tuple[str, str], list[tuple[str, Mapping[str, str] | None]]]:
    """What messages and signals take along, by kind and name: the thrower's key and its expressions, None for all."""
    found: dict[tuple[str, str], list[tuple[str, Mapping[str, str] | None]]] = {}
    for scope in scopes:
        for each in scope.uses.thrown:
            payload = None if each.everything else each.payload
            found.setdefault((each.kind, each.name), []).append((scope.process.key, payload))
    return found


def _of_message(
    street: Street,
    scope: Scope,
    caught: Caught,
    thrown: Mapping[tuple[str, str], list[tuple[str, Mapping[str, str] | None]]],
) -> None:
    """What comes with a message: by the form that people record it with, or from whoever throws it."""
    if caught.form:
        _of_form(street, scope, caught.form, caught.spot.element)
    throwers = thrown.get((caught.kind, caught.name), [])
    for key, payload in throwers:
        if payload is None:
            scope.may_come_from(phrase("it comes with the {kind} {name}", kind=phrase(caught.kind), name=caught.name))
        for name, text in (payload or {}).items():
            scope.write(name, Source(text=text, asked_in=key, by=caught.spot.element))
    recorded = "recordedBy" in scope.process.elements[caught.spot.element].properties
    if not throwers and not caught.form and not recorded:
        scope.may_come_from(phrase("it comes with the {kind} {name}", kind=phrase(caught.kind), name=caught.name))


def _of_call(scope: Scope, call: Handing, scopes: Mapping[str, Scope]) -> None:
    """What a call hands over and takes back, on both sides."""
    called, inside = scopes.get(call.process), call.spot.element if call.kept else ""
    for name, text in call.back.items():
        scope.write(name, Source(text=text, asked_in=call.process, by=call.spot.element), inside=inside)
    if call.everything_back:
        scope.may_come_from(phrase("{called} gives it back with all its variables", called=call.spot.called))
    if called is None:
        return
    for name, text in call.into.items():
        called.write(name, Source(text=text, asked_in=scope.process.key, at=call.spot))
    if call.everything_in:
        called.may_come_from(
            phrase(
                "{called} of {key} hands it over with all its variables", called=call.spot.called, key=scope.process.key
            )
        )


def tables_of(street: Street, scope: Scope) -> Iterator[tuple[Spot, Decision]]:
    """The tables that a process asks, each with the element that does."""
    for element in scope.process.elements.values():
        key = element.attributes.get("decisionRef")
        decision = None if key is None else street.decision(scope.house, key)
        if decision is not None and element.id in scope.uses.spots:
            yield scope.uses.spots[element.id], decision


def forms_of(scope: Scope) -> Iterator[tuple[Spot, str]]:
    """The forms that a process opens, each with the element that does."""
    for element in scope.process.elements.values():
        drawn = element.attributes
        for key in (drawn.get("formRef") or drawn.get("formKey"), element.properties.get("recordForm")):
            if key and not is_expression(key) and element.id in scope.uses.spots:
                yield scope.uses.spots[element.id], key
