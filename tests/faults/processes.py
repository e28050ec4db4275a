"""Several real processes on one PostgreSQL: killed, frozen, ended, and the server restarted under them.

`python -m tests.faults.processes [LETTERS] [TIMERS]`; what is printed stands in docs/scale.md.
"""

import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cluster import Cluster, find_binaries
from core_bpmn import boundary, bpmn, end, path, service, start, timer, user
from sqlalchemy import text

from engine.run import instances
from engine.values import SYSTEM
from tests.faults.stage import deploy, letters_to, open_database, sent, wait_until

MAIL = bpmn(start(), service("s", topic="mail"), end(), path("start", "s", "end"))
CLOCKED = bpmn(
    start(), user("u"), boundary("t", "u", timer("${due}", "timeDate")), end(), end("late"),
    path("start", "u", "end"), path("t", "late"), key="clocked",
)  # fmt: skip


class Scene:
    """A database, its workers, and the letters they have sent."""

    def __init__(self, cluster: Cluster, kind: str) -> None:
        self.url = cluster.create_database()
        self.kind = kind
        self.folder = Path(tempfile.mkdtemp(prefix="kesu-faults-"))
        self.letters = self.folder / "letters"
        self.database = open_database(self.url, letters_to(self.letters))
        deploy(self.database, MAIL, CLOCKED)
        self.workers: list[subprocess.Popen[str]] = []

    def work(self, count: int, seconds: float = 0.0) -> list[subprocess.Popen[str]]:
        """Start so many workers, whose letters take so long."""
        command = [sys.executable, "-m", "tests.faults.worker", self.url, self.kind, str(self.letters), str(seconds)]
        started = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=(self.folder / "log").open("a"), text=True)
            for _ in range(count)
        ]
        for each in started:
            assert each.stdout is not None
            assert each.stdout.readline() == "works\n"
        self.workers += started
        return started

    def write(self, count: int, key: str = "p", **variables: object) -> None:
        """Start so many instances, some hundred in a transaction."""
        for begin in range(0, count, 200):
            with self.database.transaction() as session:
                for _ in range(begin, min(begin + 200, count)):
                    instances.start(session, key, variables=variables, by=SYSTEM)

    def left(self) -> int:
        """How many jobs there are."""
        with self.database.reading() as session:
            return int(session.connection().execute(text("SELECT count(*) FROM job")).scalar_one())

    def waiting(self) -> int:
        """How many timers and jobs there are."""
        with self.database.reading() as session:
            query = text("SELECT (SELECT count(*) FROM job) + (SELECT count(*) FROM timer)")
            return int(session.connection().execute(query).scalar_one())

    def end(self) -> list[int]:
        """Tell the workers to end; how each ended."""
        for each in self.workers:
            if each.poll() is None:
                each.send_signal(signal.SIGTERM)
        ends = [each.wait(60) for each in self.workers]
        self.database.close()
        return ends


def letters(cluster: Cluster, kind: str, count: int) -> str:
    """Two workers and many letters: each once."""
    scene = Scene(cluster, kind)
    scene.write(count)
    begun = time.monotonic()
    scene.work(2)
    wait_until(lambda: not scene.left(), 240)
    seconds = time.monotonic() - begun
    keys, by = Counter(sent(scene.letters)), len(set(_by(scene.letters)))
    ends = scene.end()
    assert (len(keys), max(keys.values()), ends) == (count, 1, [0, 0]), (len(keys), max(keys.values()), ends)
    return f"{count} letters, two workers: {len(keys)} sent, 0 twice, by {by} workers, {count / seconds:.0f} a second"


def killed(cluster: Cluster, kind: str) -> str:
    """A worker that is killed in the middle of its letters: the other one has them within 15 seconds."""
    scene = Scene(cluster, kind)
    scene.write(8)
    (first,) = scene.work(1, seconds=120)  # it will not come back from its letters
    wait_until(lambda: _taken(scene) >= 4)
    first.kill()
    gone = time.monotonic()
    scene.work(1)
    wait_until(lambda: not scene.left(), 60)
    seconds = time.monotonic() - gone
    keys = Counter(sent(scene.letters))
    scene.end()
    assert (len(keys), max(keys.values())) == (8, 1)
    assert seconds < 15 + 3, seconds  # the second one had to start
    return f"SIGKILL in the middle: all 8 letters sent, 0 twice, done {seconds:.1f} s after it (start of the other included)"


def frozen(cluster: Cluster, kind: str) -> str:
    """A worker that is frozen before its letters leave, past its lease: it sends and writes nothing when it wakes."""
    scene = Scene(cluster, kind)
    scene.write(4)
    (first,) = scene.work(1, seconds=3)
    wait_until(lambda: _taken(scene) >= 4)
    first.send_signal(signal.SIGSTOP)
    stopped = time.monotonic()
    scene.work(1)
    wait_until(lambda: not scene.left(), 60)
    seconds = time.monotonic() - stopped
    first.send_signal(signal.SIGCONT)
    time.sleep(6)
    keys = Counter(sent(scene.letters))
    ends = scene.end()
    assert (len(keys), max(keys.values())) == (4, 1), keys
    return f"SIGSTOP past the lease: 4 letters sent once each by the other, {seconds:.1f} s; woken, it sent nothing, ends {ends}"


def restarted(cluster: Cluster, kind: str) -> str:
    """The server is restarted under load: nothing is lost."""
    scene = Scene(cluster, kind)
    scene.write(400)
    scene.work(2, seconds=0.02)
    wait_until(lambda: len(sent(scene.letters)) > 50)
    scene.database.close()
    cluster.restart()
    scene.database.close()
    wait_until(lambda: not _try(scene.left), 120)
    keys = Counter(sent(scene.letters))
    scene.end()
    twice = sum(count - 1 for count in keys.values())
    assert len(keys) == 400
    return f"PostgreSQL restarted under load: 400 letters sent, {twice} twice"


def timers(cluster: Cluster, kind: str, count: int, workers: int) -> tuple[str, float]:
    """Many timers due at one moment."""
    scene = Scene(cluster, kind)
    due = datetime.now(UTC) + timedelta(seconds=15 + count / 50)
    scene.write(count, "clocked", due=due.isoformat())
    assert datetime.now(UTC) < due, "the machine is too slow to write them before they are due"
    scene.work(workers)
    time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
    begun = time.monotonic()
    wait_until(lambda: not scene.waiting(), 290)
    rate = count / (time.monotonic() - begun)
    with scene.database.reading() as session:
        fired = session.connection().execute(text("SELECT count(*) FROM event WHERE kind = 'timer'")).scalar_one()
    scene.end()
    assert fired == count
    return f"{count} timers due at once, {workers} workers: {fired} fired, {rate:.0f} a second", rate


def _taken(scene: Scene) -> int:
    with scene.database.reading() as session:
        query = text("SELECT count(*) FROM job WHERE owner IS NOT NULL AND owner <> 'handed over'")
        return int(session.connection().execute(query).scalar_one())


def _by(file: Path) -> list[str]:
    return [line.partition('"by":')[2] for line in file.read_text().splitlines()]


def _try(look) -> int:  # type: ignore[no-untyped-def] # any look that may fail
    try:
        return int(look())
    except Exception:  # noqa: BLE001 - the server is away
        return 1


def main(count: int = 1000, due: int = 2000) -> int:
    """Everything with both dispatchers."""
    binaries = find_binaries()
    assert binaries is not None, "PostgreSQL is not installed"
    cluster = Cluster(binaries)
    try:
        from processes.migrations import migrate

        cluster.create_template(migrate)
        for kind in ("embedded", "procrastinate"):
            for act in (
                lambda kind=kind: letters(cluster, kind, count),
                lambda kind=kind: killed(cluster, kind),
                lambda kind=kind: frozen(cluster, kind),
                lambda kind=kind: restarted(cluster, kind),
            ):
                print(f"{kind:14}{act()}", flush=True)
            rates = []
            for workers in (1, 2, 4):
                said, rate = timers(cluster, kind, due, workers)
                rates.append(rate)
                print(f"{kind:14}{said}", flush=True)
            print(f"{kind:14}two workers x {rates[1] / rates[0]:.2f}, four x {rates[2] / rates[0]:.2f}", flush=True)
    finally:
        cluster.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
