"""The thin floor: what any engine has to write of a step so that lists, timers and a history can be asked for.

One transaction with six statements: the instance is locked and its state updated, the task that is done and the one
that opens, the timers, the history. Tables with the indexes that lists and looking for due timers need; no foreign
keys, no forms, no rights, no variables, nothing that is asked for again.
"""

import re
import sqlite3
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

import orjson
import psycopg
from SpiffWorkflow.util.task import TaskState
from sqlalchemy.engine import make_url

from tests.bench.diagram import ANSWERS
from tests.bench.spiff import Moved, Spiff, moved, states

STATEMENTS = 6

TABLES = (
    "CREATE TABLE instance (id {id}, status text, state text, started_at {time}, ended_at {time})",
    "CREATE INDEX instance_listed ON instance (status, id)",
    (
        "CREATE TABLE task (id {id}, instance_id bigint, token text, element text, name text, unit text, status text, "
        "opened_at {time}, ended_at {time}, ended_by text)"
    ),
    "CREATE INDEX task_token ON task (instance_id, token)",
    "CREATE INDEX task_listed ON task (unit, opened_at, id) WHERE status = 'open'",
    "CREATE TABLE timer (id {id}, instance_id bigint, token text, element text, due_at {time})",
    "CREATE INDEX timer_token ON timer (instance_id, token)",
    "CREATE INDEX timer_due ON timer (due_at, id)",
    "CREATE TABLE event (id {id}, instance_id bigint, at {time}, kind text, element text, actor text, data text)",
    "CREATE INDEX event_of ON event (instance_id, id)",
)
START = "INSERT INTO instance (status, state, started_at) VALUES (?, ?, ?) RETURNING id"
LOCK = "SELECT state FROM instance WHERE id = ?"
SAVE = "UPDATE instance SET state = ?, status = ?, ended_at = ? WHERE id = ?"
END = "UPDATE task SET status = 'done', ended_at = ?, ended_by = ? WHERE instance_id = ? AND token = ?"
OPEN = "INSERT INTO task (instance_id, token, element, name, unit, status, opened_at) VALUES (?, ?, ?, ?, ?, 'open', ?)"
ARM = "INSERT INTO timer (instance_id, token, element, due_at) VALUES (?, ?, ?, ?)"
DISARM = "DELETE FROM timer WHERE instance_id = ? AND token = ?"
TELL = "INSERT INTO event (instance_id, at, kind, element, actor, data) VALUES (?, ?, ?, ?, ?, ?)"
KINDS = {
    TaskState.READY: "opened",
    TaskState.WAITING: "armed",
    TaskState.COMPLETED: "left",
    TaskState.CANCELLED: "cancelled",
}
TASKS = frozenset(ANSWERS)


class Thin:
    """The same process with its tasks, timers and history in tables."""

    def __init__(self, url: str) -> None:
        self.spiff = Spiff()
        self.database = _Sqlite(url) if url.startswith("sqlite") else _Postgresql(url)

    def start(self) -> int:
        workflow, at = self.spiff.start(), self.database.moment()
        self.database.begin()
        number = int(self.database.run(START, ("open", self.spiff.dump(workflow), at)).fetchone()[0])
        self._write(number, moved(workflow, {}), at, {})
        self.database.commit()
        return number

    def complete(self, instance: int, name: str) -> tuple[float, float]:
        """Milliseconds of wall and of CPU that it takes to complete the one task that is open."""
        wall, cpu = time.perf_counter(), time.process_time()
        self.database.begin()
        workflow = self.spiff.load(self.database.lock(LOCK, (instance,)).fetchone()[0])
        before = states(workflow)
        self.spiff.complete(workflow, name)
        at, over = self.database.moment(), workflow.is_completed()
        status, ended = ("ended", at) if over else ("open", None)
        self.database.run(SAVE, (self.spiff.dump(workflow), status, ended, instance))
        self._write(instance, moved(workflow, before), at, {name: ANSWERS[name]})
        self.database.commit()
        return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000

    def _write(self, instance: int, changed: Sequence[Moved], at: Any, answers: dict[str, Any]) -> None:
        for each in changed:
            if each.element in TASKS and each.state == TaskState.COMPLETED:
                self.database.run(END, (at, "lee", instance, each.token))
            elif each.element in TASKS:
                self.database.run(OPEN, (instance, each.token, each.element, each.name, "sales", at))
        armed = [(instance, each.token, each.element, each.due) for each in changed if each.state == TaskState.WAITING]
        gone = [(instance, each.token) for each in changed if each.state == TaskState.CANCELLED]
        told = [
            (instance, at, KINDS[each.state], each.element, "lee", _data(answers.get(each.element))) for each in changed
        ]
        for sql, rows in ((ARM, armed), (DISARM, gone), (TELL, told)):
            if rows:
                self.database.run_each(sql, rows)

    def close(self) -> None:
        self.database.connection.close()


def _data(answers: Any) -> str | None:
    return None if answers is None else orjson.dumps(answers).decode()


class _Sqlite:
    """Flushed to the disk at each commit."""

    def __init__(self, url: str) -> None:
        self.connection: Any = sqlite3.connect(make_url(url).database or "", isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        for table in TABLES:
            self.connection.execute(table.format(id="integer PRIMARY KEY", time="text"))
        self.lock = self.run = self.connection.execute
        self.run_each = self.connection.executemany

    def moment(self) -> str:
        return datetime.now(UTC).isoformat()

    def begin(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.connection.execute("COMMIT")


class _Postgresql:
    """The same with psycopg, which begins a transaction by itself and prepares what it runs often."""

    def __init__(self, url: str) -> None:
        self.connection: Any = psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string())
        self.cursor = psycopg.RawCursor(self.connection)
        for table in TABLES:
            self.connection.execute(table.format(id="bigserial PRIMARY KEY", time="timestamptz"))
        self.connection.commit()

    def moment(self) -> datetime:
        return datetime.now(UTC)

    def begin(self) -> None:
        """Nothing: with the first statement."""

    def lock(self, sql: str, values: Sequence[Any]) -> Any:
        return self.run(f"{sql} FOR UPDATE", values)

    def run(self, sql: str, values: Sequence[Any]) -> Any:
        return self.cursor.execute(_numbered(sql), values)

    def run_each(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Several new rows in one statement, which takes less than a third of the time of psycopg's executemany."""
        if len(rows) > 1 and sql.startswith("INSERT"):
            self.cursor.execute(_longer(sql, len(rows)), [value for row in rows for value in row])
        else:
            self.cursor.executemany(_numbered(sql), rows)

    def commit(self) -> None:
        self.connection.commit()


@cache
def _numbered(sql: str) -> str:
    numbers = count(1)
    return re.sub(r"\?", lambda _: f"${next(numbers)}", sql)


@cache
def _longer(sql: str, rows: int) -> str:
    head, values = sql.split(" VALUES ")
    return _numbered(f"{head} VALUES {', '.join([values] * rows)}")
