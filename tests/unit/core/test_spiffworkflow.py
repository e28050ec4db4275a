"""The names of SpiffWorkflow that the core overrides or calls; fails by name when a new release moves one."""

import importlib.metadata
import inspect

import pytest
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec, _BpmnCondition
from SpiffWorkflow.bpmn.util.event import BpmnEvent, EventManager
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.ExclusiveChoice import ExclusiveChoice
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

SIGNATURES = [
    (Task, "__init__", "self, workflow, task_spec, parent, state, id"),
    (Task, "_set_state", "self, value"),
    (Task, "_add_child", "self, task_spec, state"),
    (Task, "_inherit_data", "self"),
    (Task, "_ready", "self"),
    (Task, "is_descendant_of", "self, task"),
    (Task, "has_state", "self, state"),
    (Task, "run", "self"),
    (Task, "complete", "self"),
    (Task, "cancel", "self"),
    (TaskSpec, "_predict", "self, my_task, seen, looked_ahead, mask"),
    (TaskSpec, "_predict_hook", "self, my_task"),
    (TaskSpec, "_update", "self, my_task"),
    (TaskSpec, "_update_hook", "self, my_task"),
    (TaskSpec, "_on_ready", "self, my_task"),
    (TaskSpec, "_on_ready_hook", "self, my_task"),
    (TaskSpec, "_run", "self, my_task"),
    (TaskSpec, "_run_hook", "self, my_task"),
    (TaskSpec, "_on_complete", "self, my_task"),
    (TaskSpec, "_on_complete_hook", "self, my_task"),
    (TaskSpec, "connect", "self, taskspec"),
    (MultiChoice, "connect_if", "self, condition, task_spec"),
    (ExclusiveChoice, "connect", "self, taskspec"),
    (_BpmnCondition, "_matches", "self, task"),
    (
        BpmnTaskSpec,
        "__init__",
        "self, wf_spec, name, lane, documentation, data_input_associations, data_output_associations, io_specification, kwargs",
    ),
    (BpmnProcessSpec, "__init__", "self, name, description, filename, svg"),
    (BpmnWorkflow, "__init__", "self, spec, subprocess_specs, script_engine, kwargs"),
    (BpmnWorkflow, "refresh_timers", "self"),
    (BpmnWorkflow, "update_waiting_tasks", "self"),
    (BpmnWorkflow, "_task_completed_notify", "self, task"),
    (BpmnWorkflow, "get_task_from_id", "self, task_id"),
    (BpmnSubWorkflow, "__init__", "self, spec, parent_task_id, top_workflow, kwargs"),
    (BpmnSubWorkflow, "_calculate_depth", "self"),
    (EventManager, "catch", "self, event, internal"),
    (EventManager, "add_task", "self, my_task"),
    (EventManager, "remove_task", "self, my_task"),
    (BpmnEvent, "__init__", "self, event_definition, payload, correlations, target"),
    (PythonScriptEngine, "evaluate", "self, task, expression, external_context"),
    (PythonScriptEngine, "execute", "self, task, script, external_context"),
    (TaskParser, "parse_node", "self"),
    (TaskParser, "create_task", "self"),
    (TaskParser, "__init__", "self, process_parser, spec_class, node, nsmap, lane"),
    (ProcessParser, "_parse", "self"),
    (ProcessParser, "create_spec", "self"),
    (ProcessParser, "add_tasks", "self"),
    (ProcessParser, "parse_node", "self, node"),
    (BpmnParser, "create_parser", "self, node, filename, lane"),
    (BpmnParser, "_get_parser_class", "self, tag"),
]


def test_release():
    assert importlib.metadata.version("SpiffWorkflow") == "3.2.0"


@pytest.mark.parametrize(
    ("owner", "name", "parameters"), SIGNATURES, ids=lambda value: getattr(value, "__name__", None)
)
def test_signature(owner, name, parameters):
    assert ", ".join(inspect.signature(getattr(owner, name)).parameters) == parameters


def test_states():
    assert (
        TaskState.FUTURE,
        TaskState.WAITING,
        TaskState.READY,
        TaskState.STARTED,
        TaskState.COMPLETED,
        TaskState.CANCELLED,
    ) == (4, 8, 16, 32, 64, 256)
    assert TaskState.FINISHED_MASK == TaskState.COMPLETED | TaskState.ERROR | TaskState.CANCELLED


def test_completion_updates_the_children_and_tells_the_workflow():
    source = inspect.getsource(TaskSpec._on_complete)
    assert source.index("_on_complete_hook") < source.index("_update(child)") < source.index("_task_completed_notify")


def test_attributes_that_are_made_by_hand():
    """`Token` sets these itself instead of calling the constructor."""
    source = inspect.getsource(Task.__init__)
    for name in (
        "id",
        "workflow",
        "_parent",
        "_children",
        "_state",
        "triggered",
        "task_spec",
        "thread_id",
        "data",
        "internal_data",
        "last_state_change",
    ):
        assert f"self.{name} = " in source
