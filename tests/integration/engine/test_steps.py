"""One step is one transaction: everything or nothing, few statements, nobody's work lost."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from at_once import at_once
from core_bpmn import (
    both,
    boundary,
    bpmn,
    call,
    catch,
    definitions,
    end,
    flow,
    message,
    messages,
    path,
    process,
    script,
    several,
    start,
    timer,
    user,
    xor,
)
from counting import counting
from engine_world import HU, LEE, ROOT, WANG, table
from sqlalchemy.orm import aliased

from engine.errors import (
    AlreadyCompleted,
    InstanceEnded,
    NotFound,
    NotStartable,
    ReasonMissing,
    VariablesRefused,
)
from engine.look import history, pending
from engine.run import incidents, instances, steps, task_forms, tasks
from engine.seams import Beside
from engine.store import schema

SMALL = bpmn(
    start(),
    user("first", camunda_candidateGroups="qc"),
    xor("which", default="which-second"),
    user("second", camunda_candidateGroups="sales,qc", camunda_dueDate="P1D"),
    boundary("late", "second", timer("PT1H")),
    boundary("later", "second", timer("P2D"), interrupting=False),
    end(),
    end("too_late"),
    end("reminded"),
    path("start", "first", "which", "second", "end"),
    flow("late", "too_late"),
    flow("later", "reminded"),
)


def test_a_small_process_from_start_to_end(world):
    world.deploy(SMALL)
    number = world.start(variables={"x": 1}, business_key="KB-1")
    assert world.open() == ["first"]
    done = world.complete("first", ok=True, note="fünf")
    assert (done.instance_id, dict(done.values)) == (number, {"ok": True, "note": "fünf"})
    assert world.variables(number) == {"x": 1, "ok": True, "note": "fünf"}
    assert [row.element for row in table(world, "timer")] == ["late", "later"]
    world.complete("second", by=LEE)
    assert world.status(number) == "completed"
    assert world.ask(instances.get_instance, number).end_element == "end"
    assert table(world, "timer") == []
    kept = world.ask(history.submissions_of, number)
    assert [(entry.element, entry.by, entry.answers) for entry in kept] == [
        ("first", "wang", {"ok": True, "note": "fünf"}),
        ("second", "lee", {}),
    ]


def test_a_step_takes_at_most_ten_statements_and_one_commit(world):
    world.deploy(SMALL)
    world.start()
    world.complete("first")
    world.complete("second")  # the audiences are known from here on
    with counting(world.database) as (statements, commits):
        world.start(variables={"a": 1, "b": 2})
    assert (len(statements) <= 10, len(commits)) == (True, 1), statements
    first = world.task("first").id
    with counting(world.database) as (statements, commits), world.database.transaction() as session:
        tasks.complete(session, first, by=WANG, answers={"x": 1, "y": 2})
    assert (len(statements) <= 10, len(commits)) == (True, 1), statements
    second = world.task("second").id
    with counting(world.database) as (statements, commits), world.database.transaction() as session:
        tasks.complete(session, second, by=WANG, answers={"x": 3})
    assert (len(statements) <= 10, len(commits)) == (True, 1), statements


def test_the_history_says_who_what_when_in_order(world):
    world.deploy(SMALL)
    number = world.start(variables={"x": 1})
    world.complete("first", x=2)
    lines = [(line.kind, line.element, line.actor) for line in world.events(number)]
    assert lines[0] == ("started", None, "lee")
    order = [kind for kind, element, _ in lines if element == "first"]
    assert order == ["entered", "completed", "variable", "left", "flow"]
    changed = [line.data for line in world.events(number, "variable")]
    assert changed[-1] == {"name": "x", "old": 1, "new": 2, "scope": 0}
    assert {line.at for line in world.events(number)} == {world.clock.now()}
    assert ("entered", "second", "wang") in lines


def test_an_error_in_a_step_leaves_nothing_behind(world):
    def fail(session, result):
        if result.changed.get("boom"):
            raise RuntimeError("observer")

    world.deploy(SMALL)
    number = world.start()
    object.__setattr__(world.database.runtime, "observers", (fail,))
    before = {name: table(world, name) for name in ("instance", "task", "variable", "event", "submission", "timer")}
    with pytest.raises(RuntimeError, match="observer"):
        world.complete("first", boom=True)
    assert {name: table(world, name) for name in before} == before
    world.complete("first", boom=False)
    assert world.variables(number) == {"boom": False}


def test_observers_hear_what_a_step_did(world):
    world.deploy(SMALL)
    number = world.start(variables={"x": 1}, business_key="KB-7")
    begun = world.seen[-1]
    assert (begun.instance_id, begun.process_key, begun.business_key, begun.started) == (number, "p", "KB-7", True)
    assert ([task.element for task in begun.opened], begun.changed) == (["first"], {"x": 1})
    world.complete("first", x=2)
    step = world.seen[-1]
    assert (step.started, step.actor.id, step.changed, step.variables) == (False, "wang", {"x": 2}, {"x": 2})
    assert len(step.closed) == 1
    world.complete("second")
    assert (world.seen[-1].ended, world.seen[-1].end_elements, world.seen[-1].status) == (True, ("end",), "completed")


def test_two_people_submit_the_same_task_at_once(world):
    world.deploy(SMALL)
    number = world.start()
    task = world.task("first").id

    def submit(who):
        with world.database.transaction() as session:
            tasks.complete(session, task, by=who, answers={"by": who.id})
        return who.id

    outcomes = at_once(lambda: submit(WANG), lambda: submit(HU))
    (winner,) = [entry for entry in outcomes if isinstance(entry, str)]
    (loser,) = [entry for entry in outcomes if isinstance(entry, AlreadyCompleted)]
    assert (loser.by, loser.element, loser.at) == (winner, "first", world.clock.now())
    assert winner in str(loser)
    assert world.variables(number) == {"by": winner}
    assert len(world.ask(history.submissions_of, number)) == 1


def test_parallel_tasks_are_completed_at_the_same_time_by_two_people(world):
    world.deploy(
        bpmn(
            start(), both("fork"), user("a", camunda_candidateGroups="qc"), user("b", camunda_candidateGroups="qc"),
            both("join"), end(), path("start", "fork", "a", "join", "end"), path("fork", "b", "join"),
        )
    )  # fmt: skip
    numbers = [world.start() for _ in range(5)]

    def work(element, who):
        for number in numbers:
            world.complete(element, by=who, number=number, **{element: who.id})

    assert at_once(lambda: work("a", WANG), lambda: work("b", HU)) == [None, None]
    assert {world.status(number) for number in numbers} == {"completed"}
    assert all(world.variables(number) == {"a": "wang", "b": "hu"} for number in numbers)


WAITS = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def somebody_waits(database):
    with database.reading() as session:
        return session.connection().dialect.name == "sqlite" or session.scalar(WAITS) > 0


OTHER = aliased(schema.DbInstance)


def test_whoever_had_to_wait_for_an_instance_finds_it_as_the_other_left_it(world):
    world.deploy(SMALL)
    number, seen, came = world.start(), [], []
    query = sa.select(OTHER.revision)
    revision = Beside("revision", lambda number, _key: query.where(OTHER.id == number).scalar_subquery())
    world.database.runtime = replace(world.database.runtime, beside=(revision,))

    def wait_and_look():
        with world.database.transaction() as session:
            step = steps.open_step(session, number)
            seen.append(step.execution.variables[0].get("told"))
            came.append(session.beside.get("revision", (number, step.instance.revision)))

    other = threading.Thread(target=wait_and_look)
    with world.database.transaction() as session:
        instances.set_variables(session, number, {"told": "first"}, by=LEE, reason="asked")
        other.start()
        while not somebody_waits(world.database):
            pass
    other.join(60)
    assert (seen, came) == (["first"], [(number, 2)])


def test_cancel_closes_everything_and_keeps_the_reason(world):
    world.deploy(SMALL)
    number = world.start()
    world.complete("first")
    with pytest.raises(ReasonMissing):
        world.do(instances.cancel, number, by=ROOT, reason=" ")
    world.do(instances.cancel, number, by=ROOT, reason="entered twice")
    assert (world.status(number), world.open(), table(world, "timer")) == ("cancelled", [], [])
    (line,) = world.events(number, "aborted")
    assert (line.actor, line.reason) == ("root", "entered twice")
    with pytest.raises(InstanceEnded):
        world.do(instances.cancel, number, by=ROOT, reason="again")


def test_variables_changed_by_hand_are_history(world):
    world.deploy(SMALL)
    number = world.start(variables={"x": 1})
    world.do(instances.set_variables, number, {"x": 5, "y": [1, {"z": None}]}, by=ROOT, reason="typing error")
    assert world.variables(number) == {"x": 5, "y": [1, {"z": None}]}
    changed = [line for line in world.events(number, "variable") if line.reason == "typing error"]
    assert [line.data["name"] for line in changed] == ["x", "y"]
    assert changed[0].actor == "root"


def test_a_variable_can_be_changed_only_where_there_is_one(world):
    world.deploy(SMALL)
    number = world.start(variables={"x": 1})
    further = {"x": 2, "z": 3}
    world.do(instances.set_variables, number, {"y": 4}, by=ROOT, reason="told", by_hand=False, if_there=further)
    assert world.variables(number) == {"x": 2, "y": 4}
    (given,) = world.events(number, "given")
    assert given.data["names"] == ["x", "y"]


@pytest.mark.parametrize("value", [float("nan"), "a\0b", {"k": {1, 2}}, 2**70, "\ud800", b"x"])
def test_values_that_json_or_a_database_cannot_keep_are_refused(world, value):
    world.deploy(SMALL)
    number = world.start()
    with pytest.raises(VariablesRefused, match="x"):
        world.complete("first", x=value)
    assert world.variables(number) == {}
    world.complete("first", x="\\u0000 as text, 1.50, 'quotes'")
    assert world.variables(number) == {"x": "\\u0000 as text, 1.50, 'quotes'"}


def test_numbers_come_back_as_they_were_kept(world):
    world.deploy(SMALL)
    values = {"whole": 1, "half": 0.5, "money": "1000.00", "one": 1.0, "yes": True, "none": None, "big": 2**53}
    number = world.start(variables=values)
    found = world.variables(number)
    assert found == values
    assert {name: type(value) for name, value in found.items()} == {name: type(value) for name, value in values.items()}


def test_variables_come_back_in_the_order_of_their_names(world):
    world.deploy(SMALL)
    number = world.start(variables=dict.fromkeys("dCbaE", 0))
    world.complete("first", b=1, a=1)  # PostgreSQL writes these rows anew, behind the others
    assert list(world.variables(number)) == sorted("dCbaE")


def test_a_called_process_has_variables_of_its_own(world):
    caller = process(start(), call("ask", "inner"), end(), path("start", "ask", "end"))
    inner = process(start("s2"), user("u", camunda_candidateGroups="qc"), end("e2"), path("s2", "u", "e2"), key="inner")
    world.deploy(definitions(caller, inner))
    number = world.start(variables={"x": 1})
    task = world.task("u")
    assert task.process_key == "inner"
    assert {row.scope for row in table(world, "variable")} == {0}
    world.complete("u", y=2)
    assert world.status(number) == "completed"
    assert {row.scope for row in table(world, "variable")} == {0}


def test_items_of_several_know_their_own_variables(world):
    each = user("u", several("${units}", variable="unit"), camunda_candidateGroups="${unit}")
    world.deploy(bpmn(start(), each, end(), path("start", "u", "end")))
    number = world.start(variables={"units": ["qc", "sales"]})
    assert world.open() == ["u", "u"]
    mine = world.ask(tasks.get_task, world.task("u").id)
    assert mine.local["unit"] in {"qc", "sales"}
    seen = world.ask(task_forms.visible_variables, mine)
    assert (seen["unit"], seen["units"]) == (mine.local["unit"], ["qc", "sales"])
    for _ in range(2):
        task = world.task("u")
        world.do(tasks.complete, task.id, by=WANG if task.local["unit"] == "qc" else LEE, answers={})
    assert world.status(number) == "completed"


def test_a_script_that_fails_is_an_incident_and_the_answers_are_kept(world):
    world.deploy(
        bpmn(
            start(),
            user("u", camunda_candidateGroups="qc"),
            script("s", "y = 10 / x"),
            end(),
            path("start", "u", "s", "end"),
        )
    )
    number = world.start()
    world.complete("u", x=0)
    assert world.status(number) == "incident"
    (incident,) = world.ask(pending.incidents_of, number)
    assert (incident.element, world.variables(number)) == ("s", {"x": 0})
    assert world.do(incidents.retry, incident.id, by=ROOT) is False
    (again,) = world.ask(pending.incidents_of, number)
    world.do(instances.set_variables, number, {"x": 5}, by=ROOT, reason="mended")
    assert world.do(incidents.retry, again.id, by=ROOT) is True
    assert (world.status(number), world.variables(number)["y"]) == ("completed", 2)
    with pytest.raises(NotFound):
        world.do(incidents.retry, again.id, by=ROOT)
    assert [line.kind for line in world.events(number, "incident", "retried", "resolved")][-2:] == [
        "retried",
        "resolved",
    ]


def test_what_is_over_can_still_be_shown(world):
    world.deploy(SMALL)
    number = world.start(variables={"x": 1})
    first = world.task("first")
    world.complete("first", y=2)
    world.complete("second")
    assert world.ask(task_forms.visible_variables, first) == {"x": 1, "y": 2}
    assert world.ask(tasks.get_task, first.id, actor=WANG).ended_by == "wang"
    assert world.status(number) == "completed"


def test_who_may_start_and_who_started(world):
    restricted = definitions(
        process(
            start(camunda_initiator="starter"), user("u", camunda_assignee="${starter}"), end(), path("start", "u", "end"),
            camunda_candidateStarterGroups="sales",
        )
    )  # fmt: skip
    world.deploy(restricted)
    with pytest.raises(NotStartable):
        world.start(by=WANG)
    number = world.start(by=LEE)
    assert (world.variables(number), world.task("u").assignee) == ({"starter": "lee"}, "lee")
    with pytest.raises(NotFound):
        world.start("nowhere")


def test_a_receive_event_waits_in_the_subscription_table(world):
    world.deploy(bpmn(start(), catch("c", message("M")), end(), path("start", "c", "end"), extra=messages("M")))
    number = world.start()
    (waits,) = world.ask(pending.subscriptions_of, number)
    assert (waits.element, waits.kind, waits.name) == ("c", "message", "M")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # where both are one statement
def test_a_task_whose_row_is_lost_is_not_made_anew_when_it_ends_and_another_opens(world):
    world.deploy(
        bpmn(
            start(), user("u"), boundary("late", "u", timer("PT1H")), user("v"), end(), path("start", "u", "end"),
            path("late", "v", "end"),
        )
    )  # fmt: skip
    number = world.start()
    with world.database.transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM task")
    world.clock.advance(timedelta(hours=1))
    world.work()
    with world.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(schema.DbTask)) == 0
    (job,) = world.ask(pending.jobs_of, number)
    assert job.attempts == 1
