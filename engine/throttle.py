"""Logging of what fails again and again: the first time, then seldom, and once when it is over."""

import threading
import time
from typing import Any

SECONDS = 60
"""Between two lines about the same trouble."""


class Throttle:
    """Says the same thing once a minute, with how often it was meant."""

    def __init__(self, log: Any, *, seconds: float = SECONDS) -> None:
        """Take where to log to."""
        self._log = log
        self._seconds = seconds
        self._guard = threading.Lock()
        self._said: dict[str, float] = {}
        self._silent: dict[str, int] = {}
        self._troubled = False
        """Whether a trouble was told, and not yet that it is over."""

    def warning(self, said: str, **facts: object) -> None:
        """A line about a trouble that needs no traceback."""
        times = self._times(said)
        if times is not None:
            self._log.warning(said, unsaid=times, **facts)

    def error(self, said: str, **facts: object) -> None:
        """A line with the traceback of an error that is given as `exc_info`."""
        times = self._times(said)
        if times is not None:
            self._log.error(said, unsaid=times, **facts)

    def exception(self, said: str, **facts: object) -> None:
        """A line with the traceback of the error that is being handled."""
        times = self._times(said)
        if times is not None:
            self._log.exception(said, unsaid=times, **facts)

    def over(self, said: str) -> None:
        """A line when trouble was told and there is none any more; what comes and goes again is told once a minute."""
        with self._guard:
            troubled, self._troubled = self._troubled, False
        if troubled:
            self._log.info(said)

    def _times(self, said: str) -> int | None:
        """How often it was left unsaid since the last time; None when it is too early to say it again."""
        with self._guard:
            moment = time.monotonic()
            if moment - self._said.get(said, -self._seconds) < self._seconds:
                self._silent[said] = self._silent.get(said, 0) + 1
                return None
            self._said[said], self._troubled = moment, True
            return self._silent.pop(said, 0)
