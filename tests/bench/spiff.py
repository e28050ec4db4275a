"""SpiffWorkflow alone: the diagram parsed once and kept, of an instance only its state as JSON."""

import io
from dataclasses import dataclass
from uuid import UUID

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.helpers import BpmnConverter
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from tests.bench.diagram import ANSWERS, BEGIN, plain


class ByName(BpmnConverter):
    """The specs are parsed once and kept; of a saved workflow only their name."""

    known: BpmnProcessSpec

    def to_dict(self, spec: BpmnProcessSpec) -> dict[str, str]:
        return {"name": spec.name}

    def from_dict(self, dct: dict[str, str]) -> BpmnProcessSpec:
        assert dct["name"] == self.known.name
        return self.known


@dataclass(frozen=True)
class Moved:
    """An element that a token has come to or gone on from."""

    token: str
    element: str
    name: str | None
    state: int
    due: str | None
    """Of a timer that waits."""


class Spiff:
    """The measured process."""

    def __init__(self) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.parse(io.BytesIO(plain())))
        ByName.known = self.spec = parser.get_spec("bench")
        config = {**DEFAULT_CONFIG, BpmnProcessSpec: ByName}
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))

    def start(self) -> BpmnWorkflow:
        workflow = BpmnWorkflow(self.spec)
        workflow.task_tree.set_data(**BEGIN)
        workflow.do_engine_steps()
        return workflow

    def load(self, state: str) -> BpmnWorkflow:
        return self.serializer.deserialize_json(state)

    def complete(self, workflow: BpmnWorkflow, name: str) -> None:
        """Complete the one task that is open."""
        task = next(task for task in workflow.get_tasks(manual=True) if task.state == TaskState.READY)
        task.set_data(**ANSWERS[name])
        task.run()
        workflow.do_engine_steps()
        assert task.task_spec.name == name

    def dump(self, workflow: BpmnWorkflow) -> str:
        return self.serializer.serialize_json(workflow)


SEEN = (TaskState.WAITING, TaskState.READY, TaskState.COMPLETED, TaskState.CANCELLED)


def states(workflow: BpmnWorkflow) -> dict[UUID, int]:
    """What each token does, by its number."""
    return {number: token.state for number, token in workflow.tasks.items()}


def moved(workflow: BpmnWorkflow, before: dict[UUID, int]) -> list[Moved]:
    """What has changed of the elements that are drawn, in the order of the diagram."""
    found = []
    for number, token in workflow.tasks.items():
        spec, state = token.task_spec, token.state
        if spec.bpmn_id is None or state not in SEEN or before.get(number) == state:
            continue
        due = token.internal_data.get("event_value") if state == TaskState.WAITING else None
        found.append(Moved(str(number), spec.name, spec.bpmn_name, state, due))
    return found
