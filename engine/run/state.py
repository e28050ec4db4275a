"""What a step works on: the instance that is locked, what it waited for before, and the execution in between."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.core import Execution, Waits
from engine.kinds import InstanceStatus
from engine.run.host import StepHost
from engine.session import Session
from engine.values import Actor, Called, Json


@dataclass(frozen=True)
class Locked:
    """An instance whose row is ours until the transaction ends."""

    id: int
    definition_id: int
    deployment_id: int
    process_key: str
    business_key: str | None
    status: InstanceStatus
    state: bytes
    revision: int
    called: tuple[Called, ...] = ()
    suspended: bool = False
    variables: Mapping[int, Mapping[str, Json]] | None = None
    """By scope, where they were read with the row."""


@dataclass
class Step:
    """A step between `open_step` and `finish`."""

    session: Session
    host: StepHost
    instance: Locked
    execution: Execution
    before: Waits
    """What it waited for before, as the tables have it."""
    variables: Mapping[int, Mapping[str, Json]]
    """Those before, by scope."""
    actor: Actor
    at: datetime
    reason: str | None = None
    scheduled_at: datetime | None = None
    started: bool = False
    cancelled: bool = False
    completed: int | None = None
    """The token of the task that a person completes in this step."""
    retried: int | None = None
    """The token whose incident is being retried: its job keeps its number."""
    begun: float = field(default_factory=time.monotonic)
    """When it was loaded, by a clock that only goes on."""
    ran: int = 0
    """How many engine tasks ran before it was cut and went on as this step."""
    events: list[dict[str, Any]] = field(default_factory=list)
    """Lines of the history that come before what the execution tells."""
