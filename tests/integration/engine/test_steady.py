"""What is done each half second is done on, whatever the clock is set to."""

from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from apscheduler.schedulers import base

from engine.work import steady
from engine.work.steady import Each, Steady


class SetClock(datetime):
    """The clock of the machine, set on or back."""

    ahead = timedelta(0)

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + cls.ahead


@pytest.mark.parametrize("leap", [timedelta(hours=-3), timedelta(days=-400), timedelta(days=400)])
def test_a_clock_that_is_set_stops_nothing_and_nothing_is_made_up_for(monkeypatch, leap):
    monkeypatch.setattr(SetClock, "ahead", timedelta(0))
    for module in (base, steady):
        monkeypatch.setattr(module, "datetime", SetClock)
    looked = Event()
    scheduler = Steady()
    scheduler.add_job(looked.set, Each(0.02), next_run_time=datetime.now(UTC))
    scheduler.start()
    try:
        assert looked.wait(10)
        for ahead in (leap, timedelta(0)):
            SetClock.ahead = ahead
            for _ in range(2):  # the first one may have begun before
                looked.clear()
                assert looked.wait(10)
    finally:
        scheduler.shutdown()
