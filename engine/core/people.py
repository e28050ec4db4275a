"""What the diagram says about the task of a person, worked out when the task opens."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.core.errors import Stuck, WrongTime
from engine.core.script_engine import fill_in
from engine.core.tasks import Token
from engine.core.timers import parse_duration, parse_moment
from engine.core.variables import local_of
from engine.language.expressions import ExpressionError, compile_template
from engine.phrases import phrase
from engine.values import Element, OpenTask

USUAL_PRIORITY = 50
"""As in the engines that process owners know."""


_WORKED_OUT = ("assignee", "candidateGroups", "candidateUsers", "formKey", "formRef", "priority")
_FROM_NOW = ("dueDate", "followUpDate")


def open_task(task: Token, attributes: Mapping[str, Any]) -> OpenTask:
    """The task as it opens, with what `attributes_of` gave."""
    return OpenTask(token=task.id, local=local_of(task), **attributes)


def attributes_alike(element: Element) -> Mapping[str, Any] | None:
    """What the diagram says of all tasks of an element, where none of it is an expression or counts from now.

    None, too, where it cannot be worked out: whoever opens a task is told.
    """
    drawn = element.attributes
    texts = [element.name, *(drawn.get(name) for name in _WORKED_OUT)]
    try:
        alike = not any(map(drawn.get, _FROM_NOW)) and all(
            compile_template(text).plain is not None for text in texts if text
        )
        return attributes_of(None, element) if alike else None
    except (Stuck, ExpressionError):
        return None


def attributes_of(task: Token | None, element: Element) -> Mapping[str, Any]:
    """What the diagram says of a task; of those that are all the same without one.

    Stuck or an error of the expression when it cannot be worked out.
    """
    drawn = element.attributes
    groups = names_in(task, drawn.get("candidateGroups"))
    if not groups and element.group:
        groups = (element.group,)
    assignee = value_of(task, drawn.get("assignee"))
    return {
        "element": element.id,
        "name": str(value_of(task, element.name) or ""),
        "form_ref": text_or_none(value_of(task, drawn.get("formRef") or drawn.get("formKey"))),
        "assignee": text_or_none(assignee),
        "candidate_users": names_in(task, drawn.get("candidateUsers")),
        "candidate_groups": groups,
        "due_at": moment_of(task, "dueDate", drawn.get("dueDate")),
        "follow_up_at": moment_of(task, "followUpDate", drawn.get("followUpDate")),
        "priority": priority_of(task, drawn.get("priority")),
    }


def value_of(task: Token | None, text: str | None) -> Any:
    """The value of an attribute, None when it is not drawn."""
    return None if text is None else fill_in(task, text)


def is_nothing(value: Any) -> bool:
    """Whether an attribute is not given."""
    return value is None or value == ""


def text_or_none(value: Any) -> str | None:
    """A value as text; empty is nothing."""
    return None if is_nothing(value) else str(value)


def names_in(task: Token | None, text: str | None) -> tuple[str, ...]:
    """Names separated by commas, or a list that an expression gives."""
    value = value_of(task, text)
    if value is None:
        return ()
    found = value if isinstance(value, list) else str(value).split(",")
    return tuple(dict.fromkeys(name for name in (str(entry).strip() for entry in found if entry is not None) if name))


def moment_of(task: Token | None, name: str, text: str | None) -> datetime | None:
    """A date, a date and time, or a duration from now, in UTC."""
    value = value_of(task, text)
    if is_nothing(value):
        return None
    if not isinstance(value, str):
        raise WrongTime(text=text, reason=phrase("{name} gives {text} instead of a time", name=name, text=repr(value)))
    assert task is not None
    host = task.workflow.top_workflow.host
    if value.startswith("P"):
        return parse_duration(value).after(host.now(), host.zone)
    return parse_moment(value, host.zone)


def priority_of(task: Token | None, text: str | None) -> int:
    """A whole number."""
    value = value_of(task, text)
    if is_nothing(value):
        return USUAL_PRIORITY
    try:
        return int(str(value))
    except ValueError as error:
        raise Stuck(phrase("the priority is {value}, not a whole number", value=repr(value))) from error
