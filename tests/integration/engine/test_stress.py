"""Many at once: people, timers and signals on the same few instances; nothing is lost, nothing happens twice."""

import random
import threading
from datetime import timedelta

from core_bpmn import both, boundary, bpmn, catch, end, flow, path, signal, signals, start, timer, user
from engine_world import HU, ROOT, WANG

from engine.errors import Busy, KesuError
from engine.look import queries
from engine.run import instances, messages, tasks
from engine.values import Actor
from engine.work.dispatch import EmbeddedDispatcher

BUSY_CASE = bpmn(
    start(),
    both("fork"),
    user("a", camunda_candidateGroups="qc"),
    boundary("remind", "a", timer("PT1H"), interrupting=False),
    end("reminded"),
    user("b", camunda_candidateGroups="qc"),
    catch("c", signal("S")),
    both("join"),
    end(),
    path("start", "fork", "a", "join", "end"),
    path("fork", "b", "join"),
    path("fork", "c", "join"),
    flow("remind", "reminded"),
    extra=signals("S"),
)


def attempt(world, act, wrong):
    try:
        with world.database.transaction() as session:
            act(session)
    except Busy as error:
        wrong.append(error)
    except KesuError:
        pass  # somebody else was first, and one is told so
    except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
        wrong.append(error)


def work(world, who, seed, numbers, wrong):
    """Claim, hand back and complete what is there, and change variables meanwhile."""
    chance = random.Random(seed)
    for _ in range(60):
        found = world.ask(queries.list_tasks, who, queries.TaskFilter(whose="team")).items
        if not found:
            return
        task, number = chance.choice(found).id, chance.choice(numbers)
        acts = (
            lambda session, task=task: tasks.claim(session, task, by=who),
            lambda session, task=task: tasks.unclaim(session, task, by=who),
            lambda session, task=task: tasks.complete(session, task, by=who, answers={who.id: True}),
            lambda session, number=number: instances.set_variables(
                session, number, {"n": chance.random()}, by=ROOT, reason="stress"
            ),
        )
        attempt(world, chance.choice(acts), wrong)


def test_people_timers_and_signals_at_once(world):
    world.deploy(BUSY_CASE)
    numbers = [world.start() for _ in range(6)]
    dispatcher = EmbeddedDispatcher(world.database, interval=0.02)
    dispatcher.start()
    wrong = []
    threads = [
        threading.Thread(target=work, args=(world, who, seed, numbers, wrong))
        for seed, who in enumerate((WANG, HU, Actor("x", frozenset({"qc"}))))
    ]
    for thread in threads:
        thread.start()
    world.clock.advance(timedelta(hours=2))
    attempt(world, lambda session: messages.broadcast(session, "S", {"heard": True}, by=ROOT), wrong)
    for thread in threads:
        thread.join(60)
    dispatcher.stop()
    world.work()
    assert wrong == []
    for number in numbers:
        for element in world.open(number):
            task = world.task(element, number)
            world.do(tasks.complete, task.id, by=Actor(task.assignee) if task.assignee else WANG, answers={})
        check(world, number)


def check(world, number):
    lines = [(line.kind, line.element) for line in world.events(number)]
    kinds = [kind for kind, _ in lines]
    assert world.status(number) == "completed"
    assert all(lines.count(("left", element)) == 1 for element in ("a", "b", "c", "end"))
    assert (kinds.count("signal"), kinds.count("completed"), kinds.count("timer") <= 1) == (1, 2, True)
    assert world.variables(number)["heard"] is True
