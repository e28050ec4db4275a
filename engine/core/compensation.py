"""Compensation: what a scope remembers of activities that ended, and how they are undone, the last first."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.core.propagation import attached_to, best
from engine.core.tasks import Token

WAITS = "waits"
"""What a throw says while an activity is being undone: it is to be run again when that has ended."""

Record = list[Any]
"""[element, spec of its handler or None, local variables, records inside or None, its spec], in the saved state.

Of a call that is undone by what is in the called process also [deployment, key, variables] of that process.
"""


def remember(task: Token) -> None:
    """Note at the end of an activity how it is undone, in its scope; what undoes something is not noted."""
    memory, spec = task.internal_data, task.task_spec
    inside, called = memory.pop("undo", None), memory.pop("called", None)
    handler = getattr(spec, "undone_by", None)
    if (handler is None and inside is None) or "for" in memory or spec.by_event:
        return
    record: Record = [spec.bpmn_id, handler, memory.get("local") or {}, inside, spec.name]
    if called is not None:
        record.append(called)
    task.workflow.task_tree.internal_data.setdefault("undo", []).append(record)


def undo_next(thrower: Token, scope: Any, element: str | None = None) -> bool:
    """Begin to undo the activity of a scope that ended last and is not undone yet; False when there is none.

    Args:
        thrower: runs again when that has ended.
        scope: where the activities were.
        element: of this activity only.
    """
    records = scope.task_tree.internal_data.get("undo", [])
    place = next((at for at in reversed(range(len(records))) if element in {None, records[at][0]}), None)
    if place is None:
        return False
    _, handler, local, inside, activity, *called = records.pop(place)
    spec = scope.spec.task_specs[handler or activity]
    token = scope.task_tree._add_child(spec)  # noqa: SLF001 - SpiffWorkflow's name for it
    token.internal_data["for"] = thrower.id
    if local:
        token.internal_data["local"] = dict(local)
    if handler is None:
        token.internal_data.update(again=inside, **{"in": 1})
        if called:
            token.internal_data["called"] = called[0]
    spec._update(token)  # noqa: SLF001 - SpiffWorkflow's name for it
    return True


def undone(task: Token) -> None:
    """Let whoever asked for it go on when an activity has been undone."""
    thrower = task.workflow.top_workflow.index.get(task.internal_data.get("for"))
    if thrower is not None and thrower.has_state(TaskState.STARTED):
        thrower.ready_first()


def scope_of(task: Token, element: str | None) -> Any:
    """The scope whose activities a throw undoes: its own, from an event sub-process that around it.

    One with a named activity in it goes before those further out.
    """
    scope = task.workflow
    while scope.parent_task_id is not None:
        host = scope.top_workflow.index[scope.parent_task_id]
        records = scope.task_tree.internal_data.get("undo", [])
        if not host.task_spec.by_event or any(element in {None, record[0]} for record in records):
            break
        scope = host.workflow
    return scope


def cancelled_transaction(task: Token) -> Token | None:
    """The event on the border of a transaction that its cancel end event sets off."""
    host = task.workflow.top_workflow.index[task.workflow.parent_task_id]
    return best(attached_to(host), "cancel", "")
