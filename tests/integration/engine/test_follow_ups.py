"""Putting tasks off."""

from datetime import timedelta

import pytest
from core_bpmn import bpmn, end, path, start, user
from counting import counting
from engine_world import HU, LEE, WANG

from engine.errors import AlreadyCompleted, ClaimedByOther, NotFound, SnoozedIntoPast, SnoozedPastDue
from engine.look import queries
from engine.look.queries import TaskFilter
from engine.run import follow_ups, tasks

DAY = timedelta(days=1)


@pytest.fixture
def two(world):
    """One task that is due in three days, one that is never due."""
    drawn = user("u", camunda_candidateGroups="qc", camunda_dueDate="${due}")
    world.deploy(bpmn(start(), drawn, end(), path("start", "u", "end")))
    for key, due in (("due", (world.clock.now() + 3 * DAY).isoformat()), ("free", None)):
        world.start(variables={"due": due}, business_key=key)
    return world


def task(world, key):
    return next(each for each in listed(world) if each.business_key == key)


def listed(world, who=WANG, **wanted):
    return world.ask(queries.list_tasks, who, TaskFilter(**wanted)).items


def keys(world, **wanted):
    return [each.business_key for each in listed(world, **wanted)]


def test_a_task_stands_aside_until_its_day(two):
    until = two.clock.now() + 2 * DAY
    two.do(follow_ups.snooze, task(two, "due").id, until, by=WANG)
    assert (keys(two), keys(two, snoozed=False), keys(two, snoozed=True)) == (["due", "free"], ["free"], ["due"])
    found = two.ask(queries.count_tasks, HU)
    assert (found.group, found.snoozed) == (1, 1)
    two.clock.set(until)
    assert (keys(two, snoozed=False), keys(two, snoozed=True)) == (["due", "free"], [])
    assert two.ask(queries.count_tasks, HU).snoozed == 0


def test_it_is_written_down_and_can_be_taken_back(two):
    number, until = task(two, "free").id, two.clock.now() + DAY
    assert follow_ups.is_snoozed(two.do(follow_ups.snooze, number, until, by=WANG), two.clock.now())
    two.do(follow_ups.snooze, number, until, by=WANG)
    assert not follow_ups.is_snoozed(two.do(follow_ups.snooze, number, None, by=WANG), two.clock.now())
    events = two.events(task(two, "free").instance_id, "snoozed")
    assert [(event.actor, event.data["to"]) for event in events] == [("wang", until.isoformat()), ("wang", None)]


def test_nothing_is_put_off_past_its_due_date_or_into_the_past(two):
    number, now = task(two, "due").id, two.clock.now()
    two.do(follow_ups.snooze, number, now + 3 * DAY, by=WANG)
    with pytest.raises(SnoozedPastDue):
        two.do(follow_ups.snooze, number, now + 3 * DAY + timedelta(seconds=1), by=WANG)
    with pytest.raises(SnoozedIntoPast):
        two.do(follow_ups.snooze, number, now, by=WANG)
    two.clock.set(now + 3 * DAY + timedelta(seconds=1))
    assert keys(two, snoozed=False, when="overdue") == ["due"]


def test_only_who_may_work_on_it_puts_it_off(two):
    number, until = task(two, "free").id, two.clock.now() + DAY
    with pytest.raises(NotFound):
        two.do(follow_ups.snooze, number, until, by=LEE)
    two.do(tasks.claim, number, by=WANG)
    with pytest.raises(ClaimedByOther):
        two.do(follow_ups.snooze, number, until, by=HU)
    two.do(tasks.complete, number, by=WANG, answers={})
    with pytest.raises(AlreadyCompleted):
        two.do(follow_ups.snooze, number, until, by=WANG)


def test_further_figures_cost_no_further_statement(two):
    wanted = [TaskFilter(text="FREE"), TaskFilter(whose="mine"), TaskFilter(process="p"), TaskFilter(when="due")]
    with counting(two.database) as (statements, _):
        assert two.ask(queries.count_tasks, WANG, wanted).others == (1, 0, 2, 0)
    assert len([text for text in statements if text.startswith("SELECT")]) == 2
