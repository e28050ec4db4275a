"""Who does the work that is due: threads of this process, with the job table as their queue."""

import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from engine.database import Database
from engine.errors import AnotherProcessRuns, Passing
from engine.seams import JobRow
from engine.session import Session
from engine.throttle import Throttle
from engine.work import jobs, leases, timers
from engine.work.inspection import PAUSE_SECONDS, Inspection
from engine.work.model import Work
from engine.work.renewal import RENEW_SECONDS, Renewal
from engine.work.steady import Each, Steady
from engine.work.turns import SLOW_SECONDS

log = structlog.get_logger(__name__)
logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that a look waits for the one before is nothing to tell

ROUNDS = 1_000_000
"""More rounds of due work at one moment are taken for an endless loop."""

SWEEP_SECONDS = 20
"""So often the chores are done while somebody works in the background."""

AHEAD, MOST_AHEAD = 20, 80
"""So many steps a worker takes at a time: taking costs a commit, and what is taken the others cannot do."""

APART = timedelta(seconds=10)
"""So far apart the clocks of two machines may be without a word."""

QUICK_SECONDS = 0.5
"""Who has done within this what was taken takes twice as many the next time."""


def work_once(database: Database, *, chores: bool = True) -> int:
    """Do everything that is due now, in this thread, until nothing is; how many timers and jobs that were.

    Timers come in the order of their due times. With a clock that is set, this is what lets a case grow older.

    Args:
        database: where the timers and jobs are.
        chores: whether the chores are done, too, when nothing else is left.
    """
    done = 0
    for _ in range(ROUNDS):
        handed = hand_over_timers(database)
        ran = jobs.run_due(database)
        if chores and not handed and not ran:
            ran = sum(chore(database) for chore in database.runtime.chores)
        done += ran
        if not handed and not ran:
            return done
    raise RuntimeError("the work that is due at one moment does not end")


@contextmanager
def looking(quiet: Throttle) -> Iterator[None]:
    """One look for due work: what goes wrong is logged, and looked for again in a moment."""
    try:
        yield
    except Passing as error:
        quiet.warning("the database is away", error=str(error))
    except Exception:  # noqa: BLE001 - logged
        quiet.exception("looking for due work failed")
    else:
        quiet.over("the database is there again")


def hand_over_timers(database: Database) -> int:
    """Turn a batch of due timers into jobs, and write nothing when none is; how many there were."""
    with database.reading() as session:
        anything = timers.due(session, limit=1)
    if not anything:
        return 0
    with database.transaction() as session:
        return timers.hand_over_due(session)


def do_chores(database: Database, quiet: Throttle) -> None:
    """Do the chores once, and compare the clocks; what goes wrong is logged."""
    for chore in database.runtime.chores:
        try:
            chore(database)
        except Passing:
            continue
        except Exception:
            log.exception("a chore failed", chore=getattr(chore, "__name__", str(chore)))
    compare_clocks(database, quiet)


def compare_clocks(database: Database, quiet: Throttle) -> None:
    """Say so when the clock of this machine is not that of the database: timers are due by this one, leases by that."""
    if _is_sqlite(database):
        return
    with suppress(Passing), database.reading() as session:
        begun = datetime.now(UTC)
        there = session.connection().exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        here = datetime.now(UTC)
        ahead = here - there if there < here else begun - there
        if there < begun - APART or there > here + APART:
            said = "the clocks of this machine and of the database differ: what is due here is early or late by as much"
            quiet.warning(said, seconds=round(ahead.total_seconds()))


class EmbeddedDispatcher:
    """Looks twice a second for due timers and open jobs, also for those that a lost worker has left behind.

    Steps and effects outside the database have threads of their own, so that a slow mail server holds no timer. What
    is taken is leased: any number of processes may do this on one PostgreSQL.
    """

    def __init__(self, database: Database, *, interval: float = 0.5, threads: int = 4) -> None:
        """Take the database; nothing runs before `start`.

        Args:
            database: where the timers and jobs are.
            interval: seconds between two looks.
            threads: how many effects outside the database may be under way at once.
        """
        self._database = database
        alone = _is_sqlite(database)
        self.renewal = Renewal(database, lambda: self._steps.owners | self._outside.owners)
        late = self.renewal.renew_late
        self._steps = _Lane(database, service=False, threads=1 if alone else 2, turns=1, before=late)
        self._outside = _Lane(database, service=True, threads=threads, turns=threads, before=late)
        self._scheduler = Steady()
        self._scheduler.add_job(self.tick, Each(interval), next_run_time=datetime.now(UTC))
        self._scheduler.add_job(self.sweep, Each(SWEEP_SECONDS))
        self._scheduler.add_job(self.renewal.renew, Each(RENEW_SECONDS))
        if alone and (hours := database.runtime.settings.inspect_hours):
            look = Inspection(database, hours=hours).look_on
            self._scheduler.add_job(look, Each(PAUSE_SECONDS))
        self._quiet = Throttle(log)
        self._stopped = threading.Event()
        self._file_lock: sqlite3.Connection | None = None

    def hand_over(self, session: Session, jobs: Sequence[JobRow]) -> None:
        """Nothing: the rows are found at the next look."""

    def start(self, *, held: bool = False) -> None:
        """Begin to work in the background; AnotherProcessRuns when one does so on the same SQLite file.

        Held it does nothing of what is due, and keeps others from this SQLite file all the same.
        """
        if _is_sqlite(self._database):
            self._file_lock = lock_file(str(self._database.url.database))
            with self._database.transaction() as session:
                leases.release_all(session)  # whoever worked on this file has died
        self._scheduler.start(paused=held)

    def run(self) -> None:
        """Work until `stop` is called from elsewhere."""
        self.start()
        self._stopped.wait()

    def stop(self, seconds: float | None = None) -> bool:
        """Begin nothing new and finish what is under way; whether it was finished.

        Args:
            seconds: how long to wait for it; what is left then is taken up by others, or at the next start.
        """
        give_up = None if seconds is None else time.monotonic() + seconds
        self._scheduler.pause()
        lanes = self._steps, self._outside
        for lane in lanes:
            lane.close()
        waited = [lane.wait(give_up) for lane in lanes]
        finished = all(waited)
        self._scheduler.shutdown(wait=finished)
        if self._file_lock is not None:
            self._file_lock.close()
            self._file_lock = None
        self._stopped.set()
        return finished

    @property
    def taking(self) -> bool:
        """Whether new work is begun."""
        return not self._outside.closed

    def tick(self) -> None:
        """One look: due timers become jobs, jobs that are due go to the threads."""
        with looking(self._quiet):
            self._steps.pass_the_slow()
            while hand_over_timers(self._database) >= timers.BATCH:
                self._steps.fill()
            self._steps.fill()
            self._outside.fill()

    def sweep(self) -> None:
        """Do the chores once; what goes wrong is logged and tried again at the next time."""
        do_chores(self._database, self._quiet)


class _Lane:
    """Threads that do one kind of jobs, and what they have taken; never more than they do in a moment.

    Of effects outside each thread has one; of steps so many are taken that it does not happen often.

    So many are at work at once as there are turns: Python runs one at a time, and a second one that only waits for it
    costs both. Whoever has a turn does one job after the other. The other threads are for when one of them waits long,
    for a row that somebody holds.
    """

    def __init__(
        self, database: Database, *, service: bool, threads: int, turns: int, before: Callable[[], None] = lambda: None
    ) -> None:
        self._database = database
        self._before = before
        self._service = service
        self._ahead = 1 if service else AHEAD
        self._low = threads - 1 if service else AHEAD // 4
        self._turns = turns
        self._filled = 0.0
        self._begun: dict[int, float] = {}
        self._quiet = Throttle(log)
        self._pool = ThreadPoolExecutor(threads, "kesu-outside" if service else "kesu-step")
        self._guard = threading.Lock()
        self._filling = threading.Lock()
        self._waiting: deque[Work] = deque()
        self._running: dict[int, str] = {}
        self.closed = False
        self._first = 0

    @property
    def owners(self) -> set[str]:
        """Under which names jobs were taken that are not done yet."""
        with self._guard:
            return set(self._running.values())

    def fill(self) -> None:
        """Take as many jobs as there is room for, a fair share from each queue, and give them to the threads."""
        if not self._filling.acquire(blocking=False):
            return
        try:
            while not self.closed and len(self._running) <= self._low:  # few of many: each look costs a commit
                self._before()
                room = self._low + self._ahead - len(self._running)
                found = self._take(room)
                with self._guard:
                    self._running.update((job.id, str(job.owner)) for job in found)
                    self._waiting.extend(found)
                    self._begin()
                if len(found) < room:
                    return
                self._take_more()
        finally:
            self._filling.release()

    def _take_more(self) -> None:
        """Take more the next time when there is much and it is done quickly, less when it is not."""
        quick = time.monotonic() - self._filled < QUICK_SECONDS
        self._filled = time.monotonic()
        if not self._service:
            self._ahead = min(MOST_AHEAD, self._ahead * 2) if quick else max(AHEAD, self._ahead // 2)

    def pass_the_slow(self) -> None:
        """Let the next one begin beside each that has been at work for long."""
        with self._guard:
            for number in [each for each, begun in self._begun.items() if time.monotonic() - begun > SLOW_SECONDS]:
                self._pass_on(number)

    def close(self) -> None:
        """Take nothing more, and begin nothing of what is waiting for a thread."""
        self.closed = True

    def wait(self, give_up: float | None) -> bool:
        """Wait for what is under way; whether it was finished in time."""
        while self._running and (give_up is None or time.monotonic() < give_up):
            time.sleep(0.02)
        finished = not self._running
        self._pool.shutdown(wait=finished, cancel_futures=True)
        return finished

    def _take(self, room: int) -> list[Work]:
        with self._database.reading() as session:
            names = leases.queues(session, service=self._service)
        if not names:
            return []
        self._first += 1
        start = self._first % len(names)
        with self._database.transaction() as session:
            take = partial(leases.take, session, service=self._service, owner=leases.new_owner())
            return leases.share_out(names[start:] + names[:start], room, take)

    def _begin(self) -> None:
        """Give a thread each job that waits, as long as there are turns; the guard is held."""
        while self._waiting and len(self._begun) < self._turns:
            job = self._waiting.popleft()
            self._begun[job.id] = time.monotonic()
            self._pool.submit(self._work_on, job)

    def _pass_on(self, number: int) -> None:
        """Let another one have the turn of a job; the guard is held."""
        if self._begun.pop(number, None) is not None:
            self._begin()

    def _work_on(self, job: Work | None) -> None:
        """Do a job and those that wait behind it, until none does or somebody else has the turn."""
        while job is not None:
            self._work(job)
            if jobs.takes_breath(job) and not self.closed:
                with self._guard:
                    self._pass_on(job.id)
                time.sleep(jobs.BREATH)
            job = self._finish(job)

    def _finish(self, job: Work) -> Work | None:
        """Forget a job that was dealt with, and take the next ones; which one this thread does next."""
        with self._guard:
            self._running.pop(job.id, None)
            few = len(self._running) <= self._low
        if few and not self.closed:
            self._look_on()
        with self._guard:
            mine = self._begun.pop(job.id, None) is not None
            if not mine or not self._waiting:
                return None
            following = self._waiting.popleft()
            self._begun[following.id] = time.monotonic()
            return following

    def _work(self, job: Work) -> None:
        try:
            if self.closed:
                with self._database.transaction() as session:
                    leases.release(session, job)
            else:
                jobs.run(self._database, job)
        except Passing:
            self._quiet.warning("a job is left until its lease is over", job=job.id)
        except Exception:
            log.exception("a job could not even be counted as failed", job=job.id)

    def _look_on(self) -> None:
        """Take the next jobs at once: what was done may have led to more."""
        try:
            self.fill()
        except Passing:
            return  # the next look finds them
        except Exception:
            log.exception("looking for due work failed")


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
