"""Ours: everything that a completed task costs here: rights, variables, history, timers, one durable transaction."""

from pathlib import Path

from sqlalchemy import event

from engine.database import Database
from engine.deploy import deployments
from engine.run import instances, tasks
from engine.runtime import make_runtime
from engine.store.schema import DbInstance, DbTask
from engine.values import SYSTEM, Actor
from processes.migrations import migrate
from tests.bench.diagram import ours

LEE = Actor("lee", frozenset({"sales"}))


class Kesu:
    """An installation with the measured process deployed."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder / 'kesu.sqlite3'}"
        migrate(url)
        self.database = Database(url, make_runtime())
        with self.database.transaction() as session:
            deployments.deploy(session, "bench", {"bench.bpmn": ours()}, by=SYSTEM)
        self.statements = 0
        event.listen(self.database.engine, "before_cursor_execute", self._count)

    def start(self) -> int:
        with self.database.transaction() as session:
            return instances.start(session, "bench", by=LEE).id

    def open_task(self, instance: int) -> int:
        with self.database.reading() as session:
            task = session.query(DbTask.id).filter_by(instance_id=instance, status="open").one()
            return int(task.id)

    def complete(self, task: int, answers: dict[str, object]) -> None:
        with self.database.transaction() as session:
            tasks.complete(session, task, by=LEE, answers=answers)

    def state_bytes(self, instance: int) -> int:
        with self.database.reading() as session:
            return len(session.get_one(DbInstance, instance).state)

    def close(self) -> None:
        self.database.close()

    def _count(self, *_: object) -> None:
        self.statements += 1
