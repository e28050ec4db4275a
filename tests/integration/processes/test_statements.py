"""What a step of the shipped procedure asks of the database, with the register, its phases and its readers."""

from counting import counting
from house import INTAKE, REGISTER, SALES
from sqlalchemy import select

from engine.run import tasks
from engine.store.schema import DbTask


def count(house, element, by, **answers):
    with house.database.reading() as session:
        task = session.scalars(select(DbTask.id).where(DbTask.element == element, DbTask.status == "open")).one()
    with counting(house.database) as (statements, commits), house.database.transaction() as session:
        tasks.complete(session, task, by=by, answers=answers)
    house.work()
    assert len(commits) == 1
    return statements


def test_a_step_that_opens_a_case_or_enters_a_phase_takes_few_statements(registered):
    house = registered
    house.do("UT_Verify", SALES, verify_result="accept")
    house.start("complaint_intake", INTAKE)  # all units have had a task by now
    seen = {
        "opens": count(house, "UT_Register", INTAKE, received_at="2026-09-28T09:30:00+08:00", **REGISTER),
        "takes over": count(house, "UT_AcceptCase", SALES),
        "goes on": count(house, "UT_Verify", SALES, verify_result="accept"),
    }
    limits = {"opens": 35, "takes over": 19, "goes on": 11}
    assert all(len(seen[name]) <= limit for name, limit in limits.items()), {
        each: len(found) for each, found in seen.items()
    }
