"""The one clock that the engine asks for the time; tests and scenarios set it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from engine.values import ZONE


class Clock(Protocol):
    """Anything that knows the time."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The time of the machine, in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self, now: datetime) -> None:
        """Start at a moment, which must be aware."""
        self.set(now)

    def now(self) -> datetime:
        """The moment it was set to, in UTC."""
        return self._now

    def set(self, now: datetime) -> None:
        """Move to a moment, forwards or backwards; ValueError when it is naive."""
        if now.tzinfo is None:
            raise ValueError("the clock needs a time with a zone")
        self._now = now.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move by a stretch of real time."""
        self._now += by


def clock_functions(clock: Clock, zone: ZoneInfo) -> dict[str, Callable[[], Any]]:
    """now() and today() of expressions, as ISO texts in the zone of the installation, and the zone itself."""

    def now() -> str:
        return clock.now().astimezone(zone).isoformat(timespec="seconds")

    def today() -> str:
        return clock.now().astimezone(zone).date().isoformat()

    return {"now": now, "today": today, ZONE: lambda: zone}
