"""The floor: plain SpiffWorkflow, only its state saved to and loaded from one row at each step, and nothing else."""

import io
import sqlite3
import time
from typing import Any

import psycopg
from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.helpers import BpmnConverter
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from sqlalchemy.engine import make_url

from tests.bench.diagram import ANSWERS, BEGIN, plain


class ByName(BpmnConverter):
    """The specs are parsed once and kept; of a saved workflow only their name."""

    known: BpmnProcessSpec

    def to_dict(self, spec: BpmnProcessSpec) -> dict[str, str]:
        return {"name": spec.name}

    def from_dict(self, dct: dict[str, str]) -> BpmnProcessSpec:
        assert dct["name"] == self.known.name
        return self.known


class Plain:
    """Instances in one table, a transaction a step: no forms, no rights, no history, no timers looked at."""

    def __init__(self, url: str) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.parse(io.BytesIO(plain())))
        ByName.known = self.spec = parser.get_spec("bench")
        config = {**DEFAULT_CONFIG, BpmnProcessSpec: ByName}
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))
        self.database = _Sqlite(url) if url.startswith("sqlite") else _Postgresql(url)

    def start(self) -> int:
        workflow = BpmnWorkflow(self.spec)
        workflow.task_tree.set_data(**BEGIN)
        workflow.do_engine_steps()
        self.database.begin()
        number = self.database.insert(self.serializer.serialize_json(workflow))
        self.database.commit()
        return number

    def complete(self, instance: int, name: str) -> tuple[float, float]:
        """Milliseconds of wall and of CPU that it takes to complete the one task that is open."""
        wall, cpu = time.perf_counter(), time.process_time()
        self.database.begin()
        workflow = self.serializer.deserialize_json(self.database.lock(instance))
        task = next(task for task in workflow.get_tasks(manual=True) if task.state == 16)
        task.set_data(**ANSWERS[name])
        task.run()
        workflow.do_engine_steps()
        self.database.update(instance, self.serializer.serialize_json(workflow))
        self.database.commit()
        assert task.task_spec.name == name
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
