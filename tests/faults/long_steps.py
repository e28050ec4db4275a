"""Long steps on SQLite: how long anybody else's write waits meanwhile. Python: `python -m tests.faults.long_steps`."""

import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core_bpmn import bpmn, end, flow, path, script, several, start, user, xor
from sqlalchemy import select

from engine.run import instances
from engine.store.schema import DbInstance
from engine.values import SYSTEM
from engine.work.dispatch import EmbeddedDispatcher
from tests.at_once import wait_until
from tests.faults.stage import deploy, open_database

WRITER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
connection.execute("PRAGMA synchronous = FULL")
worst = 0.0
while True:
    begun = time.monotonic()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT OR REPLACE INTO lease VALUES ('writer', 'x', '2026-01-01 00:00:00')")
    connection.execute("COMMIT")
    worst = max(worst, time.monotonic() - begun)
    print(f"{worst:.3f}", flush=True)
    time.sleep(0.02)
"""
DIAGRAMS = {
    "counting loop of 9,000 rounds": bpmn(
        start(), script("count", "n = n + 1"), xor("more", default="out"), end(),
        path("start", "count", "more"), flow("more", "count", "${n < 9000}"), flow("more", "end", id_="out"),
    ),
    "10,000 scripts for 10,000 items": bpmn(
        start(), script("s", "x = 1").replace("</scriptTask>", several("rows", variable="row") + "</scriptTask>"),
        end(), path("start", "s", "end"),
    ),
    "10,000 user tasks": bpmn(
        start(), user("u", several("rows", variable="row")), end(), path("start", "u", "end"),
    ),
}  # fmt: skip


def main(size: int = 10_000) -> float:
    """Run each; the worst wait of all in seconds."""
    worst = 0.0
    for name, diagram in DIAGRAMS.items():
        waited, parts, seconds, status = _one(diagram, size)
        worst = max(worst, waited)
        print(f"{name:40} worst wait of another writer {waited:5.2f} s, {parts} steps, {seconds:5.1f} s, {status}")
    return worst


def _one(diagram: bytes, size: int) -> tuple[float, int, float, str]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kesu.db"
        database = open_database(f"sqlite:///{file}")
        deploy(database, diagram)
        dispatcher = EmbeddedDispatcher(database)
        dispatcher.start()
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE, text=True)
        begun = time.monotonic()
        with database.transaction() as session:
            variables = {"n": 0, "rows": list(range(size))}
            number = instances.start(session, "p", variables=variables, by=SYSTEM).id

        def row() -> sqlite3.Row:
            with database.reading() as session:
                query = select(DbInstance.revision, DbInstance.status).where(DbInstance.id == number)
                return session.execute(query).one()

        def quiet() -> bool:
            with database.reading() as session:
                return session.connection().exec_driver_sql("SELECT count(*) FROM job").scalar() == 0

        wait_until(quiet, 280)
        seconds = time.monotonic() - begun
        time.sleep(0.2)
        writer.kill()
        told = writer.communicate()[0].split()
        dispatcher.stop()
        found = row()
        database.close()
        return float(told[-1]), found.revision, seconds, str(found.status)


if __name__ == "__main__":
    sys.exit(main() > 3)
