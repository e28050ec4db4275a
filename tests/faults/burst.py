"""Timers that are due at one moment: one, two and four workers beside plain loops, with the CPU of every process."""

import json
import os
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cluster import Cluster
from core_bpmn import boundary, bpmn, end, path, start, timer, user
from sqlalchemy import text

from tests.at_once import wait_until
from tests.faults.scene import Process, Scene, begin

CLOCKED = bpmn(
    start(), user("u"), boundary("t", "u", timer("${due}", "timeDate")), end(), end("late"),
    path("start", "u", "end"), path("t", "late"), key="clocked",
)  # fmt: skip
HERTZ = os.sysconf("SC_CLK_TCK")
LOOPS = {"step": "plain loop, the same steps", "thin": "plain loop, scale-out's thin step"}


@dataclass(frozen=True)
class Rate:
    """How fast it went, and what it cost."""

    a_second: float
    cpu: tuple[float, ...]
    """Milliseconds a timer, of each process."""
    server: float
    """Milliseconds a timer, of PostgreSQL."""

    def __str__(self) -> str:
        each = ", ".join(f"{value:.2f}" for value in self.cpu)
        return f"{self.a_second:4.0f} a second, CPU a timer: {each} ms, of PostgreSQL {self.server:.2f} ms"


def race(cluster: Cluster, kind: str, armed: str, count: int, workers: int) -> Rate:
    """So many timers and so many workers of a kind, on a copy of the armed database."""
    scene = Scene(cluster, kind, like=armed)
    try:
        return _timed(scene, count, scene.prepare(workers))
    finally:
        ends = scene.end()
        assert ends == [0] * workers, ends


def plain(cluster: Cluster, loop: str, armed: str, count: int, loops: int = 1) -> Rate:
    """So many timers and plain SKIP LOCKED loops, of one thread each, a transaction for each timer."""
    scene = Scene(cluster, "embedded", like=armed)
    command = [sys.executable, "-m", "tests.faults.plain_loop", scene.url, loop]
    try:
        return _timed(scene, count, scene.launch([command] * loops))
    finally:
        scene.end(whole=loop != "thin")  # the thin one takes timers and leaves the instances alone


def arm(cluster: Cluster, count: int) -> str:
    """A database with instances whose timers are all due at this moment; nobody is connected to it."""
    scene = Scene(cluster, "embedded", CLOCKED)
    scene.write(count, "clocked", due=datetime.now(UTC).isoformat())
    with scene.database.transaction() as session:
        connection = session.connection()
        connection.execute(text("CREATE TABLE thin (id bigint PRIMARY KEY, state text)"))
        connection.execute(text("CREATE TABLE thin_line (id bigserial PRIMARY KEY, thin bigint, said text)"))
        state = json.dumps({str(number): "x" * 60 for number in range(105)})
        connection.execute(text("INSERT INTO thin SELECT instance_id, :state FROM timer"), {"state": state})
    with scene.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    scene.database.close()
    return str(scene.database.url.database)


def _timed(scene: Scene, count: int, processes: list[Process]) -> Rate:
    server = _children(scene.cluster.process.pid)
    before = [_cpu(each.pid) for each in processes]
    begun = time.monotonic()
    begin(processes)
    wait_until(lambda: not scene.waiting(), 290, 0.1)
    seconds = time.monotonic() - begun
    spent = [(_cpu(each.pid) - start) * 1000 / count for each, start in zip(processes, before, strict=True)]
    served = (_children(scene.cluster.process.pid) - server) * 1000 / count
    with scene.database.reading() as session:
        done = session.connection().execute(text("SELECT count(*) FROM event WHERE kind = 'timer'")).scalar_one()
        done = done or session.connection().execute(text("SELECT count(*) / 3 FROM thin_line")).scalar_one()
    assert done == count, (done, count)
    return Rate(count / seconds, tuple(spent), served)


def _cpu(pid: int) -> float:
    """Seconds that a process has used, its ended children included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / HERTZ


def _children(pid: int) -> float:
    """Seconds that a process and its children have used."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    spent = _cpu(pid)
    for child in listed:
        try:
            spent += _cpu(int(child))
        except FileNotFoundError:  # it has just ended; its parent has its time now
            continue
    return spent


def play(cluster: Cluster, kinds: tuple[str, ...], count: int) -> None:
    """Everything, and how it compares."""
    floor, armed = {}, arm(cluster, count)
    for loop, name in LOOPS.items():
        floor[loop] = plain(cluster, loop, armed, count)
        print(f"{name:36}{count} timers: {floor[loop]}", flush=True)
    two, four = (plain(cluster, "step", armed, count, loops) for loops in (2, 4))
    for number, rate in ((2, two), (4, four)):
        print(f"{number} plain loops, the same steps{'':7}{count} timers: {rate}", flush=True)
    print(
        f"plain loops: two x {two.a_second / floor['step'].a_second:.2f} of one; "
        f"four x {four.a_second / two.a_second:.2f} of two",
        flush=True,
    )
    for kind in kinds:
        rates = []
        for workers in (1, 2, 4):
            rates.append(race(cluster, kind, armed, count, workers))
            told = f"{workers} {'worker ' if workers == 1 else 'workers'}"
            print(f"{kind:14}{told}{'':13}{count} timers: {rates[-1]}", flush=True)
        single, double, fourfold = (rate.a_second for rate in rates)
        beside = ", ".join(f"{single / rate.a_second:.2f} of a {LOOPS[loop]}" for loop, rate in floor.items())
        print(
            f"{kind:14}one worker {beside}; two x {double / single:.2f} of one; four x {fourfold / double:.2f} of two",
            flush=True,
        )
