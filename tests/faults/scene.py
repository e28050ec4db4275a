"""A database on PostgreSQL, the processes that work on it, and the letters they have sent."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from cluster import Cluster
from consistency import check
from sqlalchemy import text

from engine.run import instances
from engine.values import SYSTEM
from tests.faults.stage import deploy, letters_to, open_database

Process = subprocess.Popen[str]


class Scene:
    """A database, its workers, and the letters they have sent."""

    def __init__(self, cluster: Cluster, kind: str, *diagrams: bytes, like: str = "template_kesu") -> None:
        self.cluster = cluster
        self.url = cluster.create_database(like)
        self.kind = kind
        self.folder = Path(tempfile.mkdtemp(prefix="kesu-faults-"))
        self.letters = self.folder / "letters"
        self.database = open_database(self.url, letters_to(self.letters))
        deploy(self.database, *diagrams)
        self.workers: list[Process] = []

    def work(self, count: int, seconds: float = 0.0) -> list[Process]:
        """Let so many workers begin at one moment, whose letters take so long."""
        return begin(self.prepare(count, seconds))

    def prepare(self, count: int, seconds: float = 0.0) -> list[Process]:
        """Start so many workers that wait for the word."""
        return self.launch([self.command(self.url, seconds)] * count)

    def command(self, url: str, seconds: float) -> list[str]:
        """How to start a worker that reaches the database at an address."""
        return [sys.executable, "-m", "tests.faults.worker", url, self.kind, str(self.letters), str(seconds)]

    def launch(self, commands: list[list[str]]) -> list[Process]:
        """Start processes and wait until each has said that it is ready."""
        log = (self.folder / "log").open("a")
        pipe = subprocess.PIPE
        started = [subprocess.Popen(each, stdin=pipe, stdout=pipe, stderr=log, text=True) for each in commands]
        for each in started:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n", (self.folder / "log").read_text()
        self.workers += started
        return started

    def write(self, count: int, key: str = "p", **variables: object) -> None:
        """Start so many instances, some hundred in a transaction."""
        for begin in range(0, count, 200):
            with self.database.transaction() as session:
                for _ in range(begin, min(begin + 200, count)):
                    instances.start(session, key, variables=variables, by=SYSTEM)

    def taken(self) -> int:
        """How many jobs a worker has."""
        with self.database.reading() as session:
            query = text("SELECT count(*) FROM job WHERE owner IS NOT NULL AND owner <> 'handed over'")
            return int(session.connection().execute(query).scalar_one())

    def left(self) -> int:
        """How many jobs there are."""
        with self.database.reading() as session:
            return int(session.connection().execute(text("SELECT count(*) FROM job")).scalar_one())

    def waiting(self) -> int:
        """How many timers and jobs there are."""
        with self.database.reading() as session:
            query = text("SELECT (SELECT count(*) FROM job) + (SELECT count(*) FROM timer)")
            return int(session.connection().execute(query).scalar_one())

    def end(self, *, whole: bool = True) -> list[int]:
        """Tell the workers to end; how each ended. What they leave behind must be of one piece, if they are ours."""
        for each in self.workers:
            if each.poll() is None:
                each.send_signal(signal.SIGTERM)
            if each.stdin is not None:
                each.stdin.close()
        ends = [each.wait(60) for each in self.workers]
        if whole:
            check(self.database)
        self.database.close()
        return ends


def begin(processes: list[Process]) -> list[Process]:
    """Give processes that are ready the word, all at once."""
    for each in processes:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    return processes
