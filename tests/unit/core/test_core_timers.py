"""Durations on the calendar, cycles, dates without an offset."""

from datetime import UTC, datetime, timedelta

import pytest
from core_bpmn import (
    both,
    boundary,
    bpmn,
    call,
    catch,
    end,
    extension,
    inputs_outputs,
    message,
    messages,
    path,
    process,
    script,
    service,
    start,
    timer,
    user,
)
from core_play import FakeHost, Play
from core_times import BERLIN, SHANGHAI, at
from hypothesis import given
from hypothesis import strategies as some

from engine.clock import clock_functions
from engine.core import WrongTime, first_start, next_start
from engine.core.timers import (
    Cycle,
    Duration,
    cycle_due,
    parse_cycle,
    parse_duration,
    parse_moment,
    skip_missed,
)
from engine.values import StartPoint


@pytest.mark.parametrize(
    ("moment", "duration", "later"),
    [
        ("2026-01-31T10:00", "P1M", "2026-02-28T10:00"),
        ("2024-02-29T10:00", "P1Y", "2025-02-28T10:00"),
        ("2026-01-31T10:00", "P1Y1M1DT1H", "2027-03-01T11:00"),
        ("2026-03-28T12:00", "P1D", "2026-03-29T12:00"),
        ("2026-03-28T12:00", "PT24H", "2026-03-29T13:00"),
        ("2026-10-24T12:00", "P1D", "2026-10-25T12:00"),
        ("2026-10-24T12:00", "PT24H", "2026-10-25T11:00"),
        ("2026-03-28T02:30", "P1D", "2026-03-29T03:30"),
        ("2026-01-01T00:00", "P1W", "2026-01-08T00:00"),
        ("2026-01-01T00:00", "PT0.5S", "2026-01-01T00:00:00.500000"),
    ],
)
def test_calendar_steps(moment, duration, later):
    assert parse_duration(duration).after(at(moment, BERLIN), BERLIN).astimezone(BERLIN).replace(
        tzinfo=None
    ) == datetime.fromisoformat(later)


@pytest.mark.parametrize(
    "text",
    [
        "P",
        "PT",
        "",
        "1D",
        "P1.5M",
        "P1DT",
        "-P1D",
        "P1H",
        "PT1D",
        "P D",
        "P99999999Y",
        "P99999Y",
        "PT99999999H",
        "${a}",
    ],
)
def test_wrong_durations(text):
    with pytest.raises(WrongTime):
        parse_duration(text)


def test_a_duration_beyond_the_calendar():
    with pytest.raises(WrongTime):
        parse_duration("P9000Y").after(at("2026-01-01T00:00"), UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02T08:00:00+08:00", "2026-01-02T00:00"),
        ("2026-01-02T08:00", "2026-01-02T00:00"),
        ("2026-01-02", "2026-01-01T16:00"),
        ("2026-01-31T24:00", "2026-01-31T16:00"),
        ("2026-01-31T24:00+08:00", "2026-01-31T16:00"),
        ("2026-01-02T00:00:00Z", "2026-01-02T00:00"),
    ],
)
def test_moments(text, moment):
    assert parse_moment(text, SHANGHAI) == at(moment)


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "0001-01-01", "2026-01-01T25:00"])
def test_wrong_moments(text):
    with pytest.raises(WrongTime):
        parse_moment(text, SHANGHAI)


@pytest.mark.parametrize(
    "text",
    [
        "R",
        "R3",
        "R3/P",
        "R0/PT1H",
        "R/PT0S",
        "R3/PT1H/PT1H",
        "R/x/PT1H",
        "R/PT1H/x",
        "every day",
        "0 0 9 ? * 2",
        "0 0 99 ? * MON",
        "0 0 9 L * MON",
    ],
)
def test_wrong_cycles(text):
    with pytest.raises(WrongTime):
        parse_cycle(text, SHANGHAI)


def test_cycle_with_start_and_end():
    cycle = parse_cycle("R/2026-01-31T10:00/P1M/2026-04-30T12:00", SHANGHAI)
    found = [cycle_due(cycle, at("2026-01-01T00:00"), index, SHANGHAI) for index in range(5)]
    assert [due and due.astimezone(SHANGHAI).strftime("%m-%d %H") for due in found] == [
        "01-31 10",
        "02-28 10",
        "03-31 10",
        "04-30 10",
        None,
    ]


def ticking(cycle, **variables):
    """A task with a timer on its border that fires again and again."""
    border = boundary("b", "u", timer(cycle, "timeCycle"), interrupting=False)
    return Play(bpmn(start(), user("u"), end(), path("start", "u", "end"), border), variables=variables)


def test_a_cron_that_comes_from_a_variable_is_an_incident():
    play = ticking("${rhythm}", rhythm="0 0 9 31 2 ?")
    assert "never fires" in play.incidents["b"]


@given(some.integers(0, 500), some.integers(1, 200_000), some.integers(0, 10_000_000))
def test_skipping_what_was_missed_equals_counting(used, seconds, late):
    start = at("2026-01-01T00:00")
    cycle = Cycle(None, Duration(seconds=seconds))
    now = start + timedelta(seconds=late)
    index = skip_missed(cycle, start, used, now, SHANGHAI)
    assert cycle_due(cycle, start, index, SHANGHAI) > now or index == used
    assert index == used or cycle_due(cycle, start, index - 1, SHANGHAI) <= now


def test_every_second_over_a_month_is_quick():
    play = ticking("R/PT1S")
    play.outage("P30D")
    assert play.times()["b"] == 1


@pytest.mark.parametrize(
    ("text", "kind", "due"),
    [
        ("PT1H", "timeDuration", "2026-01-05 02:00:00+00:00"),
        ("${hours}", "timeDuration", "2026-01-05 06:00:00+00:00"),
        ("2026-01-06T08:00", "timeDate", "2026-01-06 00:00:00+00:00"),
        ("${day}T24:00", "timeDate", "2026-01-07 16:00:00+00:00"),
        ("R/PT2H", "timeCycle", "2026-01-05 03:00:00+00:00"),
        ("0 0 18 * * ?", "timeCycle", "2026-01-05 10:00:00+00:00"),
    ],
)
def test_due(text, kind, due):
    play = Play(
        bpmn(start(), catch("c", timer(text, kind)), end(), path("start", "c", "end")),
        variables={"hours": "PT5H", "day": "2026-01-07"},
    )
    (armed,) = play.execution.timers.values()
    assert str(armed.due_at) == due
    play.until(armed.due_at - timedelta(seconds=1))
    assert not play.ended
    play.until(armed.due_at)
    assert play.ended
    assert next(t.data["scheduled_at"] for t in play.trace if t.kind == "timer") == armed.due_at.isoformat()


@pytest.mark.parametrize("value", [None, 5, "soon", ["P1D"]])
def test_value_that_is_no_time_is_an_incident(value):
    play = Play(
        bpmn(start(), catch("c", timer("${when}")), end(), path("start", "c", "end")), variables={"when": value}
    )
    assert list(play.incidents) == ["c"]
    assert play.times()["c"] == 1
    play.set(when="PT1H").retry("c")
    assert play.times()["c"] == 1
    assert play.advance("PT1H").ended


def test_moving_a_timer():
    play = Play(bpmn(start(), catch("c", timer("P1D")), end(), path("start", "c", "end")))
    (token,) = play.execution.timers
    with pytest.raises(ValueError, match="zone"):
        play.execution.move_timer(token, datetime(2026, 1, 5, 12))  # noqa: DTZ001
    play.execution.move_timer(token, at("2026-01-05T12:00", SHANGHAI))
    assert str(play.settle().execution.timers[token].due_at) == "2026-01-05 04:00:00+00:00"
    assert play.advance("PT3H").ended


def due_of(play):
    return [str(armed.due_at)[:16] for armed in play.execution.timers.values()]


def waiting(text, kind="timeDate", *more, **variables):
    """A task that a timer listens beside, another that goes on meanwhile, and what comes after that."""
    ids = [part.split('id="', 1)[1].split('"', 1)[0] for part in more]
    parts = [start(), both("g"), user("u"), user("v"), *more, user("w"), end(), path("g", "v", *ids, "w", "end")]
    border = boundary("b", "u", timer(text, kind), interrupting=False), end("late"), path("b", "late")
    inner = start("s"), script("k", "till = '2026-01-10'"), end("e"), path("s", "k", "e")
    extra = messages("Message_m") + process(*inner, key="q")
    host = FakeHost(bpmn(*parts, *border, path("start", "g", "u", "end"), extra=extra))
    host.known_functions = clock_functions(host, SHANGHAI)
    host.services = {"work": {"day": "2026-01-10"}}
    return Play(host, variables=variables)


@pytest.mark.parametrize(
    ("text", "kind", "before", "after"),
    [
        ("${day}", "timeDate", "2026-01-06 16:00", "2026-01-08 16:00"),
        ("${is_defined(other) ? day : '2026-01-07'}", "timeDate", "2026-01-06 16:00", "2026-01-08 16:00"),
        ("${day}T18:00", "timeDate", "2026-01-07 10:00", "2026-01-09 10:00"),
        ("${add_hours(now(), hours)}", "timeDate", "2026-01-05 06:00", "2026-01-05 10:00"),
        ("PT${hours}H", "timeDuration", "2026-01-05 06:00", "2026-01-05 10:00"),
        ("R/PT${hours}H", "timeCycle", "2026-01-05 06:00", "2026-01-05 10:00"),
        ("0 0 ${hours} * * ?", "timeCycle", "2026-01-05 21:00", "2026-01-06 01:00"),
    ],
)
def test_a_timer_follows_what_it_reads_and_keeps_its_start(text, kind, before, after):
    play = waiting(text, kind, day="2026-01-07", hours=5)
    assert due_of(play) == [before]
    assert due_of(play.advance("PT1H").set(unread=1)) == [before]
    play.complete("v", day="2026-01-09", hours=9, other=1)
    assert due_of(play) == [after]
    moved = [trace for trace in play.trace if trace.kind == "timer_moved"]
    assert [(t.element, t.data["from"][:16], t.data["to"][:16]) for t in moved] == [
        ("b", before.replace(" ", "T"), after.replace(" ", "T"))
    ]


@pytest.mark.parametrize(
    ("step", "act"),
    [
        (service("w1"), lambda play: play),
        (script("w1", "day = '2026-01-10'"), lambda play: play),
        (user("w1", extension(inputs_outputs(None, {"day": "2026-01-10"}))), lambda play: play.complete("w1")),
        (catch("w1", message("Message_m")), lambda play: play.message("Message_m", day="2026-01-10")),
        (call("w1", "q", extension('<camunda:out source="till" target="day"/>')), lambda play: play),
    ],
)
def test_a_timer_follows_whoever_writes(step, act):
    play = waiting("${day}", "timeDate", step, day="2026-01-07")
    play.complete("v")
    assert due_of(act(play)) == ["2026-01-09 16:00"]


@pytest.mark.parametrize("value", [None, 5, "soon", ["P1D"]])
def test_a_waiting_timer_whose_moment_is_lost_keeps_it_and_says_so(value):
    play = waiting("${day}", day="2026-01-07")
    play.set(day=value)
    assert due_of(play) == ["2026-01-06 16:00"]
    assert list(play.incidents) == ["b"]
    assert play.times("incident")["b"] == 1
    play.set(day="2026-01-08")
    assert (due_of(play), play.incidents) == (["2026-01-07 16:00"], {})
    assert play.times("resolved")["b"] == 1
    assert play.set(day=value).retry("b").times("incident")["b"] == 3
    assert play.advance("P7D").times()["b"] == 1
    assert not play.incidents


def test_a_rhythm_that_changes_keeps_the_firings_it_has_had():
    play = waiting("R3/${rhythm}", "timeCycle", rhythm="PT2H")
    play.advance("PT2H").set(rhythm="PT3H")
    assert due_of(play) == ["2026-01-05 07:00"]
    assert play.advance("P1D").times()["b"] == 3


def test_cycle_by_cron_on_a_border():
    play = ticking("0 0 9 ? * MON-FRI").advance("P7D")
    assert play.times()["b"] == 5


def test_starts():
    cycle = StartPoint("s", "timer", timer="cycle", expression="R2/P1D")
    first = first_start(cycle, at("2026-01-05T01:00"), SHANGHAI, {})
    assert first["due"] == "2026-01-06T01:00:00+00:00"
    second = next_start(first, at("2026-01-06T01:00"), SHANGHAI)
    assert second["due"] == "2026-01-07T01:00:00+00:00"
    assert next_start(second, at("2026-01-07T01:00"), SHANGHAI) is None
    once = first_start(
        StartPoint("s", "timer", timer="date", expression="${'2026-02-01'}"), at("2026-01-05T01:00"), SHANGHAI, {}
    )
    assert once == {"due": "2026-01-31T16:00:00+00:00"}
    assert next_start(once, at("2026-02-01T00:00"), SHANGHAI) is None
