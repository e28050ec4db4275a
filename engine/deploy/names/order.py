"""Names that are read on a way on which nobody has written them yet."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import permutations

from engine.deploy.names.house import House, Street
from engine.deploy.names.scopes import Scope, tables_of
from engine.deploy.names.unwritten import understood
from engine.deploy.names.values import trees_of
from engine.phrases import phrase
from engine.uses import Read
from engine.values import Element, Finding, Process, Severity

CODE = "read_early"
MOST = 2000
"""Elements of a process in which the order is looked at; a larger one would take too long."""
FORKS = frozenset({"parallelGateway", "inclusiveGateway", "complexGateway", "adHocSubProcess"})
"""What lets several tokens go; so does everything but a gateway that several flows leave."""
JOINS = frozenset({"parallelGateway", "inclusiveGateway"})
SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
AFTERWARDS = "the output parameter"
"""What an element reads when it has ended begins so."""
NOT_FOR_CERTAIN = frozenset(
    [
        "the condition",
        "the script",
        "the completion condition",
        "the activation condition",
        "camunda:in",
    ]
)
"""What is read later than when its element begins, or on some ways through it only, or is null where nothing is."""


@dataclass(frozen=True)
class Asked:
    """A name that is read for certain when a token comes to an element, or has ended it."""

    name: str
    node: str
    place: tuple[str, str, str | None]
    """The file, the element or flow, its label."""
    said: str
    after: bool = False


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key, each in pairs:
        found[key].append(each)
    return found


@dataclass
class Ways:
    """Which elements of a process may have ended before others begin; where nobody can tell, they may."""

    process: Process
    after: dict[str, set[str]] = field(default_factory=dict)
    """Where a token may be next, by element; `element/` is where a sub-process ends."""
    forks: list[list[str]] = field(default_factory=list)
    """Where several tokens may go on."""
    _reached: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        elements, out = (
            self.process.elements.values(),
            _grouped((f.source, f.target) for f in self.process.flows.values()),
        )
        borders = _grouped((each.attached_to, each.id) for each in elements if each.attached_to)
        inside = _grouped((each.parent, each.id) for each in elements)
        begun = _grouped((each.parent, each.id) for each in elements if self._begins(each))
        links = [each.id for each in elements if each.event == "link"]
        for flow in self.process.flows.values():
            self._leads(self._end(flow.source), flow.target)
        for element in elements:
            self._leads(element.id, *borders[element.id])
            if element.event == "link":
                self._leads(element.id, *links)
            if element.kind in SCOPES:
                self._leads(element.id, *begun[element.id])
                self._leads(self._end(element.id), element.id)  # it may be done again
                for each in inside[element.id]:
                    self._leads(self._end(each), self._end(element.id), *borders[element.id])
            if element.kind in FORKS or not element.kind.endswith("Gateway"):
                beside = [each for each in borders[element.id] if not self.process.elements[each].interrupting]
                onward = [out[element.id], begun[element.id]]
                self.forks += [beside + onward[0] + onward[1]] if beside else onward

    def may_precede(self, writer: Element, asked: Asked) -> bool:
        """Whether an element may have ended before something is read."""
        return (writer.id == asked.node and asked.after) or self.may_follow(writer.id, asked.node)

    def may_follow(self, one: str, other: str) -> bool:
        """Whether a token may come to the second element when the first has ended, or be in it by then."""
        if not {one, other} <= self.surveyed:
            return True
        return other in self.reached(self._end(one)) or self._beside(one, other)

    @property
    def surveyed(self) -> frozenset[str]:
        """What a token reaches from the start by flows alone: neither event sub-processes nor what undoes."""
        if "" not in self._reached:
            elements = self.process.elements
            first = [
                each.id for each in elements.values() if each.kind == "startEvent" and each.parent == self.process.key
            ]
            self._reached[""] = frozenset(first).union(*map(self.reached, first))
        return self._reached[""]

    def reached(self, element: str, stops: frozenset[str] = frozenset()) -> frozenset[str]:
        """Where a token may come to from an element, without going on behind the stops."""
        if not stops and element in self._reached:
            return self._reached[element]
        found: set[str] = set()
        todo = [element]
        while todo:
            here = todo.pop()
            fresh = set() if here in stops else self.after.get(here, set()) - found
            found |= fresh
            todo.extend(fresh)
        if not stops:
            self._reached[element] = frozenset(found)
        return frozenset(found)

    def _beside(self, one: str, other: str) -> bool:
        """Whether two elements may be done at the same time: on two branches, before these have joined."""
        for fork in self.forks:
            if len(fork) > 1:
                common = frozenset.intersection(*(self.reached(each) | {each} for each in fork))
                joins = frozenset(each for each in common if self._is(each, JOINS))
                apart = {each: (self.reached(each, joins) | {each}) - joins for each in fork}
                if any(one in apart[first] and other in apart[second] for first, second in permutations(fork, 2)):
                    return True
        return False

    def _begins(self, element: Element) -> bool:
        return element.attached_to is None and element.id not in self._led_to

    @cached_property
    def _led_to(self) -> frozenset[str]:
        return frozenset(flow.target for flow in self.process.flows.values())

    def _is(self, element: str, kinds: frozenset[str]) -> bool:
        drawn = self.process.elements.get(element)
        return drawn is not None and drawn.kind in kinds

    def _end(self, element: str) -> str:
        return f"{element}/" if self._is(element, SCOPES) else element

    def _leads(self, one: str, *others: str) -> None:
        self.after.setdefault(one, set()).update(others)


def out_of_order(street: Street, home: House, scopes: Mapping[str, Scope]) -> Iterator[Finding]:
    """What a folder reads although whatever writes it comes only later."""
    for scope in scopes.values():
        if scope.house is home and not (scope.open or scope.blind or len(scope.process.elements) > MOST):
            ways = Ways(scope.process)
            told: set[str] = set()
            for asked in asked_in(street, scope):
                writers = _writers(scope, asked)
                if writers and asked.name not in told and not any(ways.may_precede(each, asked) for each in writers):
                    told.add(asked.name)
                    yield _finding(scope, asked, writers)


def asked_in(street: Street, scope: Scope) -> Iterator[Asked]:
    """What a process reads for certain, by the elements that do."""
    yield from _of_reads(scope)
    yield from _of_services(street, scope)
    yield from _of_tables(street, scope)


def _finding(scope: Scope, asked: Asked, writers: list[Element]) -> Finding:
    file, element, label = asked.place
    later = phrase(" and ").join(dict.fromkeys(scope.uses.spots[each.id].called for each in writers[:2]))
    said = phrase(
        "{said} asks for {name} before it is written: {later} comes only later. Let something before write "
        "it, or ask is_defined({name}) first",
        said=asked.said,
        name=asked.name,
        later=later,
    )
    return Finding(
        file,
        said,
        element,
        label,
        Severity.WARNING,
        CODE,
    )


def _writers(scope: Scope, asked: Asked) -> list[Element]:
    """The elements that alone write a variable of the process; none where it may be there from the beginning."""
    spot = scope.uses.spots.get(asked.node)
    home, sources = scope.sources(asked.name, spot) or ("", ())
    contract = scope.process.contract
    if home or not all(each.by for each in sources) or (contract is not None and asked.name in contract.inputs):
        return []
    return [scope.process.elements[each.by] for each in sources]


def _of_reads(scope: Scope) -> Iterator[Asked]:
    for read in scope.uses.reads:
        flow, element = scope.process.flows.get(read.spot.element), scope.process.elements.get(read.spot.element)
        if flow is None and (element is None or read.what in NOT_FOR_CERTAIN or read.what.startswith("the property")):
            continue
        node = flow.source if flow is not None else element.attached_to or element.id if element is not None else ""
        after = flow is not None or read.what.startswith(AFTERWARDS)
        for name in sorted(_for_certain(read)):
            yield Asked(
                name, node, _place(read), phrase("{called}: {what}", called=read.spot.called, what=read.what), after
            )


def _place(read: Read) -> tuple[str, str, str | None]:
    return read.spot.file, read.spot.element, read.spot.label


def _of_services(street: Street, scope: Scope) -> Iterator[Asked]:
    for element in scope.process.elements.values():
        topic, spot = element.attributes.get("topic", ""), scope.uses.spots.get(element.id)
        if spot is not None and topic in street.runtime.topics:
            for name in street.runtime.services.get_service(topic).inputs:
                if not name.endswith("?"):
                    said = phrase("{called}: the service {topic}", called=spot.called, topic=topic)
                    yield Asked(name, element.id, place=(spot.file, spot.element, spot.label), said=said)


def _of_tables(street: Street, scope: Scope) -> Iterator[Asked]:
    for spot, decision in tables_of(street, scope):
        asked = frozenset().union(*(column.expression.names for column in decision.inputs))
        for name in sorted(asked & _names(column.expression.tree for column in decision.inputs)):
            said = phrase(
                "{called}: the table {name} ({file})", called=spot.called, name=decision.name, file=decision.file
            )
            yield Asked(name, spot.element, place=(spot.file, spot.element, spot.label), said=said)


def _for_certain(read: Read) -> set[str]:
    """The variables that a text reads whatever their values are."""
    compiled = understood(read)
    return set() if compiled is None else _names(trees_of(compiled)) & compiled.names - compiled.guarded - read.known


def _names(trees: Iterable[ast.expr]) -> set[str]:
    found: set[str] = set()
    todo: list[ast.AST] = list(trees)
    while todo:
        tree = todo.pop()
        if isinstance(tree, ast.Name):
            found.add(tree.id)
        elif isinstance(tree, ast.BoolOp):
            todo.append(tree.values[0])
        elif isinstance(tree, ast.IfExp):
            todo.append(tree.test)
        elif isinstance(tree, ast.ListComp | ast.GeneratorExp):
            todo.append(tree.generators[0].iter)
        else:
            todo.extend(ast.iter_child_nodes(tree))
    return found
