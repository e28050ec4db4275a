"""Activities: what people, services, scripts and tables do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults

from engine.core.errors import Stuck
from engine.core.mappings import Parameters, take
from engine.core.people import attributes_of, open_task
from engine.core.propagation import propagate
from engine.core.script_engine import fill_in, functions_of
from engine.core.specs import Live
from engine.core.tasks import AGAIN, Token
from engine.core.variables import put, visible, write
from engine.errors import BpmnError
from engine.kinds import EventKind
from engine.phrases import phrase
from engine.values import Element, Json, WaitingJob


class Activity(Live):
    """Takes its inputs, does something, gives its outputs.

    Outputs that fail undo what it did, so that a retry does all of it again; not what came from outside the engine.
    """

    parameters = Parameters()
    keeps_what_was_done = False
    """Whether what it does cannot be done again when its outputs fail."""

    def perform(self, task: Token) -> bool:
        """Do it; False when somebody else has to, who then calls `Execution.complete`."""
        raise NotImplementedError

    def _run_hook(self, my_task: Token) -> Any:
        memory = my_task.internal_data
        if not memory.get("done"):
            self.take_inputs(my_task)
            if not self.perform(my_task):
                return None
            if self.keeps_what_was_done and self.parameters.outputs:
                memory["done"] = 1
                return AGAIN
        self.give_outputs(my_task)
        return True

    def take_inputs(self, task: Token) -> None:
        """Make the inputs local variables, once."""
        memory = task.internal_data
        if memory.get("in") or not self.parameters.inputs:
            return
        values = take(task, self.parameters.inputs)
        memory["local"] = dict(memory.get("local", {}))
        for name, value in values.items():
            put(task.workflow.top_workflow, memory["local"], task.id, name, value, task=task)
        memory["in"] = 1

    def give_outputs(self, task: Token) -> None:
        """Write the outputs where they are seen from outside the activity."""
        self.write_outside(task, take(task, self.parameters.outputs))

    def write_outside(self, task: Token, values: dict[str, Json]) -> None:
        """Write variables where they are seen from outside, past the activity's own of the same name."""
        if not values:
            return
        local = task.internal_data.pop("local", None)
        try:
            write(task, values)
        finally:
            if local is not None:
                task.internal_data["local"] = local

    def receive(self, task: Token, values: dict[str, Json]) -> None:
        """Keep what came of it: for the outputs alone where there are any, else as variables.

        An input parameter of the same name does not hold it back: it would end with the activity.
        """
        if not self.parameters.outputs:
            taken = {entry.name for entry in self.parameters.inputs}
            write(task, {name: value for name, value in values.items() if name not in taken})
            self.write_outside(task, {name: value for name, value in values.items() if name in taken})
            return
        local = task.internal_data.setdefault("local", {})
        for name, value in values.items():
            put(task.workflow.top_workflow, local, task.id, name, value, task=task)


class NoneTask(Activity, defaults.NoneTask):
    """A task of no kind: the token passes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take what SpiffWorkflow's spec takes."""
        super().__init__(*args, **kwargs)
        self.manual = False

    def perform(self, task: Token) -> bool:  # noqa: ARG002 - the activity's signature
        """Nothing."""
        return True


class UserTask(Activity, defaults.UserTask):
    """A task of a person: opened by the engine, its attributes worked out once, then left to people."""

    element: Element
    attributes: Mapping[str, Any] | None = None
    """Those of each of its tasks, where they are all the same."""

    def perform(self, task: Token) -> bool:
        """Open it."""
        attributes = self.attributes or attributes_of(task, self.element)
        task.workflow.top_workflow.opened[task.id] = open_task(task, attributes)
        return False


class ManualTask(UserTask, defaults.ManualTask):
    """A task of a person without a form."""


class Offer(ManualTask):
    """What people press to begin an activity of an ad-hoc sub-process that they do not do themselves."""

    visible = False


class ScriptTask(Activity, defaults.ScriptTask):
    """A script in the sandbox."""

    def perform(self, task: Token) -> bool:
        """Run it; a business error that it raises goes to the error events."""
        try:
            return bool(task.workflow.script_engine.execute(task, self.script))
        except BpmnError as error:
            throw_error(task, error)
            return False


class ExpressionTask(Activity, defaults.ServiceTask):
    """A service task that is only an expression."""

    expression: str
    result: str | None

    def perform(self, task: Token) -> bool:
        """Keep its value."""
        value = fill_in(task, self.expression)
        if self.result:
            self.receive(task, {self.result: value})
        return True


@dataclass(frozen=True)
class ServiceCall:
    """What a service is given: plain values, all of them copies."""

    token: int
    ref: str
    """The deployment that the element is drawn in."""
    root: str
    """The deployment of the outermost process."""
    element: Element
    inputs: Any
    """The input parameters; all visible variables when none are drawn."""
    variables: Any
    """All visible variables."""


class ServiceTask(Activity, defaults.ServiceTask):
    """A Python service, known by its topic: called at once, or left to a job when it acts outside the database."""

    element: Element
    topic: str

    def perform(self, task: Token) -> bool:
        """Call it or leave it to a job."""
        top = task.workflow.top_workflow
        topic = str(fill_in(task, self.topic))
        call = ServiceCall(task.id, task.workflow.ref, top.ref, self.element, self.inputs(task), visible(task))
        if top.host.is_outside(topic):
            retries = self.element.attributes.get("failedJobRetryTimeCycle")
            top.handed[task.id] = WaitingJob(task.id, self.element.id, topic, dict(call.inputs), retries)
            return False
        try:
            values = top.host.call_service(topic, call)
        except BpmnError as error:
            throw_error(task, error)
            return False
        self.receive(task, dict(values or {}))
        return True

    def inputs(self, task: Token) -> Any:
        """What is handed over."""
        seen = visible(task)
        if not self.parameters.inputs:
            return seen
        return {entry.name: seen[entry.name] for entry in self.parameters.inputs}


class RuleTask(Activity, defaults.ServiceTask):
    """A decision table."""

    decision: str
    binding: str
    version: str | None
    result: str | None
    mapping: str

    def perform(self, task: Token) -> bool:
        """Decide, and keep the result in the shape that is asked for."""
        top = task.workflow.top_workflow
        key = str(fill_in(task, self.decision))
        try:
            found = top.host.find_decision(key, task.workflow.ref, self.binding, self.version)
        except LookupError as error:
            raise Stuck(phrase("the decision {key} is not deployed", key=key)) from error
        decided = found.decide(visible(task), functions_of(task))
        value = shape(decided.result, self.mapping)
        top.record(EventKind.DECISION, task, {"decision": key, "rows": list(decided.rows), "result": value})
        if self.result:
            self.receive(task, {self.result: value})
        if self.parameters.outputs:
            task.internal_data.setdefault("local", {})["decisionResult"] = value
        return True


def shape(result: Json, mapping: str) -> Json:
    """The result of a table as `camunda:mapDecisionResult` names it; Stuck when it has another shape.

    Args:
        result: one row as a dict, a list of rows, or a single value where the table aggregates.
        mapping: singleEntry, singleResult, collectEntries or resultList.
    """
    rows = result if isinstance(result, list) else [] if result is None else [result]
    if mapping == "resultList":
        return [row if isinstance(row, dict) else {"result": row} for row in rows]
    if mapping == "collectEntries":
        return [single(row) for row in rows]
    if len(rows) > 1:
        raise Stuck(phrase("the table gives {count} rows, {mapping} takes one", count=len(rows), mapping=mapping))
    if mapping == "singleResult":
        return rows[0] if rows else None
    return single(rows[0]) if rows else None


def single(row: Json) -> Json:
    """The only value of a row."""
    if not isinstance(row, dict):
        return row
    if len(row) != 1:
        raise Stuck(
            phrase(
                "the table has {count} outputs, only one can be taken: use singleResult or resultList", count=len(row)
            )
        )
    return next(iter(row.values()))


def throw_error(task: Token, error: BpmnError) -> None:
    """Send a business error to the error events; Stuck when none catches it."""
    if not propagate(task, "error", error.error_code, error.text):
        raise Stuck(
            phrase("the error {code} is caught nowhere: {text}", code=error.error_code, text=error.text)
        ) from error
