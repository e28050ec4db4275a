"""Plays cases to their end, in a process of its own that the kill test may end at any moment.

Arguments: the address of the database and a file to which the idempotency key of each outside effect is appended.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "unit" / "core"))

from core_bpmn import both, boundary, bpmn, end, flow, path, service, start, timer, user

from engine.clock import SetClock
from engine.database import Database
from engine.deploy import deployments
from engine.look import admin, queries
from engine.look.admin import InstanceFilter
from engine.run import instances, tasks
from engine.runtime import make_runtime
from engine.services import Services
from engine.values import Actor
from engine.work import leases, timers
from engine.work.dispatch import work_once

WANG = Actor("wang", frozenset({"qc"}))
CASES = 40
DIAGRAM = bpmn(
    start(),
    both("fork"),
    user("inspect", camunda_candidateGroups="qc"),
    boundary("remind", "inspect", timer("PT1H"), interrupting=False),
    end("reminded"),
    user("contact", camunda_candidateGroups="qc"),
    both("join"),
    service("tell", topic="mail"),
    user("close", camunda_candidateGroups="qc"),
    end(),
    path("start", "fork", "inspect", "join", "tell", "close", "end"),
    path("fork", "contact", "join"),
    flow("remind", "reminded"),
)


def make_database(url, effects):
    services = Services()

    @services.task("mail", outside=True)
    def mail(call):
        with Path(effects).open("a", encoding="utf-8") as file:
            file.write(f"{call.instance_id} {call.idempotency_key}\n")
            file.flush()
            os.fsync(file.fileno())
        return {"told": True}

    return Database(url, make_runtime(clock=SetClock(datetime(2026, 1, 5, 1, tzinfo=UTC)), services=services))


def play(database):
    """Go on from wherever the database is until every case is closed."""
    with database.transaction() as session:
        leases.release_all(session)  # nobody else works here: whoever had something has been killed
        deployments.deploy(session, "kill", {"p.bpmn": DIAGRAM}, by=WANG)
    while True:
        with database.reading() as session:
            begun = admin.search_instances(session, InstanceFilter(per_page=CASES)).items
            waiting = queries.list_tasks(session, WANG, queries.TaskFilter(per_page=1)).items
            following = timers.next_due(session)
        if len(begun) < CASES:
            with database.transaction() as session:
                instances.start(session, "p", business_key=f"K{len(begun)}", by=WANG)
        elif following is not None:
            database.runtime.clock.set(max(following, database.runtime.clock.now()))
            work_once(database)
        elif waiting:
            with database.transaction() as session:
                tasks.complete(session, waiting[0].id, by=WANG, answers={waiting[0].element: True})
            database.runtime.clock.advance(timedelta(minutes=1))
        elif all(case.status == "completed" for case in begun):
            return
        else:
            work_once(database)


def main():
    """For each line of input fork a player, tell its number, and how it ended; so that imports are paid for once."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            database = make_database(*sys.argv[1:])
            play(database)
            database.close()
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
