"""How errors and escalations find their catcher: from the activity outward, scope by scope."""

from collections.abc import Iterable
from typing import Any

from engine.core.specs import EventSplit
from engine.core.tasks import Token
from engine.kinds import EventKind


def propagate(task: Token, kind: str, code: str, message: str) -> bool:
    """Throw an error or escalation at a token; whether anybody caught it.

    Asked are the boundary events of the activity itself; then, scope by scope outward, the event sub-processes of the
    scope and the boundary events of what holds it. The exact code goes before a catch-all. What is thrown inside an
    event sub-process is no business of the listeners of the scope it belongs to.

    Args:
        task: the token that throws.
        kind: error or escalation.
        code: as the diagram's events name it.
        message: a text for people.
    """
    catcher = find_catcher(task, kind, code)
    top = task.workflow.top_workflow
    caught_by = None if catcher is None else catcher.task_spec.bpmn_id
    top.record(EventKind(kind), task, {"code": code, "message": message, "caught_by": caught_by})
    if catcher is None:
        return False
    catcher.task_spec.fire(catcher, catcher.task_spec.event_definition.handed(code, message))
    return True


def find_catcher(task: Token, kind: str, code: str) -> Token | None:
    """The waiting token that catches it, or None."""
    top = task.workflow.top_workflow
    found = best(attached_to(task), kind, code)
    workflow, inside_event_scope = task.workflow, False
    while found is None:
        if not inside_event_scope:
            found = best((token for token in workflow.tasks.values() if token.task_spec.passive), kind, code)
        if found is not None or workflow.parent_task_id is None:
            break
        host = top.index[workflow.parent_task_id]
        found = best(attached_to(host), kind, code)
        workflow, inside_event_scope = host.workflow, host.task_spec.by_event
    return found


def attached_to(task: Token) -> Iterable[Token]:
    """The tokens that stand beside an activity: its boundary events, those of the whole for an item of several."""
    parent = task.parent
    if parent is not None and parent.task_spec.holds_items:
        task, parent = parent, parent.parent
    if parent is None or not isinstance(parent.task_spec, EventSplit):
        return ()
    return [token for token in parent.children if token is not task]


def best(tokens: Iterable[Token], kind: str, code: str) -> Token | None:
    """The token that waits for this code, or else for any."""
    fitting: dict[Any, Token] = {}
    for token in tokens:
        definition = getattr(token.task_spec, "event_definition", None)
        if definition is None or not token.waiting or "met" in token.internal_data:
            continue
        if definition.kind == kind and definition.code in {None, code}:
            fitting.setdefault(definition.code, token)
    return fitting.get(code) or fitting.get(None)
