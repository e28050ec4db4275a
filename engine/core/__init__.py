"""SpiffWorkflow, extended so that every diagram runs as BPMN 2.0.2 says. The only package that imports it."""

from engine.core.activities import ServiceCall
from engine.core.errors import StateUnreadable, StepBroken, Stuck, WrongTime
from engine.core.execution import MOST_ENGINE_TASKS, Execution
from engine.core.host import Host
from engine.core.moving import Obstacle, moved
from engine.core.parser.outline import outlines
from engine.core.parser.slips import as_meant
from engine.core.reader import Compiled, ReadOptions, decisions_in, processes_in, read
from engine.core.starts import first_start, next_start
from engine.core.waiting import Waits

__all__ = [
    "MOST_ENGINE_TASKS",
    "Compiled",
    "Execution",
    "Host",
    "Obstacle",
    "ReadOptions",
    "ServiceCall",
    "StateUnreadable",
    "StepBroken",
    "Stuck",
    "Waits",
    "WrongTime",
    "as_meant",
    "decisions_in",
    "first_start",
    "moved",
    "next_start",
    "outlines",
    "processes_in",
    "read",
]
