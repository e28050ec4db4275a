"""What waits for others."""

from datetime import UTC, datetime

import consistency
import pytest
import sqlalchemy as sa
from house import INTAKE, OTHER_SALES, QC, SALES, actor

from engine.look import askers, joins
from engine.run import tasks
from engine.store.schema import FAR_FUTURE, DbAudienceMember, DbTask
from processes.cases import register, waiting
from processes.cases.schema import DbAwaited, DbCase, DbCaseAudience


def awaited(house, who, **wanted):
    with house.database.reading() as session:
        found = waiting.of(session, who, **wanted)
        assert wanted or waiting.count(session, who) == len(found)
        return [(each.case.number, each.element) for each in found]


def test_who_registered_a_case_waits_for_those_who_have_it(registered):
    assert awaited(registered, INTAKE) == [("KB-2026-000001", "UT_Verify")]
    assert awaited(registered, INTAKE, text="verify") == awaited(registered, INTAKE, text="kb-2026") != []
    assert awaited(registered, INTAKE, text="%") == []
    assert awaited(registered, INTAKE, offset=1) == []


def test_what_lies_with_ones_own_unit_is_no_waiting(registered):
    assert awaited(registered, SALES) == []
    with registered.database.transaction() as session:
        task = waiting.of(session, INTAKE)[0]
        tasks.claim(session, task.task_id, by=OTHER_SALES)
    assert awaited(registered, SALES) == []
    assert awaited(registered, actor("li")) == [("KB-2026-000001", "UT_Verify")]


def test_who_worked_on_a_case_waits_until_it_is_over(registered):
    assert awaited(registered, QC) == []
    with registered.database.transaction() as session:
        register.find_each(session, [1])[0].owner = QC.id
    assert awaited(registered, QC) == [("KB-2026-000001", "UT_Verify")]
    with registered.database.transaction() as session:
        register.find_each(session, [1])[0].closed_at = registered.clock.now()
    assert awaited(registered, QC) == []
    assert awaited(registered, INTAKE) == []


CASE = sa.select(DbCase.instance_id).scalar_subquery()
TASK = sa.update(DbTask).where(DbTask.instance_id == CASE, DbTask.status == "open")
CHANGES = (
    sa.update(DbCase).values(owner=QC.id),
    sa.update(DbCase).values(owner=None, opened_by="ma"),
    sa.insert(DbCaseAudience).from_select(
        ["case_id", "kind", "value"], sa.select(DbCase.id, sa.literal("person"), sa.literal("lu"))
    ),
    TASK.values(assignee="lu"),
    TASK.values(due_sort=FAR_FUTURE),
    TASK.values(audience_id=sa.select(sa.func.max(DbAudienceMember.audience_id)).scalar_subquery()),
    sa.delete(DbCaseAudience).where(DbCaseAudience.value == "lu"),
    sa.delete(DbCaseAudience).where(DbCaseAudience.value == INTAKE.id),
    TASK.values(status="cancelled"),
    sa.update(DbTask).values(status="open"),
    sa.update(DbCase).values(closed_at=datetime(2026, 10, 1, tzinfo=UTC)),
    sa.update(DbCase).values(owner=QC.id),
    sa.update(DbCase).values(closed_at=None),
    sa.update(DbCase).values(closed_at=datetime(2026, 10, 1, tzinfo=UTC), owner="ma"),
    sa.update(DbCase).values(closed_at=None, owner=QC.id),
)


def test_whoever_writes_it_is_kept_who_waits_for_which_case(registered):
    for change in CHANGES:
        with registered.database.transaction() as session:
            session.execute(change)
        with registered.database.reading() as session:
            assert [*consistency.awaited(session), *consistency.about(session)] == [], str(change)
    with registered.database.reading() as session:
        assert session.query(DbAwaited).count() > 1


def test_what_is_awaited_goes_by_its_index_in_the_order_of_the_list(registered):
    with registered.database.reading() as session:
        (((branch, *_others), given),) = waiting._branches(session, INTAKE)
        postgresql = session.get_bind().dialect.name == "postgresql"
        if postgresql:
            session.execute(sa.text("SET LOCAL enable_seqscan = off"))
        query = branch.params(given).order_by(DbAwaited.due_sort, DbAwaited.task_id).limit(50)
        said = str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        rows = session.connection().exec_driver_sql(("EXPLAIN " if postgresql else "EXPLAIN QUERY PLAN ") + said)
        plan = "\n".join(str(row[-1]) for row in rows)
    assert ("pk_awaited" if postgresql else "USING PRIMARY KEY (person=? AND audience_id=?)") in plan, plan
    assert "Sort" not in plan and "TEMP B-TREE" not in plan, plan  # noqa: PT018


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL's planner knows how many there are
def test_what_a_fault_has_stopped_is_found_from_the_incidents_of_which_there_are_few(registered):
    with registered.database.reading() as session:
        query = waiting._alone(joins.stopped()).params(askers.given(INTAKE))
        said = str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        rows = session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + said)
        plan = "\n".join(str(row[-1]) for row in rows)
    assert plan.index("SCAN incident") < plan.index("SEARCH case_file USING INDEX sqlite_autoindex_case_file"), plan
