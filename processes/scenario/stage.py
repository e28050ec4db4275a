"""The stage a scenario is played on: a throw-away installation with its own clock and fakes that record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine import Database, SetClock


@dataclass(frozen=True)
class Stage:
    """One throw-away installation, migrated, with the procedures deployed."""

    database: Database
    clock: SetClock
    sent: Callable[[], Mapping[str, int]]
    """How many letters of each template went out."""
    plays: str = ""
    """Which files are played, for a person."""
