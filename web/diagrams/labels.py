"""What the diagrams of a deployment call their elements, and which process a call activity calls."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine import Element, Process, Session, loading
from web.shell import language


@dataclass(frozen=True)
class Drawn:
    """The processes of a deployment."""

    deployment_id: int
    processes: Mapping[str, Process]

    def element(self, element: str, process: str | None = None) -> Element | None:
        """An element; of a process where it is known, else of the first that has it."""
        found = self.process_of(element, process)
        return found.elements[element] if found else None

    def label(self, element: str | None, process: str | None = None) -> str:
        """What people call an element, in the reader's language; its id where the diagram has no words for it."""
        found = self.element(element, process) if element else None
        return label_of(found) if found else element or ""

    def process_of(self, element: str, process: str | None = None) -> Process | None:
        """The process that an element is drawn in: the given one if it has it, else the first."""
        known = self.processes.get(process or "")
        if known is not None and element in known.elements:
            return known
        return next((each for each in self.processes.values() if element in each.elements), None)

    def called(self, element: str, process: str) -> Process | None:
        """The process that a call activity calls, where the deployment has it."""
        found = self.processes[process].elements.get(element) if process in self.processes else None
        return self.processes.get(found.called or "") if found else None

    def leads_to(self, element: str, process: str, wanted: str) -> bool:
        """Whether a call activity calls a process, itself or through those that it calls."""
        todo, seen = [self.called(element, process)], set()
        while todo:
            called = todo.pop()
            if called is None or called.key in seen:
                continue
            if called.key == wanted:
                return True
            seen.add(called.key)
            todo += [self.processes.get(key) for key in called.calls]
        return False


def drawn(session: Session, deployment_id: int) -> Drawn:
    """The diagrams of a deployment, from memory as a rule."""
    return Drawn(deployment_id, loading.load(session, deployment_id).compiled.processes)


def label_of(element: Element) -> str:
    """What people call an element, in the reader's language."""
    return language.label(element.name) or element.event_name or element.id


def title_of(process: Process) -> str:
    """What people call a process, in the reader's language."""
    return language.label(process.name) or process.key
