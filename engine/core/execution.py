"""One running instance in memory: load it, do something with it, run it, dump it."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.util.task import TaskState

from engine.core import codec, loop, moving, waiting
from engine.core.activities import ServiceTask, UserTask
from engine.core.definitions import Signal
from engine.core.errors import Stuck
from engine.core.events import ReceiveTask
from engine.core.host import Host
from engine.core.moving import Drawn, Obstacle
from engine.core.propagation import propagate
from engine.core.script_engine import fill_in
from engine.core.specs import ScopeSpec
from engine.core.tasks import FINISHED, Token
from engine.core.timer_event import Timer
from engine.core.variables import plain, put, visible, write
from engine.core.waiting import Waits
from engine.core.workflow import Instance
from engine.errors import Ambiguous, NotCorrelated, NotWaiting
from engine.kinds import EventKind, Trigger
from engine.values import (
    Address,
    ArmedTimer,
    Incident,
    Json,
    OpenTask,
    Subscription,
    Thrown,
    Trace,
    WaitingJob,
)

MOST_ENGINE_TASKS = 40_000
"""More in one run are taken for an endless loop; all of them are written in one transaction, for which others wait."""


class Execution:
    """One running instance in memory.

    What waits is read from the state at any time. What happened since the object was made is in `opened`, `handed`,
    `trace` and `outbox`. Should a method raise anything but the errors it names, the object is to be thrown away.
    """

    def __init__(self, instance: Instance) -> None:
        """Take an instance; use `start` or `load`."""
        self._instance = instance
        self.variables: dict[int, dict[str, Json]] = instance.variables
        """The variables by scope: 0 is the instance, a called process has the number of the calling token."""
        self.trace: list[Trace] = instance.trace
        """What happened since the object was made, in order."""
        self.outbox: list[Thrown] = instance.outbox
        """The messages and signals thrown since the object was made, for other instances."""

    @classmethod
    def start(
        cls, ref: str, key: str, host: Host, variables: Mapping[str, Json], *, element: str | None = None
    ) -> "Execution":
        """Make an instance; nothing runs yet.

        Args:
            ref: the deployment.
            key: the process.
            host: what is around the execution.
            variables: what the instance starts with.
            element: the start event; the one without a trigger when it is left out.

        Raises:
            LookupError: when there is no such process or start event.
        """
        spec = host.compiled(ref).specs[key]
        begin = element or spec.plain_start
        if begin is None or begin not in spec.starts:
            raise LookupError(f"{key} has no start event {element or 'without a trigger'}")
        instance = Instance(spec, ref, key, host)
        instance.grow_root()
        for name, value in variables.items():
            put(instance, instance.variables[0], 0, name, plain(name, value))
        instance.dirty = False
        instance.touched.clear()
        instance.news.clear()
        instance.begin(begin)
        return cls(instance)

    @classmethod
    def load(cls, state: bytes, variables: Mapping[int, Mapping[str, Json]], host: Host) -> "Execution":
        """Bring an instance back.

        Args:
            state: what `dump` gave; StateUnreadable when it is of another version or does not fit its diagram.
            variables: by scope, as the attribute `variables` gave them.
            host: what is around the execution.
        """
        arrays = codec.read_state(state)
        ref, key = arrays[2], arrays[3]
        instance = Instance(host.compiled(ref).specs[key], ref, key, host)
        instance.variables = {0: {}, **{scope: dict(values) for scope, values in variables.items()}}
        codec.fill(instance, arrays)
        for scope in instance.subprocesses:
            if instance.index[scope].task_spec.own_variables:
                instance.variables.setdefault(scope, {})
        if instance.dirty:
            instance.touched.update(*instance.variables.values())
            instance.news = instance.news or dict.fromkeys(instance.touched, "update")
        return cls(instance)

    def dump(self) -> bytes:
        """The state without the variables: some hundred bytes."""
        return codec.dump(self._instance)

    def run(
        self,
        *,
        limit: int = MOST_ENGINE_TASKS,
        before: int = 0,
        stop_after: int | None = None,
        seconds: float | None = None,
    ) -> int:
        """Run until everything waits; how many engine tasks that took.

        Args:
            limit: more than this are taken for an endless loop and become an incident, fewer where nothing changes.
            before: so many ran in the parts before this one.
            stop_after: return after that many, with the rest still ready; for tests.
            seconds: return after so long, with the rest still ready, which `cut` tells.
        """
        return loop.run(self._instance, limit=limit, before=before, stop_after=stop_after, seconds=seconds)

    @property
    def cut(self) -> bool:
        """Whether the run was left for its length, with tokens that are still ready."""
        return self._instance.cut

    # what waits

    @property
    def waits(self) -> Waits:
        """All that is waited for, looked at once."""
        return waiting.everything(self._instance)

    @property
    def tasks(self) -> dict[int, str]:
        """The open tasks of people: token and element."""
        return waiting.started(self._instance, UserTask)

    @property
    def opened(self) -> dict[int, OpenTask]:
        """The tasks of people that opened since the object was made, with their attributes."""
        return self.opened_among(self.tasks if self._instance.opened else {})

    def opened_among(self, tasks: Collection[int]) -> dict[int, OpenTask]:
        """Those of some that wait, by their tokens, that opened since the object was made."""
        return {number: task for number, task in self._instance.opened.items() if number in tasks}

    @property
    def jobs(self) -> dict[int, str]:
        """The services left to jobs: token and element; those with an incident are not among them."""
        return waiting.started(self._instance, ServiceTask)

    @property
    def handed(self) -> dict[int, WaitingJob]:
        """The services that were left to jobs since the object was made, with their inputs."""
        jobs = self.jobs if self._instance.handed else {}
        return {number: job for number, job in self._instance.handed.items() if number in jobs}

    @property
    def timers(self) -> dict[int, ArmedTimer]:
        """The timers that wait, with the time they are due in UTC."""
        return waiting.timers(self._instance)

    @property
    def subscriptions(self) -> dict[int, Subscription]:
        """The messages and signals that are waited for."""
        return waiting.subscriptions(self._instance)

    @property
    def incidents(self) -> dict[int, Incident]:
        """The tokens that cannot go on until somebody retries."""
        return waiting.incidents(self._instance)

    def home(self, token: int) -> tuple[str, str]:
        """The deployment and the process that a token runs in: those of the called process, if it is in one."""
        scope = self._token(token).workflow
        return scope.ref, scope.key

    @property
    def root(self) -> str:
        """The deployment of the outermost process."""
        return str(self._instance.ref)

    @property
    def calls(self) -> list[tuple[str, str]]:
        """The deployment and the process of each call that goes on, the outer before the inner."""
        index = self._instance.index
        inner = self._instance.subprocesses.items()
        return [(scope.ref, scope.key) for host, scope in inner if index[host].task_spec.own_variables]

    def visible(self, token: int) -> dict[str, Json]:
        """Copies of all variables that a token sees, its local ones before those of its process."""
        return visible(self._token(token)).copied()

    def renew(self, token: int, values: Mapping[str, Json]) -> None:
        """Set variables in the scope of each process that has them, as the work of a token that is being run."""
        task = self._token(token)
        for owner, scope in self._instance.variables.items():
            for name, value in values.items():
                if name in scope:
                    put(self._instance, scope, owner, name, plain(name, value), task=task)

    def places(self) -> list[tuple[Address, ...]]:
        """Where the tokens are that the history has entered: the element, then what is around it, innermost first."""
        return waiting.places(self._instance)

    def sees(self) -> list[tuple[int, Address, frozenset[str]]]:
        """Where the tokens are: the number of the called process (0: none), the element, and the variables seen."""
        return waiting.sees(self._instance)

    def obstacles(self, to: Mapping[str, ScopeSpec], before: Drawn, after: Drawn) -> list[Obstacle]:
        """What keeps it from going on in another deployment; see `engine.core.moving.obstacles`."""
        return moving.obstacles(self._instance, to, before, after)

    @property
    def ended(self) -> bool:
        """Whether no token is left."""
        return bool(self._instance.completed)

    @property
    def end_elements(self) -> list[str]:
        """The end events of the outermost process that were reached, in order."""
        return self._instance.ends

    # what happens from outside; each is followed by `run`

    def complete(self, token: int, values: Mapping[str, Json]) -> None:
        """End the task of a person, a receive task or a service that was left to a job, with what it gave.

        NotWaiting when the token does not wait for that.
        """
        task = self._token(token)
        spec = task.task_spec
        if isinstance(spec, ReceiveTask) and task.waiting:
            spec.fire(task, values)
            return
        if not (isinstance(spec, UserTask | ServiceTask) and task.has_state(TaskState.STARTED)):
            raise NotWaiting(token=token)
        if isinstance(spec, UserTask):
            write(task, values)
        else:
            task.internal_data.pop("incident", None)
            spec.receive(task, dict(values))
        task.internal_data["done"] = 1
        task._set_state(TaskState.READY)  # noqa: SLF001 - SpiffWorkflow's name for it

    def fire_timer(self, token: int) -> None:
        """Let a timer fire now, due or not; NotWaiting when none is armed there."""
        task = self._timer(token)
        task.task_spec.event_definition.fire(task)

    def move_timer(self, token: int, due_at: datetime) -> None:
        """Let a timer be due at another time, which must be aware; NotWaiting when none is armed there."""
        if due_at.tzinfo is None:
            raise ValueError("the new time needs a zone")
        task = self._timer(token)
        task.internal_data["timer"] = {**task.internal_data["timer"], "due": due_at.astimezone(UTC).isoformat()}

    def deliver(
        self,
        kind: Trigger,
        name: str,
        payload: Mapping[str, Json],
        *,
        token: int | None = None,
        where: Mapping[str, Json] | None = None,
        sender: int | None = None,
    ) -> int:
        """Deliver a message to its one receiver, or a signal to all who wait; how many they were.

        Args:
            kind: message or signal.
            name: as waited for.
            payload: variables it brings.
            token: the one receiver, where it is known.
            where: variables that the receiver must see with these values, to tell receivers apart.
            sender: the instance that threw the message, for the history.

        Raises:
            NotCorrelated: nobody waits for the message.
            Ambiguous: several receivers fit the message.
        """
        found = [
            number
            for number, subscription in self.subscriptions.items()
            if (subscription.kind, subscription.name) == (kind, name)
            and token in {None, number}
            and self._sees(number, where or {})
        ]
        if kind == Trigger.SIGNAL:
            self._instance.record(EventKind.SIGNAL, None, {"name": name, "payload": dict(payload)})
            return int(self._instance.event_manager.catch(BpmnEvent(Signal(name), dict(payload))))
        if not found:
            raise NotCorrelated(name=name)
        if len(found) > 1:
            raise Ambiguous(name=name, count=len(found))
        task = self._instance.index[found[0]]
        told = {"name": name, "payload": dict(payload)}
        self._instance.record(EventKind.MESSAGE, task, told if sender is None else {**told, "from": sender})
        task.task_spec.fire(task, payload)
        return 1

    def throw(self, token: int, kind: str, code: str, message: str = "") -> None:
        """Throw an error or escalation at a service that was left to a job; NotWaiting when there is none.

        An error that is caught nowhere is an incident; such an escalation changes nothing.
        """
        task = self._job(token)
        if not propagate(task, kind, code, message) and kind == "error":
            said = f"the error {code} is caught nowhere"
            self._instance.fail(task, f"{said}: {message}", said)

    def fail(self, token: int, message: str, kept: str = "") -> None:
        """Make an incident of a service that was left to a job and is out of tries; NotWaiting when there is none."""
        self._instance.fail(self._job(token), message, kept)

    def retry(self, token: int) -> None:
        """Try a token with an incident again; NotWaiting when it has none."""
        task = self._token(token)
        if "incident" not in task.internal_data:
            raise NotWaiting(token=token)
        loop.revive(self._instance, task)

    def cancel(self) -> None:
        """End the instance with all its tokens."""
        self._instance.cancel_others()
        self._instance.task_tree.internal_data.clear()
        self._instance.completed = True
        self._instance.queue.clear()
        self._instance.record(EventKind.ENDED, None, {"ends": list(self._instance.ends), "cancelled": True})
        loop.prune(self._instance)

    def set_variables(self, values: Mapping[str, Json], scope: int = 0) -> None:
        """Set variables of a scope; Stuck when JSON cannot keep one, LookupError when there is no such scope."""
        for name, value in values.items():
            put(self._instance, self._instance.variables[scope], scope, name, plain(name, value))

    def evaluate(self, text: str, token: int | None = None) -> Json:
        """The value of an expression, or of a text with expressions, where a token stands; else in the instance."""
        task = self._instance.task_tree if token is None else self._token(token)
        return fill_in(task, text)

    def _token(self, number: int) -> Token:
        token = self._instance.index.get(number)
        if token is None or token._state & FINISHED:  # noqa: SLF001 - SpiffWorkflow's name for it
            raise NotWaiting(token=number)
        return token

    def _job(self, number: int) -> Token:
        if number not in self.jobs:
            raise NotWaiting(token=number)
        return self._token(number)

    def _timer(self, number: int) -> Token:
        task = self._token(number)
        if not (task.waiting and isinstance(getattr(task.task_spec, "event_definition", None), Timer)):
            raise NotWaiting(token=number)
        return task

    def _sees(self, number: int, where: Mapping[str, Json]) -> bool:
        try:
            return all(self.evaluate("${" + name + "}", number) == value for name, value in where.items())
        except (Stuck, ValueError):
            return False
