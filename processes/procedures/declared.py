"""What the engine is told about declarations: read and checked with their folder, with functions of their own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine import Deployable, Finding
from processes.letters import templates
from processes.office import Office
from processes.procedures import checks, reading, uses
from processes.procedures.functions import functions
from processes.procedures.model import UNDECLARED, Procedure


@dataclass(frozen=True)
class Former:
    """What only the diagrams of former versions may name, while cases run on them."""

    topics: frozenset[str] = frozenset()
    functions: Callable[[Office, Procedure], Mapping[str, Callable[..., Any]]] = lambda _office, _procedure: {}


class Declared:
    """Reads the declarations of an installation."""

    def __init__(self, office: Office, former: Former | None = None) -> None:
        """Take the office, whose settings may overrule the decisions of procedures, and what is there for old cases."""
        self.office, self.former = office, former or Former()

    def read(self, files: Mapping[str, bytes]) -> Procedure:
        """The procedure of some files; `UNDECLARED` where nothing is declared, or nothing that can be read."""
        found = reading.read_files(files)
        return UNDECLARED if found is None else found.procedure

    def check(self, folder: Deployable) -> list[Finding]:
        """What is wrong with the declaration, with what the folder expects of it, and with its letters."""
        former = uses.former(folder, self.former.topics, self.former.functions(self.office, UNDECLARED))
        return [*checks.check(folder, self.office.settings), *former, *templates.check(folder.files)]

    def functions(self, declaration: Procedure) -> Mapping[str, Callable[..., Any]]:
        """`setting` and `stage_due`, and those that only former diagrams call."""
        return {**self.former.functions(self.office, declaration), **functions(self.office, declaration)}
