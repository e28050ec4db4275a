"""What the diagrams of an instance call their elements, and which process a call activity calls."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine import Element, InstanceItem, Process, Session, drawings, loading
from web.shell import language


@dataclass(frozen=True)
class Drawn:
    """Processes, each in its deployment."""

    processes: Mapping[str, Process]
    homes: Mapping[str, int]
    """The deployment of each."""

    def element(self, element: str, process: str | None = None) -> Element | None:
        """An element; of a process where it is known, else of the first that has it."""
        found = self.process_of(element, process)
        return found.elements[element] if found else None

    def label(self, element: str | None, process: str | None = None) -> str:
        """What people call an element, in the reader's language; its id where the diagram has no words for it."""
        found = self.process_of(element, process) if element else None
        return self.name(found.elements[element or ""], found) if found else element or ""

    def name(self, element: Element, process: Process) -> str:
        """What people call an element of a process, in the reader's language."""
        return label_of(element, self.homes.get(process.key))

    def title(self, process: Process) -> str:
        """What people call a process, in the reader's language."""
        return title_of(process, self.homes.get(process.key))

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


def drawn(session: Session, instance: InstanceItem) -> Drawn:
    """The diagrams that an instance has walked through and those deployed with them, from memory as a rule."""
    found = drawings.drawings_of(session, instance)
    return Drawn(
        {key: each.process for key, each in found.items()}, {key: each.deployment_id for key, each in found.items()}
    )


def place_label(session: Session, deployment_id: int, process: str, element: str) -> str:
    """What people call an element of a process of a deployment, in the reader's language."""
    found = loading.find_element(session, deployment_id, process, element)
    return label_of(found, deployment_id) if found else element


def process_title(session: Session, deployment_id: int, process: str) -> str:
    """What people call a process of a deployment, in the reader's language."""
    return title_of(loading.load(session, deployment_id).compiled.processes[process], deployment_id)


def label_of(element: Element, deployment_id: int | None) -> str:
    """What people call an element, in the reader's language."""
    return language.label(element.name, deployment_id) or element.event_name or element.id


def title_of(process: Process, deployment_id: int | None) -> str:
    """What people call a process, in the reader's language."""
    return language.label(process.name, deployment_id) or process.key
