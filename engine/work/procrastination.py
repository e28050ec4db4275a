"""A worker on PostgreSQL whose order Procrastinate keeps; any number of them on any number of machines."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException, ProcrastinateException

from engine.database import Database, alive
from engine.errors import Passing
from engine.outages import of_postgresql
from engine.throttle import Throttle
from engine.work import broker, jobs, leases, timers
from engine.work.dispatch import SWEEP_SECONDS, do_chores, hand_over_timers, looking
from engine.work.model import Work
from engine.work.renewal import RENEW_SECONDS, Renewal
from engine.work.steady import Each, Steady
from engine.work.turns import Turns

POLL_SECONDS = 0.2
"""So often a worker asks for more when it has nothing to do."""

log = structlog.get_logger(__name__)

BEAT_SECONDS, STALL_SECONDS, RETRY_SECONDS = 2, 6, 3
"""A worker says so often that it lives, is lost after so long, and so often one looks for what the lost had."""


REFILL = broker.MOST[broker.STEPS] // 4
"""Who has done so many steps of a long queue hands over more: workers that look at one moment have done all before."""
AGAIN_SECONDS = 1
"""After so long a part that ended before its time is begun again."""
PERSIST_SECONDS = (0.1, 0.5, 1.0)
"""The waits between the tries to tell Procrastinate that something has ended, or that a worker lives."""


class _Persistent(procrastinate.PsycopgConnector):
    """Says again what a lost connection swallowed: what is not ended counts as being done while its worker lives."""

    async def execute_query_async(self, query: str, **arguments: Any) -> None:
        """Run a statement that answers nothing, more than once where its connection breaks.

        What is refused when it is said again had been done: only the answer was lost.
        """
        for tried, seconds in enumerate(PERSIST_SECONDS):
            try:
                await super().execute_query_async(query, **arguments)
            except ConnectorException as error:
                if of_postgresql(error.__cause__) is None:
                    if tried:
                        return
                    raise
                await asyncio.sleep(seconds)
            else:
                return
        await super().execute_query_async(query, **arguments)


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
        self._app = procrastinate.App(connector=_Persistent(conninfo=url, timeout=5, kwargs=alive(database.url)))
        self._app.task(name=broker.STEPS)(self._do_steps)
        self._app.task(name=broker.OUTSIDE)(self._do_outside)
        self.renewal = Renewal(database, self._holders)
        self._scheduler = Steady()
        self._scheduler.add_job(self.tick, Each(interval), next_run_time=datetime.now(UTC))
        self._scheduler.add_job(self.renewal.renew, Each(RENEW_SECONDS))
        self._scheduler.add_job(self.sweep, Each(SWEEP_SECONDS))
        self._quiet = Throttle(log)
        self._guard = threading.Lock()
        self._owners: set[str] = set()
        self._turns = Turns()
        self._looks = self._done = 0
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
            self._turns.pass_the_slow()
            self.renewal.renew_late()
            while hand_over_timers(self._database) >= timers.BATCH:
                self._hand_over_jobs()
            self._hand_over_jobs()

    def sweep(self) -> None:
        """Do the chores once; what goes wrong is logged and tried again at the next time."""
        do_chores(self._database, self._quiet)

    def _hand_over_jobs(self) -> None:
        with self._database.reading() as session:
            anything = any(leases.queues(session, service=service) for service in (False, True))
        if not anything:
            self._handing.crowded = False
            return
        self._looks += 1
        with self._database.transaction() as session:
            waiting = broker.hand_over_open(session, self._handing.app, self._looks)
        self._handing.crowded = waiting.is_crowded
        if waiting.rows >= broker.MANY:
            broker.refresh_statistics(self._database)

    def _do_outside(self, job_ids: list[int]) -> None:
        """What Procrastinate calls, in a thread, with the number of an effect outside; twice does no harm."""
        with self._telling(job_ids):
            self.renewal.renew_late()
            for job in jobs.pick(self._database, job_ids):
                with self._holding(job):
                    self._run(job)

    def _do_steps(self, job_ids: list[int]) -> None:
        """What Procrastinate calls with the numbers of steps: one thread at a time does them, one after the other.

        What a slow one leaves over is still open, and is handed over anew.
        """
        with self._telling(job_ids):
            self._do(job_ids)
            self._done += len(job_ids)
            if self._done >= REFILL and self._handing.crowded and self.taking:
                self._done = 0
                self._hand_over_jobs()

    def _do(self, job_ids: list[int]) -> None:
        with self._turns.taken() as turn:
            for job in jobs.pick(self._database, job_ids):
                if not self.taking or not self._turns.keep(turn):
                    return
                self._run(job)
                if jobs.takes_breath(job):
                    self._turns.give(turn)
                    time.sleep(jobs.BREATH)

    def _run(self, job: Work) -> None:
        try:
            jobs.run(self._database, job)
        except Passing:
            self._quiet.warning("a job is left until its lease is over", job=job.id)
        except Exception:
            log.exception("a job could not even be counted as failed", job=job.id)

    @contextmanager
    def _telling(self, job_ids: list[int]) -> Iterator[None]:
        """Say what went wrong around jobs; what was left open is handed over again."""
        try:
            yield
        except Passing:
            self._quiet.warning("jobs are left for later", jobs=len(job_ids))
        except Exception:
            log.exception("jobs could not be taken", jobs=job_ids)

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

    def _holders(self) -> set[str]:
        with self._guard:
            return set(self._owners)

    def _run_loop(self) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._work())

    async def _work(self) -> None:
        self._loop, self._main = asyncio.get_running_loop(), asyncio.current_task()
        while not self._stopping.is_set():
            try:
                async with self._app.open_async(), asyncio.TaskGroup() as parts:
                    for name in self._threads:
                        parts.create_task(self._keep_on(partial(self._worker, name)))
                    parts.create_task(self._keep_on(self._free_the_lost))
            except Exception as error:  # noqa: BLE001 - the database is away; one waits for it
                self._quiet.warning("the dispatcher has no database", error=type(error).__name__)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _keep_on(self, part: Callable[[], Awaitable[None]]) -> None:
        """Begin a part again whenever it ends before its time, and the others go on.

        A worker of Procrastinate ends when its database is away or one sign of life fails, with an error or without.
        """
        while not self._stopping.is_set():
            try:
                await part()
            except Exception as error:  # noqa: BLE001 - the database is away; one waits for it
                self._quiet.warning("the dispatcher has no database", error=type(error).__name__)
            await asyncio.sleep(AGAIN_SECONDS)

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
