"""Names that a call hands over as they are written, and what the called processes take them for: a table, a group."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.deploy.names.house import House
from engine.deploy.names.people import groups_in
from engine.deploy.names.scopes import Scope
from engine.deploy.names.unwritten import understood
from engine.deploy.names.values import Known, trees_of
from engine.errors import ExpressionError
from engine.language.expressions import compile_template
from engine.phrases import phrase
from engine.seams import Handover, Mention
from engine.uses import Spot

GROUPS = frozenset({"camunda:candidateGroups", "the property recordedBy"})
PARAMETER = "the input parameter "
MOST = 20
"""Calls that hand on what they were handed."""


@dataclass(frozen=True)
class Taken:
    """What happens to a name in a called process."""

    scopes: Mapping[str, Scope]

    def roles(self, process: str, name: str, depth: int = 0) -> Iterator[str]:
        """What it is there: `camunda:decisionRef`, a property, or topic and input of a service."""
        scope = self.scopes.get(process)
        if scope is None or depth > MOST:
            return
        for read in scope.uses.reads:
            if any(isinstance(tree, ast.Name) and tree.id == name for tree in trees_of(understood(read))):
                element = scope.process.elements.get(read.spot.element)
                topic = "" if element is None else element.attributes.get("topic", "")
                parameter = read.what.removeprefix(PARAMETER) if read.what.startswith(PARAMETER) else ""
                yield f"{topic}:{parameter}" if topic and parameter else read.what
                if parameter and element is not None and element.called:
                    yield from self._onward(scope, parameter, depth, element.id)
        for element in scope.process.elements.values():
            topic = element.attributes.get("topic", "")
            if topic and name not in element.inputs and (element.id, name) not in scope.inside:
                yield f"{topic}:{name}"
        yield from self._onward(scope, name, depth)

    def _onward(self, scope: Scope, name: str, depth: int, element: str = "") -> Iterator[str]:
        """What happens to it in the processes that it is handed on to."""
        for call in scope.uses.calls:
            for target, text in call.into.items() if element in {"", call.spot.element} else ():
                if _is_name(text, name):
                    yield from self.roles(call.process, target, depth + 1)


def handed(home: House, known: Known) -> Iterator[Handover]:
    """What the calls of a folder hand over and is known before it runs, also to what they start beside the case."""
    taken = Taken(known.scopes)
    for scope in known.scopes.values():
        for spot, process, into, own in _handings(scope, known) if scope.house is home else ():
            for name, text in into.items():
                values = known.of_text(scope, text, spot, own=own)
                texts = sorted(each for each in values or () if isinstance(each, str))
                roles = frozenset(taken.roles(process, name)) if texts else frozenset()
                for each in texts if roles else ():
                    yield Handover(spot.file, spot.element, spot.called, process, name, each, roles)


def _handings(scope: Scope, known: Known) -> Iterator[tuple[Spot, str, Mapping[str, str], bool]]:
    """Where a process hands something over, to which process, what by name, and whether it sees its own parameters."""
    for call in scope.uses.calls:
        yield call.spot, call.process, call.into, True
    for element in scope.process.elements.values():
        spot, key = scope.uses.spots.get(element.id), element.inputs.get("process")
        if element.attributes.get("topic") and spot is not None and isinstance(key, str):
            into = {name: text for name, text in element.inputs.items() if isinstance(text, str) and name != "process"}
            for process in sorted(map(str, known.of_text(scope, key, spot, own=False) or ())):
                if process in known.scopes:
                    yield spot, process, into, False


def handed_groups(home: House, known: Known) -> Iterator[Mention]:
    """The groups among them."""
    for each in handed(home, known):
        if each.roles & GROUPS:
            for group in groups_in(each.text, *each.roles):
                yield Mention(
                    group,
                    each.file,
                    each.element,
                    each.called,
                    phrase("{name} of {process}", name=each.name, process=each.process),
                )


def _is_name(text: str, name: str) -> bool:
    try:
        trees = trees_of(compile_template(text))
    except ExpressionError:
        return False
    return len(trees) == 1 and isinstance(trees[0], ast.Name) and trees[0].id == name
