"""What waits for others."""

import pytest
from house import INTAKE, OTHER_SALES, QC, SALES, actor

from engine.run import tasks
from processes.cases import access, waiting
from processes.cases.schema import DbCase


@pytest.fixture(autouse=True, params=[access.FEW, 0])
def few(request, monkeypatch):
    """Of somebody with few cases a list begins with these, of somebody with many with the tasks."""
    monkeypatch.setattr(access, "FEW", request.param)


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
        case = session.query(DbCase).one()
        case.owner = QC.id
    assert awaited(registered, QC) == [("KB-2026-000001", "UT_Verify")]
    with registered.database.transaction() as session:
        session.query(DbCase).one().closed_at = registered.clock.now()
    assert awaited(registered, QC) == []
    assert awaited(registered, INTAKE) == []
