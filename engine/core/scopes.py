"""Nodes that hold others: sub-processes, event sub-processes and calls of other processes."""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.util.task import TaskState

from engine.core.activities import Activity
from engine.core.compensation import undo_next
from engine.core.errors import Stuck
from engine.core.mappings import Transfer, Transfers, transfer
from engine.core.script_engine import evaluate, fill_in, truth
from engine.core.tasks import Token
from engine.core.variables import plain, visible
from engine.phrases import phrase
from engine.values import Contract, Json

DEEPEST = 1000
"""How many scopes may lie in each other; more is taken for a process that calls itself without end."""

DEEPEST_UNDONE = 100
"""In how many scopes may lie what is to be undone: what is kept of it lies as deep, and JSON holds 254 levels."""

UNDECLARED = Contract({}, {})


class Holder(Activity):
    """Opens a scope, and goes on when the scope has ended."""

    keeps_what_was_done = True

    def perform(self, task: Token) -> bool:
        """Open it the first time, leave it the second; or undo what was done in it."""
        if "again" in task.internal_data:
            return self.undo(task)
        top = task.workflow.top_workflow
        scope = top.subprocesses.get(task.id)
        if scope is None:
            if task.workflow.depth >= DEEPEST:
                raise Stuck(phrase("{count} scopes lie in each other: does the process call itself?", count=DEEPEST))
            self.enter(task)
            return False
        self.leave(task, scope)
        return True

    def enter(self, task: Token) -> None:
        """Open the scope."""
        raise NotImplementedError

    def reopen(self, task: Token) -> Any:
        """The scope again, with nothing going on in it, for what was done in it to be undone."""
        raise NotImplementedError

    def leave(self, task: Token, scope: Any) -> None:
        """Keep how it is undone, where no event on its border says so, then forget the scope."""
        records, memory = scope.task_tree.internal_data.get("undo"), task.internal_data
        if (records or scope.spec.undoing) and not (self.by_event or self.undone_by or "again" in memory):
            if task.workflow.depth >= DEEPEST_UNDONE:
                raise Stuck(phrase("what is to be undone lies in more than {count} scopes", count=DEEPEST_UNDONE))
            memory["undo"] = records or []
        del task.workflow.top_workflow.subprocesses[task.id]

    def undo(self, task: Token) -> bool:
        """Undo what was done in it when it ran: by the event sub-process that is drawn for it, else one by one."""
        memory = task.internal_data
        scope = task.workflow.top_workflow.subprocesses.get(task.id)
        if scope is None:
            scope = self.reopen(task)
            scope.task_tree.internal_data["undo"] = memory["again"]
            memory["again"] = 1
            if scope.spec.undoing:
                spec = scope.spec.task_specs[scope.spec.undoing]
                token = scope.task_tree._add_child(spec)  # noqa: SLF001 - SpiffWorkflow's name for it
                spec._update(token)  # noqa: SLF001 - as above
                return False
        scope.completed = False
        if not scope.spec.undoing and undo_next(task, scope):
            return False
        self.leave(task, scope)
        return True

    def give_outputs(self, task: Token) -> None:
        """Only of what was done, not of what undid it."""
        if "again" not in task.internal_data:
            super().give_outputs(task)


class SubProcess(Holder, defaults.SubWorkflowTask):
    """A sub-process drawn inside; it shares the variables."""

    inner: Any

    def enter(self, task: Token) -> None:
        """Open the scope at its start event."""
        self.reopen(task).begin(self.inner.plain_start)

    def reopen(self, task: Token) -> Any:
        """A scope with nothing in it."""
        return task.workflow.top_workflow.open_scope(task, self.inner, task.workflow.ref, task.workflow.key)


class EventSubProcess(SubProcess, defaults.EventSubprocess):
    """A sub-process that an event starts."""

    by_event = True

    def enter(self, task: Token) -> None:
        """Open the scope at its only start event."""
        self.reopen(task).begin(next(iter(self.inner.starts)))


class AdHoc(SubProcess):
    """A sub-process whose activities people begin when they like, until its condition holds.

    Without a condition it is over when each has been done once; with one each is offered again when it has ended.
    """

    condition: str | None = None
    cancels: bool = True
    """Whether what is still going on is cancelled when the condition holds, else waited for."""

    def enter(self, task: Token) -> None:
        """Offer everything."""
        scope = self.reopen(task)
        scope.begin(None)
        for name in self.inner.offers:
            self.offer(scope, name)

    def perform(self, task: Token) -> bool:
        """Look whether it is enough, else offer again what has ended."""
        scope, memory = task.workflow.top_workflow.subprocesses.get(task.id), task.internal_data
        if scope is None or "again" in memory:
            return super().perform(task)
        enough = memory.get("enough") or (self.condition and truth(evaluate(task, self.condition)))
        ended = memory.pop("ended", [])
        if enough:
            memory["enough"] = 1
        elif self.condition:
            for name in ended:
                self.offer(scope, name)
        if (enough and self.cancels) or not scope.goes_on:
            scope.cancel_others()
            scope.completed = True
            self.leave(task, scope)
            return True
        return False

    def offer(self, scope: Any, name: str) -> None:
        """Put a token before an activity."""
        spec = scope.spec.task_specs[self.inner.offers[name]]
        token = scope.task_tree._add_child(spec)  # noqa: SLF001 - SpiffWorkflow's name for it
        spec._update(token)  # noqa: SLF001 - as above

    def activity_ended(self, scope: Any, task: Token) -> None:
        """Look at the whole, before anything else runs, when an activity has ended or nothing goes on any more."""
        host, spec = scope.top_workflow.index[scope.parent_task_id], task.task_spec
        memory = host.internal_data
        if "again" in memory:
            return
        stopped = spec.element.attached_to if getattr(spec, "cancel_activity", False) else None
        if stopped is not None and stopped in self.inner.offers and self.condition and "enough" not in memory:
            self.offer(scope, stopped)
        if spec.name in self.inner.offers:
            memory.setdefault("ended", []).append(spec.name)
        elif scope.goes_on and not is_whole(task):
            return
        if host.has_state(TaskState.STARTED):
            host.ready_first()


def is_whole(task: Token) -> bool:
    """Whether what has ended is an activity as drawn: not one of several, nor what undoes another or begins it."""
    spec, parent = task.task_spec, task.parent
    if "for" in task.internal_data or (parent is not None and parent.task_spec.holds_items):
        return False
    return spec.holds_items or (isinstance(spec, Activity) and spec.visible)


class CallActivity(Holder, defaults.CallActivity):
    """A call of another process; it has variables of its own, under the number of the calling token."""

    own_variables = True
    transfers = Transfers()
    binding: str
    version: str | None

    def enter(self, task: Token) -> None:
        """Find the process, work out what it is given, then open it."""
        top = task.workflow.top_workflow
        called = str(fill_in(task, self.spec))
        version = None if self.version is None else str(fill_in(task, self.version))
        try:
            ref, key = top.host.find_process(called, task.workflow.ref, self.binding, version, self.transfers.handed)
        except LookupError as error:
            raise Stuck(phrase("the called process {key} is not deployed", key=called)) from error
        spec = top.spec_of(ref, key)
        if spec.plain_start is None:
            raise Stuck(phrase("the called process {key} has no plain start event", key=called))
        contract = self.contract(top, ref, key)
        missing = {name: None for name, needed in contract.inputs.items() if not needed}
        top.open_variables(task, missing | transfer(task, self.transfers.into, visible(task)))
        top.open_scope(task, spec, ref, key).begin(spec.plain_start)

    def reopen(self, task: Token) -> Any:
        """The called process as it was when it ended, with the variables that it had."""
        top = task.workflow.top_workflow
        ref, key, values = task.internal_data.pop("called")
        top.open_variables(task, values)
        return top.open_scope(task, top.spec_of(ref, key), ref, key)

    def leave(self, task: Token, scope: Any) -> None:
        """Work out what it gives back, unless it was undone, then forget it."""
        top, memory = task.workflow.top_workflow, task.internal_data
        inner = {name: plain(name, value) for name, value in top.variables[task.id].items()}
        values = {} if "again" in memory else transfer(task, self.given_back(top, scope, inner), inner)
        super().leave(task, scope)
        if "undo" in memory:
            memory["called"] = [scope.ref, scope.key, inner]
        top.drop_variables(task.id)
        self.receive(task, values)

    def given_back(self, top: Any, scope: Any, inner: Mapping[str, Json]) -> list[Transfer]:
        """What is taken of a called process that has ended: not what it may leave out and did."""
        outputs = self.contract(top, scope.ref, scope.key).outputs
        return [each for each in self.transfers.back if outputs.get(each.source or "", True) or each.source in inner]

    def contract(self, top: Any, ref: str, key: str) -> Contract:
        """What the called process declares; an empty one where it declares nothing."""
        process = top.host.compiled(ref).processes.get(key)
        return (process and process.contract) or UNDECLARED
