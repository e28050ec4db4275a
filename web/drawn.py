"""What the diagrams of a deployment call their elements, and which process a call activity calls."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree
from sqlalchemy.orm import Session

from engine.deployments import get_resource
from engine.loading import load
from engine.values import Element, Process
from web import language

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@dataclass(frozen=True)
class Drawn:
    """The processes of a deployment."""

    deployment_id: int
    processes: Mapping[str, Process]

    def element(self, element: str, process: str | None = None) -> Element | None:
        """An element; of a process where it is known, else of the first that has it."""
        if process is not None and process in self.processes and element in self.processes[process].elements:
            return self.processes[process].elements[element]
        return next((each.elements[element] for each in self.processes.values() if element in each.elements), None)

    def label(self, element: str | None, process: str | None = None) -> str:
        """What people call an element, in the reader's language; its id where the diagram has no words for it."""
        found = self.element(element, process) if element else None
        return label_of(found) if found else element or ""

    def process_of(self, element: str) -> Process | None:
        """The process that an element is drawn in."""
        return next((each for each in self.processes.values() if element in each.elements), None)


def drawn(session: Session, deployment_id: int) -> Drawn:
    """The diagrams of a deployment, from memory as a rule."""
    return Drawn(deployment_id, load(session, deployment_id).compiled.processes)


def label_of(element: Element) -> str:
    """What people call an element, in the reader's language."""
    return language.say(" ".join(element.name.split())) or element.event_name or element.id


def calls(session: Session, deployment_id: int, process: Process) -> Mapping[str, str]:
    """The process that each call activity calls."""
    if not process.calls:
        return {}
    return _calls(get_resource(session, deployment_id, process.file), process.key)


@lru_cache(maxsize=64)
def _calls(content: bytes, key: str) -> Mapping[str, str]:
    # the file was taken at its deployment, and is read as carefully as it was then
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, parser)
    process = next((node for node in root.iter(f"{_BPMN}process") if node.get("id") == key), None)
    nodes = process.iter(f"{_BPMN}callActivity") if process is not None else ()
    return {str(node.get("id")): str(node.get("calledElement")) for node in nodes}
