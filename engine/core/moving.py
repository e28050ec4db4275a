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
        goes = scope.ref == instance.ref
        spec = _there(scope, to, specs) if goes else None
        if goes and spec is None:
            found += [] if scope.key in to else [Obstacle(Misfit.GONE, scope.key)]
            continue
        for token in scope.tasks.values():
            found += _lost(_remembered(token), spec, scope.key, instance.ref, to)
        if spec is None:
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
        for *_, memory in scope[4]:
            _renew(memory or {}, before, after)
    return orjson.dumps(arrays)


def _renew(memory: Any, before: str, after: str) -> None:
    """Let what is remembered of calls that have ended be of the other deployment."""
    if memory.get("called", [None])[0] == before:
        memory["called"][0] = after
    todo = [memory.get("undo"), memory.get("again")]
    while todo:
        records = todo.pop()
        for _, _, _, inside, _, *called in records if isinstance(records, list) else ():
            todo.append(inside)
            for each in called:
                each[0] = after if each[0] == before else each[0]


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
    if new is None:
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


def _remembered(token: Token) -> list[Any]:
    """What a token remembers of activities that have ended: those of its scope or, not yet noted there, its own."""
    memory = token.internal_data
    records = memory.get("undo", memory.get("again"))
    if not isinstance(records, list) or token is token.workflow.task_tree:
        return records if isinstance(records, list) else []
    spec = token.task_spec
    return [[spec.bpmn_id, None, {}, records, spec.name, *([memory["called"]] if "called" in memory else [])]]


def _lost(
    records: list[Any], spec: ScopeSpec | None, key: str, ref: str, to: Mapping[str, ScopeSpec]
) -> Iterator[Obstacle]:
    """What would undo ended activities and is not there; what is called of other deployments (None) stays there."""
    for element, handler, _, inside, name, *called in records:
        there = None if spec is None else spec.task_specs.get(handler or name)
        fits = there is not None and (handler or there.own_variables == bool(called))
        if not (spec is None or fits):
            yield Obstacle(Misfit.GONE, key, handler.partition("#")[0] if handler else element)
        elif called and not handler:
            deployment, process, _ = called[0]
            if deployment != ref:
                yield from _lost(inside, None, process, ref, to)
            elif process in to:
                yield from _lost(inside, to[process], process, ref, to)
            else:
                yield Obstacle(Misfit.GONE, process)
        elif inside and not handler:
            within = getattr(there, "inner", None)
            if spec is None or within is not None:
                yield from _lost(inside, within, key, ref, to)
            else:
                yield Obstacle(Misfit.GONE, key, element)
