"""A job as it is picked up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.kinds import JobKind


@dataclass(frozen=True)
class Work:
    """A job as it is picked up."""

    id: int
    kind: JobKind
    instance_id: int | None
    definition_id: int | None
    token: int | None
    process_key: str | None
    element: str | None
    topic: str | None
    payload: Mapping[str, Any]
    due_at: datetime
    attempts: int
    retries: str | None
    queue: str
    allowance: int
    created_at: datetime
    owner: str | None
    """Who has taken it; None for one that is done in the very transaction that looks whether it is free."""
