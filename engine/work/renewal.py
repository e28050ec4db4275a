"""What a worker has taken stays its own for as long as it says that it is still at it."""

import time
from collections.abc import Callable, Collection
from contextlib import suppress

from engine.database import Database
from engine.errors import Passing
from engine.work import leases

RENEW_SECONDS = 3
"""So often a worker says that it is still at its jobs."""

LATE_SECONDS = 7
"""Whoever could not say so for so long says it before anything is taken: the database was away, and leases are over."""


class Renewal:
    """Says so for one worker, by the clock and, when that is late, before anything new is taken."""

    def __init__(self, database: Database, owners: Callable[[], Collection[str]]) -> None:
        """Take the database, and what tells under which names the worker has taken something."""
        self._database = database
        self._owners = owners
        self.last = time.monotonic()
        """When it was last said, or found that there was nothing to say."""

    def renew(self) -> None:
        """Say that what was taken is still being done; when that fails, it is tried again in a moment."""
        owners = self._owners()
        with suppress(Passing):
            if owners or leases.does_for_all():
                with self._database.transaction() as session:
                    leases.renew(session, owners)
            self.last = time.monotonic()

    def renew_late(self) -> None:
        """Say it where it was not said for long."""
        if time.monotonic() - self.last > LATE_SECONDS:
            self.renew()
