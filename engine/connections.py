"""Connections between two transactions: kept at hand, because the pool takes longer over one than a statement takes."""

from collections.abc import Mapping
from threading import Lock
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Engine

MOST_SPARE = 4
"""So many are kept at hand; the pool keeps the others, and counts these as in use."""


class Connections:
    """Those of an engine; shared by all threads."""

    def __init__(
        self,
        engine: Engine,
        beside: "Connections | None" = None,
        options: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Take what opens them, the others that lead to the same database, and what SQLAlchemy is to set on each.

        An engine with such options would listen to whatever is done on its connections.
        """
        self.engine = engine
        self._options = options
        self._all: list[Connections] = [] if beside is None else beside._all  # noqa: SLF001 - of the same kind
        self._all.append(self)
        self._spare: list[Connection] = []
        self._asking = 0
        self._lock = Lock()

    def take(self) -> Connection:
        """One that is in no transaction: the one that was given back last, which has its statements prepared."""
        with self._lock:
            if self._spare:
                return self._spare.pop()
            self._asking += 1
        try:
            return self.engine.connect().execution_options(**self._options)
        finally:
            with self._lock:
                self._asking -= 1

    def give_back(self, connection: Connection) -> None:
        """Keep one for whoever comes next; whoever waits at the pool has it from there.

        One whose commit failed is closed for good: it may be in its transaction still, and begins no other. Where one
        was lost all others may be: the pool looks after them then.
        """
        if connection.get_transaction() is not None and not connection.in_transaction():
            connection.invalidate()
        lost = connection.invalidated
        if lost:
            for each in self._all:
                each.close()
        whole = not (lost or connection.in_transaction())
        with self._lock:
            if whole and not self._asking and len(self._spare) < MOST_SPARE:
                self._spare.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Give all that are at hand to the pool."""
        with self._lock:
            spare, self._spare = self._spare, []
        for each in spare:
            each.close()
