"""The state of an instance as bytes: only live tokens, in arrays."""

from typing import Any

import orjson
from SpiffWorkflow.util.task import TaskState

from engine.core.errors import StateUnreadable
from engine.core.tasks import Token
from engine.core.workflow import InnerScope, Instance, Scope, relink

VERSION = 1
"""Raised whenever the meaning of the arrays changes; `read_state` then has to know the old one, too.

[version, counter, ref, key, ends, queue, dirty, at once, [scope, …]] with the scope
[host or 0, ref or 0, key or 0, completed, [[token, parent or 0, spec, state, memory or 0], …]].
Ref and key stand only in the scope of a called process. Dirty is 0, or which variables were created or updated since
conditions were looked at (`name`, or `name#owner` of those that are not the instance's), or a mere 1.
"""


def dump(instance: Instance) -> bytes:
    """The state of an instance; variables are not in it."""
    queue = list(dict.fromkeys(token.id for token in instance.queue if token.runnable)) if instance.queue else []
    scopes = [_dump_scope(instance), *map(_dump_scope, instance.subprocesses.values())]
    head = [VERSION, instance.counter, instance.ref, instance.key, instance.ends, queue]
    return orjson.dumps([*head, (instance.news or 1) if instance.dirty else 0, instance.true_at_once, scopes])


def read_state(state: bytes) -> list[Any]:
    """The arrays of a saved state; StateUnreadable when they are of another version or broken."""
    try:
        arrays = orjson.loads(state)
        version = arrays[0]
    except (ValueError, TypeError, LookupError) as error:
        raise StateUnreadable(reason="it is no state of an instance") from error
    if version != VERSION or len(arrays) != 9:
        raise StateUnreadable(reason=f"it has version {version}, this program reads version {VERSION}")
    return list(arrays)


def fill(instance: Instance, arrays: list[Any]) -> None:
    """Put a saved state into an instance, in place of what it holds; StateUnreadable when its diagram lacks a node."""
    _, counter, _, _, ends, queue, dirty, at_once, scopes = arrays
    instance.counter = counter
    instance.ends = list(ends)
    instance.dirty = bool(dirty)
    instance.news = dict(dirty) if isinstance(dirty, dict) else {}
    instance.true_at_once = list(at_once)
    instance.index.clear()
    instance.subprocesses.clear()
    instance.event_manager.tasks.clear()
    for host, ref, key, completed, tokens in scopes:
        scope = _scope(instance, host, ref, key)
        scope.completed = bool(completed)
        _fill_scope(scope, tokens)
    instance.queue.clear()
    instance.queue.extend(instance.index[number] for number in queue)


def _dump_scope(scope: Scope) -> list[Any]:
    host = scope.parent_task_id
    called = host is not None and scope.top_workflow.index[host].task_spec.own_variables
    tokens = [
        [token.id, token._parent or 0, token.task_spec.name, token._state, token.internal_data or 0]  # noqa: SLF001
        for token in scope.tasks.values()
    ]
    return [host or 0, scope.ref if called else 0, scope.key if called else 0, int(scope.completed), tokens]


def _scope(instance: Instance, number: int, ref: str | int, key: str | int) -> Scope:
    """The scope to fill: the instance itself, or a new one in its host."""
    if not number:
        instance.tasks.clear()
        return instance
    host = instance.index[number]
    if ref:
        scope = InnerScope(instance.spec_of(str(ref), str(key)), host, str(ref), str(key))
    else:
        scope = InnerScope(host.task_spec.inner, host, host.workflow.ref, host.workflow.key)
    instance.subprocesses[number] = scope
    return scope


def _fill_scope(scope: Scope, tokens: list[Any]) -> None:
    specs = scope.spec.task_specs
    registry = scope.top_workflow.event_manager
    for number, parent, name, state, memory in tokens:
        if name not in specs:
            raise StateUnreadable(reason=f"the diagram has no {name}")
        token = Token(scope, specs[name], None, state, number)
        token._parent = parent or None  # noqa: SLF001 - SpiffWorkflow's name for it
        token.internal_data = memory or {}
        if state == TaskState.WAITING and not token.task_spec.joins and "met" not in token.internal_data:
            registry.add_task(token)
    scope.task_tree = scope.tasks[tokens[0][0]]
    relink(scope.tasks, scope.task_tree)
