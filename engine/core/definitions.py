"""What events wait for and what they throw, on top of SpiffWorkflow's event definitions."""

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.event_definitions.conditional import ConditionalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent

from engine.core.compensation import WAITS, scope_of, undo_next
from engine.core.errors import Stuck
from engine.core.mappings import Transfer, transfer
from engine.core.propagation import propagate
from engine.core.script_engine import evaluate, fill_in, truth
from engine.core.tasks import Token
from engine.core.variables import key_seen, visible
from engine.errors import ExpressionError, UnknownName
from engine.kinds import Trigger
from engine.language.expressions import STANDARD_FUNCTIONS, compile_expression
from engine.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.values import Json


class Plain(NoneEventDefinition):
    """Nothing to wait for, nothing to throw."""

    kind = "none"
    name: str | None


class Named:
    """A message or signal: known by a name, which may have expressions in it."""

    kind: str
    name: str
    transfers: tuple[Transfer, ...] = ()

    def resolved(self, task: Token) -> str:
        """The name with its expressions filled in where the token stands."""
        return str(fill_in(task, self.name))

    def arm(self, task: Token) -> None:
        """Remember the name that is waited for, if it had to be worked out."""
        name = self.resolved(task)
        if name != self.name:
            task.internal_data["name"] = name

    def waited_name(self, task: Token) -> str:
        """The name that an armed token waits for."""
        return str(task.internal_data.get("name", self.name))

    def catches(self, my_task: Token, event: BpmnEvent) -> bool:
        """Whether a thrown event is the one waited for."""
        definition = event.event_definition
        return getattr(definition, "kind", None) == self.kind and self.waited_name(my_task) == definition.name

    def payload(self, task: Token) -> "dict[str, Json]":
        """The variables that a throw hands over."""
        return transfer(task, self.transfers, visible(task))


class Message(Named, MessageEventDefinition):
    """A message: one receiver, never in the throwing instance; with a key, one that waits with the same key."""

    kind = "message"
    key: str | None = None
    """The expression of the correlation key, worked out on both sides."""

    def arm(self, task: Token) -> None:
        """Remember the name and the key that are waited for; Stuck when the key is empty."""
        super().arm(task)
        key = self.worked_out(task)
        if key is not None:
            task.internal_data["key"] = key

    def worked_out(self, task: Token) -> str | None:
        """The key where a token stands, as text; None where none is drawn, Stuck when it is empty."""
        if self.key is None:
            return None
        found = fill_in(task, self.key)
        if found is None or found == "" or isinstance(found, dict | list):
            raise Stuck(phrase("the correlation key {key} gives no text or number", key=self.key))
        return str(found)

    def throw(self, my_task: Token) -> None:
        """Put it into the outbox; the engine delivers it after the step."""
        self.throw_with(my_task, self.payload(my_task))

    def throw_with(self, my_task: Token, payload: "dict[str, Json]") -> None:
        """Put it into the outbox with given variables."""
        key = self.worked_out(my_task)
        my_task.workflow.top_workflow.send(Trigger.MESSAGE, self.resolved(my_task), payload, my_task, key)


class Signal(Named, SignalEventDefinition):
    """A signal: everybody who waits for it gets it, in this instance at once."""

    kind = "signal"

    def throw(self, my_task: Token) -> None:
        """Deliver it here and put it into the outbox for the other instances."""
        top = my_task.workflow.top_workflow
        thrown = Signal(self.resolved(my_task))
        payload = self.payload(my_task)
        top.send(Trigger.SIGNAL, thrown.name, payload, my_task)
        top.event_manager.catch(BpmnEvent(thrown, payload))


class Coded:
    """An error or escalation: travels outward through the scopes, known by its code."""

    kind: str
    code: str | None
    code_variable: str | None = None
    message_variable: str | None = None

    def arm(self, task: Token) -> None:
        """Nothing to work out."""

    def catches(self, my_task: Token, event: BpmnEvent) -> bool:  # noqa: ARG002 - SpiffWorkflow's signature
        """Never through the event manager: propagation finds its catcher."""
        return False

    def handed(self, code: str, message: str) -> "dict[str, Json]":
        """The variables that a catcher asks for."""
        values = {self.code_variable: code, self.message_variable: message}
        return {name: value for name, value in values.items() if name}


class Error(Coded, ErrorEventDefinition):
    """An error: interrupts whatever it is caught at; caught nowhere, it is an incident."""

    kind = "error"

    def throw(self, my_task: Token) -> None:
        """Look for the catcher, from the inside outward."""
        code = str(fill_in(my_task, self.code or ""))
        if not propagate(my_task, "error", code, ""):
            raise Stuck(phrase("the error {code} is caught nowhere", code=code))


class Escalation(Coded, EscalationEventDefinition):
    """An escalation: caught nowhere, the token simply goes on."""

    kind = "escalation"

    def throw(self, my_task: Token) -> None:
        """Look for the catcher, from the inside outward."""
        propagate(my_task, "escalation", str(fill_in(my_task, self.code or "")), "")


class Terminate(TerminateEventDefinition):
    """Ends its scope with all that goes on in it; the end event does so when it completes."""

    kind = "terminate"

    def throw(self, my_task: Token) -> None:
        """Nothing: see the end event."""


class Compensate(NoneEventDefinition):
    """Undoes what has ended in its scope, the last first; or one activity of it."""

    kind = "compensate"
    activity: str | None = None

    def throw(self, my_task: Token) -> str | None:
        """Undo the next one and wait for it; nothing more to do when none is left."""
        scope = scope_of(my_task, self.activity)
        return WAITS if undo_next(my_task, scope, self.activity) else None


class Cancel(Coded, NoneEventDefinition):
    """Cancels a transaction: its end event stops all in it and undoes what has ended, its border event goes on."""

    kind = "cancel"
    code = None

    def throw(self, my_task: Token) -> str | None:
        """Stop everything else the first time, then undo the next one and wait for it."""
        if not my_task.internal_data.get("done"):
            my_task.workflow.cancel_others(my_task)
            my_task.internal_data["done"] = 1
        return WAITS if undo_next(my_task, my_task.workflow) else None


class Together(NoneEventDefinition):
    """Throws several things, in the order of the file."""

    kind = "multiple"

    def __init__(self, definitions: "list[Any]") -> None:
        """Take what is thrown."""
        super().__init__()
        self.definitions = definitions

    def throw(self, my_task: Token) -> None:
        """Throw each."""
        for definition in self.definitions:
            definition.throw(my_task)


class Conditional(ConditionalEventDefinition):
    """Fires when its condition becomes true; looked at when it is armed and whenever a variable has changed."""

    kind = "conditional"
    variable: str | None = None
    """Looked at only when it is armed and when this variable changes; then it fires each time that it holds."""
    changes: frozenset[str] = frozenset({"create", "update", "delete"})
    """By which changes of the variable."""

    def __init__(self, expression: str) -> None:
        """Take the condition as written."""
        super().__init__(expression)
        self.reads = _names_of(expression)
        """The variables that it asks for; None where it asks for more: a clock, a calendar."""

    def concerns(self, task: Token, news: "Mapping[str, str]") -> bool:
        """Whether what changed is to be looked at where a token waits; variables are never deleted.

        The name "" stands for everything. A condition is looked at too often rather than too seldom, but where one
        variable sets it off: that is the one which the token sees, not one of the same name in another process.
        """
        if self.variable is not None:
            return news.get(key_seen(task, self.variable)) in self.changes
        return self.reads is None or "" in news or any(key.partition("#")[0] in self.reads for key in news)

    def arm(self, task: Token) -> None:
        """Look at once: a condition that already holds fires before anything else happens.

        What changed before, and was not looked at yet, is nothing new to it.
        """
        top = task.workflow.top_workflow
        task.internal_data["was"] = int(self.holds(task))
        if task.internal_data["was"]:
            top.true_at_once.append(task.id)
        if self.variable is not None and key_seen(task, self.variable) in top.news:
            task.internal_data["heard"] = 1

    def rises(self, task: Token) -> bool:
        """Whether the condition holds now and did not when it was last looked at."""
        before, now = task.internal_data.get("was"), self.holds(task)
        task.internal_data["was"] = int(now)
        return now and (self.variable is not None or not before)

    def holds(self, task: Token) -> bool:
        """The condition where the token stands; a name that is not known yet makes it false."""
        try:
            return truth(evaluate(task, self.expression))
        except UnknownName:
            return False

    def catches(self, my_task: Token, event: BpmnEvent) -> bool:  # noqa: ARG002 - SpiffWorkflow's signature
        """Never through the event manager."""
        return False


def _names_of(condition: str) -> frozenset[str] | None:
    """The variables that a condition depends on alone; None where it calls what may change by itself, or is none."""
    try:
        read = compile_expression(condition)
    except ExpressionError:
        return None
    return None if read.functions.difference(STANDARD_FUNCTIONS) else read.names | read.guarded


def is_plain(definition: Any) -> bool:
    """Whether an event waits for nothing."""
    return isinstance(definition, Plain)
