"""The clock of a case: warning, breach and escalations come once each, at their time or after an outage."""

from collections import Counter
from datetime import timedelta

import pytest
from at_once import wait_until

from engine.store.schema import DbJob, DbTimer
from engine.work.dispatch import EmbeddedDispatcher, work_once
from processes.scenario.format import moment

CLOCK = {
    "BT_Reply7dWarn": moment("2026-11-06T09:00+08:00"),
    "BT_Reply7d": moment("2026-11-09T24:00+08:00"),
    "BT_EscL2": moment("2026-11-10T09:00+08:00"),
    "BT_EscL3": moment("2026-11-12T09:00+08:00"),
}
OUTCOMES = {"ST_Remind": 1, "ST_MarkBreach": 1, "ST_EscalateL2": 1, "ST_EscalateL3": 1}


def fired(case):
    """When each timer was due, and when it was handled."""
    return {line.element: (line.scheduled_at, line.at) for line in case.events("timer")}


def served(case):
    return {
        name: count for name, count in Counter(line.element for line in case.events("left")).items() if name in OUTCOMES
    }


def rest(case):
    with case.database.reading() as session:
        return session.query(DbJob).count(), session.query(DbTimer).filter(DbTimer.element.in_(CLOCK)).count()


def test_each_fires_once_at_its_time(case):
    for name, due in CLOCK.items():
        case.clock.set(due - timedelta(microseconds=1))
        work_once(case.database)
        assert name not in fired(case)
        case.clock.set(due)
        work_once(case.database)
        assert fired(case)[name] == (due, due)
        assert work_once(case.database) == 0
    assert len(case.events("timer")) == 4
    assert served(case) == OUTCOMES
    case.clock.advance(timedelta(days=30))
    work_once(case.database)
    assert served(case) == OUTCOMES
    assert rest(case) == (0, 0)


def test_each_fires_once_after_37_hours_without_a_process(case):
    down_at = moment("2026-11-09T20:30+08:00")
    case.until("2026-11-09T20:30+08:00")
    assert fired(case) == {"BT_Reply7dWarn": (CLOCK["BT_Reply7dWarn"], down_at)}
    up_at = down_at + timedelta(hours=37)
    case.clock.set(up_at)
    work_once(case.database)
    late = {name: (CLOCK[name], up_at) for name in ("BT_Reply7d", "BT_EscL2")}
    assert {name: when for name, when in fired(case).items() if name in late} == late
    assert [line.element for line in case.events("timer")] == ["BT_Reply7dWarn", "BT_Reply7d", "BT_EscL2"]
    case.until("2026-11-12T09:00+08:00")
    assert len(case.events("timer")) == 4
    assert served(case) == OUTCOMES


def test_an_outage_over_everything_keeps_the_order(case):
    case.until("2026-12-24T12:00+08:00")
    assert [line.element for line in case.events("timer")] == list(CLOCK)
    assert {line.at for line in case.events("timer")} == {moment("2026-12-24T12:00+08:00")}
    assert [line.scheduled_at for line in case.events("timer")] == list(CLOCK.values())
    assert served(case) == OUTCOMES


@pytest.mark.parametrize("at_a_time", [True, False])
def test_the_running_scheduler_does_it_by_itself(case, at_a_time):
    dispatcher = EmbeddedDispatcher(case.database, interval=0.02)
    dispatcher.start()
    try:
        for number, due in enumerate(CLOCK.values(), 1):
            if at_a_time or number == len(CLOCK):
                case.clock.set(due)
                wait_until(lambda: len(case.events("timer")) >= number)  # noqa: B023 - called at once
        wait_until(lambda: rest(case) == (0, 0))
    finally:
        dispatcher.stop()
    assert {name: due for name, (due, _) in fired(case).items()} == CLOCK
    assert len(case.events("timer")) == 4
    assert served(case) == OUTCOMES
