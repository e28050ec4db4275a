"""Outputs that a table does not give and that are read where it is handed over by its name, or by a service."""

import ast
from collections.abc import Iterator

from engine.deploy.names.house import House, Street
from engine.deploy.names.lone import PROSE
from engine.deploy.names.scopes import Scope, given_by
from engine.deploy.names.unread import counted
from engine.deploy.names.unwritten import understood
from engine.deploy.names.values import Known, trees_of
from engine.language.expressions import is_expression
from engine.phrases import Label, phrase, quoted
from engine.seams import Mention
from engine.spelling import WORD, meant
from engine.tables.decisions import Decision
from engine.uses import Spot
from engine.values import Finding, parted

CODE = "wrong_kind"
Read = tuple[Decision, str, str, Spot]
"""The table, the output that is read, by what, and where."""


def columns(street: Street, home: House, known: Known) -> Iterator[Finding]:
    """What is read of the tables of a folder, wherever they are asked, and is none of their outputs."""
    told: set[tuple[str, str]] = set()
    for scope in known.scopes.values():
        for decision, read, what, spot in (*_handed(scope, known), *_by_services(street, scope, known)):
            there = [each.name for each in decision.outputs]
            optional, name = read.endswith("?"), read.rstrip("?")
            own = home.compiled.decisions.get(decision.key) is decision
            if not own or name in there or (decision.key, name) in told:
                continue
            words = _words(street, decision)
            unread = [each for each in there if each not in words]
            if optional and not meant(name, unread):
                continue
            told.add((decision.key, name))
            said = phrase(
                '"{name}": it gives no {output}, which {what} of {called} reads{cure}',
                name=Label(decision.name),
                output=name,
                what=what,
                called=spot.called,
                cure=meant(name, unread) or phrase(": there are {names}", names=", ".join(there)),
            )
            yield Finding(decision.file, said, decision.key, decision.name, code=CODE, about=name)


def _handed(scope: Scope, known: Known) -> Iterator[Read]:
    """What a process reads of the rows of tables whose names it is handed."""
    for read in scope.uses.reads:
        for tree in trees_of(understood(read)):
            asked = {each.left.value for each in ast.walk(tree) if _asks(each)}  # type: ignore[attr-defined] # as asked
            for each in ast.walk(tree):
                if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.attr not in asked:
                    for decision in _tables(scope, each.value.id, read.spot, known, handed=True):
                        yield decision, each.attr, read.what, read.spot


def _asks(node: ast.AST) -> bool:
    """Whether it is first asked if a row has a field."""
    return isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In) and isinstance(node.left, ast.Constant)


def _by_services(street: Street, scope: Scope, known: Known, *, of_groups: bool = False) -> Iterator[Read]:
    """What services read of the rows that they are given; only what they take for groups, if so asked."""
    for element in scope.process.elements.values():
        topic, spot = element.attributes.get("topic", ""), scope.uses.spots.get(element.id)
        if spot is None or topic not in street.runtime.topics:
            continue
        what = phrase("the service {topic}", topic=topic)
        service = street.runtime.services.get_service(topic)
        for variable, names in (service.groups if of_groups else service.columns).items():
            written = element.inputs.get(variable, f"${{{variable}}}")
            for name in _names(written):
                for decision in _tables(scope, name, spot, known):
                    yield from ((decision, column, what, spot) for column in names)


def groups_in_rows(street: Street, home: House, known: Known) -> Iterator[Mention]:
    """The groups in tables of a folder of which a service says that it takes them for groups."""
    read = [each for scope in known.scopes.values() for each in _by_services(street, scope, known, of_groups=True)]
    for key, output in sorted({(decision.key, output) for decision, output, _, _ in read}):
        own = home.compiled.decisions.get(key)
        if own is None:
            continue
        what, called = phrase("output {output}", output=output), quoted(own.name)
        for value in sorted(map(str, given_by(own, output) or ())):
            for group in parted(value):
                yield Mention(group, own.file, key, called, what)


def _names(written: object) -> Iterator[str]:
    """The variable that a parameter is, as it stands."""
    text = written.strip() if isinstance(written, str) else ""
    if is_expression(text) and WORD.fullmatch(text[2:-1].strip()):
        yield text[2:-1].strip()


def _tables(scope: Scope, name: str, spot: Spot, known: Known, *, handed: bool = False) -> Iterator[Decision]:
    """The tables that give a variable, through what it is handed over as; only those that are handed, if so asked."""
    todo, passed = [(scope, name, spot)], set[tuple[str, str]]()
    while todo:
        here, variable, at = todo.pop()
        _, sources = here.sources(variable, at) or ("", [])
        for source in sources:
            if source.decision is not None or source.table:
                yield from known.tables(source) if source.table or not handed else ()
                continue
            before = known.scopes.get(source.asked_in)
            for other in _names(source.text) if before is not None else ():
                if before is not None and source.at is not None and (before.process.key, other) not in passed:
                    passed.add((before.process.key, other))
                    todo.append((before, other, source.at))


def _words(street: Street, decision: Decision) -> frozenset[str]:
    """The words of all that is there but the table itself."""
    files = (item for house in street.houses for item in house.files.items())
    return frozenset[str]().union(
        *(counted(content) for file, content in files if file != decision.file and not file.endswith(PROSE))
    )
