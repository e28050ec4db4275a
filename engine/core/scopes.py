"""Nodes that hold others: sub-processes, event sub-processes and calls of other processes."""

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from engine.core.activities import Activity
from engine.core.errors import Stuck
from engine.core.mappings import Transfers, transfer
from engine.core.script_engine import fill_in
from engine.core.tasks import Token
from engine.core.variables import plain, visible
from engine.values import Contract

DEEPEST = 1000
"""How many scopes may lie in each other; more is taken for a process that calls itself without end."""

UNDECLARED = Contract({}, {})


class Holder(Activity):
    """Opens a scope, and goes on when the scope has ended."""

    keeps_what_was_done = True

    def perform(self, task: Token) -> bool:
        """Open it the first time, leave it the second."""
        top = task.workflow.top_workflow
        scope = top.subprocesses.get(task.id)
        if scope is None:
            if task.workflow.depth >= DEEPEST:
                raise Stuck(f"{DEEPEST} scopes lie in each other: does the process call itself?")
            self.enter(task)
            return False
        self.leave(task, scope)
        return True

    def enter(self, task: Token) -> None:
        """Open the scope."""
        raise NotImplementedError

    def leave(self, task: Token, scope: Any) -> None:  # noqa: ARG002 - calls need it
        """Forget the scope."""
        del task.workflow.top_workflow.subprocesses[task.id]


class SubProcess(Holder, defaults.SubWorkflowTask):
    """A sub-process drawn inside; it shares the variables."""

    inner: Any

    def enter(self, task: Token) -> None:
        """Open the scope at its start event."""
        top = task.workflow.top_workflow
        top.open_scope(task, self.inner, task.workflow.ref, task.workflow.key).begin(self.inner.plain_start)


class EventSubProcess(SubProcess, defaults.EventSubprocess):
    """A sub-process that an event starts."""

    by_event = True

    def enter(self, task: Token) -> None:
        """Open the scope at its only start event."""
        top = task.workflow.top_workflow
        top.open_scope(task, self.inner, task.workflow.ref, task.workflow.key).begin(next(iter(self.inner.starts)))


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
            raise Stuck(f"the called process {called} is not deployed") from error
        spec = top.spec_of(ref, key)
        if spec.plain_start is None:
            raise Stuck(f"the called process {called} has no plain start event")
        contract = self.contract(top, ref, key)
        missing = {name: None for name, needed in contract.inputs.items() if not needed}
        top.open_variables(task, missing | transfer(task, self.transfers.into, visible(task)))
        top.open_scope(task, spec, ref, key).begin(spec.plain_start)

    def leave(self, task: Token, scope: Any) -> None:
        """Work out what it gives back, then forget it."""
        top = task.workflow.top_workflow
        inner = {name: plain(name, value) for name, value in top.variables[task.id].items()}
        contract = self.contract(top, scope.ref, scope.key)
        back = [
            entry
            for entry in self.transfers.back
            if contract.outputs.get(entry.source or "", True) or entry.source in inner
        ]
        values = transfer(task, back, inner)
        super().leave(task, scope)
        top.drop_variables(task.id)
        self.receive(task, values)

    def contract(self, top: Any, ref: str, key: str) -> Contract:
        """What the called process declares; an empty one where it declares nothing."""
        process = top.host.compiled(ref).processes.get(key)
        return (process and process.contract) or UNDECLARED
