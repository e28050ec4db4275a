"""Lists and searches: right, counted, and by index however much there is."""

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from core_bpmn import (
    boundary,
    bpmn,
    catch,
    definitions,
    end,
    flow,
    message,
    messages,
    path,
    process,
    start,
    timer,
    user,
)
from counting import counting
from engine_world import HU, LEE, ROOT, WANG

from engine.look import admin, audiences, overview, pending, queries
from engine.look.admin import InstanceFilter
from engine.look.queries import TaskFilter
from engine.run import instances, tasks
from engine.store import schema
from engine.values import Actor

HOUR = timedelta(hours=1)


def work(element="u", key="p", **attributes):
    attributes.setdefault("camunda_candidateGroups", "qc")
    return bpmn(start(), user(element, **attributes), end(), path("start", element, "end"), key=key)


def listed(world, who, **wanted):
    return [task.business_key for task in world.ask(queries.list_tasks, who, TaskFilter(**wanted)).items]


@pytest.fixture
def five(world):
    """Five tasks for quality control with dates and priorities, K0 … K4, and one for sales."""
    world.deploy(
        work(
            camunda_dueDate="${due}",
            camunda_priority="${priority}",
            name="Inspect ${what}",
            camunda_candidateGroups="qc, gm",
        ),
        work("v", "q", camunda_candidateUsers="lee", camunda_candidateGroups=""),
    )
    now = world.clock.now()
    for number, (due, priority) in enumerate(((3, 50), (1, 10), (None, 90), (-2, 50), (30, 50))):
        at = None if due is None else (now + due * HOUR).isoformat()
        world.start(variables={"due": at, "priority": priority, "what": f"item {number}"}, business_key=f"K{number}")
    world.start("q", business_key="K-sales")
    return world


def test_whose_tasks(five):
    assert listed(five, WANG) == ["K3", "K1", "K0", "K4", "K2"]
    assert listed(five, LEE) == ["K-sales"]
    assert listed(five, Actor("x")) == []
    assert listed(five, Actor("x", frozenset({"gm"}))) == listed(five, WANG)
    five.do(tasks.claim, five.ask(queries.list_tasks, WANG).items[1].id, by=WANG)
    assert listed(five, WANG, whose="mine") == ["K1"]
    assert listed(five, WANG, whose="group") == ["K3", "K0", "K4", "K2"]
    assert listed(five, HU) == ["K3", "K0", "K4", "K2"]
    assert listed(five, HU, whose="team") == ["K3", "K1", "K0", "K4", "K2"]
    assert len(listed(five, ROOT, whose="all")) == 6
    assert listed(five, WANG, whose="all") == listed(five, WANG, whose="team")


def test_filters_and_orders(five):
    assert listed(five, WANG, when="overdue") == ["K3"]
    assert listed(five, WANG, when="due") == ["K1", "K0"]
    assert listed(five, WANG, sort="priority") == ["K2", "K0", "K3", "K4", "K1"]
    assert listed(five, WANG, sort="created", descending=True)[0] in {f"K{number}" for number in range(5)}
    assert listed(five, WANG, sort="business_key", descending=True) == ["K4", "K3", "K2", "K1", "K0"]
    assert listed(five, WANG, text="ITEM 2") == ["K2"]
    assert listed(five, WANG, text="k4") == ["K4"]
    assert listed(five, WANG, text="%") == []
    assert listed(five, WANG, element="u", process="p") == listed(five, WANG)
    assert listed(five, WANG, process="q") == []
    assert listed(five, WANG, instance_id=1) == ["K0"]


def test_pages_and_counts(five):
    first = five.ask(queries.list_tasks, WANG, TaskFilter(per_page=2))
    last = five.ask(queries.list_tasks, WANG, TaskFilter(per_page=2, page=3))
    assert ([task.business_key for task in first.items], first.total, first.pages) == (["K3", "K1"], 5, 3)
    assert [task.business_key for task in last.items] == ["K2"]
    five.do(tasks.claim, first.items[0].id, by=WANG)
    assert five.ask(queries.count_tasks, WANG) == queries.TaskCounts(mine=1, group=4, due=2, overdue=1)
    assert five.ask(queries.count_tasks, LEE) == queries.TaskCounts(mine=0, group=1, due=0, overdue=0)
    assert five.ask(queries.count_tasks, Actor("x")) == queries.TaskCounts(0, 0, 0, 0)


def test_no_more_is_counted_than_helps(five, monkeypatch):
    monkeypatch.setattr(queries, "MOST_COUNTED", 2)
    counts = five.ask(queries.count_tasks, WANG)
    assert (counts.group, counts.mine) == (3, 0)
    assert five.ask(queries.list_tasks, WANG, TaskFilter(per_page=2)).pages == 2  # there is another page


def test_a_list_is_at_most_three_statements(five):
    with counting(five.database) as (statements, _):
        five.ask(queries.list_tasks, WANG, TaskFilter(per_page=2))
        five.ask(queries.count_tasks, WANG)
        five.ask(admin.search_instances, InstanceFilter(element="u", variable="what", per_page=2))
    assert len([text for text in statements if text.startswith("SELECT")]) == 3 + 2 + 3


def found(world, **wanted):
    return [entry.business_key for entry in world.ask(admin.search_instances, InstanceFilter(**wanted)).items]


def test_instances_are_found_by_many_marks(five):
    five.complete("u", number=1)
    five.do(instances.cancel, 2, by=ROOT, reason="x")
    begin = five.clock.now()
    five.clock.advance(HOUR)
    five.start("q", business_key="K-late")
    assert found(five) == ["K-late", "K-sales", "K4", "K3", "K2", "K1", "K0"]
    assert found(five, oldest_first=True, per_page=2) == ["K0", "K1"]
    assert found(five, business_key="K-") == ["K-late", "K-sales"]
    assert found(five, business_key="%") == []
    assert (found(five, status="completed"), found(five, status="cancelled")) == (["K0"], ["K1"])
    assert found(five, under_way=True, process="p") == ["K4", "K3", "K2"]
    assert found(five, element="v") == ["K-late", "K-sales"]
    assert found(five, variable="what", value="item 3") == ["K3"]
    assert found(five, variable="priority", value=90) == ["K2"]
    assert found(five, variable="due", under_way=True) == ["K4", "K3", "K2"]
    assert found(five, started_after=begin + HOUR) == ["K-late"]
    assert found(five, started_before=begin + HOUR, instance_id=3) == ["K2"]
    page = five.ask(admin.search_instances, InstanceFilter(per_page=3, page=2))
    assert ([entry.business_key for entry in page.items], page.total) == (["K3", "K2", "K1"], 7)
    assert five.ask(admin.count_instances) == {"running": 5, "completed": 1, "cancelled": 1}


@pytest.mark.parametrize("few", [1000, 0])
def test_instances_at_an_element_are_found_whether_few_or_many(five, monkeypatch, few):
    monkeypatch.setattr(admin, "FEW", few)
    assert found(five, element="u") == ["K4", "K3", "K2", "K1", "K0"]
    assert found(five, element="u", under_way=True, oldest_first=True, per_page=2) == ["K0", "K1"]
    assert found(five, element="u", under_way=True, page=2, per_page=2) == ["K2", "K1"]
    assert found(five, element="u", under_way=True, process="p", per_page=2) == ["K4", "K3"]
    assert found(five, element="u", status="completed") == []
    assert found(five, element="v", process="q") == ["K-sales"]


def test_what_lies_far_behind_a_page_is_not_counted(five, monkeypatch):
    monkeypatch.setattr(admin, "MOST_COUNTED", 2)
    monkeypatch.setattr(overview, "MOST_COUNTED", 2)
    page = five.ask(admin.search_instances, InstanceFilter(per_page=1, under_way=True))
    assert (page.total, page.more, page.pages) == (3, True, 3)
    page = five.ask(admin.search_instances, InstanceFilter(per_page=1, under_way=True, page=4))
    assert (page.total, page.more) == (6, False)
    assert five.ask(admin.count_instances) == {"running": 3}
    assert [(each.element, each.tasks) for each in five.ask(overview.count_by_element)] == [("u", 3), ("v", 1)]
    assert [place[:2] for place in five.ask(overview.elements)] == [("u", "p"), ("v", "q")]


def visits(world, number):
    """By element, how often it was entered and how many tokens are in it."""
    entered = Counter(event.element for event in world.events(number, "entered"))
    left = Counter(event.element for event in world.events(number, "left", "cancelled"))
    return {element: (count, count - left[element]) for element, count in entered.items()}


def test_what_an_instance_waits_for(world):
    world.deploy(
        bpmn(
            start(), user("u"), boundary("t", "u", timer("PT1H")), catch("m", message("M")), end(), end("e2"),
            path("start", "u", "m", "end"), flow("t", "e2"), extra=messages("M"),
        )
    )  # fmt: skip
    number = world.start()
    assert [entry.element for entry in world.ask(pending.timers_of, number)] == ["t"]
    assert visits(world, number) == {"start": (1, 0), "u": (1, 1)}
    world.complete("u", by=ROOT)
    assert [entry.element for entry in world.ask(pending.subscriptions_of, number)] == ["m"]
    assert found(world, element="m") == [None]
    assert visits(world, number) == {"start": (1, 0), "u": (1, 0), "m": (1, 1)}
    assert world.ask(overview.count_incidents) == 0


def plan(session, query):
    """How the database would find it, sequential scans forbidden where there are too few rows to tell."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    compiled = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    start_ = "EXPLAIN " if session.get_bind().dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
    rows = session.connection().exec_driver_sql((start_ + str(compiled)).replace("%", "%%"))
    return "\n".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize(
    ("whose", "index"), [("mine", "ix_task_mine"), ("group", "ix_task_group"), ("all", "ix_task_due")]
)
def test_task_lists_go_by_index(five, whose, index):
    with five.database.reading() as session:
        actor = ROOT if whose == "all" else WANG
        asked = audiences.needed(session, actor, whose)
        branch, *_others = audiences.branches_of(asked.alike, whose)
        query = queries._narrow(branch).order_by(*queries._order(TaskFilter())).limit(25)
        text = plan(session, query.params(asked.given))
    small = (
        "ix_task_" if five.database.engine.dialect.name == "postgresql" else index
    )  # any index will do for a few rows
    assert small in text, text
    assert "Sort" not in text, text
    assert "TEMP B-TREE" not in text, text


def test_due_timers_jobs_and_variables_go_by_index(five):
    with five.database.reading() as session:
        due = (
            sa.select(schema.DbTimer.id)
            .where(schema.DbTimer.due_at <= sa.literal_column("'2026-01-01'"))
            .order_by(schema.DbTimer.due_at)
        )
        assert "ix_timer_due_at_id" in plan(session, due)
        job = (
            sa.select(schema.DbJob.id)
            .where(sa.text("status = 'open' AND due_at <= '2026-01-01'"))
            .order_by(schema.DbJob.due_at)
        )
        assert "ix_job_due" in plan(session, job)
        value = sa.select(schema.DbInstance.id).where(admin._has_variable(session, "a", "b"))
        indexes = {
            "postgresql": "ix_variable_name_text_instance_id",
            "sqlite": "SEARCH variable USING PRIMARY KEY (instance_id=? AND scope=? AND name=?)",
        }
        assert indexes[session.dialect] in plan(session, value)


def test_a_called_process_is_found_by_its_own_key_too(world):
    inner = process(start("a"), user("u", camunda_candidateGroups="qc"), end("b"), path("a", "u", "b"), key="inner")
    outer = process(start(), '<callActivity id="c" calledElement="inner"/>', end(), path("start", "c", "end"))
    world.deploy(definitions(outer, inner))
    world.start(business_key="K")
    assert (listed(world, WANG, process="inner"), listed(world, WANG, process="p")) == (["K"], ["K"])
