"""The decisions of a procedure: what its declaration says, and what an installation says instead."""

from processes.procedures.model import Procedure
from processes.settings import Settings


def number(_settings: Settings, procedure: Procedure, name: str) -> int:
    """A decision that is a whole number."""
    return int(procedure.options[name].default)
