"""The form of a task: which one it is, what it is shown with, what is accepted of what was filled in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.deploy.loading import find_element, find_form, load
from engine.errors import ExpressionError, NotFound
from engine.language.expressions import interpolate
from engine.loaded import FormFile
from engine.look.task_items import TaskItem
from engine.run.state import Locked
from engine.run.steps import read_variables, visible_at
from engine.runtime import functions_with
from engine.seams import Function, Signatures
from engine.session import Session
from engine.store.variables import check_values
from engine.values import Actor, Element, Json


def get_form(session: Session, task: TaskItem) -> FormFile | None:
    """The form of a task: of its deployment unless the diagram binds to the latest; None when it has none."""
    element = find_element(session, task.deployment_id, task.process_key, task.element)
    return find_form(session, task.form_ref, task.deployment_id, _binding(element))


def visible_variables(session: Session, task: TaskItem, locked: Locked | None = None) -> dict[str, Json]:
    """The variables that a task sees: its local ones, then those of its process; for showing the form."""
    seen = visible_at(session, task.instance_id, task.token, locked)
    return seen if seen is not None else {**read_variables(session, task.instance_id)[0], **task.local}


def inputs_beside(session: Session, task: TaskItem, element: str, answers: Mapping[str, Json]) -> dict[str, Json]:
    """What an activity beside a task would take in, if the answers were handed in now; null for what fails.

    For previews of what the next step does with them. NotFound for an element that the task's process does not have.
    """
    found = find_element(session, task.deployment_id, task.process_key, element)
    if found is None:
        raise NotFound(what="element", key=element)
    functions = functions_with(session.runtime, load(session, task.deployment_id).declaration)
    names = {**visible_variables(session, task), **answers}
    return {name: _worked_out(value, names, functions) for name, value in found.inputs.items()}


def _worked_out(value: Any, names: Mapping[str, Json], functions: Mapping[str, Function]) -> Json:
    if isinstance(value, Mapping):
        return {name: _worked_out(entry, names, functions) for name, entry in value.items()}
    if not isinstance(value, str):
        return [_worked_out(entry, names, functions) for entry in value]
    try:
        return interpolate(value, names, functions)
    except ExpressionError:
        return None


def accept_form(
    session: Session,
    form: FormFile | None,
    answers: Mapping[str, Json],
    variables: Mapping[str, Json],
    *,
    actor: Actor,
    at: datetime,
    signatures: Signatures,
) -> dict[str, Json]:
    """The values to keep for some answers: as the form accepts them, or as they are where there is no form."""
    clean = check_values(answers)
    gate = session.runtime.forms
    if form is None or gate is None:
        return clean
    return dict(gate.accept(form, clean, variables, actor=actor, now=at, signatures=signatures))


def _binding(element: Element | None) -> str:
    return "" if element is None else element.attributes.get("formRefBinding", "")
