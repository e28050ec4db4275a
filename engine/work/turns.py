"""Turns: one thread of a process works at a time, and whoever works long at one thing lets the next one begin."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

SLOW_SECONDS = 0.3
"""A step that takes longer does not hold up the next one, where there is a thread to spare."""


class Turns:
    """Whose turn it is: Python runs one thread at a time, and a second one that only waits for it costs both."""

    def __init__(self) -> None:
        """Begin with nobody's."""
        self._free = threading.Semaphore()
        self._guard = threading.Lock()
        self._begun: float | None = None
        self._holder: object = None

    @contextmanager
    def taken(self) -> Iterator[object]:
        """Wait for the turn and have it; the mark by which `keep` and `give` know whose it is."""
        self._free.acquire()
        mark = object()
        with self._guard:
            self._holder, self._begun = mark, time.monotonic()
        try:
            yield mark
        finally:
            self.give(mark)

    def keep(self, mark: object) -> bool:
        """Begin with the next thing; False when the turn was lost over the one before."""
        with self._guard:
            if self._holder is mark:
                self._begun = time.monotonic()
            return self._holder is mark

    def give(self, mark: object) -> None:
        """Let the next one have the turn, if it was not lost already."""
        with self._guard:
            if self._holder is mark:
                self._holder = self._begun = None
                self._free.release()

    def pass_the_slow(self) -> None:
        """Let the next one begin beside whoever has been at one thing for long."""
        with self._guard:
            slow = self._begun is not None and time.monotonic() - self._begun > SLOW_SECONDS
            mark = self._holder
        if slow:
            self.give(mark)
