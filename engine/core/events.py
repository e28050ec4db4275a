"""Events that wait and events that throw."""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.util.task import TaskState

from engine.core.activities import Activity, ServiceTask
from engine.core.compensation import WAITS, cancelled_transaction
from engine.core.definitions import is_plain
from engine.core.gateways import EventGateway
from engine.core.specs import Live
from engine.core.tasks import Token
from engine.core.variables import write
from engine.errors import Passing
from engine.failures import name_of, words_of
from engine.kinds import EventKind
from engine.values import Json


class Catching(Live):
    """A node whose token waits; a failure while it is armed is an incident of that token alone."""

    enters_on_arrival = True
    repeats = False
    """Whether it goes on listening after it has fired."""
    event_definition: Any
    group: tuple[str, ...] = ()
    """All specs of an event with several triggers, one for each; the first is the one that happens."""
    together = False
    """Whether all triggers have to come, else one is enough."""

    def _update(self, my_task: Token) -> None:
        if is_plain(self.event_definition) or my_task.internal_data.get("came"):
            my_task._ready()  # noqa: SLF001 - SpiffWorkflow's name for it
        elif not my_task.has_state(TaskState.WAITING):
            if self.enters_on_arrival and self.visible:
                my_task.workflow.top_workflow.note(EventKind.ENTERED, my_task)
            self.arm(my_task)

    def arm(self, task: Token) -> None:
        """Begin to wait."""
        top = task.workflow.top_workflow
        try:
            self.prepare(task)
        except Passing:
            raise
        except Exception as error:  # noqa: BLE001 - whatever fails here is other people's expression
            top.fail(task, words_of(error), name_of(error))
        else:
            task._set_state(TaskState.WAITING)  # noqa: SLF001 - SpiffWorkflow's name for it
            top.event_manager.add_task(task)

    def prepare(self, task: Token) -> None:
        """Work out what is waited for."""
        self.event_definition.arm(task)

    def fire(self, task: Token, payload: Mapping[str, Json] | None = None, *, last: bool = False) -> None:
        """Let the event happen.

        Args:
            task: the token that waits.
            payload: variables that the event brings.
            last: whether a repeating listener stops with this.
        """
        write(task, payload or {})
        if self.group:
            self.came(task, last=last)
        else:
            self.happen(task, last=last)

    def came(self, task: Token, *, last: bool) -> None:
        """One of several triggers has come: let the event happen when it is enough."""
        mates = [token for token in task.parent.children if token.task_spec.name in self.group and token.waiting]
        if self.together or (self.repeats and last):
            task.internal_data["met"] = 1
            task.workflow.top_workflow.event_manager.remove_task(task)
        if self.together and any("met" not in token.internal_data for token in mates):
            return
        first = next(token for token in mates if token.task_spec.name == self.group[0])
        first.task_spec.happen(first)
        if self.together and self.repeats:
            for token in mates:
                del token.internal_data["met"]
                token.task_spec.arm(token)

    def happen(self, task: Token, *, last: bool = False) -> None:
        """Let the token go on, or one beside it where it stays and listens."""
        top = task.workflow.top_workflow
        if self.repeats and not last:
            fired = task.parent._add_child(self)  # noqa: SLF001 - SpiffWorkflow's name for it
        else:
            fired = task
            top.event_manager.remove_task(task)
        kept = {name: value for name, value in task.internal_data.items() if name in {"local", "in", "for"}}
        fired.internal_data = {**kept, "fired": 1}
        self.interrupt(fired)
        fired._ready()  # noqa: SLF001 - SpiffWorkflow's name for it

    def interrupt(self, fired: Token) -> None:
        """End what the event ends: here the other events behind the same event-based gateway."""
        parent = fired.parent
        if parent is not None and isinstance(parent.task_spec, EventGateway):
            for token in parent.children:
                if token is not fired:
                    token.cancel()

    def _on_ready_hook(self, my_task: Token) -> None:
        if self.visible and not my_task.internal_data.get("fired"):
            my_task.workflow.top_workflow.note(EventKind.ENTERED, my_task)


class StartEvent(Catching, defaults.StartEvent):
    """A start event: what it waits for is read at deployment, its token never waits."""

    enters_on_arrival = False


class CatchEvent(Catching, defaults.IntermediateCatchEvent):
    """An intermediate event that waits."""


class AnotherCatch(CatchEvent):
    """A further trigger of an event in between."""

    visible = False


class ReceiveTask(Activity, Catching, defaults.ReceiveTask):
    """A task that waits for a message."""

    def prepare(self, task: Token) -> None:
        """Take the inputs, then work out the message."""
        self.take_inputs(task)
        self.event_definition.arm(task)

    def perform(self, task: Token) -> bool:  # noqa: ARG002 - the activity's signature
        """Nothing more: the message has come."""
        return True


class Attached(Catching):
    """An event that listens beside something else, and is entered when it happens."""

    enters_on_arrival = False
    cancel_activity: bool

    @property
    def repeats(self) -> bool:  # type: ignore[override] # the others never do
        """Whether it fires every time."""
        return not self.cancel_activity

    def _on_ready_hook(self, my_task: Token) -> None:
        if self.visible:
            my_task.workflow.top_workflow.note(EventKind.ENTERED, my_task)


class BoundaryEvent(Attached, defaults.BoundaryEvent):
    """An event on the border of an activity."""

    def interrupt(self, fired: Token) -> None:
        """End the activity and its other listeners, not what earlier firings have set going."""
        if self.cancel_activity:
            for token in fired.parent.children:
                if token is not fired and not token.internal_data.get("fired"):
                    token.cancel()


class AnotherBoundary(BoundaryEvent):
    """A further trigger of an event on a border."""

    visible = False


class Listener(Attached, defaults.BoundaryEvent):
    """Waits for the start of an event sub-process, once for each running scope; it holds nothing open."""

    visible = False
    passive = True

    def interrupt(self, fired: Token) -> None:
        """End everything else in the scope."""
        if self.cancel_activity:
            fired.workflow.cancel_others(fired)


class Throwing(Live):
    """A node that lets something happen elsewhere."""

    event_definition: Any

    def _run_hook(self, my_task: Token) -> Any:
        return None if self.event_definition.throw(my_task) == WAITS else True


class ThrowEvent(Throwing, defaults.IntermediateThrowEvent):
    """An intermediate event that throws."""


class EndEvent(Throwing, defaults.EndEvent):
    """An end event."""

    def _on_complete_hook(self, my_task: Token) -> None:
        my_task.workflow.note_end(self.bpmn_id)
        self.note_left(my_task)
        if self.event_definition.kind == "terminate":
            my_task.workflow.cancel_others(my_task)
        elif self.event_definition.kind == "cancel":
            catcher = cancelled_transaction(my_task)
            if catcher is not None:
                catcher.task_spec.fire(catcher)


class ServiceEnd(ServiceTask):
    """A message end event that is done by a service."""

    def _on_complete_hook(self, my_task: Token) -> None:
        my_task.workflow.note_end(self.bpmn_id)
        super()._on_complete_hook(my_task)


class SendTask(Activity, Throwing, defaults.SendTask):
    """A task that sends a message to another instance; its inputs are what it says."""

    def perform(self, task: Token) -> bool:
        """Send."""
        handed = {entry.name: task.internal_data["local"][entry.name] for entry in self.parameters.inputs}
        self.event_definition.throw_with(task, {**self.event_definition.payload(task), **handed})
        return True
