"""The line of threads that want to write into one SQLite file: who comes first writes first.

SQLite lets whoever waits look again every tenth of a second. Whoever writes without a break, as a worker in a storm of
timers, has begun anew by then, and people who hand in a form wait until they are sent away.
"""

from collections import deque
from threading import Lock
from typing import Any

from engine.errors import Busy


class Line:
    """One for each file; knows which connections write."""

    def __init__(self, seconds: float) -> None:
        """Nobody writes; somebody waits so long at most."""
        self._seconds = seconds
        self._guard = Lock()
        self._waiting: deque[Lock] = deque()
        self._writes: int | None = None
        """The connection that has its turn; 0 while one is on its way to somebody who waits."""

    def wait(self, connection: Any) -> None:
        """Wait until it is the connection's turn; Busy."""
        mine = Lock()
        with self._guard:
            if self._writes is None:
                self._writes = id(connection)
                return
            mine.acquire()
            self._waiting.append(mine)
        if not mine.acquire(timeout=self._seconds):
            with self._guard:
                if mine in self._waiting:
                    self._waiting.remove(mine)
                    raise Busy
        self._writes = id(connection)

    def leave(self, connection: Any) -> None:
        """Let the next one write, if it was the connection's turn."""
        with self._guard:
            if self._writes != id(connection):
                return
            self._writes = None
            if self._waiting:
                self._writes = 0
                self._waiting.popleft().release()
