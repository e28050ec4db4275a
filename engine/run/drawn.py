"""What is drawn for what waits, and the names that its properties give: of groups, people or elements."""

from collections.abc import Callable, Mapping

from engine.deploy.loading import load
from engine.language.expressions import interpolate, is_expression
from engine.session import Session
from engine.values import Element, Json, parted


def waiting_element(session: Session, deployment_id: int, process_key: str, element: str) -> Element | None:
    """The event that waits, as drawn.

    A listener of an event sub-process goes by the name of the sub-process; what is drawn for it is its start event.
    """
    process = load(session, deployment_id).compiled.processes[process_key]
    found = process.elements.get(element)
    if found is None or found.kind != "subProcess":
        return found
    inside = process.elements.values()
    return next((event for event in inside if event.parent == found.id and event.kind == "startEvent"), found)


def names_in(
    session: Session, properties: Mapping[str, str], name: str, seen: Callable[[], Mapping[str, Json]]
) -> list[str]:
    """The names in a property; a called process is told them by an expression over its inputs, seen when needed."""
    text = properties.get(name, "")
    if is_expression(text):
        text = str(interpolate(text, seen(), session.runtime.functions) or "")
    return parted(text)
