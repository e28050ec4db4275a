"""The dispatcher of this process: it wakes by itself, keeps order, and there is only one of it on an SQLite file."""

import threading
import time
from datetime import timedelta

import pytest
from core_bpmn import boundary, bpmn, end, flow, path, service, start, timer, user
from engine_world import ROOT

from engine.errors import AnotherProcessRuns
from engine.work.dispatch import EmbeddedDispatcher

CLOCKED = bpmn(
    start(), user("u"), boundary("t", "u", timer("PT1H")), service("s", topic="mail"), end(), end("late"),
    path("start", "u", "end"), path("t", "s", "late"),
)  # fmt: skip


@pytest.fixture
def dispatcher(world):
    running = EmbeddedDispatcher(world.database, interval=0.02)
    running.start()
    yield running
    running.stop()


def wait_until(condition, seconds=15):
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.01)


def test_due_timers_and_jobs_are_done_without_being_asked(world, dispatcher):
    told = []
    world.services.task("mail", outside=True)(lambda call: told.append(call.idempotency_key))
    world.deploy(CLOCKED)
    numbers = [world.start() for _ in range(8)]
    world.clock.advance(timedelta(hours=1))
    wait_until(lambda: {world.status(number) for number in numbers} == {"completed"})
    assert len(set(told)) == len(told) == 8
    assert all(len(world.events(number, "timer")) == 1 for number in numbers)


def test_what_a_dead_process_left_is_picked_up_at_the_start(world):
    told = []
    world.services.task("mail", outside=True)(lambda call: told.append(call.idempotency_key))
    world.deploy(bpmn(start(), service("s", topic="mail"), end(), path("start", "s", "end")))
    number = world.start()
    running = EmbeddedDispatcher(world.database, interval=0.02)
    running.start()
    try:
        wait_until(lambda: world.status(number) == "completed")
    finally:
        running.stop()
    assert len(told) == 1


def test_a_slow_effect_does_not_hold_the_timers(world, dispatcher):
    release = threading.Event()
    world.services.task("mail", outside=True)(lambda call: release.wait(20) and None)
    world.deploy(
        bpmn(start(), service("s", topic="mail"), end(), path("start", "s", "end"), key="slow"),
        bpmn(
            start(),
            user("u"),
            boundary("t", "u", timer("PT1H")),
            end(),
            end("late"),
            path("start", "u", "end"),
            flow("t", "late"),
        ),
    )
    try:
        slow = [world.start("slow") for _ in range(6)]
        quick = world.start()
        world.clock.advance(timedelta(hours=1))
        wait_until(lambda: world.status(quick) == "completed")
        assert {world.status(number) for number in slow} == {"running"}
    finally:
        release.set()
    wait_until(lambda: {world.status(number) for number in slow} == {"completed"})


def test_a_second_process_on_the_same_sqlite_file_is_told_so(world):
    first, second = EmbeddedDispatcher(world.database), EmbeddedDispatcher(world.database)
    first.start()
    try:
        if world.database.engine.dialect.name == "sqlite":
            with pytest.raises(AnotherProcessRuns, match="use PostgreSQL for several"):
                second.start()
        else:
            second.start()
            second.stop()
    finally:
        first.stop()
    third = EmbeddedDispatcher(world.database)
    third.start()
    third.stop()


def test_two_dispatchers_on_postgresql_share_the_work(world):
    if world.database.engine.dialect.name == "sqlite":
        return
    world.services.task("mail", outside=True)(lambda call: None)
    world.deploy(CLOCKED)
    numbers = [world.start() for _ in range(20)]
    running = [EmbeddedDispatcher(world.database, interval=0.01) for _ in range(2)]
    for one in running:
        one.start()
    try:
        world.clock.advance(timedelta(hours=1))
        wait_until(lambda: {world.status(number) for number in numbers} == {"completed"}, 30)
    finally:
        for one in running:
            one.stop()
    assert all(len(world.events(number, "timer")) == 1 for number in numbers)
    assert all(len(world.events(number, "job_done")) == 1 for number in numbers)
    assert ROOT.admin
