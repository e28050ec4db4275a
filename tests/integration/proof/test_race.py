"""Two at once: one wins, the other is told; nothing is done twice, whoever works."""

import socket
import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from at_once import at_once
from case import ANSWERS, people

from engine.deploy import deployments
from engine.errors import AlreadyCompleted, AnotherProcessRuns, ClaimedByOther, TaskCancelled
from engine.kinds import TaskStatus
from engine.look import history, queries
from engine.run import instances, tasks
from engine.runtime import make_runtime
from engine.services import Services
from engine.values import SYSTEM
from engine.work.dispatch import EmbeddedDispatcher, work_once

pytestmark = pytest.mark.seconds(18)

LEE, KIM = people("sales", "lee", "kim")
(INTAKE,) = people("intake", "zhou")
CHECKED = {"lee": "order", "kim": "photos"}
HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"><bpmn:process id="p" isExecutable="true">'
    '<bpmn:startEvent id="S"/><bpmn:endEvent id="E"/>'
)
FORK = HEAD + (
    '<bpmn:parallelGateway id="F"/><bpmn:parallelGateway id="J"/>'
    '<bpmn:userTask id="A" camunda:candidateGroups="sales"/><bpmn:userTask id="B" camunda:candidateGroups="sales"/>'
    '<bpmn:serviceTask id="M" camunda:type="external" camunda:topic="mail"/>'
)
LATE = HEAD + (
    '<bpmn:userTask id="A" name="Work" camunda:candidateGroups="sales"/><bpmn:endEvent id="L"/>'
    '<bpmn:boundaryEvent id="T" attachedToRef="A"><bpmn:timerEventDefinition><bpmn:timeDuration>PT1H</bpmn:timeDuration>'
    "</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    '<bpmn:serviceTask id="M" camunda:type="external" camunda:topic="mail"/>'
)


def diagram(text, *flows):
    lines = "".join(f'<bpmn:sequenceFlow id="{a}{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in flows)
    return f"{text}{lines}</bpmn:process></bpmn:definitions>".encode()


FORK = diagram(FORK, "SF", "FA", "FB", "AJ", "BJ", "JM", "ME")
LATE = diagram(LATE, "SA", "AE", "TM", "ML")


class Small:
    """A small process on the test's database, and what its mail service was told."""

    def __init__(self, open_database, clock, content):
        self.clock, self.told = clock, []
        services = Services()
        services.task("mail", outside=True)(lambda call: self.told.append(call.idempotency_key))
        self.database = open_database(make_runtime(clock=clock, services=services))
        with self.database.transaction() as session:
            deployments.deploy(session, "race", {"p.bpmn": content}, by=SYSTEM)

    def start(self, count):
        numbers = []
        for _ in range(count):
            with self.database.transaction() as session:
                numbers.append(instances.start(session, "p", by=SYSTEM).id)
        return numbers

    def task(self, number, element):
        with self.database.reading() as session:
            wanted = queries.TaskFilter(whose="all", element=element, instance_id=number)
            return queries.list_tasks(session, SYSTEM, wanted).items[0].id

    def complete(self, task, by):
        with self.database.transaction() as session:
            return tasks.complete(session, task, by=by, answers={}).values

    def counted(self, number):
        with self.database.reading() as session:
            lines = history.of(session, number, kinds=("entered", "cancelled", "completed", "timer", "job_done"))
        return Counter((line.kind, line.element) for line in lines)

    def status(self, number):
        with self.database.reading() as session:
            return instances.get_instance(session, number).status


@pytest.fixture
def make_small(open_database, clock):
    return lambda content: Small(open_database, clock, content)


def test_the_same_task_of_the_shipped_case(case):
    task = case.task("UT_Verify")

    def submit(who):
        with case.database.transaction() as session:
            tasks.complete(session, task, by=who, answers={**ANSWERS["UT_Verify"], "checked_items": [CHECKED[who.id]]})
            return who.id

    outcomes = at_once(lambda: submit(LEE), lambda: submit(KIM))
    (winner,) = [entry for entry in outcomes if isinstance(entry, str)]
    (loser,) = [entry for entry in outcomes if not isinstance(entry, str)]
    assert isinstance(loser, AlreadyCompleted)
    assert (loser.by, loser.at, loser.code) == (winner, case.clock.now(), "already_completed")
    assert f"was completed by {winner} at 2026-11-02 10:00" in str(loser)
    with case.database.reading() as session:
        kept = [entry for entry in history.submissions_of(session, case.number) if entry.element == "UT_Verify"]
    assert [(entry.by, entry.answers["checked_items"]) for entry in kept] == [(winner, [CHECKED[winner]])]
    assert len([line for line in case.events("completed") if line.element == "UT_Verify"]) == 1


def test_two_tasks_of_one_instance_meet_in_a_join(make_small):
    small = make_small(FORK)
    for number in small.start(10):
        task_a, task_b = small.task(number, "A"), small.task(number, "B")
        outcomes = at_once(lambda: small.complete(task_a, LEE), lambda: small.complete(task_b, KIM))  # noqa: B023
        assert outcomes == [{}, {}]
        assert small.counted(number)["entered", "M"] == 1
    work_once(small.database)
    assert len(set(small.told)) == len(small.told) == 10


def test_claims_and_a_completion(make_small):
    small = make_small(FORK)
    for number in small.start(5):
        task = small.task(number, "A")

        def claim(who, task=task):
            with small.database.transaction() as session:
                return tasks.claim(session, task, by=who).assignee

        outcomes = at_once(lambda: claim(LEE), lambda: claim(KIM))
        (winner,) = [entry for entry in outcomes if isinstance(entry, str)]
        (loser,) = [entry for entry in outcomes if not isinstance(entry, str)]
        assert isinstance(loser, ClaimedByOther)
        assert (loser.who, loser.since) == (winner, small.clock.now())
        other = KIM if winner == "lee" else LEE
        outcomes = at_once(lambda: small.complete(task, LEE), lambda: small.complete(task, KIM))  # noqa: B023
        refused = outcomes[1 if other is KIM else 0]
        assert isinstance(refused, ClaimedByOther | AlreadyCompleted)
        assert small.counted(number)["completed", "A"] == 1


def test_a_timer_fires_while_a_person_completes(make_small):
    small = make_small(LATE)
    numbers = small.start(12)
    found = [small.task(number, "A") for number in numbers]
    small.clock.advance(timedelta(hours=1))
    *outcomes, _ = at_once(
        *[lambda task=task: small.complete(task, LEE) for task in found[:6]], lambda: work_once(small.database)
    )
    work_once(small.database)
    assert all(entry == {} or isinstance(entry, TaskCancelled) for entry in outcomes), outcomes
    for number, outcome in zip(numbers, [*outcomes, None, None, None, None, None, None], strict=True):
        seen = small.counted(number)
        by_person = outcome == {}
        assert small.status(number) == "completed"
        assert (seen["completed", "A"], seen["timer", "T"]) == ((1, 0) if by_person else (0, 1))
        assert seen["entered", "E"] + seen["entered", "L"] == 1
    assert len(small.told) == len(set(small.told)) == sum(small.counted(number)["timer", "T"] for number in numbers)


def test_many_who_work_off_what_is_due_do_nothing_twice(make_small):
    small = make_small(LATE)
    numbers = small.start(30)
    small.clock.advance(timedelta(hours=1))
    outcomes = at_once(*[lambda: work_once(small.database)] * 4)
    assert not [entry for entry in outcomes if isinstance(entry, Exception)], outcomes
    work_once(small.database)
    for number in numbers:
        assert small.status(number) == "completed"
        seen = small.counted(number)
        assert (seen["timer", "T"], seen["job_done", "M"], seen["entered", "L"]) == (1, 1, 1)
    assert len(set(small.told)) == 30  # at least once, each under its own key


def test_two_who_deploy_the_same_at_once(make_small):
    small = make_small(FORK)
    changed = FORK.replace(b'id="M"', b'id="M" name="Tell them"')

    def deploy():
        with small.database.transaction() as session:
            return deployments.deploy(session, "race", {"p.bpmn": changed}, by=SYSTEM).id

    outcomes = at_once(deploy, deploy, deploy)
    assert len(set(outcomes)) == 1, outcomes
    with small.database.reading() as session:
        assert deployments.get_process_definition(session, "p").version == 2


def test_two_who_deploy_different_versions_at_once(make_small):
    small = make_small(FORK)

    def deploy(name):
        with small.database.transaction() as session:
            files = {"p.bpmn": FORK.replace(b'id="M"', f'id="M" name="{name}"'.encode())}
            return deployments.deploy(session, "race", files, by=SYSTEM).id

    outcomes = at_once(lambda: deploy("a"), lambda: deploy("b"), lambda: deploy("c"))
    assert len(set(outcomes)) == 3, outcomes
    with small.database.reading() as session:
        found = deployments.list_process_definitions(session, current=False)
    assert [definition.version for definition in found] == [4, 3, 2, 1]


def test_the_first_instances_start_at_once(make_small):
    small = make_small(FORK)
    outcomes = at_once(*[lambda: small.start(2)] * 4)
    assert not [entry for entry in outcomes if isinstance(entry, Exception)], outcomes
    assert len({number for numbers in outcomes for number in numbers}) == 8


def test_cases_registered_at_once_get_numbers_without_a_gap(case):
    def register():
        with case.database.transaction() as session:
            number = instances.start(session, "complaint_intake", by=SYSTEM).id
            (task,) = queries.tasks_of(session, number, TaskStatus.OPEN)
            tasks.complete(session, task.id, by=INTAKE, answers=ANSWERS["UT_Register"])
            return number

    outcomes = at_once(*[register] * 6)
    assert not [entry for entry in outcomes if isinstance(entry, Exception)], outcomes
    with case.database.reading() as session:
        found = sorted(instances.get_variables(session, number)["case_no"] for number in outcomes)
    assert found == [f"KB-2026-{number:06}" for number in range(2, 8)]


def test_processes_that_start_at_once_migrate_once(postgresql_cluster):
    postgresql_cluster.admin.execute("CREATE DATABASE started_at_once")
    url = postgresql_cluster.url("started_at_once")
    try:
        command = [
            sys.executable,
            "-c",
            "import sys; from processes.migrations import migrate; migrate(sys.argv[1])",
            url,
        ]
        started = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
        told = [process.communicate(timeout=60)[1] for process in started]
        assert [process.returncode for process in started] == [0, 0, 0], told
    finally:
        postgresql_cluster.drop_database(url)


# one process that works on an SQLite file

SECOND = """
import sys
from engine.database import Database
from engine.work.dispatch import EmbeddedDispatcher
from engine.runtime import make_runtime
EmbeddedDispatcher(Database(sys.argv[1], make_runtime())).start()
"""


def test_a_second_process_on_one_file_is_refused(database, database_url):
    dispatcher = EmbeddedDispatcher(database)
    dispatcher.start()
    try:
        if database.engine.dialect.name == "sqlite":
            with pytest.raises(AnotherProcessRuns):
                EmbeddedDispatcher(database).start()
            second = subprocess.run(
                [sys.executable, "-c", SECOND, database_url], capture_output=True, text=True, check=False
            )
            assert second.returncode != 0
            assert "Another process already works on" in second.stderr
            assert "use PostgreSQL for several" in second.stderr
        else:
            second = EmbeddedDispatcher(database)
            second.start()
            second.stop()
    finally:
        dispatcher.stop()


def test_the_command_says_so_without_a_traceback(installed_url, tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    holder = subprocess.Popen(
        [sys.executable, "-c", SECOND + "import time; print('held', flush=True); time.sleep(60)", installed_url],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "held\n"
        command = [sys.executable, "-c", "from web.command import main; main()", "run", "--database", installed_url]
        told = subprocess.run(
            [*command, "--port", str(port)], capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path
        )
    finally:
        holder.kill()
        holder.communicate()
    assert told.returncode == 1
    assert "Another process already works on" in told.stderr
    assert "Traceback" not in told.stderr
