"""A worker on PostgreSQL whose order Procrastinate keeps; any number of them on any number of machines."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC
from typing import Any

import procrastinate
import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from procrastinate.exceptions import ProcrastinateException

from engine.database import Database
from engine.errors import Passing
from engine.throttle import Throttle
from engine.work import broker, jobs, leases, timers
from engine.work.dispatch import RENEW_SECONDS, SWEEP_SECONDS, do_chores, looking
from engine.work.model import Work

POLL_SECONDS = 0.2
"""So often a worker asks for more when it has nothing to do."""

log = structlog.get_logger(__name__)

BEAT_SECONDS, STALL_SECONDS, RETRY_SECONDS = 2, 6, 3
"""A worker says so often that it lives, is lost after so long, and so often one looks for what the lost had."""


class ProcrastinateDispatcher:
    """Turns due timers into jobs, hands over what is open, and does what Procrastinate gives back."""

    def __init__(
        self, database: Database, handing: broker.HandingOver, *, interval: float = 0.5, threads: int = 4
    ) -> None:
        """Take the database; nothing runs before `start`.

        Args:
            database: on PostgreSQL.
            handing: the dispatcher of its runtime.
            interval: seconds between two looks.
            threads: how many effects outside the database may be under way at once.
        """
        self._database = database
        self._handing = handing
        self._threads = {broker.STEPS: 2, broker.OUTSIDE: threads}
        url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url, timeout=5))
        self._app.task(name="kesu")(self._do)
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_job(self.tick, "interval", seconds=interval, max_instances=1, coalesce=True)
        self._scheduler.add_job(self.renew, "interval", seconds=RENEW_SECONDS, max_instances=1, coalesce=True)
        self._scheduler.add_job(self.sweep, "interval", seconds=SWEEP_SECONDS, max_instances=1, coalesce=True)
        self._quiet = Throttle(log)
        self._guard = threading.Lock()
        self._owners: set[str] = set()
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._main: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run_loop, name="kesu-procrastinate", daemon=True)

    def start(self) -> None:
        """Begin to work in the background."""
        self._thread.start()
        self._scheduler.start()

    def stop(self, seconds: float | None = None) -> bool:
        """Begin nothing new and finish what is under way, within some seconds; whether it was finished."""
        self._stopping.set()
        self._scheduler.pause()
        if self._loop is not None and self._main is not None:
            self._loop.call_soon_threadsafe(self._main.cancel)
        self._thread.join(seconds)
        finished = not self._thread.is_alive()
        self._scheduler.shutdown(wait=finished)
        return finished

    @property
    def taking(self) -> bool:
        """Whether new work is begun."""
        return not self._stopping.is_set()

    def tick(self) -> None:
        """One look: due timers become jobs, and what is open is handed over, a fair share from each queue."""
        with looking(self._quiet):
            with self._database.reading() as session:
                waiting = broker.count_waiting(session)
            self._handing.crowded = waiting >= broker.CROWDED
            handed = self._hand_over_timers()
            if not self._handing.crowded:
                handed += self._hand_over_jobs(broker.CROWDED - waiting)
            if handed >= broker.MANY:
                broker.refresh_statistics(self._database)

    def renew(self) -> None:
        """Say that what was taken is still being done; when that fails, it is tried again in a moment."""
        with self._guard:
            owners = set(self._owners)
        with suppress(Passing), self._database.transaction() as session:
            leases.renew(session, owners)

    def sweep(self) -> None:
        """Do the chores once; what goes wrong is logged and tried again at the next time."""
        do_chores(self._database)

    def _hand_over_timers(self) -> int:
        with self._database.reading() as session:
            anything = timers.due(session, limit=1)
        if not anything:
            return 0
        with self._database.transaction() as session:
            return timers.hand_over_due(session, limit=broker.CROWDED)

    def _hand_over_jobs(self, room: int) -> int:
        with self._database.reading() as session:
            found = leases.choose_fairly(session, limit=room)
        if not found:
            return 0
        with self._database.transaction() as session:
            return broker.hand_over(session, self._handing.app, found)

    def _do(self, job_id: int) -> None:
        """What Procrastinate calls with the number of a job, in a thread; twice does no harm."""
        try:
            job = jobs.pick(self._database, job_id)
            if job is not None and not self._stopping.is_set():
                with self._holding(job):
                    jobs.run(self._database, job)
                if jobs.takes_breath(job):
                    time.sleep(jobs.BREATH)
        except Passing:
            log.warning("a job is left until its lease is over", job=job_id)
        except Exception:
            log.exception("a job could not even be counted as failed", job=job_id)

    @contextmanager
    def _holding(self, job: Work) -> Iterator[None]:
        owner = job.owner
        with self._guard:
            self._owners |= {owner} if owner else set()
        try:
            yield
        finally:
            with self._guard:
                self._owners.discard(owner or "")

    def _run_loop(self) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._work())

    async def _work(self) -> None:
        self._loop, self._main = asyncio.get_running_loop(), asyncio.current_task()
        while not self._stopping.is_set():
            try:
                async with self._app.open_async():
                    await asyncio.gather(*(self._worker(name) for name in self._threads), self._free_the_lost())
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - the database is away; one waits for it
                self._quiet.warning("the dispatcher has no database", error=type(error).__name__)
            await asyncio.sleep(1)

    async def _worker(self, queue: str) -> None:
        options: dict[str, Any] = {
            "queues": [queue],
            "name": f"kesu-{queue}",
            "concurrency": self._threads[queue],
            "fetch_job_polling_interval": POLL_SECONDS,
            "listen_notify": False,  # a connection of its own for each queue, to be a fifth of a second earlier
            "delete_jobs": "always",
            "install_signal_handlers": False,
            "update_heartbeat_interval": BEAT_SECONDS,
            "stalled_worker_timeout": STALL_SECONDS,
        }
        await self._app.run_worker_async(**options)

    async def _free_the_lost(self) -> None:
        """Give what lost workers had to the others, by their own tables: it holds up its instance until then."""
        manager = self._app.job_manager
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALL_SECONDS):
                with suppress(ProcrastinateException):  # another worker was faster
                    await manager.retry_job(job)
