"""SpiffWorkflow, extended so that every diagram runs as BPMN 2.0.2 says. The only package that imports it."""

from engine.core.api import (
    Compiled,
    Execution,
    Host,
    ReadOptions,
    ServiceCall,
    StateUnreadable,
    StepBroken,
    Stuck,
    WrongTime,
    first_start,
    next_start,
    read,
)

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
    "first_start",
    "next_start",
    "read",
]
