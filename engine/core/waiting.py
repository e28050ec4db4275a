"""What the tokens of an instance wait for, read from their state."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.core.activities import ServiceTask, UserTask
from engine.core.tasks import Token
from engine.core.variables import chain
from engine.core.workflow import Instance
from engine.kinds import Trigger
from engine.values import Address, ArmedTimer, Incident, Subscription


@dataclass(frozen=True)
class Waits:
    """All that an instance waits for, by token."""

    tasks: dict[int, str] = field(default_factory=dict)
    """The open tasks of people, with their element."""
    timers: dict[int, ArmedTimer] = field(default_factory=dict)
    subscriptions: dict[int, Subscription] = field(default_factory=dict)
    jobs: dict[int, str] = field(default_factory=dict)
    """The services left to jobs, with their element."""
    incidents: dict[int, Incident] = field(default_factory=dict)


def everything(instance: Instance) -> Waits:
    """All of it, looked at once; each kind as the functions below give it."""
    waiting = listening(instance)
    found = Waits(timers=_timers(waiting), subscriptions=_subscriptions(waiting))
    for number, token in instance.index.items():
        spec = token.task_spec
        if "incident" in token.internal_data:
            found.incidents[number] = Incident(number, spec.bpmn_id, token.internal_data["incident"])
        elif token._state == TaskState.STARTED:  # noqa: SLF001 - SpiffWorkflow's name for it
            if isinstance(spec, UserTask):
                found.tasks[number] = spec.bpmn_id
            elif isinstance(spec, ServiceTask):
                found.jobs[number] = spec.bpmn_id
    return found


def started(instance: Instance, kind: type[Any]) -> dict[int, str]:
    """The tokens in activities of a kind that somebody else is at: token and element; not those with an incident."""
    return {
        token.id: token.task_spec.bpmn_id
        for token in instance.index.values()
        if isinstance(token.task_spec, kind)
        and token.has_state(TaskState.STARTED)
        and "incident" not in token.internal_data
    }


def timers(instance: Instance) -> dict[int, ArmedTimer]:
    """The timers that are armed, with the time they are due in UTC."""
    return _timers(listening(instance))


def _timers(waiting: Iterable[Token]) -> dict[int, ArmedTimer]:
    return {
        token.id: ArmedTimer(token.id, token.task_spec.bpmn_id, datetime.fromisoformat(timer["due"]))
        for token in waiting
        if (timer := token.internal_data.get("timer"))
    }


def subscriptions(instance: Instance) -> dict[int, Subscription]:
    """The messages and signals that are waited for."""
    return _subscriptions(listening(instance))


def _subscriptions(waiting: Iterable[Token]) -> dict[int, Subscription]:
    return {
        token.id: Subscription(
            token.id,
            token.task_spec.bpmn_id,
            Trigger(definition.kind),
            definition.waited_name(token),
            token.internal_data.get("key"),
        )
        for token in waiting
        if (definition := token.task_spec.event_definition).kind in {Trigger.MESSAGE, Trigger.SIGNAL}
    }


def incidents(instance: Instance) -> dict[int, Incident]:
    """The tokens that cannot go on."""
    return {
        token.id: Incident(token.id, token.task_spec.bpmn_id, token.internal_data["incident"])
        for token in instance.index.values()
        if "incident" in token.internal_data
    }


def places(instance: Instance) -> list[tuple[Address, ...]]:
    """Where the tokens are that the history has entered: the element, then what is around it, the innermost first."""
    tokens = (token for token in instance.index.values() if token.task_spec.was_entered(token))
    return [
        (Address(token.workflow.ref, token.workflow.key, token.task_spec.bpmn_id), *token.workflow.around)
        for token in tokens
    ]


def sees(instance: Instance) -> list[tuple[int, Address, frozenset[str]]]:
    """The same places, each with the call whose variables are seen there (0: the instance), and the names of these."""
    found = []
    for token in instance.index.values():
        if token.task_spec.was_entered(token):
            seen = [*chain(token)]
            place = Address(token.workflow.ref, token.workflow.key, token.task_spec.bpmn_id)
            found.append((seen[-1][0], place, frozenset(name for _, values in seen for name in values)))
    return found


def listening(instance: Instance) -> list[Token]:
    """The tokens that wait for an event."""
    tokens = instance.event_manager.tasks.values()
    return [token for token in tokens if token._state == TaskState.WAITING]  # noqa: SLF001 - likewise
