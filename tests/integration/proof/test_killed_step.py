"""SIGKILL between any two statements of a step, one after the other, of each kind of step, on both databases."""

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from consistency import check
from core_bpmn import both, boundary, bpmn, end, flow, path, service, start, timer, user
from moments import Moments

from engine.clock import SetClock
from engine.database import Database
from engine.deploy import deployments
from engine.look import admin, history, queries
from engine.run import instances, tasks
from engine.runtime import make_runtime
from engine.services import Services
from engine.store.schema import DbEvent, DbJob, DbTimer
from engine.values import SYSTEM, Actor
from engine.work import leases
from engine.work.dispatch import work_once

pytestmark = pytest.mark.seconds(12)

LEE = Actor("lee", frozenset({"qc"}))
BEGUN = datetime(2026, 1, 5, 1, tzinfo=UTC)
DIAGRAM = bpmn(
    start(),
    user("check", camunda_candidateGroups="qc"),
    boundary("late", "check", timer("PT1H"), interrupting=False),
    end("reminded"),
    both("split"),
    service("tell", topic="mail"),
    user("close", camunda_candidateGroups="qc"),
    both("join"),
    end(),
    path("start", "check", "split", "tell", "join", "end"),
    path("split", "close", "join"),
    flow("late", "reminded"),
)


def make(letters):
    services = Services()

    @services.task("mail", outside=True)
    def mail(call):
        with letters.open("a") as lines:
            lines.write(f"{call.idempotency_key}\n")
        return {"told": True}

    return make_runtime(clock=SetClock(BEGUN), services=services)


def begin(database):
    with database.transaction() as session:
        instances.start(session, "p", by=LEE, variables={"n": 1})


def complete(name):
    def act(database):
        with database.transaction() as session:
            wanted = queries.TaskFilter(whose="all", element=name)
            (task,) = queries.list_tasks(session, SYSTEM, wanted).items
            tasks.complete(session, task.id, by=LEE, answers={name: True})

    return act


ACTS = ((begin, 0), (work_once, 2), (complete("check"), 2), (work_once, 2), (complete("close"), 3))
"""What is done, and how many hours after the beginning: a start, a timer, a person, a letter, a person at the end."""


def live(url, runtime, act, moment):
    """A process that does one thing and dies at a moment; whether it came to its end before."""
    child = os.fork()
    if not child:
        try:
            database = Database(url, runtime)  # a connection of its own, the diagrams of its parent
            with database.transaction() as session:
                leases.release_all(session)  # who had something has been killed
            Moments("any", moment).watch(database)
            act(database)
            os._exit(0)
        finally:
            os._exit(1)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in (0, -signal.SIGKILL), ended
    return ended == 0


def test_killed_between_any_two_statements(database_url, open_database, tmp_path):
    letters = tmp_path / "letters"
    database = open_database(make(letters))
    with database.transaction() as session:
        deployments.deploy(session, "kill", {"p.bpmn": DIAGRAM}, by=SYSTEM)
    killed = []
    for act, hours in ACTS:
        database.runtime.clock.set(BEGUN + timedelta(hours=hours))
        died, moment, before = 0, 1, progress(database)
        while not live(database_url, database.runtime, act, moment):
            check(database)
            died, moment, kept = died + 1, moment + 1, progress(database)
            if kept != before and act is not work_once:  # it died after the commit
                break
            if kept != before:  # a part of the work was kept: the rest has moments of its own
                before, moment = kept, 1
        check(database)
        killed.append(died)
    with database.reading() as session:
        (case,) = admin.search_instances(session, admin.InstanceFilter()).items
        lines = history.of(session, case.id)
    assert case.status == "completed"
    for element in ("check", "tell", "close", "reminded", "end"):
        assert [line.kind for line in lines if line.element == element].count("entered") == 1, element
    assert len(set(letters.read_text().split())) == 1
    assert min(killed) >= 5, killed  # PostgreSQL is sent most of a step as one statement


def progress(database):
    """What was kept; leases aside, which a lost worker leaves behind."""
    with database.reading() as session:
        counted = [session.scalar(sa.select(sa.func.count()).select_from(table)) for table in (DbEvent, DbJob, DbTimer)]
    database.close()  # a child must not inherit a connection
    return counted
