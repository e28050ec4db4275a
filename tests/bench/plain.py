"""The baseline: plain SpiffWorkflow, its state saved to and loaded from a row at each step, nothing else."""

import io
import json
import sqlite3
from pathlib import Path

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from tests.bench.diagram import plain


class Plain:
    """Instances in one table, a transaction a step: no forms, no rights, no history, no timers looked at."""

    def __init__(self, folder: Path) -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.parse(io.BytesIO(plain())))
        self.spec = parser.get_spec("bench")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
        self.connection = sqlite3.connect(folder / "plain.sqlite3", isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute("CREATE TABLE instance (id INTEGER PRIMARY KEY, state TEXT)")

    def start(self) -> int:
        workflow = BpmnWorkflow(self.spec)
        workflow.do_engine_steps()
        self.connection.execute("BEGIN IMMEDIATE")
        row = self.connection.execute("INSERT INTO instance (state) VALUES (?)", (self._dump(workflow),))
        self.connection.execute("COMMIT")
        return row.lastrowid or 0

    def complete(self, instance: int, data: dict[str, object]) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        (text,) = self.connection.execute("SELECT state FROM instance WHERE id = ?", (instance,)).fetchone()
        workflow = self.serializer.from_dict(json.loads(text))
        task = next(task for task in workflow.get_tasks(manual=True) if task.state == 16)
        task.set_data(**data)
        task.run()
        workflow.do_engine_steps()
        self.connection.execute("UPDATE instance SET state = ? WHERE id = ?", (self._dump(workflow), instance))
        self.connection.execute("COMMIT")

    def state_bytes(self, instance: int) -> int:
        (text,) = self.connection.execute("SELECT state FROM instance WHERE id = ?", (instance,)).fetchone()
        return len(text)

    def close(self) -> None:
        self.connection.close()

    def _dump(self, workflow: BpmnWorkflow) -> str:
        return json.dumps(self.serializer.to_dict(workflow))
