"""Moving an instance to another version of its process: what stands against it, and its state in that version."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from engine.core import codec
from engine.core.activities import ServiceTask
from engine.core.specs import ScopeSpec
from engine.core.tasks import Token
from engine.core.workflow import Instance, Scope
from engine.kinds import Misfit

Drawn = Mapping[tuple[str, str], Any]
"""By process and element what it is drawn as; see `engine.core.parser.outline`."""


@dataclass(frozen=True)
class Obstacle:
    """What keeps an instance from being moved."""

    kind: Misfit
    process: str
    element: str = ""
    """Empty where it is the process itself."""


def obstacles(instance: Instance, to: Mapping[str, ScopeSpec], before: Drawn, after: Drawn) -> list[Obstacle]:
    """What keeps an instance from going on with the diagrams of another deployment; nothing where it can.

    Whatever a token is in has to be there, drawn the same but for its words, with the same events at its border, in a
    scope that listens for the same. A token with an incident only has to be in an element of the same kind.

    Args:
        instance: as it runs; what it has called of other deployments stays with these.
        to: the processes of the other deployment.
        before: the outlines of its own.
        after: those of the other one.
    """
    found = [Obstacle(Misfit.GOING, token.workflow.key, token.task_spec.bpmn_id or "") for token in _going(instance)]
    specs: dict[Any, ScopeSpec] = {}
    for scope in instance.scopes:
        if scope.ref != instance.ref:
            continue
        spec = _there(scope, to, specs)
        if spec is None:
            found += [] if scope.key in to else [Obstacle(Misfit.GONE, scope.key)]
            continue
        specs[scope.parent_task_id] = spec
        borders = _borders(before, scope.key), _borders(after, scope.key)
        if (scope.spec.listeners, scope.spec.offers) != (spec.listeners, spec.offers):
            found.append(Obstacle(Misfit.AROUND, scope.key, _host_of(scope)))
        for token in scope.tasks.values():
            element = token.task_spec.bpmn_id or ""
            kind = _misfit(token, spec, (scope.key, element), before, after)
            if kind is None and not token.finished and borders[0].get(element) != borders[1].get(element):
                kind = Misfit.BORDER
            if kind is not None:
                found.append(Obstacle(kind, scope.key, element))
    return list(dict.fromkeys(found))


def moved(state: bytes, before: str, after: str) -> bytes:
    """A saved state that is of another deployment, with all that is called within the old one."""
    arrays = codec.read_state(state)
    arrays[2] = after if arrays[2] == before else arrays[2]
    for scope in arrays[-1]:
        scope[1] = after if scope[1] == before else scope[1]
    return orjson.dumps(arrays)


def _going(instance: Instance) -> Iterator[Token]:
    """The tokens that go on by themselves, as soon as the rest of a step that was cut is done."""
    yield from (token for token in instance.queue if token.runnable)


def _there(scope: Scope, to: Mapping[str, ScopeSpec], specs: Mapping[Any, ScopeSpec]) -> ScopeSpec | None:
    """The same scope in the other deployment; None where there is none."""
    if scope.parent_task_id is None:
        return to.get(scope.key)
    host = scope.top_workflow.index[scope.parent_task_id]
    if host.task_spec.own_variables:
        return to.get(scope.key)
    outer = specs.get(host.workflow.parent_task_id)
    there = None if outer is None else outer.task_specs.get(host.task_spec.name)
    return getattr(there, "inner", None)


def _host_of(scope: Scope) -> str:
    """The sub-process that a scope is in; empty for a process."""
    host = scope.top_workflow.index.get(scope.parent_task_id)
    return "" if host is None or host.task_spec.own_variables else str(host.task_spec.bpmn_id)


def _borders(drawn: Drawn, process: str) -> dict[str, frozenset[str]]:
    """The events at the border of each element of a process that has some."""
    found: dict[str, frozenset[str]] = {}
    for (key, number), (element, _) in drawn.items():
        if key == process and element.attached_to:
            found[element.attached_to] = found.get(element.attached_to, frozenset()) | {number}
    return found


def _misfit(token: Token, spec: ScopeSpec, place: tuple[str, str], before: Drawn, after: Drawn) -> Misfit | None:
    old, new = token.task_spec, spec.task_specs.get(token.task_spec.name)
    if new is None or not _known(token.internal_data.get("undo", ()), spec):
        return Misfit.GONE
    if token is token.workflow.task_tree:
        return None
    if type(new) is not type(old):
        return Misfit.OTHER
    if token.finished:  # it is kept for those who wait behind it
        return None if _behind(old) == _behind(new) else Misfit.BORDER
    if old.joins and sorted(old.incoming) != sorted(new.incoming):
        return Misfit.ARROWS
    mended = "incident" in token.internal_data and not isinstance(old, ServiceTask)
    return None if mended or before.get(place) == after.get(place) else Misfit.OTHER


def _behind(spec: Any) -> set[str]:
    return {each.name for each in spec.outputs}


def _known(records: Any, spec: ScopeSpec) -> bool:
    """Whether what is remembered of ended activities can be undone there."""
    for _, handler, _, inside, name in records:
        there = spec.task_specs.get(handler or name)
        if there is None or (inside and not _known(inside, there.inner)):
            return False
    return True
