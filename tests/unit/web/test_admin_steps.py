"""The history in steps: what one transaction did stands together, also where the clock stood still."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from engine import Event, EventKind
from web.admin.instance.steps import steps_of
from web.admin.instance.trouble import sentences

NOON = datetime(2026, 9, 28, 4, 0, tzinfo=UTC)


@pytest.fixture
def tell():
    numbers = count(1)

    def event(kind, at=NOON, actor="lee", **data):
        return Event(next(numbers), 1, at, None, EventKind(kind), "u", "p", 1, actor, None, data)

    return event


def kinds(events):
    return [[event.kind for event in step] for step in steps_of(events)]


def test_what_was_done_at_one_time_by_one_actor_is_one_step(tell):
    later = NOON + timedelta(microseconds=1)
    events = [
        tell("started"),
        tell("entered"),
        tell("entered", later),
        tell("left", later),
        tell("left", later, "system"),
    ]
    assert kinds(events) == [["started", "entered"], ["entered", "left"], ["left"]]


def test_what_begins_a_step_begins_one_at_the_same_moment_too(tell):
    events = [tell("started"), tell("entered"), tell("claimed"), tell("completed"), tell("left"), tell("job_done")]
    assert kinds(events) == [["started", "entered"], ["claimed"], ["completed", "left"], ["job_done"]]


def test_what_follows_from_an_act_belongs_to_it(tell):
    assert kinds([tell("timer_fired"), tell("timer"), tell("left")]) == [["timer_fired", "timer", "left"]]
    assert kinds([tell("recorded"), tell("message")]) == [["recorded", "message"]]
    assert kinds([tell("completed"), tell("message", thrown=True)]) == [["completed", "message"]]
    assert kinds([tell("completed"), tell("message")]) == [["completed"], ["message"]]


def test_without_events_there_is_no_step():
    assert steps_of([]) == []


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["Enough?", "", "Nothing else."], "Enough? Nothing else."),
        (["够吗？", "没有其他。"], "够吗？没有其他。"),
        (["Enough?", "没有其他。"], "Enough? 没有其他。"),
        ([], ""),
    ],
)
def test_sentences_stand_apart(texts, said):
    assert sentences(texts) == said
