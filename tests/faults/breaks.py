"""Connections that break under load, at any moment and between a commit and its answer; servers that crash or only read."""

import asyncio
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cluster import Cluster
from core_bpmn import bpmn, end, path, service, start
from sqlalchemy import text

from engine.errors import Passing
from tests.at_once import wait_until
from tests.faults.burst import CLOCKED
from tests.faults.scene import Scene
from tests.faults.stage import sent

MAIL = bpmn(start(), service("s", topic="mail"), end(), path("start", "s", "end"))
LETTERS, TIMERS = 300, 1000


def terminated(cluster: Cluster, kind: str) -> str:
    """For ten seconds some connection or other is ended by the server, twenty times a second."""
    scene = _prepare(cluster, kind)
    scene.work(2, seconds=0.02)
    name, until, ended = scene.database.url.database, time.monotonic() + 10, 0
    one = f"SELECT pid FROM pg_stat_activity WHERE datname = '{name}' ORDER BY random() LIMIT 1"
    while time.monotonic() < until:
        ended += len(cluster.admin.execute(f"SELECT pg_terminate_backend(pid) FROM ({one}) AS one").fetchall())
        time.sleep(0.05)
    return f"{ended} connections ended by the server: {settled(scene)}"


def unanswered(cluster: Cluster, kind: str) -> str:
    """Of each seventeenth commit the answer never comes: it is done, and nobody knows."""
    scene = _prepare(cluster, kind)
    cutting = _Cutting(cluster.folder / ".s.PGSQL.5432", 17)
    scene.url = f"postgresql+psycopg://kesu@127.0.0.1:{cutting.port}/{scene.database.url.database}"
    scene.work(2, seconds=0.01)
    told = settled(scene)
    cutting.stop()
    return f"{cutting.cut} commits whose answer was lost: {told}"


def exchanged(cluster: Cluster, kind: str) -> str:
    """The server crashes twice, then only reads, then is away."""
    scene = _prepare(cluster, kind)
    scene.work(2, seconds=0.02)
    for _ in range(2):
        time.sleep(2)
        cluster.restart(signal.SIGQUIT)
    name = scene.database.url.database
    everybody = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    for change in ("SET default_transaction_read_only = on", "RESET default_transaction_read_only"):
        cluster.admin.execute(f"ALTER DATABASE {name} {change}")
        cluster.admin.execute(everybody)
        time.sleep(5)
    cluster.restart(seconds=8)
    return f"the server crashed twice, only read for 5 s, was away for 8: {settled(scene, once=False)}"


def _prepare(cluster: Cluster, kind: str) -> Scene:
    scene = Scene(cluster, kind, MAIL, CLOCKED)
    scene.write(TIMERS, "clocked", due=(datetime.now(UTC) + timedelta(seconds=2)).isoformat())
    scene.write(LETTERS)
    scene.database.close()
    return scene


def settled(scene: Scene, letters: int = LETTERS, timers: int = TIMERS, *, once: bool = True) -> str:
    """Wait until nothing is left: each timer has fired once, nothing counts as failed, how often each letter came.

    A letter may come twice where the server is away for longer than a lease: it had left and could not be written down.
    """
    wait_until(partial(_left, scene.waiting), 120, 0.2)
    keys = Counter(sent(scene.letters))
    query = "SELECT count(*) FROM event WHERE kind = '{}'"
    with scene.database.reading() as session:
        fired, failed = (
            session.connection().execute(text(query.format(each))).scalar_one() for each in ("timer", "job_failed")
        )
    ends = scene.end()
    twice = keys.total() - len(keys)
    found = len(keys), fired, failed, ends
    assert found == (letters, timers, 0, [0, 0]), found
    assert not (once and twice), twice
    return f"{letters} letters, {twice} of them twice, and {timers} timers, each once, none counted as failed"


def _left(look: Callable[[], int]) -> bool:
    try:
        return look() == 0
    except Passing:
        return False


class _Cutting:
    """Stands between workers and server, and cuts off the answer to each so many commits."""

    def __init__(self, server: Path, each: int) -> None:
        """Begin at a free port."""
        self.cut = 0
        self._server, self._each, self._commits = server, each, 0
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._loop.run_until_complete(asyncio.start_server(self._forward, "127.0.0.1", self.port))
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, with all that it forwards."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    async def _forward(self, client: asyncio.StreamReader, answering: asyncio.StreamWriter) -> None:
        try:
            server, asking = await asyncio.open_unix_connection(self._server)
        except OSError:
            answering.close()
            return
        lost = asyncio.Event()

        async def ask() -> None:
            while data := await client.read(65536):
                if b"COMMIT\0" in data:
                    self._commits += 1
                    if self._commits % self._each == 0:
                        lost.set()
                asking.write(data)
            asking.close()

        async def answer() -> None:
            while data := await server.read(65536):
                if lost.is_set():
                    self.cut += 1
                    answering.transport.abort()
                    asking.close()
                    return
                answering.write(data)
            answering.close()

        await asyncio.gather(ask(), answer(), return_exceptions=True)


ACTS = {"terminated": terminated, "unanswered": unanswered, "exchanged": exchanged}
