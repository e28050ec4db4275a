"""What all flow nodes share: only live tokens exist, nothing is predicted, nothing is copied."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import _BpmnCondition
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit, BpmnStartTask
from SpiffWorkflow.util.task import TaskState

from engine.core.tasks import FINISHED, Token
from engine.kinds import EventKind

if TYPE_CHECKING:
    from engine.values import Element, StartPoint

# These names are in saved states: they never change. `#` cannot occur in an XML id, so no diagram can clash with them.
ROOT = "#start"
EVENTS = "#events"
OUT = "#out"
BEGIN = "#begin"
LISTEN = "#on"
ITEM = "#item"
GATHER = "#in"
OFFER = "#offer"
ANY = "#any"


@dataclass(frozen=True)
class Arrow:
    """A sequence flow as the token takes it: where it leads, and when."""

    id: str
    """Empty for the jump of a link."""
    target: str
    """The name of the spec that is entered: the node itself, or the split in front of it."""
    condition: Any = None
    """SpiffWorkflow's condition, or None."""


class Live:
    """The mixin that goes first in the bases of every spec; what can fail belongs into `_run_hook`."""

    visible = True
    """Whether it is a node of the diagram, and so of the history."""
    enters_on_arrival = False
    """Whether it counts as entered while its token still waits."""
    own_variables = False
    """Whether what runs inside has variables of its own."""
    joins = False
    """Whether its tokens wait for each other, and so must know the flow they came by."""
    by_event = False
    """Whether it is an event sub-process."""
    holds_items = False
    """Whether its children are the items of a multi-instance activity."""
    undone_by: str | None = None
    """The spec that undoes it, where a compensation event on its border leads to one."""
    completion = 1
    """So many tokens leave by each flow."""
    passive = False
    """Whether a waiting token of it does not hold its scope open."""
    element: "Element"
    arrows: "list[Arrow]"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take what SpiffWorkflow's spec takes."""
        super().__init__(*args, **kwargs)
        self.arrows = []
        self.incoming: list[str] = []

    def flow_to(self, flow: str, target: Any, condition: str | None = None) -> None:
        """Connect a sequence flow; they are tried in the order in which they are connected."""
        wrapped = None if condition is None else _BpmnCondition(condition)
        if wrapped is not None and hasattr(self, "connect_if"):
            self.connect_if(wrapped, target)
        else:
            self.connect(target)  # type: ignore[attr-defined] # SpiffWorkflow's, of the class beside it
        self.arrows.append(Arrow(flow, target.name, wrapped))
        target.incoming.append(flow)

    def was_entered(self, task: Token) -> bool:
        """Whether the history knows that the token is in this node."""
        if not self.visible or task.finished:
            return False
        arrived = self.enters_on_arrival and task._state in {TaskState.WAITING, TaskState.FUTURE}  # noqa: SLF001
        return bool(arrived or task.has_state(TaskState.READY | TaskState.STARTED))

    def _predict(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is predicted."""

    def _predict_hook(self, my_task: Token) -> None:
        """Nothing is predicted."""

    def _update_hook(self, my_task: Token) -> bool:  # noqa: ARG002 - SpiffWorkflow's signature
        return True

    def _update(self, my_task: Token) -> None:
        if self._update_hook(my_task):  # SpiffWorkflow's own would predict before it
            my_task._ready()  # noqa: SLF001 - SpiffWorkflow's name for it

    def _on_complete(self, my_task: Token) -> None:
        self._on_complete_hook(my_task)
        scope = my_task.workflow
        for child in [scope.tasks[number] for number in my_task._children]:  # noqa: SLF001 - likewise
            if not child._state & FINISHED:  # noqa: SLF001 - likewise
                child.task_spec._update(child)  # noqa: SLF001 - likewise
        scope._task_completed_notify(my_task)  # noqa: SLF001 - likewise

    def _on_ready(self, my_task: Token) -> None:
        self._on_ready_hook(my_task)

    def _on_ready_hook(self, my_task: Token) -> None:
        if self.visible and not self.enters_on_arrival:
            my_task.workflow.top_workflow.note(EventKind.ENTERED, my_task)

    def _run(self, my_task: Token) -> Any:
        return self._run_hook(my_task)

    def _run_hook(self, my_task: Token) -> Any:  # noqa: ARG002 - SpiffWorkflow's signature
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        self.note_left(my_task)
        if "for" in my_task.internal_data:
            return  # it has undone something: whoever asked for that goes on
        for arrow in self.arrows * self.completion:
            self.take(my_task, arrow)

    def note_left(self, task: Token) -> None:
        """Tell the history that the token leaves."""
        if self.visible:
            task.workflow.top_workflow.note(EventKind.LEFT, task)

    def take(self, task: Token, arrow: Arrow) -> None:
        """Send a new token along a sequence flow."""
        if arrow.id:
            task.workflow.top_workflow.note_flow(task, arrow.id)
        spec = task.workflow.spec.task_specs[arrow.target]
        child = task._add_child(spec)  # noqa: SLF001 - SpiffWorkflow's name for it
        if spec.joins and len(spec.incoming) > 1:
            child.internal_data["via"] = arrow.id


class Arming(Live):
    """A node that only lets others begin to wait: at once, so that they hear what is thrown beside it meanwhile."""

    def _update(self, my_task: Token) -> None:
        my_task._state = TaskState.READY  # noqa: SLF001 - it runs without being queued
        self._on_ready(my_task)
        my_task.run()


class Hidden(Live):
    """A node that is in no diagram; its followers are simply all its outputs."""

    visible = False

    def _on_complete_hook(self, my_task: Token) -> None:
        for spec in self.outputs:  # type: ignore[attr-defined] # SpiffWorkflow's, of the class beside it
            my_task._add_child(spec)  # noqa: SLF001 - SpiffWorkflow's name for it


class Root(Hidden, BpmnStartTask):
    """Where the tokens of a scope hang."""


class Beginning(Hidden, BpmnStartTask):
    """Where a scope without a start event begins: a token goes to each node that no flow leads to."""


class EventSplit(Arming, Hidden, BoundaryEventSplit):
    """Stands before a node with boundary events: its children are the node's token and the listeners."""


class ScopeSpec(BpmnProcessSpec):
    """A process or sub-process: its own root and no end, so that no id of a diagram is taken."""

    def __init__(self, name: str, description: str | None = None, filename: str | None = None) -> None:
        """Make a scope with nothing but its root."""
        super().__init__(name=name, description=description, filename=filename)
        self.task_specs.clear()
        self.bpmn_start_events.clear()
        self.start = Root(self, ROOT)
        self.end = None
        self.starts: dict[str, StartPoint] = {}
        self.awaited: dict[str, list[str]] = {}
        """What is waited for as well where an event begins, because all behind its gateway have to come."""
        self.listeners: list[str] = []
        self.undoing: str | None = None
        """The event sub-process that undoes it when it has ended."""
        self.offers: dict[str, str] = {}
        """Of an ad-hoc sub-process, by activity the spec with which it is offered."""

    @property
    def plain_start(self) -> str | None:
        """The id of the start event that needs no trigger."""
        return next((name for name, start in self.starts.items() if start.kind == "none"), None)
