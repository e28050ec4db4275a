"""What the engine is told about declarations: read and checked with their folder, with functions of their own."""

from collections.abc import Callable, Mapping
from typing import Any

from engine import Deployable, Finding
from processes.letters import templates
from processes.office import Office
from processes.procedures import checks, reading
from processes.procedures.functions import functions
from processes.procedures.model import UNDECLARED, Procedure


class Declared:
    """Reads the declarations of an installation."""

    def __init__(self, office: Office) -> None:
        """Take the office, whose settings may overrule the decisions of procedures."""
        self.office = office

    def read(self, files: Mapping[str, bytes]) -> Procedure:
        """The procedure of some files; `UNDECLARED` where nothing is declared, or nothing that can be read."""
        found = reading.read_files(files)
        return UNDECLARED if found is None else found.procedure

    def check(self, folder: Deployable) -> list[Finding]:
        """What is wrong with the declaration, with what the folder expects of it, and with its letters."""
        return [*checks.check(folder, self.office.settings), *templates.check(folder.files)]

    def functions(self, declaration: Procedure) -> Mapping[str, Callable[..., Any]]:
        """`setting` and `stage_due`."""
        return functions(self.office, declaration)
