"""What the engine uses of its core."""

from engine.core.activities import ServiceCall
from engine.core.errors import StateUnreadable, StepBroken, Stuck, WrongTime
from engine.core.execution import Execution, Host
from engine.core.reader import Compiled, ReadOptions, read

__all__ = [
    "Compiled",
    "Execution",
    "Host",
    "ReadOptions",
    "ServiceCall",
    "StateUnreadable",
    "StepBroken",
    "Stuck",
    "WrongTime",
    "read",
]
