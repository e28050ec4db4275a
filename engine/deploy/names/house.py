"""A folder as it is looked at for the names in it: read, not checked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.core import Compiled, processes_in
from engine.loaded import FormFile
from engine.runtime import Runtime
from engine.spelling import slipped
from engine.tables.decisions import Decision
from engine.uses import FormUses, Uses
from engine.values import Process


@dataclass(frozen=True)
class House:
    """The files of a folder and what was read of them."""

    files: Mapping[str, bytes]
    compiled: Compiled
    forms: Mapping[str, FormFile]
    declaration: Any = None

    def processes(self) -> Iterator[tuple[Process, Uses]]:
        """Its processes, each with the variables that it draws."""
        for file, content in sorted(self.files.items()):
            if file.endswith(".bpmn"):
                for key, (_, uses) in processes_in(file, content).items():
                    if key in self.compiled.processes:
                        yield self.compiled.processes[key], uses


@dataclass(frozen=True)
class Street:
    """All folders that are there, the one that is checked among them."""

    runtime: Runtime
    houses: Sequence[House]

    def form(self, home: House, key: str) -> tuple[FormFile, FormUses | None] | None:
        """A form of a folder by its id; without uses where nobody can tell them.

        Under a misspelt id, which is told by itself, the one that is meant.
        """
        found = home.forms.get(key) or home.forms.get(slipped(key, home.forms))
        if found is None:
            return None
        gate = self.runtime.forms
        return found, None if gate is None else gate.uses(found.path, found.content)

    def decision(self, home: House, key: str) -> Decision | None:
        """A decision by its key, that of the own folder first; under a misspelt key likewise."""
        houses = (home, *self.houses)
        found = next((each.compiled.decisions[key] for each in houses if key in each.compiled.decisions), None)
        return found or home.compiled.decisions.get(slipped(key, home.compiled.decisions))
