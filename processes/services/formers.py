"""What only the diagrams of former versions name: in the `former.py` of a folder, found by its name."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from engine import Call, Session
from processes import folders
from processes.office import Office
from processes.procedures.declared import Former
from processes.procedures.model import Procedure


@cache
def modules() -> tuple[ModuleType, ...]:
    """The modules, each with `INSIDE`, `OUTSIDE`, `functions(office, procedure)` and `completed(session, call)`."""
    found = (path.relative_to(folders.ROOT).parts for path in folders.below(folders.ROOT) if _has_one(path))
    return tuple(import_module(".".join(("processes", *parts, "former"))) for parts in found)


def former() -> Former:
    """All that they know, for what is told of declarations."""
    return Former(frozenset(topic for each in modules() for topic in (*each.INSIDE, *each.OUTSIDE)), _functions)


def is_former(topic: str) -> bool:
    """Whether only diagrams of former versions may name a topic."""
    return topic in former().topics


def completed(session: Session, call: Call) -> Call:
    """A call with the inputs that a former diagram leaves out."""
    for each in modules():
        call = each.completed(session, call)
    return call


def _functions(office: Office, procedure: Procedure) -> Mapping[str, Callable[..., Any]]:
    return {name: function for each in modules() for name, function in each.functions(office, procedure).items()}


def _has_one(path: Path) -> bool:
    return (path / "former.py").is_file()
