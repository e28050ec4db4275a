"""The bare floor: SpiffWorkflow's state loaded from one row and saved to it at each step, and nothing else."""

import sqlite3
import time
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from tests.bench.spiff import Spiff

STATEMENTS = 2


class Plain:
    """Instances in one table, a transaction a step: no lists of tasks, no history, no timers that are found."""

    def __init__(self, url: str) -> None:
        self.spiff = Spiff()
        self.database = _Sqlite(url) if url.startswith("sqlite") else _Postgresql(url)

    def start(self) -> int:
        self.database.begin()
        number = self.database.insert(self.spiff.dump(self.spiff.start()))
        self.database.commit()
        return number

    def complete(self, instance: int, name: str) -> tuple[float, float]:
        """Milliseconds of wall and of CPU that it takes to complete the one task that is open."""
        wall, cpu = time.perf_counter(), time.process_time()
        self.database.begin()
        workflow = self.spiff.load(self.database.lock(instance))
        self.spiff.complete(workflow, name)
        self.database.update(instance, self.spiff.dump(workflow))
        self.database.commit()
        return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000

    def bytes_of(self, instance: int) -> int:
        """What is kept of it; its variables are in its tasks."""
        self.database.begin()
        text = self.database.lock(instance)
        self.database.commit()
        return len(text.encode())

    def close(self) -> None:
        self.database.connection.close()


class _Sqlite:
    """One table, flushed to the disk at each commit."""

    def __init__(self, url: str) -> None:
        self.connection: Any = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute("CREATE TABLE floor (id INTEGER PRIMARY KEY, state TEXT)")

    def begin(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")

    def insert(self, state: str) -> int:
        return int(self.connection.execute("INSERT INTO floor (state) VALUES (?)", (state,)).lastrowid)

    def lock(self, number: int) -> str:
        return str(self.connection.execute("SELECT state FROM floor WHERE id = ?", (number,)).fetchone()[0])

    def update(self, number: int, state: str) -> None:
        self.connection.execute("UPDATE floor SET state = ? WHERE id = ?", (state, number))

    def commit(self) -> None:
        self.connection.execute("COMMIT")


class _Postgresql:
    """The same with psycopg, which begins a transaction by itself."""

    def __init__(self, url: str) -> None:
        self.connection: Any = psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string())
        self.connection.execute("CREATE TABLE floor (id bigserial PRIMARY KEY, state text)")
        self.connection.commit()

    def begin(self) -> None:
        """Nothing: with the first statement."""

    def insert(self, state: str) -> int:
        found = self.connection.execute("INSERT INTO floor (state) VALUES (%s) RETURNING id", (state,))
        return int(found.fetchone()[0])

    def lock(self, number: int) -> str:
        found = self.connection.execute("SELECT state FROM floor WHERE id = %s FOR UPDATE", (number,))
        return str(found.fetchone()[0])

    def update(self, number: int, state: str) -> None:
        self.connection.execute("UPDATE floor SET state = %s WHERE id = %s", (state, number))

    def commit(self) -> None:
        self.connection.commit()
