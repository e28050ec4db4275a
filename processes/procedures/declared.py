"""What the engine is told about declarations: read and checked with their folder, with functions of their own."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from engine import Change, Deployable, Finding, Session
from processes.letters import templates
from processes.office import Office
from processes.procedures import checks, clocks, reading, uses
from processes.procedures.functions import functions
from processes.procedures.model import UNDECLARED, Procedure

MOMENT, PROVISIONAL = "=now()", "=empty([])"
"""Expressions that give what a clock tells the diagram: a moment, and whether that may change."""
OPENED = {
    **dict.fromkeys(("case_no", "case_title", "customer_language"), "=string(case_no)"),
    "received_at": MOMENT,
    "same_90d": "=count([])",
}
"""What opening a case sets."""


Approve = Callable[[Session, Change], None]


@dataclass(frozen=True)
class Former:
    """What only the diagrams of former versions may name, while cases run on them."""

    topics: frozenset[str] = frozenset()
    functions: Callable[[Office, Procedure], Mapping[str, Callable[..., Any]]] = lambda _office, _procedure: {}


class Declared:
    """Reads the declarations of an installation."""

    def __init__(self, office: Office, former: Former | None = None, approve: Approve | None = None) -> None:
        """Take the office, whose settings may overrule the decisions of procedures.

        Args:
            office: whose declarations they are.
            former: what is there for old cases.
            approve: refuses versions that nobody has approved; default nothing is refused.
        """
        self.office, self.former, self._approve = office, former or Former(), approve

    def read(self, files: Mapping[str, bytes]) -> Procedure:
        """The procedure of some files; `UNDECLARED` where nothing is declared, or nothing that can be read."""
        found = reading.read_files(files)
        return UNDECLARED if found is None else found.procedure

    def readable(self, files: Mapping[str, bytes]) -> bool:
        """Whether nothing in the declaration is refused by itself."""
        found = reading.read_files(files)
        return found is None or not found.findings

    def check(self, folder: Deployable) -> list[Finding]:
        """What is wrong with the declaration, with what the folder expects of it, and with its letters."""
        former = uses.former(folder, self.former.topics, self.former.functions(self.office, UNDECLARED))
        return [*checks.check(folder, self.office.settings), *former, *templates.check(folder.files)]

    def sets(self, declaration: Procedure, topic: str) -> Mapping[str, str | None]:
        """What opening a case sets, or the moments of the clocks and what stops them."""
        found: dict[str, str | None] = {}
        if topic.startswith(clocks.CLOCKS):
            for clock in declaration.clocks:
                found |= {
                    name: PROVISIONAL if role == "provisional" else MOMENT for role, name in clock.variables.items()
                }
                found |= {clock.stops: None} if clock.stops else {}
        elif not declaration.shared:
            found |= OPENED | {name: _text(value) for name, value in declaration.start.items()}
        return found

    def registers(self, declaration: Procedure) -> Collection[str]:
        """What new cases start with."""
        return () if declaration.registration is None else (declaration.registration.process,)

    def functions(self, declaration: Procedure) -> Mapping[str, Callable[..., Any]]:
        """`setting` and `stage_due`, and those that only former diagrams call."""
        return {**self.former.functions(self.office, declaration), **functions(self.office, declaration)}

    def admit(self, session: Session, change: Change) -> None:
        """Refuse a version that nobody has approved, where the declaration of what runs asks for it."""
        if self._approve is not None:
            self._approve(session, change)


def _text(value: Any) -> str | None:
    """A value of `[start]` as a text with expressions; None for one of which nothing can be said."""
    if isinstance(value, str):
        return value
    return f"={json.dumps(value)}" if isinstance(value, bool | int | float | list) else None
