"""Who does the work that is due: threads of this process, with the job table as their queue."""

import sqlite3
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from engine.database import Database
from engine.errors import AnotherProcessRuns, Busy
from engine.kinds import JobKind
from engine.runtime import JobRow, Session
from engine.work import jobs, timers

log = structlog.get_logger(__name__)

ROUNDS = 1_000_000
"""More rounds of due work at one moment are taken for an endless loop."""

SWEEP_SECONDS = 20
"""So often the chores are done while somebody works in the background."""


def work_once(database: Database) -> int:
    """Do everything that is due now, in this thread, until nothing is; how many timers and jobs that were.

    Timers come in the order of their due times. With a clock that is set, this is what lets a case grow older.
    """
    done = 0
    for _ in range(ROUNDS):
        with database.reading() as session:
            anything = timers.due(session, limit=1)
        handed = 0
        if anything:
            with database.transaction() as session:
                handed = timers.hand_over_due(session)
        ran = jobs.run_due(database)
        if not handed and not ran:
            ran = sum(chore(database) for chore in database.runtime.chores)
        done += ran
        if not handed and not ran:
            return done
    raise RuntimeError("the work that is due at one moment does not end")


class EmbeddedDispatcher:
    """Looks twice a second for due timers and open jobs, also for those that a killed process left behind.

    Steps and effects outside the database have threads of their own, so that a slow mail server holds no timer.
    """

    def __init__(self, database: Database, *, interval: float = 0.5, threads: int = 4) -> None:
        """Take the database; nothing runs before `start`.

        Args:
            database: where the timers and jobs are.
            interval: seconds between two looks.
            threads: how many effects outside the database may be under way at once.
        """
        self._database = database
        self._steps = ThreadPoolExecutor(1 if _is_sqlite(database) else 2, "kesu-step")
        self._outside = ThreadPoolExecutor(threads, "kesu-outside")
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_job(self.tick, "interval", seconds=interval, max_instances=1, coalesce=True)
        self._scheduler.add_job(self.sweep, "interval", seconds=SWEEP_SECONDS, max_instances=1, coalesce=True)
        self._guard = threading.Lock()
        self._running: set[int] = set()
        self._busy: set[int] = set()
        self._stopped = threading.Event()
        self._file_lock: sqlite3.Connection | None = None

    def hand_over(self, session: Session, jobs: Sequence[JobRow]) -> None:
        """Nothing: the rows are found at the next look."""

    def start(self) -> None:
        """Begin to work in the background; AnotherProcessRuns when one does so on the same SQLite file."""
        if _is_sqlite(self._database):
            self._file_lock = lock_file(str(self._database.url.database))
        self._scheduler.start()

    def run(self) -> None:
        """Work until `stop` is called from elsewhere."""
        self.start()
        self._stopped.wait()

    def stop(self) -> None:
        """Finish what is under way and begin nothing new."""
        self._scheduler.shutdown()
        self._steps.shutdown()
        self._outside.shutdown()
        if self._file_lock is not None:
            self._file_lock.close()
        self._stopped.set()

    def tick(self) -> None:
        """One look: due timers become jobs, jobs that are due go to the threads, one at a time for each instance."""
        try:
            with self._database.reading() as session:
                anything = timers.due(session, limit=1)
            if anything:
                with self._database.transaction() as session:
                    timers.hand_over_due(session)
            with self._database.reading() as session:
                found = jobs.due_jobs(session)
        except Busy:
            return
        except Exception:
            log.exception("looking for due work failed")
            return
        for job_id, instance_id, kind in found:
            if kind is JobKind.SERVICE:
                self._submit(self._outside, job_id, None)
            else:
                self._submit(self._steps, job_id, instance_id)

    def sweep(self) -> None:
        """Do the chores once; what goes wrong is logged and tried again at the next time."""
        for chore in self._database.runtime.chores:
            try:
                chore(self._database)
            except Busy:
                continue
            except Exception:
                log.exception("a chore failed", chore=getattr(chore, "__name__", str(chore)))

    def _submit(self, pool: ThreadPoolExecutor, job_id: int, instance_id: int | None) -> None:
        with self._guard:
            if job_id in self._running or instance_id in self._busy:
                return
            self._running.add(job_id)
            if instance_id is not None:
                self._busy.add(instance_id)
        pool.submit(self._work, job_id, instance_id)

    def _work(self, job_id: int, instance_id: int | None) -> None:
        try:
            jobs.run_job(self._database, job_id)
        except Exception:
            log.exception("a job could not even be counted as failed", job=job_id)
        finally:
            with self._guard:
                self._running.discard(job_id)
                if instance_id is not None:
                    self._busy.discard(instance_id)


def lock_file(path: str) -> sqlite3.Connection:
    """Hold a lock beside a database until the connection is closed or the process dies; AnotherProcessRuns if taken.

    SQLite itself holds it, on an empty file, because that works alike on every platform.
    """
    connection = sqlite3.connect(f"{path}-worker", timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        connection.close()
        raise AnotherProcessRuns(path=path) from None
    return connection


def _is_sqlite(database: Database) -> bool:
    return database.engine.dialect.name == "sqlite"
