"""Names that a call hands over as they are written, and what the called processes take them for: a table, a group."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.deploy.names.house import House
from engine.deploy.names.scopes import Scope
from engine.deploy.names.unwritten import understood
from engine.deploy.names.values import Known, trees_of
from engine.errors import ExpressionError
from engine.language.expressions import compile_template
from engine.phrases import phrase
from engine.seams import Handover, Mention

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
    """What the calls of a folder hand over and is known before it runs."""
    taken = Taken(known.scopes)
    for scope in known.scopes.values():
        for call in scope.uses.calls if scope.house is home else ():
            for name, text in call.into.items():
                values = known.of_text(scope, text, call.spot)
                texts = sorted(each for each in values or () if isinstance(each, str))
                roles = frozenset(taken.roles(call.process, name)) if texts else frozenset()
                spot = call.spot
                for each in texts if roles else ():
                    yield Handover(spot.file, spot.element, spot.called, call.process, name, each, roles)


def handed_groups(home: House, known: Known) -> Iterator[Mention]:
    """The groups among them."""
    for each in handed(home, known):
        if each.roles & GROUPS:
            for group in each.text.replace(",", " ").split():
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
