"""What comes and goes again is told once a minute, with how often it was, and that it is over where it was told."""

import structlog
from structlog.testing import capture_logs

from engine.throttle import SECONDS, Throttle


def test_a_trouble_that_comes_and_goes_is_told_once_a_minute_and_its_end_each_time_it_was_told(monkeypatch):
    moment = [1000.0]
    monkeypatch.setattr("engine.throttle.time.monotonic", lambda: moment[0])
    quiet = Throttle(structlog.get_logger())
    with capture_logs() as said:
        quiet.over("there again")
        for _ in range(20):
            quiet.warning("away")
            quiet.warning("away")
            quiet.over("there again")
        moment[0] += SECONDS
        quiet.warning("away")
        quiet.over("there again")
    assert [(line["event"], line.get("unsaid")) for line in said] == [
        ("away", 0),
        ("there again", None),
        ("away", 39),
        ("there again", None),
    ]
