"""Tokens: SpiffWorkflow's tasks with small numbers, without copies of data, without recursion."""

from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.kinds import EventKind

FINISHED = int(TaskState.FINISHED_MASK)
"""For who looks at the states of many tokens, where a call for each takes longer than the look."""
AGAIN = "again"
"""What a run hook returns when the token is to be run once more at once."""


class Token(Task):
    """One token of a running instance; what it must remember between steps is in `internal_data`.

    The keys of `internal_data` are part of the saved state: incident, local, in, done, fired, via, timer, name, key,
    was, size, ended, next, rest, result, undo, called, for, again, enough, late,
    came, met, heard.
    """

    def __init__(
        self,
        workflow: Any,
        task_spec: Any,
        parent: "Token | None" = None,
        state: int = TaskState.FUTURE,
        id: int | None = None,  # noqa: A002 - the base class names it so
    ) -> None:
        """Take the next number of the instance, or the given one when a saved state is loaded."""
        top = workflow.top_workflow
        if id is None:
            top.counter += 1
            id = top.counter  # noqa: A001 - as above
        self.id = id
        self.workflow = workflow
        self.task_spec = task_spec
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.triggered = False
        self.thread_id = 0
        self.last_state_change = 0
        self._state = state
        self._children: list[int] = []
        self._parent: Any = parent.id if parent is not None else None
        if parent is not None:
            parent._children.append(id)  # noqa: SLF001 - another token
        workflow.tasks[id] = self
        top.index[id] = self
        top.changes += 1

    @property
    def finished(self) -> bool:
        """Whether it has come to its end, in whatever way."""
        return bool(self._state & FINISHED)

    @property
    def waiting(self) -> bool:
        """Whether it waits for something to arrive."""
        return bool(self._state == TaskState.WAITING)

    @property
    def runnable(self) -> bool:
        """Whether the engine may run it now."""
        return bool(self._state == TaskState.READY and "incident" not in self.internal_data)

    def _set_state(self, value: int) -> None:
        self._state = value
        top = self.workflow.top_workflow
        top.changes += 1
        if value == TaskState.READY:
            top.queue.append(self)

    def _ready(self) -> None:
        if not self._state & FINISHED:
            self._set_state(TaskState.READY)
            self.task_spec._on_ready(self)  # noqa: SLF001 - SpiffWorkflow's name for it

    def ready_first(self) -> None:
        """Make it ready, before all others that are."""
        top = self.workflow.top_workflow
        self._state = TaskState.READY
        top.changes += 1
        top.queue.appendleft(self)

    def _add_child(self, task_spec: Any, state: int = TaskState.FUTURE) -> "Token":
        return Token(self.workflow, task_spec, self, state)

    def _inherit_data(self) -> None:
        """Nothing: variables live outside the tokens."""

    def is_descendant_of(self, task: Task) -> bool:
        """Whether another token is among its ancestors."""
        ancestor = self.parent
        while ancestor is not None:
            if ancestor is task:
                return True
            ancestor = ancestor.parent
        return False

    def run(self) -> Any:
        """Run it; a throw may have ended this very token meanwhile, then that stands."""
        result = self.task_spec._run(self)  # noqa: SLF001 - SpiffWorkflow's name for it
        if self._state & FINISHED:
            return result
        if result is None:
            self._set_state(TaskState.STARTED)
        elif result is AGAIN:
            self.ready_first()
        else:
            self.complete()
        return result

    def complete(self) -> None:
        """End it well and let its followers begin."""
        self._set_state(TaskState.COMPLETED)
        self.task_spec._on_complete(self)  # noqa: SLF001 - SpiffWorkflow's name for it

    def cancel(self) -> None:
        """End it and all that happens inside it; what a finished token has left behind goes on."""
        top = self.workflow.top_workflow
        todo = [self]
        while todo:
            token = todo.pop()
            if token.finished:
                continue
            seen = token.task_spec.was_entered(token)
            token._set_state(TaskState.CANCELLED)  # noqa: SLF001 - another token
            token.internal_data.pop("incident", None)
            top.event_manager.remove_task(token)
            if seen:
                top.note(EventKind.CANCELLED, token)
            todo.extend(token.children)
            scope = top.subprocesses.pop(token.id, None)
            if scope is not None:
                todo.extend(scope.tasks.values())
                top.drop_variables(token.id)
