"""A running instance: its scopes, its tokens, and what they tell."""

from collections import deque
from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.util.event import BpmnEvent, EventManager
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow, BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.core.compensation import remember, undone
from engine.core.errors import Stuck
from engine.core.gateways import ComplexGateway, EventGateway
from engine.core.script_engine import SafeEngine
from engine.core.specs import EventSplit, ScopeSpec
from engine.core.tasks import FINISHED, Token
from engine.core.variables import put
from engine.kinds import EventKind, Trigger
from engine.phrases import phrase
from engine.values import Address, Json, OpenTask, Thrown, Trace, WaitingJob

_ENDLESS = phrase(
    "endless chain: so many messages and signals have followed from one act, with no person and no timer in between,"
    " that no more are sent; mend the diagrams that start each other, or try again to let as many follow once more"
)


class Scope(BpmnBaseWorkflow):
    """A running process or sub-process: over when no token is left in it but the listeners of event sub-processes."""

    ref: str
    key: str
    spec: ScopeSpec
    tasks: dict[int, Token]
    completed: bool
    parent_task_id: Any
    top_workflow: Any
    around: tuple[Address, ...] = ()
    """The calls and sub-processes it lies in, the innermost first."""

    def begin(self, element: str | None) -> None:
        """Put a token on a start event and let the event sub-processes listen."""
        begun = [element, *self.spec.awaited.get(element, ())] if element else []
        names = [*begun, *self.spec.listeners]
        tokens = [self.task_tree._add_child(self.spec.task_specs[name]) for name in names]  # noqa: SLF001
        if element and tokens[0].task_spec.enters_on_arrival:
            tokens[0].internal_data["came"] = 1  # what it would wait for has come
        for token in tokens:
            if not token.finished:
                token.task_spec._update(token)  # noqa: SLF001 - SpiffWorkflow's name for it

    def grow_root(self) -> None:
        """Make the token that all others of the scope hang below."""
        self.task_tree = Token(self, self.spec.start, state=TaskState.COMPLETED)

    def cancel_others(self, spared: Token | None = None) -> None:
        """Cancel every token of the scope but one."""
        for token in list(self.tasks.values()):
            if token is not spared:
                token.cancel()

    def note_end(self, element: str) -> None:
        """Remember an end event of the outermost process."""
        if self.parent_task_id is None:
            self.top_workflow.ends.append(element)

    def _task_completed_notify(self, task: Token) -> None:
        parent = self.tasks.get(task._parent)  # noqa: SLF001 - likewise
        if parent is not None:
            if isinstance(parent.task_spec, EventSplit) and not hasattr(task.task_spec, "cancel_activity"):
                for token in parent.children:
                    if token is not task and not token.internal_data.get("fired"):
                        token.cancel()
            elif parent.task_spec.holds_items and not parent.finished:
                parent.task_spec.item_ended(parent)
        remember(task)
        if "for" in task.internal_data:
            undone(task)
        for name in list(self.task_tree.internal_data.get("late", ())):
            gateway = self.spec.task_specs.get(name)
            if isinstance(gateway, ComplexGateway):  # a newer version may have none there
                gateway.look_again(self)
        if self.spec.offers:
            self.top_workflow.index[self.parent_task_id].task_spec.activity_ended(self, task)
        self.end_if_done()

    @property
    def goes_on(self) -> bool:
        """Whether something in it can still happen by itself; the youngest first: one of them is the likeliest."""
        return any(
            not (token._state & FINISHED or (token.task_spec.passive and is_listening(token)))  # noqa: SLF001 - likewise
            for token in reversed(self.tasks.values())
        )

    def end_if_done(self) -> None:
        """End the scope when nothing in it can still happen by itself."""
        if self.completed:
            return
        if self.goes_on or (
            self.spec.offers and "again" not in self.top_workflow.index[self.parent_task_id].internal_data
        ):
            return  # of an ad-hoc sub-process its host decides
        self.cancel_others()
        self.completed = True
        if self.parent_task_id is None:
            self.task_tree.internal_data.clear()  # nothing will be undone any more
            self.top_workflow.record(EventKind.ENDED, None, {"ends": list(self.top_workflow.ends)})
            return
        host = self.top_workflow.index.get(self.parent_task_id)
        if host is not None and host.has_state(TaskState.STARTED):
            host._set_state(TaskState.READY)  # noqa: SLF001 - SpiffWorkflow's name for it

    def prune(self) -> None:
        """Throw finished tokens away; a split or event-based gateway stays while one of its children lives."""
        root = self.task_tree
        live = [token for token in self.tasks.values() if not token._state & FINISHED]  # noqa: SLF001 - likewise
        kept = {root.id: root, **{token.id: token for token in live}}
        if len(kept) == len(self.tasks):
            return
        for token in live:
            parent = self.tasks.get(token._parent)  # noqa: SLF001 - SpiffWorkflow's name for it
            if parent is None or parent is root or parent.id in kept:
                continue
            if isinstance(parent.task_spec, EventSplit | EventGateway):
                kept[parent.id] = parent
                parent._parent = root.id  # noqa: SLF001 - SpiffWorkflow's name for it
            else:
                token._parent = root.id  # noqa: SLF001 - SpiffWorkflow's name for it
        for number in self.tasks.keys() - kept.keys():
            self.top_workflow.index.pop(number, None)
        self.tasks.clear()
        self.tasks.update(sorted(kept.items()))
        relink(self.tasks, root)


class InnerScope(Scope, BpmnSubWorkflow):
    """A scope inside a token of another."""

    def __init__(self, spec: ScopeSpec, host: Token, ref: str, key: str) -> None:
        """Hang it into its host, without a token yet."""
        self.ref = ref
        self.key = key
        self._depth = host.workflow.depth + 1
        outer = host.workflow
        self.around = (Address(outer.ref, outer.key, host.task_spec.bpmn_id), *outer.around)
        super().__init__(spec, host.id, host.workflow.top_workflow, deserializing=True)

    def _calculate_depth(self) -> int:
        return self._depth


class Registry(EventManager):
    """Knows the tokens that wait for something."""

    tasks: dict[int, Token]

    def catch(self, event: BpmnEvent, internal: bool = True) -> int:  # noqa: ARG002, FBT001, FBT002 - base's signature
        """Hand a signal to all who wait for it at this moment; how many they were."""
        found = [token for token in self.tasks.values() if token.task_spec.catches(token, event)]
        count = 0
        for token in found:
            if token.waiting and token.id in self.tasks:
                token.task_spec.fire(token, event.payload)
                count += 1
        return count


class Instance(Scope, BpmnWorkflow):
    """A running instance; the engine around it drives, nothing happens by itself."""

    top_workflow: Any = None
    parent_task_id: Any = None

    def __init__(self, spec: ScopeSpec, ref: str, key: str, host: Any) -> None:
        """Make an instance without a token yet.

        Args:
            spec: of the outermost process.
            ref: the deployment it comes from.
            key: the process.
            host: what is around the execution, see `engine.core.Host`.
        """
        self.top_workflow = self
        self.ref = ref
        self.key = key
        self.host = host
        self.counter = 0
        self.changes = 0
        self.progress = 0
        """How often a variable changed that outlives a token."""
        self.index: dict[int, Token] = {}
        self.queue: deque[Token] = deque()
        self.variables: dict[int, dict[str, Json]] = {0: {}}
        self.undo: list[Any] | None = None
        self.dirty = False
        self.cut = False
        """Whether the last run was left with tokens that are still ready."""
        self.touched: set[str] = set()
        """The names that changed since the timers were last compared with them."""
        self.news: dict[str, str] = {}
        """What changed since conditions were last looked at: create or update by name."""
        self.true_at_once: list[int] = []
        self.ends: list[str] = []
        self.trace: list[Trace] = []
        self.outbox: list[Thrown] = []
        self.opened: dict[int, OpenTask] = {}
        self.handed: dict[int, WaitingJob] = {}
        self._specs: dict[tuple[str, str], ScopeSpec] = {(ref, key): spec}
        super().__init__(spec, {}, script_engine=SafeEngine(), deserializing=True)
        self.event_manager = Registry(self)

    @property
    def scopes(self) -> list[Scope]:
        """All running scopes, outer before inner."""
        return [self, *self.subprocesses.values()]

    def spec_of(self, ref: str, key: str) -> ScopeSpec:
        """The specs of a process of some deployment."""
        if (ref, key) not in self._specs:
            self._specs[ref, key] = self.host.compiled(ref).specs[key]
        return self._specs[ref, key]

    def open_scope(self, host: Token, spec: ScopeSpec, ref: str, key: str) -> InnerScope:
        """Open a scope inside a token."""
        scope = InnerScope(spec, host, ref, key)
        scope.grow_root()
        self.subprocesses[host.id] = scope
        self.changes += 1
        return scope

    def open_variables(self, task: Token, values: Mapping[str, Json]) -> None:
        """Give what runs inside a token variables of its own."""
        scope = self.variables[task.id] = {}
        for name, value in values.items():
            put(self, scope, task.id, name, value, task=task)

    def drop_variables(self, number: int) -> None:
        """Forget the variables of a scope that has ended."""
        self.variables.pop(number, None)

    def get_task_from_id(self, task_id: int) -> Token | None:
        """The token of a number."""
        return self.index.get(task_id)

    def refresh_timers(self) -> None:
        """Nothing: timers are fired by their token."""

    def update_waiting_tasks(self) -> None:
        """Nothing: what waits is woken by what it waits for."""

    def fail(self, task: Token, message: str, kept: str = "") -> None:
        """Make an incident of a token; it stays where it is until somebody retries.

        Args:
            task: the token.
            message: what has to be mended, as long as it has to be.
            kept: what the history keeps of it, where the message may name what it should not; else the message.
        """
        task.internal_data["incident"] = message[:2000]
        self.record(EventKind.INCIDENT, task, {"message": kept or message[:2000]})

    def send(self, kind: Trigger, name: str, payload: dict[str, Json], task: Token, key: str | None = None) -> None:
        """Put a message or signal into the outbox; Stuck when too many have followed from one act."""
        if len(self.outbox) >= self.host.allowance:
            raise Stuck(_ENDLESS)
        scope = task.workflow
        self.outbox.append(Thrown(kind, name, payload, key, task.task_spec.bpmn_id, scope.ref, scope.key))
        self.record(EventKind(kind), task, {"name": name, "payload": payload, "thrown": True})

    def record(self, kind: EventKind, task: Token | None, data: Mapping[str, Json]) -> None:
        """Tell what happened."""
        if task is None:
            self.trace.append(Trace(kind, data=data))
        else:
            scope = task.workflow
            told = (kind, task.task_spec.bpmn_id, scope.key, task.id, data, scope.ref, scope.around)
            self.trace.append(tuple.__new__(Trace, told))  # without a call of Python: there are a dozen in a step

    def note(self, kind: EventKind, task: Token) -> None:
        """Tell that a token entered or left a node, or was cancelled in it."""
        local = task.internal_data.get("local") or {}
        data = {"loopCounter": local["loopCounter"]} if kind is EventKind.ENTERED and "loopCounter" in local else {}
        self.record(kind, task, data)

    def note_skipped(self, task: Token) -> None:
        """Tell that an activity with no items was passed."""
        self.record(EventKind.ENTERED, task, {"items": 0})
        self.record(EventKind.LEFT, task, {"items": 0})

    def note_flow(self, task: Token, flow: str) -> None:
        """Tell that a sequence flow was taken."""
        self.record(EventKind.FLOW, task, {"id": flow})


def is_listening(token: Token) -> bool:
    """Whether a token only listens for an event sub-process."""
    return bool(token.task_spec.passive and not token.internal_data.get("fired"))


def relink(tasks: Mapping[Any, Token], root: Token) -> None:
    """Make the lists of children anew from the parents."""
    for token in tasks.values():
        token._children = []  # noqa: SLF001 - SpiffWorkflow's name for it
    for number, token in tasks.items():
        if token is not root:
            tasks[token._parent]._children.append(number)  # noqa: SLF001 - SpiffWorkflow's name for it
