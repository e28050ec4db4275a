"""Who does the work that is due: timers and jobs, in threads of this process."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class JobRow:
    """A job as it is handed over: its number and the instance it belongs to, if any."""

    id: int
    instance_id: int | None
    kind: str


class Dispatcher(Protocol):
    """The seam to whatever runs jobs; our tables keep the truth, it only keeps the order of work."""

    def hand_over(self, session: Session, jobs: Sequence[JobRow]) -> None:
        """Take new jobs within the step's transaction."""

    def run(self) -> None:
        """Work until stopped."""
