"""Gateways: they choose in the order of the file, and join by counting the tokens that wait."""

from collections.abc import Collection
from functools import cached_property
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState

from engine.core.errors import Stuck
from engine.core.script_engine import evaluate, truth
from engine.core.specs import Arming, Arrow, Hidden, Live
from engine.core.tasks import Token
from engine.phrases import phrase


class Choosing(Live):
    """A gateway that decides in its run hook and keeps the choice until its followers are made."""

    default: str | None = None
    """The id of the default sequence flow."""

    def chosen(self, task: Token) -> list[Arrow]:
        """The flows to be taken; an empty list is an incident."""
        raise NotImplementedError

    def matching(self, task: Token) -> list[Arrow]:
        """All flows whose condition holds, or that have none; the default is not among them."""
        return [arrow for arrow in self.arrows if arrow.id != self.default and holds(task, arrow)]

    def by_default(self) -> list[Arrow]:
        """The default flow, if there is one."""
        return [arrow for arrow in self.arrows if arrow.id == self.default]

    def _run_hook(self, my_task: Token) -> bool:
        arrows = self.chosen(my_task)
        if self.arrows and not arrows:
            raise Stuck(phrase("no outgoing sequence flow can be taken: no condition holds and there is no default"))
        my_task.internal_data["next"] = [self.arrows.index(arrow) for arrow in arrows]
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        self.note_left(my_task)
        for index in my_task.internal_data.pop("next", ()):
            self.take(my_task, self.arrows[index])


class ExclusiveGateway(Choosing, defaults.ExclusiveGateway):
    """Takes the first flow whose condition holds, else the default."""

    def chosen(self, task: Token) -> list[Arrow]:
        """The first that matches, in the order of the file."""
        for arrow in self.arrows:
            if arrow.id != self.default and holds(task, arrow):
                return [arrow]
        return self.by_default()


class OutgoingChoice(Choosing, defaults.InclusiveGateway):
    """Stands unseen behind a node whose own outgoing flows have conditions."""

    visible = False

    def chosen(self, task: Token) -> list[Arrow]:
        """All without a condition, and of the others those that match, else the default: BPMN 2.0.2 section 13.2.1."""
        found = self.matching(task)
        return found if any(arrow.condition is not None for arrow in found) else [*found, *self.by_default()]


class ParallelGateway(Live, defaults.ParallelGateway):
    """Waits for one token on each incoming flow; tokens to spare stay for the next time."""

    joins = True

    def _update_hook(self, my_task: Token) -> bool:
        if len(self.incoming) < 2:
            return True
        my_task._set_state(TaskState.WAITING)  # noqa: SLF001 - SpiffWorkflow's name for it
        first: dict[str, Token] = {my_task.internal_data["via"]: my_task}
        for token in waiting_at(self, my_task.workflow):
            first.setdefault(token.internal_data["via"], token)
        if len(first) < len(self.incoming):
            return False
        merge(my_task, first.values())
        return True


class Expecting(Choosing):
    """A gateway that asks whether a token can still come, as BPMN 2.0.2 section 13.4.3 has it."""

    joins = True

    def chosen(self, task: Token) -> list[Arrow]:
        """All that match, else the default."""
        return self.matching(task) or self.by_default()

    @cached_property
    def reach(self) -> dict[str, frozenset[str]]:
        """For each incoming flow the names of the specs from which it can be reached without passing here."""
        specs = self._wf_spec.task_specs  # type: ignore[attr-defined] # SpiffWorkflow's, of the class beside it
        name = self.name  # type: ignore[attr-defined] # as above
        into = {arrow.id: spec.name for spec in specs.values() for arrow in getattr(spec, "arrows", ())}
        reach = {}
        for flow in self.incoming:
            seen = {into[flow]} - {name}
            todo = list(seen)
            while todo:
                for other in specs[todo.pop()]._inputs:  # noqa: SLF001 - another spec
                    if other != name and other not in seen:
                        seen.add(other)
                        todo.append(other)
            reach[flow] = frozenset(seen)
        return reach

    def expects(self, workflow: Any, empty: Collection[str]) -> bool:
        """Whether a token can still come by an empty flow that cannot come by one of the others."""
        filled = [flow for flow in self.incoming if flow not in empty]
        for token in workflow.tasks.values():
            spec = token.task_spec
            if token.finished or token is workflow.task_tree:
                continue
            if spec is self:
                if not is_held(token) and token.internal_data.get("via") in empty:
                    return True  # it has come, and is about to be looked at
            elif any(spec.name in self.reach[flow] for flow in empty) and not any(
                spec.name in self.reach[flow] for flow in filled
            ):
                return True
        return False


class InclusiveGateway(Expecting, defaults.InclusiveGateway):
    """Joins when no other token can still come by an empty flow."""

    def _update_hook(self, my_task: Token) -> bool:
        if len(self.incoming) < 2:
            return True
        my_task._set_state(TaskState.WAITING)  # noqa: SLF001 - SpiffWorkflow's name for it
        return False

    def release(self, workflow: Any) -> bool:
        """Let the waiting tokens through if nothing more can come; whether it did."""
        first: dict[str, Token] = {}
        for token in waiting_at(self, workflow):
            first.setdefault(token.internal_data["via"], token)
        if not first or self.expects(workflow, [flow for flow in self.incoming if flow not in first]):
            return False
        chief = next(iter(first.values()))
        merge(chief, first.values())
        chief._ready()  # noqa: SLF001 - SpiffWorkflow's name for it
        return True


class ComplexGateway(Expecting, defaults.InclusiveGateway):
    """Goes on when its condition holds, takes in what comes by the other flows after that, and then begins anew.

    The condition sees `activationCount`: by how many flows tokens have come. Without one each token goes on by itself.
    It begins anew when each flow has had its token, or none can come any more; what else comes before that is held.
    """

    activation: str | None = None

    def _run_hook(self, my_task: Token) -> Any:
        if self.activation is None or len(self.incoming) < 2:
            return super()._run_hook(my_task)
        flow, late = my_task.internal_data["via"], self.late(my_task.workflow)
        if late:
            if flow not in late:
                return None
            my_task.internal_data["next"] = []
            self.wait_for(my_task.workflow, [each for each in late if each != flow])
            return True
        first = {token.internal_data["via"]: token for token in [*reversed(self.held(my_task.workflow)), my_task]}
        if not truth(evaluate(my_task, self.activation, {"activationCount": len(first)})):
            return None
        super()._run_hook(my_task)
        merge(my_task, first.values())
        self.wait_for(my_task.workflow, [each for each in self.incoming if each not in first])
        return True

    def late(self, workflow: Any) -> list[str]:
        """The flows whose token is still to be taken in, since it has gone on without."""
        kept = workflow.task_tree.internal_data.get("late", {})
        return [flow for flow in kept.get(self.name, ()) if flow in self.incoming]

    def held(self, workflow: Any) -> list[Token]:
        """The tokens that wait here, the oldest first."""
        return [token for token in workflow.tasks.values() if token.task_spec is self and is_held(token)]

    def wait_for(self, workflow: Any, flows: list[str]) -> None:
        """Keep by which flows a token is still to be taken in; where there is none, look at what was held meanwhile."""
        memory = workflow.task_tree.internal_data
        kept = {name: each for name, each in memory.pop("late", {}).items() if name != self.name}
        if flows:
            kept[self.name] = flows
        if kept:
            memory["late"] = kept
        if not flows:
            for token in self.held(workflow)[:1]:
                token.ready_first()

    def look_again(self, workflow: Any) -> None:
        """Begin anew when no token can come any more that is to be taken in."""
        late = self.late(workflow)
        if not (late and self.expects(workflow, late)):
            self.wait_for(workflow, [])


class Gather(Live, defaults.ParallelGateway):
    """Stands unseen before an activity that begins with several tokens at once."""

    visible = False
    joins = True
    quantity = 1

    def _update_hook(self, my_task: Token) -> bool:
        my_task._set_state(TaskState.WAITING)  # noqa: SLF001 - SpiffWorkflow's name for it
        mates = waiting_at(self, my_task.workflow)[: self.quantity]
        if len(mates) < self.quantity:
            return False
        merge(my_task, mates)
        return True


class EventGateway(Arming, defaults.EventBasedGateway):
    """Arms the events behind it; the first that happens cancels the others."""

    def connect(self, child: Any) -> None:
        """Leave the definitions on the events."""
        TaskSpec.connect(self, child)


class AnyOf(Hidden, EventGateway):
    """Stands unseen before the triggers of one event."""


def holds(task: Token, arrow: Arrow) -> bool:
    """Whether a flow may be taken."""
    return arrow.condition is None or truth(arrow.condition._matches(task))  # noqa: SLF001 - SpiffWorkflow's name


def is_held(token: Token) -> bool:
    """Whether a token waits for others at a join."""
    held = token.waiting or (token.has_state(TaskState.STARTED) and "incident" not in token.internal_data)
    return bool(token.task_spec.joins and held)


def waiting_at(spec: Any, workflow: Any) -> list[Token]:
    """The tokens of the scope that wait at a join, the oldest first."""
    return [token for token in workflow.tasks.values() if token.task_spec is spec and token.waiting]


def merge(chief: Token, tokens: Any) -> None:
    """End the tokens that a join takes in, except the one that goes on."""
    for token in tokens:
        token.internal_data.pop("via", None)
        token.internal_data.pop("incident", None)
        if token is not chief:
            token._set_state(TaskState.COMPLETED)  # noqa: SLF001 - SpiffWorkflow's name for it
