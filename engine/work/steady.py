"""Looking again and again, whatever the clock of the machine is set to."""

from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

MOST_SECONDS = 1
"""So long the scheduler sleeps at most: the clock may have been set meanwhile."""


class Each(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
    """So many seconds after the last time; what was missed, as by a machine that slept, is not counted."""

    def __init__(self, seconds: float) -> None:
        """Take the distance."""
        self._distance = timedelta(seconds=seconds)

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """The next time."""
        return now + self._distance


class Steady(BackgroundScheduler):  # type: ignore[misc] # likewise
    """A scheduler of what is done each so many seconds.

    By itself it would wait until the time has come again at which a clock was set back.
    """

    def __init__(self) -> None:
        """Nothing is to be done yet. What is done is never done twice at the same time, and late rather than not."""
        super().__init__(timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None})
        self._looked = datetime.now(UTC)

    def _process_jobs(self) -> float | None:
        now = datetime.now(UTC)
        if now < self._looked:
            for job in self.get_jobs():
                job.modify(next_run_time=now)
        self._looked = now
        seconds: float | None = super()._process_jobs()
        return None if seconds is None else min(seconds, MOST_SECONDS)
